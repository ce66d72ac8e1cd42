"""Conditions as data, for designers who pick instead of write: groups of field, operator, value <-> FEEL text.

A model is one of
    {"all": [model, …]}                                   every part holds
    {"any": [model, …]}                                   at least one holds
    {"not": model}                                        it does not
    {"field": "申请.金额", "operator": ">", "value": 100}    one comparison
    {"feel": "text"}                                      what has no such form, kept word for word
and, for what a rule gives instead of a condition,
    {"value": …}                                          a value as below
    {"cases": [{"when": "text", "only": [value, …]}, …]}  of several lists the first whose FEEL text holds, else null
A value is a string, number, boolean, None, a list of these (for `in`), two of them (for `between`),
{"date": "2026-01-01"} and its like, or {"field": "…"} for another field. Empty `all` is true, empty `any` false.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from engine.feel import syntax as s
from engine.feel.builtins import NAMES
from engine.feel.errors import FeelError
from engine.feel.lexer import escape
from engine.feel.names import is_special
from engine.feel.number import is_integer, to_text
from engine.feel.parser import parse
from engine.feel.temporal import parse_literal
from engine.feel.unparse import unparse
from engine.feel.values import kind_of

Model = dict[str, Any]

COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
FUNCTIONS = {"contains": "contains", "starts with": "starts with", "ends with": "ends with", "has": "list contains"}
OPERATORS = (*COMPARISONS, "between", "in", "not in", "is empty", "is not empty", *FUNCTIONS)
_TURNED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_TEMPORAL = ("date", "time", "date and time", "duration")


class NotAModel(FeelError):
    """The data is no condition; `message` says which part."""


def to_feel(model: Mapping[str, Any]) -> str:
    """Write a model as FEEL; raises NotAModel."""
    given = model if isinstance(model, Mapping) else {}
    if "value" in given and "field" not in given:
        return _write_value(given["value"])
    if "cases" in given:
        return _write_cases(given["cases"])
    return _write(model, is_part=False)


def value_of(text: str) -> Model | None:
    """Read FEEL as {"value": …}; None for what is not a plain value. Raises FeelSyntaxError."""
    tree = parse(text, NAMES).tree
    return {"value": _value(tree)} if isinstance(tree, s.Literal) else None


def cases_of(text: str, names: Iterable[str] = ()) -> Model | None:
    """Read FEEL as {"cases": […]}; None for what is no such choice of lists. Raises FeelSyntaxError."""
    node = parse(text, NAMES, [name for name in names if is_special(name)]).tree
    found = []
    while isinstance(node, s.If) and isinstance(node.chosen, s.ListNode):
        if not all(isinstance(item, s.Literal) for item in node.chosen.items):
            return None
        found.append({"when": unparse(node.condition), "only": [_value(item) for item in node.chosen.items]})
        node = node.other
    ends = isinstance(node, s.Literal) and node.value is None and node.text is None
    return {"cases": found} if found and ends else None


def _write_cases(cases: Any) -> str:
    if not isinstance(cases, list) or not cases:
        raise _refuse("cases are a list")
    text = ""
    for case in cases:
        when, only = (case.get("when"), case.get("only")) if isinstance(case, Mapping) else (None, None)
        if not isinstance(when, str) or not isinstance(only, list):
            raise _refuse("a case has a condition and a list")
        parse(when, NAMES)
        text += f"if {when} then [{', '.join(map(_write_value, only))}] else "
    return f"{text}null"


def _write(model: Any, *, is_part: bool) -> str:
    if not isinstance(model, Mapping):
        raise _refuse("a condition is an object")
    for word, joint, empty in (("all", " and ", "true"), ("any", " or ", "false")):
        if word in model:
            parts = model[word]
            if not isinstance(parts, list):
                raise _refuse(f"{word} is a list")
            if len(parts) == 1:
                return _write(parts[0], is_part=is_part)
            text = joint.join(_write(part, is_part=True) for part in parts) or empty
            return f"({text})" if is_part and len(parts) > 1 else text
    if "not" in model:
        return f"not({_write(model['not'], is_part=False)})"
    if "feel" in model:
        text = str(model["feel"])
        return f"({text})" if is_part and not _is_simple(text) else text
    return _write_rule(model)


def _is_simple(text: str) -> bool:
    tree = parse(text, NAMES).tree
    return isinstance(tree, (s.Compare, s.Between, s.In, s.Call, s.Name, s.Path, s.Literal, s.InstanceOf))


def _write_rule(rule: Mapping[str, Any]) -> str:
    field, operator, value = str(rule.get("field", "")), rule.get("operator"), rule.get("value")
    if not field:
        raise _refuse("a comparison names a field")
    if operator == "is empty":
        return f"{field} = null"
    if operator == "is not empty":
        return f"{field} != null"
    if operator in COMPARISONS:
        return f"{field} {operator} {_write_value(value)}"
    if operator in FUNCTIONS:
        return f"{FUNCTIONS[operator]}({field}, {_write_value(value)})"
    if operator == "between" and isinstance(value, list) and len(value) == 2:
        return f"{field} between {_write_value(value[0])} and {_write_value(value[1])}"
    if operator in ("in", "not in") and isinstance(value, list):
        text = f"{field} in [{', '.join(map(_write_value, value))}]"
        return text if operator == "in" else f"not({text})"
    raise _refuse(f"{operator!r} with this value is not known")


def _write_value(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float, Decimal)):
        return to_text(Decimal(repr(value) if isinstance(value, float) else value))
    if isinstance(value, str):
        return escape(value)
    if isinstance(value, Mapping) and len(value) == 1:
        kind, text = next(iter(value.items()))
        if kind == "field":
            return str(text)
        if kind in _TEMPORAL:
            return f"@{escape(str(text))}"
    raise _refuse("this value has no form in a condition")


def from_feel(text: str, names: Iterable[str] = ()) -> Model:
    """Read FEEL as a model; `names` as for `compile`. Raises FeelSyntaxError for what is not FEEL at all."""
    tree = parse(text, NAMES, [name for name in names if is_special(name)]).tree
    model = _read(tree)
    return {"feel": text.strip()} if "feel" in model else model


def _read(node: s.Node) -> Model:
    if isinstance(node, s.And):
        return {"all": [_read(part) for part in node.parts]}
    if isinstance(node, s.Or):
        return {"any": [_read(part) for part in node.parts]}
    found = _read_rule(node)
    if found is None and isinstance(node, s.Literal) and isinstance(node.value, bool):
        found = {"all": []} if node.value else {"any": []}
    return found or {"feel": unparse(node)}


def _read_rule(node: s.Node) -> Model | None:
    if isinstance(node, s.Compare):
        return _read_comparison(node)
    if isinstance(node, s.Between):
        return _rule(node.value, "between", [node.low, node.high])
    if isinstance(node, s.In):
        return _read_in(node)
    if isinstance(node, s.Call) and isinstance(node.function, s.Name) and not node.names:
        return _read_call(node.function.name, node.arguments)
    return None


def _read_comparison(node: s.Compare) -> Model | None:
    if _field(node.left) is not None:
        if isinstance(node.right, s.Literal) and node.right.value is None and node.right.text is None:
            word = {"=": "is empty", "!=": "is not empty"}.get(node.operator)
            return None if word is None else {"field": _field(node.left), "operator": word}
        return _rule(node.left, node.operator, node.right)
    return _rule(node.right, _TURNED[node.operator], node.left)


def _read_in(node: s.In) -> Model | None:
    parts: list[s.Node] = list(node.tests.parts)
    if len(parts) == 1 and isinstance(parts[0], s.ListNode):
        parts = list(parts[0].items)
    elif not all(isinstance(part, s.Literal) for part in parts):
        return None
    return _rule(node.value, "in", parts)


def _read_call(name: str, arguments: tuple[s.Node, ...]) -> Model | None:
    if name == "not" and len(arguments) == 1:
        inside = _read(arguments[0])
        if inside.get("operator") == "in":
            return {**inside, "operator": "not in"}
        return None if "feel" in inside else {"not": inside}
    for operator, function in FUNCTIONS.items():
        if name == function and len(arguments) == 2:
            return _rule(arguments[0], operator, arguments[1])
    return None


def _rule(subject: s.Node, operator: str, value: s.Node | list[s.Node]) -> Model | None:
    field = _field(subject)
    if field is None:
        return None
    try:
        read = [_value(part) for part in value] if isinstance(value, list) else _value(value)
    except NotAModel:
        return None
    return {"field": field, "operator": operator, "value": read}


def _field(node: s.Node) -> str | None:
    base = node
    while isinstance(base, s.Path):
        base = base.base
    return unparse(node) if isinstance(base, s.Name) else None


def _value(node: s.Node) -> Any:
    if isinstance(node, s.Literal):
        if node.text is not None:
            kind = kind_of(parse_literal(node.text))
            word = "duration" if kind.endswith("duration") else kind
            if word in _TEMPORAL:
                return {word: node.text}
        elif isinstance(node.value, Decimal):
            return int(node.value) if is_integer(node.value) and node.value.adjusted() < 15 else node.value
        else:
            return node.value
    field = _field(node)
    if field is None:
        raise _refuse("no plain value")
    return {"field": field}


def _refuse(message: str) -> NotAModel:
    return NotAModel("model", message)
