"""Boxed expressions to code, a closure over (turn, scope). Source: DMN 1.5 clauses 8 and 10.2.

A scope is a dict of the names in sight; an inner scope is a copy, because functions keep theirs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from engine.dmn import boxed as b
from engine.dmn.catalogue import Catalogue
from engine.dmn.tables import table_code
from engine.dmn.texts import Surroundings, expression
from engine.dmn.turn import Code, Scope, Turn, complaint, nothing
from engine.feel import FeelSyntaxError
from engine.feel.codegen.iteration import iterate
from engine.feel.run import Run, apply
from engine.feel.types import FunctionOf, Type
from engine.feel.values import Function, NamedArguments, Value, kind_of

# Two ends and no bracket, comma or quote around them.
_SPAN = re.compile(r"[^\[\](){}\",.]+\.\.[^\[\](){}\",.]+")


@dataclass(frozen=True, slots=True)
class Maker:
    """Compiles the expressions of one model."""

    catalogue: Catalogue

    def code(self, found: b.Expression | None, around: Surroundings) -> Code:
        """Compile an expression; its typeRef is checked."""
        if found is None:
            return nothing
        code = _MAKERS[type(found)](self, found, around)
        # The type of a function definition is that of the function, not of its body; a table's outputs have theirs.
        wanted = None if isinstance(found, b.Function) else self.catalogue.wanted(found.type)
        return code if wanted is None else _typed(code, wanted, found.id or "The expression")

    def text(self, text: str | None, around: Surroundings) -> Code:
        """Compile FEEL text; an empty one is null."""
        if text is None or not text.strip():
            return nothing
        try:
            compiled = expression(text, around)
        except FeelSyntaxError as why:
            return complaint("syntax", str(why))
        evaluate = compiled.within
        return lambda turn, scope: evaluate(turn.run, scope)

    def function(self, found: b.Function, around: Surroundings, *, name: str = "", result: Type | None = None) -> Code:
        """Compile a function definition."""
        if found.kind.upper() != "FEEL":
            return complaint("external", f"Functions of kind {found.kind} are not run")
        names = tuple(parameter.name for parameter in found.parameters)
        types = tuple(self.catalogue.wanted(parameter.type) for parameter in found.parameters)
        body = self.code(found.body, around.with_names(*names))
        own = _result_of(self.catalogue.wanted(found.type))
        declared = result or own

        def make(turn: Turn, scope: Scope) -> Value:
            def call(run: Run, arguments: list[Value]) -> Value:
                inner = _copy(turn, scope)
                inner.update(zip(names, arguments, strict=True))
                return body(turn, inner)

            return Function(names, call, name=name, types=types, result=declared)

        return make


def _result_of(wanted: Type | None) -> Type | None:
    return wanted.result if isinstance(wanted, FunctionOf) else None


def _typed(code: Code, wanted: Type, what: str) -> Code:
    return lambda turn, scope: turn.conform(code(turn, scope), wanted, what)


def _copy(turn: Turn, scope: Scope) -> Scope:
    turn.run.charge(6 + len(scope) // 4)
    turn.run.hold(64 + 16 * len(scope))
    return dict(scope)


def _literal(maker: Maker, found: b.Literal, around: Surroundings) -> Code:
    if found.imported is not None:
        return complaint("imported-values", f"Imported values ({found.imported}) are not read")
    if found.language is not None:
        return complaint("language", f"Only FEEL is evaluated, not {found.language}")
    return maker.text(found.text, around)


def _context(maker: Maker, found: b.Context, around: Surroundings) -> Code:
    names = [entry.name for entry in found.entries if entry.name is not None]
    if len(set(names)) != len(names):
        return complaint("duplicate-entry", "A context has two entries of one name")
    entries: list[tuple[str, Code]] = []
    result: Code | None = None
    for entry in found.entries:
        # A function may call itself, so it is compiled with its own name in sight.
        inside = around.with_names(entry.name) if isinstance(entry.value, b.Function) else around
        code = maker.code(entry.value, inside)
        if entry.name is None:
            result = code
            continue
        wanted = maker.catalogue.wanted(entry.type)
        entries.append((entry.name, code if wanted is None else _typed(code, wanted, entry.name)))
        around = around.with_names(entry.name)

    def make(turn: Turn, scope: Scope) -> Value:
        inner = _copy(turn, scope)
        made: dict[str, Value] = {}
        for name, code in entries:
            value = inner[name] = made[name] = code(turn, inner)
            if type(value) is Function:
                # What is added later must not be seen by the function, only itself.
                inner = _copy(turn, inner)
        return made if result is None else result(turn, inner)

    return make


def _function(maker: Maker, found: b.Function, around: Surroundings) -> Code:
    return maker.function(found, around)


def _invocation(maker: Maker, found: b.Invocation, around: Surroundings) -> Code:
    callee = maker.code(found.function, around)
    bindings: list[tuple[str, Code]] = []
    for binding in found.bindings:
        code, wanted = maker.code(binding.value, around), maker.catalogue.wanted(binding.type)
        bindings.append((binding.name or "", code if wanted is None else _typed(code, wanted, binding.name or "")))
    names = [name for name, _ in bindings]
    if len(set(names)) != len(names):
        return complaint("arguments", "An argument is bound twice")

    def call(turn: Turn, scope: Scope) -> Value:
        target = callee(turn, scope)
        if type(target) is not Function:
            turn.warn("not-a-function", f"A {kind_of(target)} cannot be called")
            return None
        values = {name: code(turn, scope) for name, code in bindings}
        if target.builtin:
            return apply(turn.run, target, NamedArguments(values))
        unknown = values.keys() - set(target.parameters)
        if unknown:
            turn.warn("arguments", f"{target.name or 'The function'} has no parameter {', '.join(sorted(unknown))}")
            return None
        return apply(turn.run, target, [values.get(name) for name in target.parameters])

    return call


def _relation(maker: Maker, found: b.Relation, around: Surroundings) -> Code:
    columns = [(column.name, maker.catalogue.wanted(column.type)) for column in found.columns]
    if len({name for name, _ in columns}) != len(columns):
        return complaint("duplicate-entry", "A relation has two columns of one name")
    rows = []
    for row in found.rows:
        codes = [maker.code(cell, around) for cell in row]
        codes += [nothing] * (len(columns) - len(codes))
        rows.append([(name, wanted, code) for (name, wanted), code in zip(columns, codes, strict=False)])

    def make(turn: Turn, scope: Scope) -> Value:
        return [{name: turn.conform(code(turn, scope), wanted, name) for name, wanted, code in row} for row in rows]

    return make


def _list(maker: Maker, found: b.ListOf, around: Surroundings) -> Code:
    items = [maker.code(item, around) for item in found.items]
    return lambda turn, scope: [item(turn, scope) for item in items]


def _conditional(maker: Maker, found: b.Conditional, around: Surroundings) -> Code:
    condition, chosen, other = (maker.code(part, around) for part in (found.condition, found.chosen, found.other))

    def choose(turn: Turn, scope: Scope) -> Value:
        value = condition(turn, scope)
        if value is not None and type(value) is not bool:
            turn.warn("operand-type", f"if needs a boolean, not a {kind_of(value)}")
        return (chosen if value is True else other)(turn, scope)

    return choose


def _filter(maker: Maker, found: b.Filter, around: Surroundings) -> Code:
    source, match = maker.code(found.source, around), maker.code(found.match, around.with_names("item"))

    def select(turn: Turn, scope: Scope) -> Value:
        items = source(turn, scope)
        if items is None:
            return None
        items = items if type(items) is list else [items]
        made = []
        for index, item in enumerate(items):
            inner = _copy(turn, scope)
            inner["item"] = item
            if type(item) is dict:
                inner.update(item)
            answer = match(turn, inner)
            if type(answer) is Decimal and index == 0:
                return _at(items, answer)
            if answer is True:
                made.append(item)
            elif answer is not None and answer is not False:
                turn.warn("filter-type", f"A filter is a boolean or a number, not a {kind_of(answer)}")
        return made

    return select


def _at(items: list[Value], index: Decimal) -> Value:
    place = int(index) if abs(index) <= len(items) else 0
    if place == 0 or place != index:
        return None
    return items[place - 1 if place > 0 else place]


def _iterator(maker: Maker, found: b.Iterator_, around: Surroundings) -> Code:
    source = maker.code(_spelled_out(found.source), around)
    inside = around.with_names(found.variable, "partial" if found.kind == "for" else None)
    body = maker.code(found.body, inside)
    name, wanted = found.variable, maker.catalogue.wanted(found.variable_type)
    keeps_partial = found.kind == "for" and _mentions(found.body, "partial")

    def turns(turn: Turn, scope: Scope, made: list[Value]) -> Any:
        items = iterate(turn.run, source(turn, scope), 0)
        if items is None:
            return None
        if wanted is not None:
            items = turn.conform(list(items), wanted, "The list")

        def run_through() -> Any:
            for item in items or ():
                inner = _copy(turn, scope)
                if keeps_partial:
                    turn.run.charge(len(made) // 16)
                    turn.run.hold(8 * len(made))
                    inner["partial"] = made[:]
                inner[name] = item
                yield body(turn, inner)

        return run_through()

    return _LOOPS[found.kind](turns)


def _spelled_out(found: b.Expression | None) -> b.Expression | None:
    """Let an iterator run over `1..5` without brackets, as it may in FEEL; it counts down too."""
    if isinstance(found, b.Literal) and found.text is not None and _SPAN.fullmatch(found.text.strip()):
        return replace(found, text=f"for item in {found.text} return item")
    return found


def _mentions(found: b.Expression | None, word: str) -> bool:
    stack = [found]
    while stack:
        one = stack.pop()
        if isinstance(one, b.Table):
            return True
        if isinstance(one, b.Literal) and word in (one.text or ""):
            return True
        stack.extend(b.parts(one) if one is not None else ())
    return False


Turns = Callable[[Turn, Scope, list[Value]], Any]


def _for(turns: Turns) -> Code:
    def run_loop(turn: Turn, scope: Scope) -> Value:
        made: list[Value] = []
        values = turns(turn, scope, made)
        if values is None:
            return None
        for value in values:
            made.append(value)  # noqa: PERF402 - the loop's own code reads what is there so far
        return made

    return run_loop


def _quantified(settles: bool) -> Callable[[Turns], Code]:  # noqa: FBT001
    def make(turns: Turns) -> Code:
        def decide(turn: Turn, scope: Scope) -> Value:
            values = turns(turn, scope, [])
            if values is None:
                return None
            found: bool | None = not settles
            for value in values:
                if value is settles:
                    return settles
                if type(value) is not bool:
                    found = None
            return found

        return decide

    return make


_LOOPS: dict[str, Callable[[Turns], Code]] = {"for": _for, "some": _quantified(True), "every": _quantified(False)}


_MAKERS: dict[type[b.Expression], Callable[[Maker, Any, Surroundings], Code]] = {
    b.Literal: _literal,
    b.Context: _context,
    b.Function: _function,
    b.Invocation: _invocation,
    b.Relation: _relation,
    b.ListOf: _list,
    b.Conditional: _conditional,
    b.Filter: _filter,
    b.Iterator_: _iterator,
    b.Table: table_code,
}
