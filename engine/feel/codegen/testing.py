"""Ranges, unary tests, `in` and `instance of`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from engine.feel import syntax as s
from engine.feel.codegen.base import INPUT, RUN, Code, Frame, Scope, code_of, generates
from engine.feel.codegen.operators import SIGNS
from engine.feel.compare import any_of, compare, matches_test, order
from engine.feel.run import Run
from engine.feel.types import Simple
from engine.feel.values import Range, Value

Test = Callable[[Frame, Value], "bool | None"]
_NULL = Simple("Null")
_PLAIN = frozenset({Decimal, str, date})
_NEGATED = {True: False, False: True, None: None}


@generates(s.RangeNode)
def _range(node: s.RangeNode, scope: Scope) -> Code:
    low, high, position = code_of(node.low, scope), code_of(node.high, scope), node.position
    low_included, high_included = node.low_included, node.high_included

    if isinstance(node.low, s.Literal) and isinstance(node.high, s.Literal):
        start, end = node.low.value, node.high.value
        if type(start) is type(end) and type(start) in _PLAIN:
            constant = Range(start, end, low_included, high_included)
            return lambda f: constant

    def make(f: Frame) -> Value:
        start, end = low(f), high(f)
        if start is None or end is None:
            return None
        if order(f[RUN], start, end) is None:
            return f[RUN].warn("range-ends", "The ends of a range are of one ordered kind", position)
        return Range(start, end, low_included, high_included)

    return make


@generates(s.Unary)
def _unary(node: s.Unary, scope: Scope) -> Code:
    end, sign, position = code_of(node.end, scope), node.operator, node.position

    def make(f: Frame) -> Value:
        value = end(f)
        return None if value is None else unary_range(f[RUN], sign, value, position)

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
    test = _one_of(node.parts, scope, is_cell=True)
    if node.kind == "not":
        return lambda f: _NEGATED[test(f, f[INPUT])]
    return lambda f: test(f, f[INPUT])


@generates(s.In)
def _in(node: s.In, scope: Scope) -> Code:
    value = code_of(node.value, scope)
    test = _one_of(node.tests.parts, scope, is_cell=False)
    return lambda f: test(f, value(f))


def _one_of(nodes: tuple[s.Node, ...], scope: Scope, *, is_cell: bool) -> Test:
    """Generate the disjunction of several tests; a list of plain constants becomes one look-up."""
    if len(nodes) == 1:
        return _test(nodes[0], scope, is_cell=is_cell)
    tests = tuple(_test(node, scope, is_cell=is_cell) for node in nodes)
    constants = [node.value for node in nodes if isinstance(node, s.Literal)]
    kinds = {type(value) for value in constants}
    if len(constants) == len(nodes) and len(kinds) == 1 and kinds <= {str, Decimal}:
        kind, known = kinds.pop(), frozenset(constants)
        return lambda f, subject: (
            subject in known if type(subject) is kind else any_of(test(f, subject) for test in tests)
        )

    def check(f: Frame, subject: Value) -> bool | None:
        found: bool | None = False
        for test in tests:
            answer = test(f, subject)
            if answer is True:
                return True
            if answer is None:
                found = None
        return found

    return check


def _test(node: s.Node, scope: Scope, *, is_cell: bool) -> Test:
    """Generate one test of a subject; Source: DMN 1.5 clauses 7.3.3 and 10.3.2.8.

    In a cell (`is_cell`) an expression may be a condition over `?` or over other values instead.
    """
    if isinstance(node, s.Literal):
        return _equality(node, scope)
    if isinstance(node, s.Unary):
        return _comparison(node, scope)
    if isinstance(node, s.RangeNode):
        return _interval(node, scope)
    value = code_of(node, scope)
    if not is_cell:

        def contains(f: Frame, subject: Value) -> bool | None:
            found = value(f)
            return None if found is None else matches_test(f[RUN], subject, found)

        return contains
    uses_subject = any(isinstance(part, s.Name) and part.name == "?" for part in s.walk(node))

    def check(f: Frame, subject: Value) -> bool | None:
        found = value(f)
        if type(found) is bool and (uses_subject or type(subject) is not bool):
            return found
        if found is None and uses_subject:
            return None
        return matches_test(f[RUN], subject, found)

    return check


def _equality(node: s.Literal, scope: Scope) -> Test:
    constant, kind = node.value, type(node.value)
    if kind is str or kind is Decimal:
        return lambda f, subject: (
            subject == constant if type(subject) is kind else matches_test(f[RUN], subject, constant)
        )
    value = code_of(node, scope)
    return lambda f, subject: matches_test(f[RUN], subject, value(f))


def _comparison(node: s.Unary, scope: Scope) -> Test:
    end, sign, position = code_of(node.end, scope), node.operator, node.position
    if isinstance(node.end, s.Literal) and type(node.end.value) in _PLAIN:
        constant, kind, holds = node.end.value, type(node.end.value), SIGNS[sign]
        return lambda f, subject: (
            holds(subject, constant) if type(subject) is kind else compare(f[RUN], sign, subject, constant, position)
        )
    return lambda f, subject: compare(f[RUN], sign, subject, end(f), position)


def _interval(node: s.RangeNode, scope: Scope) -> Test:
    value = code_of(node, scope)
    low, high = node.low, node.high
    if isinstance(low, s.Literal) and isinstance(high, s.Literal) and type(low.value) in _PLAIN:
        kind, start, end = type(low.value), low.value, high.value
        if type(end) is kind:
            above = SIGNS[">=" if node.low_included else ">"]
            below = SIGNS["<=" if node.high_included else "<"]
            return lambda f, subject: (
                above(subject, start) and below(subject, end)
                if type(subject) is kind
                else matches_test(f[RUN], subject, value(f))
            )

    def check(f: Frame, subject: Value) -> bool | None:
        found = value(f)
        return None if found is None else matches_test(f[RUN], subject, found)

    return check


@generates(s.InstanceOf)
def _instance_of(node: s.InstanceOf, scope: Scope) -> Code:
    value, wanted = code_of(node.value, scope), scope.unit.resolve(node.type)

    def check(f: Frame) -> bool:
        subject = value(f)
        if subject is None:
            return wanted == _NULL
        return wanted.has(subject)

    return check
