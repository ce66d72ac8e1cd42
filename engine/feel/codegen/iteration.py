"""for, some, every and filters: everything that repeats, and so is charged per turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from engine.feel import syntax as s
from engine.feel.codegen.base import RUN, Code, Frame, Scope, code_of, generates, size_of, weight_of
from engine.feel.number import NUMBER, is_integer, to_index
from engine.feel.run import Run
from engine.feel.values import Range, Value, kind_of

Source = Callable[[Frame], "Iterable[Value] | None"]
_DAY = timedelta(days=1)


@generates(s.For)
def _for(node: s.For, scope: Scope) -> Code:
    partial = scope.unit.place()
    inner = scope.bind(partial=partial)
    loop, inner = _nest(node.iterators, inner)
    body, weight, size = code_of(node.body, inner), weight_of(node.body), size_of(node.body)
    keeps_partial = any(isinstance(part, s.Name) and part.name == "partial" for part in s.walk(node.body))

    def run_loop(f: Frame) -> Value:
        run: Run = f[RUN]
        made: list[Value] = []
        for turn in loop(f):
            if turn is None:
                return None
            run.charge(weight)
            run.hold(size)
            if keeps_partial:
                # A copy, so that a result which keeps `partial` does not grow afterwards or contain itself.
                run.hold(8 * len(made))
                run.charge(len(made) // 16)
                f[partial] = made[:]
            made.append(body(f))
        return made

    return run_loop


@generates(s.Quantified)
def _quantified(node: s.Quantified, scope: Scope) -> Code:
    loop, inner = _nest(node.iterators, scope)
    condition, weight, position = code_of(node.condition, inner), weight_of(node.condition), node.position
    settles = node.kind == "some"
    kind = node.kind

    def decide(f: Frame) -> Value:
        run: Run = f[RUN]
        found: bool | None = not settles
        for turn in loop(f):
            if turn is None:
                return None
            run.charge(weight)
            value = condition(f)
            if value is settles:
                return settles
            if type(value) is not bool:
                found = None
                if value is not None:
                    run.warn("operand-type", f"{kind} needs a boolean, not a {kind_of(value)}", position)
        return found

    return decide


def _nest(iterators: tuple[s.Iterator_, ...], scope: Scope) -> tuple[Callable[[Frame], Iterator[bool | None]], Scope]:
    """Set the iterators' places for every combination; yields None once if a source is not iterable."""
    levels: list[tuple[int, Source]] = []
    for iterator in iterators:
        source = _source(iterator.source, scope)
        place = scope.unit.place()
        levels.append((place, source))
        scope = scope.bind_all({iterator.name: place})
    if len(levels) == 1:
        return _one_level(*levels[0]), scope
    return (lambda f: _turns(f, levels, 0)), scope


def _one_level(place: int, source: Source) -> Callable[[Frame], Iterator[bool | None]]:
    def turns(f: Frame) -> Iterator[bool | None]:
        items = source(f)
        if items is None:
            yield None
            return
        for f[place] in items:
            yield True

    return turns


def _turns(f: Frame, levels: list[tuple[int, Source]], index: int) -> Iterator[bool | None]:
    place, source = levels[index]
    items = source(f)
    if items is None:
        yield None
        return
    is_last = index == len(levels) - 1
    for f[place] in items:
        f[RUN].charge(4)
        if is_last:
            yield True
        else:
            yield from _turns(f, levels, index + 1)


def _source(node: s.Node, scope: Scope) -> Source:
    position = node.position
    if isinstance(node, s.Span):
        low, high = code_of(node.low, scope), code_of(node.high, scope)
        return lambda f: count_between(f[RUN], low(f), high(f), position)
    value = code_of(node, scope)
    return lambda f: iterate(f[RUN], value(f), position)


def iterate(run: Run, value: Value, position: int) -> Iterable[Value] | None:
    """Return what a loop runs over: a list, the members of a range, or the one value itself."""
    if value is None or type(value) is list:
        return value
    if type(value) is not Range:
        return [value]
    start, end = value.start, value.end
    if not value.start_included:
        start = _next(start)
    if not value.end_included:
        end = _next(end, back=True)
    if start is None or end is None:
        return run.warn("iteration", "Only a range of whole numbers or dates can be run through", position)
    if type(start) is type(end) and isinstance(start, (Decimal, date)) and start > end:
        return []
    return count_between(run, start, end, position)


def _next(value: Value, *, back: bool = False) -> Value:
    step = -1 if back else 1
    if type(value) is Decimal:
        return NUMBER.add(value, Decimal(step))
    return value + step * _DAY if type(value) is date else None


def count_between(run: Run, start: Value, end: Value, position: int) -> Iterable[Value] | None:
    """Count from one whole number or date to another, down if the second is smaller; makes no list."""
    if type(start) is Decimal and type(end) is Decimal and is_integer(start) and is_integer(end):
        first, last = to_index(start), to_index(end)
        if first is not None and last is not None:
            return map(Decimal, range(first, last + 1) if first <= last else range(first, last - 1, -1))
    if type(start) is date and type(end) is date:
        sign = 1 if start <= end else -1
        return (start + timedelta(days=sign * index) for index in range(abs((end - start).days) + 1))
    if start is None or end is None:
        return None
    return run.warn("iteration", "Only whole numbers and dates can be counted", position)


@generates(s.Filter)
def _filter(node: s.Filter, scope: Scope) -> Code:
    base, position = code_of(node.base, scope), node.position
    condition = node.condition
    if isinstance(condition, s.Literal) and type(condition.value) is Decimal:
        constant = condition.value
        return lambda f: _at(f[RUN], base(f), constant, position)
    place = scope.unit.place()
    code, weight = code_of(condition, scope.within_item(place)), weight_of(condition)

    def select(f: Frame) -> Value:
        items = base(f)
        run: Run = f[RUN]
        if items is None:
            return None
        if type(items) is not list:
            items = [items]
        if not items:
            f[place] = None
            return _at(run, items, code(f), position, quiet=True)
        made = []
        for index, item in enumerate(items):
            run.charge(weight)
            f[place] = item
            value = code(f)
            if value is True:
                made.append(item)
            elif type(value) is Decimal and index == 0:
                return _at(run, items, value, position)
            elif value is not None and value is not False:
                run.warn("filter-type", f"A filter is a boolean or a number, not a {kind_of(value)}", position)
        run.hold(8 * len(made))
        return made

    return select


def _at(run: Run, items: Value, index: Value, position: int, *, quiet: bool = False) -> Value:
    """Pick by position, from 1, or from the end by a negative one."""
    if items is None:
        return None
    if type(index) is not Decimal:
        return []
    if type(items) is not list:
        items = [items]
    place = to_index(index)
    if place is not None and 0 < abs(place) <= len(items):
        return items[place - 1 if place > 0 else place]
    return None if quiet else run.warn("index", "The list has no item at this position", position)
