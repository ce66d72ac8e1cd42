"""Arithmetic, comparison and logic."""

from __future__ import annotations

import operator as python
from collections.abc import Callable
from decimal import Decimal

from engine.feel import syntax as s
from engine.feel.arithmetic import NUMBERS, negate, operate
from engine.feel.codegen.base import CONTEXT, RUN, Code, Frame, Scope, code_of, generates
from engine.feel.compare import compare, order
from engine.feel.number import ARITHMETIC_ERRORS, is_integer
from engine.feel.values import Value, kind_of

SIGNS: dict[str, Callable[[Value, Value], bool]] = {
    "=": python.eq,
    "!=": python.ne,
    "<": python.lt,
    "<=": python.le,
    ">": python.gt,
    ">=": python.ge,
}


@generates(s.Arithmetic)
def _arithmetic(node: s.Arithmetic, scope: Scope) -> Code:
    left, right = code_of(node.left, scope), code_of(node.right, scope)
    sign, position = node.operator, node.position
    on_numbers = NUMBERS[sign]

    def compute(f: Frame) -> Value:
        one = left(f)
        other = right(f)
        if type(one) is Decimal and type(other) is Decimal:
            try:
                return on_numbers(one, other)
            except ARITHMETIC_ERRORS:
                return f[RUN].warn("arithmetic", f"{sign} has no result here", position)
        return operate(f[RUN], sign, one, other, position)

    return compute


@generates(s.Negate)
def _negate(node: s.Negate, scope: Scope) -> Code:
    operand, position = code_of(node.operand, scope), node.position
    return lambda f: negate(f[RUN], operand(f), position)


@generates(s.Compare)
def _compare(node: s.Compare, scope: Scope) -> Code:
    right = node.right
    if isinstance(right, s.Literal) and type(right.value) in (Decimal, str):
        if isinstance(node.left, s.Name) and scope.find(node.left.name) == ([], None) and node.left.name != "?":
            return _name_with_constant(node, node.left.name, right.value, scope)
        return _with_constant(node, right.value, scope)
    left_code, right_code = code_of(node.left, scope), code_of(right, scope)
    sign, position, test = node.operator, node.position, SIGNS[node.operator]

    def check(f: Frame) -> Value:
        one = left_code(f)
        other = right_code(f)
        kind = type(one)
        if kind is type(other) and (kind is Decimal or kind is str):
            return test(one, other)
        return compare(f[RUN], sign, one, other, position)

    return check


def _with_constant(node: s.Compare, constant: Decimal | str, scope: Scope) -> Code:
    left, sign, position = code_of(node.left, scope), node.operator, node.position
    kind, test = type(constant), SIGNS[node.operator]

    def check(f: Frame) -> Value:
        one = left(f)
        if type(one) is kind:
            return test(one, constant)
        return compare(f[RUN], sign, one, constant, position)

    return check


def _name_with_constant(node: s.Compare, name: str, constant: Decimal | str, scope: Scope) -> Code:
    """Compare a value of the context with a constant: what most conditions are made of."""
    slow = _with_constant(node, constant, scope)
    test = SIGNS[node.operator]
    fast: object = constant
    if isinstance(constant, Decimal) and is_integer(constant) and constant.adjusted() < 15:
        fast = int(constant)
    kind = type(fast)

    def check(f: Frame) -> Value:
        value = f[CONTEXT].get(name)
        if type(value) is kind:
            return test(value, fast)
        return slow(f)

    return check


@generates(s.Between)
def _between(node: s.Between, scope: Scope) -> Code:
    value, low, high = code_of(node.value, scope), code_of(node.low, scope), code_of(node.high, scope)
    position = node.position

    def check(f: Frame) -> Value:
        run, subject, least, most = f[RUN], value(f), low(f), high(f)
        if subject is None or least is None or most is None:
            return None
        above, below = order(run, subject, least), order(run, subject, most)
        if above is None or below is None:
            return run.warn("operand-type", f"between does not apply to {kind_of(subject)} here", position)
        return above >= 0 and below <= 0

    return check


@generates(s.And)
def _and(node: s.And, scope: Scope) -> Code:
    if len(node.parts) == 2:
        return _decide_two(node, scope, absorbing=False)
    return _decide(node, scope, absorbing=False)


@generates(s.Or)
def _or(node: s.Or, scope: Scope) -> Code:
    if len(node.parts) == 2:
        return _decide_two(node, scope, absorbing=True)
    return _decide(node, scope, absorbing=True)


def _decide_two(node: s.And | s.Or, scope: Scope, *, absorbing: bool) -> Code:
    left, right = (code_of(part, scope) for part in node.parts)
    many = _check_operand(node)
    neutral = not absorbing

    def decide(f: Frame) -> Value:
        one = left(f)
        if one is absorbing:
            return absorbing
        other = right(f)
        if other is absorbing:
            return absorbing
        if one is neutral and other is neutral:
            return neutral
        return many(f, (one, other))

    return decide


def _decide(node: s.And | s.Or, scope: Scope, *, absorbing: bool) -> Code:
    """Evaluate left to right until one part settles it; what is not boolean counts as null."""
    parts = tuple(code_of(part, scope) for part in node.parts)
    unsure = _check_operand(node)
    neutral = not absorbing

    def decide(f: Frame) -> Value:
        odd: list[Value] = []
        for part in parts:
            value = part(f)
            if value is absorbing:
                return absorbing
            if value is not neutral:
                odd.append(value)
        return unsure(f, tuple(odd)) if odd else neutral

    return decide


def _check_operand(node: s.And | s.Or) -> Callable[[Frame, tuple[Value, ...]], None]:
    position = node.position
    word = "and" if isinstance(node, s.And) else "or"

    def unsure(f: Frame, values: tuple[Value, ...]) -> Value:
        for value in values:
            if value is not None and type(value) is not bool:
                f[RUN].warn("operand-type", f"{word} does not apply to a {kind_of(value)}", position)

    return unsure
