"""Syntax tree back to text: what `parse` reads as the same tree, with as few brackets as that takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.feel import syntax as s
from engine.feel.lexer import escape
from engine.feel.number import to_text
from engine.feel.run import Run
from engine.feel.text import key_of, literal_of

# Binding strength, loosest first; an operand that binds less tightly than its place needs gets brackets.
_OPEN, _OR, _AND, _COMPARISON, _SUM, _PRODUCT, _POWER, _UNARY, _POSTFIX, _ATOM = range(10)
_ARITHMETIC = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "**": _POWER}


def unparse(node: s.Node) -> str:
    """Write an expression or unary tests."""
    return _write(node)[0]


def _write(node: s.Node) -> tuple[str, int]:
    return _WRITERS[type(node)](node)


def _at(node: s.Node, least: int) -> str:
    text, strength = _write(node)
    return text if strength >= least else f"({text})"


def _literal(node: s.Literal) -> tuple[str, int]:
    if node.text is not None:
        return f"@{escape(node.text)}", _ATOM
    if type(node.value).__name__ == "Decimal":
        return to_text(node.value), _ATOM if node.value >= 0 else _UNARY
    return literal_of(Run(), node.value), _ATOM


def _name(node: s.Name) -> tuple[str, int]:
    return node.name, _ATOM


def _path(node: s.Path) -> tuple[str, int]:
    return f"{_at(node.base, _POSTFIX)}.{node.name}", _POSTFIX


def _filter(node: s.Filter) -> tuple[str, int]:
    return f"{_at(node.base, _POSTFIX)}[{unparse(node.condition)}]", _POSTFIX


def _call(node: s.Call) -> tuple[str, int]:
    values = [unparse(argument) for argument in node.arguments]
    if node.names:
        values = [f"{name}: {value}" for name, value in zip(node.names, values, strict=True)]
    return f"{_at(node.function, _POSTFIX)}({', '.join(values)})", _POSTFIX


def _negate(node: s.Negate) -> tuple[str, int]:
    text = _at(node.operand, _UNARY)
    # A digit right after the sign would be read as one literal.
    return (f"-({text})" if text[:1] in "-.0123456789" else f"-{text}"), _UNARY


def _arithmetic(node: s.Arithmetic) -> tuple[str, int]:
    strength = _ARITHMETIC[node.operator]
    return f"{_at(node.left, strength)} {node.operator} {_at(node.right, strength + 1)}", strength


def _compare(node: s.Compare) -> tuple[str, int]:
    return f"{_at(node.left, _COMPARISON)} {node.operator} {_at(node.right, _SUM)}", _COMPARISON


def _and(node: s.And) -> tuple[str, int]:
    return " and ".join(_at(part, _COMPARISON) for part in node.parts), _AND


def _or(node: s.Or) -> tuple[str, int]:
    return " or ".join(_at(part, _AND) for part in node.parts), _OR


def _between(node: s.Between) -> tuple[str, int]:
    parts = (_at(node.value, _COMPARISON), _at(node.low, _SUM), _at(node.high, _SUM))
    return "{} between {} and {}".format(*parts), _COMPARISON


def _tests(node: s.Tests) -> tuple[str, int]:
    if node.kind == "-":
        return "-", _OPEN
    text = ", ".join(_at(part, _OPEN + 1) for part in node.parts)
    return (f"not({text})" if node.kind == "not" else text), _OPEN


def _in(node: s.In) -> tuple[str, int]:
    tests = node.tests.parts
    inside = ", ".join(_at(part, _OPEN + 1) for part in tests)
    is_plain = len(tests) == 1 and isinstance(tests[0], (s.Literal, s.ListNode, s.RangeNode, s.Name, s.Path))
    return f"{_at(node.value, _COMPARISON)} in {inside if is_plain else f'({inside})'}", _COMPARISON


def _instance_of(node: s.InstanceOf) -> tuple[str, int]:
    return f"{_at(node.value, _POSTFIX)} instance of {node.type}", _UNARY


def _if(node: s.If) -> tuple[str, int]:
    return f"if {unparse(node.condition)} then {unparse(node.chosen)} else {unparse(node.other)}", _OPEN


def _span(node: s.Span) -> tuple[str, int]:
    return f"{_at(node.low, _SUM)}..{_at(node.high, _SUM)}", _OPEN


def _iterator(node: s.Iterator_) -> tuple[str, int]:
    return f"{node.name} in {unparse(node.source)}", _OPEN


def _for(node: s.For) -> tuple[str, int]:
    return f"for {', '.join(map(unparse, node.iterators))} return {unparse(node.body)}", _OPEN


def _quantified(node: s.Quantified) -> tuple[str, int]:
    return f"{node.kind} {', '.join(map(unparse, node.iterators))} satisfies {unparse(node.condition)}", _OPEN


def _function(node: s.FunctionNode) -> tuple[str, int]:
    pairs = zip(node.parameters, node.types, strict=True)
    parameters = ", ".join(name if kind is None else f"{name}: {kind}" for name, kind in pairs)
    result = "" if node.result is None else f": {node.result}"
    return f"function({parameters}){result}{' external' * node.is_external} {unparse(node.body)}", _OPEN


def _list(node: s.ListNode) -> tuple[str, int]:
    return f"[{', '.join(_at(item, _OPEN + 1) for item in node.items)}]", _ATOM


def _context(node: s.ContextNode) -> tuple[str, int]:
    pairs = zip(node.names, node.items, strict=True)
    return f"{{{', '.join(f'{key_of(name)}: {unparse(item)}' for name, item in pairs)}}}", _ATOM


def _range(node: s.RangeNode) -> tuple[str, int]:
    opening, closing = "[" if node.low_included else "(", "]" if node.high_included else ")"
    return f"{opening}{_at(node.low, _SUM)}..{_at(node.high, _SUM)}{closing}", _ATOM


def _unary(node: s.Unary) -> tuple[str, int]:
    return f"{node.operator} {_at(node.end, _SUM)}", _COMPARISON


_WRITERS: dict[type[s.Node], Callable[[Any], tuple[str, int]]] = {
    s.Literal: _literal,
    s.Name: _name,
    s.Path: _path,
    s.Filter: _filter,
    s.Call: _call,
    s.Negate: _negate,
    s.Arithmetic: _arithmetic,
    s.Compare: _compare,
    s.And: _and,
    s.Or: _or,
    s.Between: _between,
    s.Tests: _tests,
    s.In: _in,
    s.InstanceOf: _instance_of,
    s.If: _if,
    s.Span: _span,
    s.Iterator_: _iterator,
    s.For: _for,
    s.Quantified: _quantified,
    s.FunctionNode: _function,
    s.ListNode: _list,
    s.ContextNode: _context,
    s.RangeNode: _range,
    s.Unary: _unary,
}
