"""Ranges, unary tests, `in` and `instance of`."""

from __future__ import annotations

from collections.abc import Callable

from engine.feel import syntax as s
from engine.feel.codegen.base import INPUT, RUN, Code, Frame, Scope, code_of, generates
from engine.feel.compare import any_of, compare, matches_test, order
from engine.feel.run import Run
from engine.feel.types import Simple
from engine.feel.values import Range, Value

_NULL = Simple("Null")
_NEGATED = {True: False, False: True, None: None}


@generates(s.RangeNode)
def _range(node: s.RangeNode, scope: Scope) -> Code:
    low, high, position = code_of(node.low, scope), code_of(node.high, scope), node.position
    low_included, high_included = node.low_included, node.high_included

    def make(f: Frame) -> Value:
        start, end = low(f), high(f)
        if start is not None and end is not None and order(f[RUN], start, end) is None:
            return f[RUN].warn("range-ends", "The ends of a range are of one ordered kind", position)
        return Range(start, end, low_included, high_included)

    return make


@generates(s.Unary)
def _unary(node: s.Unary, scope: Scope) -> Code:
    end, sign, position = code_of(node.end, scope), node.operator, node.position

    def make(f: Frame) -> Value:
        return unary_range(f[RUN], sign, end(f), position)

    return make


def unary_range(run: Run, sign: str, end: Value, position: int) -> Range | None:
    """Make the range that `< 5` or `>= 5` denotes as a value; `!= 5` denotes none."""
    if sign in ("<", "<="):
        return Range(None, end, start_included=False, end_included=sign == "<=")
    if sign in (">", ">="):
        return Range(end, None, start_included=sign == ">=", end_included=False)
    if sign == "=":
        return Range(end, end, start_included=True, end_included=True)
    run.warn("range-ends", "!= denotes no range", position)
    return None


@generates(s.Tests)
def _tests(node: s.Tests, scope: Scope) -> Code:
    if node.kind == "-":
        return lambda f: True
    parts = [test_code(part, scope) for part in node.parts]
    if node.kind == "not":
        return lambda f: _NEGATED[any_of(part(f) for part in parts)]
    if len(parts) == 1:
        return parts[0]
    return lambda f: any_of(part(f) for part in parts)


def test_code(node: s.Node, scope: Scope) -> Code:
    """Generate one unary test of the frame's input; Source: DMN 1.5 clauses 7.3.3 and 10.3.2.8."""
    position = node.position
    if isinstance(node, s.Unary):
        end, sign = code_of(node.end, scope), node.operator
        return lambda f: compare(f[RUN], sign, f[INPUT], end(f), position)
    if isinstance(node, s.Literal):
        constant = code_of(node, scope)
        return lambda f: matches_test(f[RUN], f[INPUT], constant(f))
    value = code_of(node, scope)
    if any(isinstance(part, s.Name) and part.name == "?" for part in s.walk(node)):
        return lambda f: _settle(f, value(f))

    def check(f: Frame) -> bool | None:
        found = value(f)
        if type(found) is bool and type(f[INPUT]) is not bool:
            return found
        return matches_test(f[RUN], f[INPUT], found)

    return check


def _settle(f: Frame, value: Value) -> bool | None:
    """An expression over `?` that is boolean is itself the answer."""
    if value is None or type(value) is bool:
        return value
    return matches_test(f[RUN], f[INPUT], value)


@generates(s.In)
def _in(node: s.In, scope: Scope) -> Code:
    value = code_of(node.value, scope)
    tests = [(part, _in_code(part, scope)) for part in node.tests.parts]
    codes = [code for _, code in tests]

    def check(f: Frame) -> bool | None:
        subject = value(f)
        return any_of(code(f, subject) for code in codes)

    return check


def _in_code(node: s.Node, scope: Scope) -> Callable[[Frame, Value], bool | None]:
    position = node.position
    if isinstance(node, s.Unary):
        end, sign = code_of(node.end, scope), node.operator
        return lambda f, subject: compare(f[RUN], sign, subject, end(f), position)
    value = code_of(node, scope)

    def check(f: Frame, subject: Value) -> bool | None:
        found = value(f)
        if found is None:
            return (subject is None and isinstance(node, s.Literal)) or None
        return matches_test(f[RUN], subject, found)

    return check


@generates(s.InstanceOf)
def _instance_of(node: s.InstanceOf, scope: Scope) -> Code:
    value, wanted = code_of(node.value, scope), node.type

    def check(f: Frame) -> bool:
        subject = value(f)
        if subject is None:
            return wanted == _NULL
        return wanted.has(subject)

    return check
