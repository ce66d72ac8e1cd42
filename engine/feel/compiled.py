"""The face for evaluation: compile a text once, call it often.

What a text means depends on which names of several words exist, so one text may be compiled more than
once: `Compiled` looks into each context for the few longer names its text could contain and, finding
one, hands over to the text compiled with that name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from engine.feel import syntax
from engine.feel.budget import WEIGHT, Budget, weigh
from engine.feel.builtins import FUNCTIONS, NAMES
from engine.feel.codegen import generate
from engine.feel.errors import BudgetExceeded, FeelSyntaxError, Note
from engine.feel.names import is_special
from engine.feel.parser import Parsed, parse, parse_tests
from engine.feel.run import Run, WorkingDays
from engine.feel.stream import Probe
from engine.feel.types import Type
from engine.feel.values import Function, Value

_NESTED = (list, dict)
_MOST_LOOKED_AT = 2_000
_SHORT = 2_000
_NO_NAMES: frozenset[str] = frozenset()


class Compiled:
    """An expression ready to be evaluated; calling it never raises for what FEEL answers with null.

    `names` are the free names the text reads for sure, `maybe_names` those that may instead be entries of a
    filtered item. `tree` is the syntax tree.
    """

    def __init__(
        self,
        text: str,
        parsed: Parsed,
        *,
        known: frozenset[str],
        again: Callable[[frozenset[str]], Compiled],
        types: Mapping[str, Type] | None = None,
        functions: Mapping[str, Function] = FUNCTIONS,
        is_weighed: bool = True,
    ) -> None:
        try:
            program = generate(parsed.tree, functions, types)
        except RecursionError:
            raise FeelSyntaxError("too-deep", "There is no room left to read this expression", 0) from None
        self.text = text
        self.tree: syntax.Node = parsed.tree
        self.names = program.names
        self.maybe_names = program.maybe_names
        self._code = program.code
        self._locals = [None] * (program.size - 3)
        self._probes = parsed.probes
        self._known = known
        self._nested = _NESTED if is_weighed else ()
        self._again = again

    def __call__(
        self,
        context: Mapping[str, Any],
        *,
        now: datetime | None = None,
        calendar: WorkingDays | None = None,
        budget: Budget | None = None,
        warnings: list[Note] | None = None,
    ) -> Value:
        """Evaluate; an error is null and an entry in `warnings`. Raises BudgetExceeded."""
        run = Run()
        if warnings is not None:
            run.warnings = warnings
        if budget is not None:
            run.budget = budget
        if now is not None:
            run.now = now
        if calendar is not None:
            run.calendar = calendar
        if self._probes:
            return self._evaluate(run, context)
        # The same as _evaluate, written out: a condition is short, and one call less is felt.
        try:
            value = self._code([run, context, None, *self._locals])
        except RecursionError:
            raise _too_deep() from None
        return self._weighed(value) if type(value) in self._nested else value

    def strict(
        self,
        context: Mapping[str, Any],
        *,
        now: datetime | None = None,
        calendar: WorkingDays | None = None,
        budget: Budget | None = None,
    ) -> Value:
        """Evaluate; raises FeelEvaluationError where a call would answer null with a warning."""
        run = Run()
        run.is_strict = True
        run.budget = budget
        run.now = now
        run.calendar = calendar
        return self._evaluate(run, context)

    def within(self, run: Run, context: Mapping[str, Any], given: Value = None) -> Value:
        """Evaluate as part of a run that goes on; `given` is the value `?` stands for. Raises what the run raises."""
        return self._evaluate(run, context, given)

    def _evaluate(self, run: Run, context: Mapping[str, Any], given: Value = None) -> Value:
        if self._probes:
            found = _longer_names(self._probes, context) - self._known
            if found:
                return self._again(found | self._known)._evaluate(run, context, given)
        try:
            value = self._code([run, context, given, *self._locals])
        except RecursionError:
            raise _too_deep() from None
        return self._weighed(value) if type(value) in self._nested else value

    def _weighed(self, value: Value) -> Value:
        try:
            weight = weigh(value)
        except RecursionError:
            raise _too_deep() from None
        if weight > WEIGHT:
            raise BudgetExceeded("memory", "The result is too large")
        return value

    def __repr__(self) -> str:
        return f"Compiled({self.text[:60]!r})"


def _too_deep() -> BudgetExceeded:
    return BudgetExceeded("depth", "The expression goes too deep")


class Tests(Compiled):
    """Unary tests ready to be tried: True, False, or None where FEEL cannot tell."""

    __test__ = False

    def __call__(  # type: ignore[override]
        self,
        value: object,
        context: Mapping[str, Any],
        *,
        now: datetime | None = None,
        budget: Budget | None = None,
        warnings: list[Note] | None = None,
    ) -> bool | None:
        """Try a value."""
        run = Run()
        run.warnings = warnings
        run.budget = budget
        run.now = now
        return self._try(run, context, value)

    def strict(  # type: ignore[override]
        self,
        value: object,
        context: Mapping[str, Any],
        *,
        now: datetime | None = None,
        budget: Budget | None = None,
    ) -> bool | None:
        """Try a value; raises FeelEvaluationError where a call would answer None with a warning."""
        run = Run()
        run.is_strict = True
        run.budget = budget
        run.now = now
        return self._try(run, context, value)

    def _try(self, run: Run, context: Mapping[str, Any], value: object) -> bool | None:
        try:
            given = run.lift(value)
        except RecursionError:
            raise _too_deep() from None
        found = self._evaluate(run, context, given)
        return found if type(found) is bool else None


def _compile(text: str, names: frozenset[str]) -> Compiled:
    return (_cached if len(text) <= _SHORT else _cached_long)(text, names)


def _compile_tests(text: str, names: frozenset[str]) -> Tests:
    return (_cached_tests if len(text) <= _SHORT else _cached_long_tests)(text, names)


def _make(text: str, names: frozenset[str]) -> Compiled:
    return Compiled(text, parse(text, NAMES, names), known=names, again=lambda found: _compile(text, found))


def _make_tests(text: str, names: frozenset[str]) -> Tests:
    return Tests(text, parse_tests(text, NAMES, names), known=names, again=lambda found: _compile_tests(text, found))


# Long texts have a small cache of their own, so that many of them cannot fill the memory.
_cached, _cached_long = lru_cache(maxsize=4096)(_make), lru_cache(maxsize=64)(_make)
_cached_tests, _cached_long_tests = lru_cache(maxsize=16_384)(_make_tests), lru_cache(maxsize=64)(_make_tests)


def compile(  # noqa: A001
    text: str, names: Iterable[str] | None = None, *, types: Mapping[str, Type] | None = None
) -> Compiled:
    """Compile an expression, or take it from the cache of the last 4,096.

    names: names in scope, where known; only needed for those with signs or keywords in them that are not
    found in the context when it is evaluated. types: what further type names stand for; such
    an expression is not cached. Raises FeelSyntaxError.
    """
    special = _special(names)
    if not types:
        return _compile(text, special)

    def make(names: frozenset[str]) -> Compiled:
        return Compiled(text, parse(text, NAMES, names), known=names, again=make, types=types)

    return make(special)


def compile_tests(text: str, names: Iterable[str] | None = None) -> Tests:
    """Compile unary tests (the text of an input cell); raises FeelSyntaxError."""
    return _compile_tests(text, _special(names))


def evaluate(
    text: str,
    context: Mapping[str, Any] | None = None,
    *,
    now: datetime | None = None,
    calendar: WorkingDays | None = None,
    budget: Budget | None = None,
    warnings: list[Note] | None = None,
) -> Value:
    """Evaluate an expression over a context; raises FeelSyntaxError and BudgetExceeded, nothing else."""
    context = context or {}
    try:
        compiled = _compile(text, _NO_NAMES)
    except FeelSyntaxError:
        names = _names_needed(context)
        if not names:
            raise
        compiled = _compile(text, names)
    return compiled(context, now=now, calendar=calendar, budget=budget, warnings=warnings)


def unary_test(
    text: str,
    value: object,
    context: Mapping[str, Any] | None = None,
    *,
    now: datetime | None = None,
    budget: Budget | None = None,
    warnings: list[Note] | None = None,
) -> bool | None:
    """Try a value against unary tests; None where FEEL cannot tell (null)."""
    context = context or {}
    try:
        tests = _compile_tests(text, _NO_NAMES)
    except FeelSyntaxError:
        names = _names_needed(context)
        if not names:
            raise
        tests = _compile_tests(text, names)
    return tests(value, context, now=now, budget=budget, warnings=warnings)


def _special(names: Iterable[str] | None) -> frozenset[str]:
    return frozenset(name for name in names if is_special(name)) if names else _NO_NAMES


def _names_needed(context: Mapping[str, Any]) -> frozenset[str]:
    """Gather the special names of a context, for a text that is not FEEL without them."""
    return frozenset(name for name in _names_in(context) if is_special(name))


def _names_in(value: object) -> Iterable[str]:
    """Yield the names of a context and of the contexts inside it, up to a bound."""
    stack, left = [value], _MOST_LOOKED_AT
    while stack and left > 0:
        current = stack.pop()
        left -= 1
        if isinstance(current, Mapping):
            yield from (name for name in current if isinstance(name, str))
            stack.extend(current.values())
        elif isinstance(current, (list, tuple)):
            stack.extend(current[:20])


def _longer_names(probes: tuple[Probe, ...], context: Mapping[str, Any]) -> frozenset[str]:
    """Look up the names that might be longer than they were read."""
    found: set[str] = set()
    for path, candidates in probes:
        if path is None:
            everywhere = set(_names_in(context))
            found.update(name for name in candidates if name in everywhere)
            continue
        place: object = context
        for name in path:
            place = place.get(name) if isinstance(place, Mapping) else None
            if isinstance(place, (list, tuple)) and place:
                place = place[0]
        if isinstance(place, Mapping):
            found.update(name for name in candidates if name in place)
    return frozenset(found)
