"""A Python condition written as FEEL, where that says the same to a reader; for lists of changes and designers.

Only for showing and for taking a model over by hand: `==` between values of different kinds is false in
Python and null in FEEL. What runs is the translated tree of compile_python.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from decimal import Decimal

from engine.feel import syntax as s
from engine.feel.errors import FeelSyntaxError
from engine.feel.names import is_special, normalize, split_name
from engine.feel.number import NUMBER, ONE
from engine.feel.python.expressions import is_boolean, translate
from engine.feel.unparse import unparse


class _NoForm(ValueError):
    """This part has no form in FEEL."""


def as_feel(text: str) -> str | None:
    """Write a Python expression as FEEL; None if it has no such form, or is not in the subset."""
    try:
        return unparse(_rewrite(translate(text)))
    except (FeelSyntaxError, _NoForm):
        return None


def _rewrite(node: s.Node) -> s.Node:
    if isinstance(node, s.Call) and isinstance(node.function, s.Name):
        name = node.function.name
        if name == "py:timedelta":
            return _timedelta(node)
        arguments = tuple(_rewrite(argument) for argument in node.arguments)
        if name in _FORMS:
            return _FORMS[name](node.position, *arguments)
        if name.startswith("py:"):
            raise _NoForm
        return dataclasses.replace(node, arguments=arguments)
    changes: dict[str, object] = {}
    for field in dataclasses.fields(node):
        part = getattr(node, field.name)
        if isinstance(part, s.Node):
            changes[field.name] = _rewrite(part)
        elif isinstance(part, tuple):
            changes[field.name] = tuple(_rewrite(item) if isinstance(item, s.Node) else item for item in part)
    if isinstance(node, s.FunctionNode) and any(name.startswith("py:") for name in node.parameters):
        raise _NoForm
    return dataclasses.replace(node, **changes)  # type: ignore[arg-type]


def _call(name: str) -> Callable[..., s.Node]:
    return lambda position, *arguments: s.Call(position, s.Name(position, name), arguments)


def _not(position: int, operand: s.Node) -> s.Node:
    if isinstance(operand, s.Compare) and operand.operator == "=":
        return dataclasses.replace(operand, operator="!=")
    if not is_boolean(operand) and not isinstance(operand, s.In):
        raise _NoForm
    return _call("not")(position, operand)


def _truth(position: int, operand: s.Node) -> s.Node:
    if not is_boolean(operand):
        raise _NoForm
    return operand


def _in(position: int, item: s.Node, container: s.Node) -> s.Node:
    if not isinstance(container, s.ListNode):
        # A dict or a string would mean something else.
        raise _NoForm
    return s.In(position, item, s.Tests(position, "any", (container,)))


def _item(position: int, container: s.Node, key: s.Node) -> s.Node:
    value = key.value if isinstance(key, s.Literal) else None
    if isinstance(value, str) and normalize(split_name(value)) == value and value and not is_special(value):
        return s.Path(position, container, value)
    if isinstance(value, Decimal):
        return s.Filter(position, container, s.Literal(position, NUMBER.add(value, ONE) if value >= 0 else value))
    raise _NoForm


def _get(position: int, container: s.Node, key: s.Node, default: s.Node) -> s.Node:
    if not (isinstance(default, s.Literal) and default.value is None):
        raise _NoForm
    return _call("get value")(position, container, key)


def _concat(position: int, *parts: s.Node) -> s.Node:
    pieces = [part for part in parts if not (isinstance(part, s.Literal) and part.value == "")]
    made = pieces[0] if pieces else s.Literal(position, "")
    for piece in pieces[1:]:
        made = s.Arithmetic(position, "+", made, piece)
    return made


def _timedelta(node: s.Call) -> s.Node:
    names = node.names or ("days", "seconds")[: len(node.arguments)]
    text = {}
    for name, argument in zip(names, node.arguments, strict=True):
        if not isinstance(argument, s.Literal) or not isinstance(argument.value, Decimal) or argument.value < 0:
            raise _NoForm
        text[name] = format(argument.value, "f")
    if not set(text) <= {"days", "hours", "minutes", "seconds"} or any("." in part for part in text.values()):
        raise _NoForm
    clock = "".join(f"{text[name]}{name[0].upper()}" for name in ("hours", "minutes", "seconds") if name in text)
    days = f"{text['days']}D" if "days" in text else ""
    return _call("duration")(node.position, s.Literal(node.position, f"P{days}{'T' + clock if clock else ''}"))


_FORMS: dict[str, Callable[..., s.Node]] = {
    "py:equal": lambda position, left, right: s.Compare(position, "=", left, right),
    "py:add": lambda position, left, right: s.Arithmetic(position, "+", left, right),
    "py:mod": _call("modulo"),
    "py:not": _not,
    "py:truth": _truth,
    "py:in": _in,
    "py:item": _item,
    "py:get": _get,
    "py:str": _call("string"),
    "py:concat": _concat,
    "py:date": _call("date"),
    "py:fromisoformat": _call("date and time"),
    "py:date_of_text": _call("date"),
    "py:now": lambda position, zone: _call("now")(position),
    "py:iter": lambda position, items: items,
}
