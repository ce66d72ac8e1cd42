"""Calls: functions and methods that have a counterpart, by the tables of engine.feel.python.calls."""

from __future__ import annotations

import ast
from string import Formatter
from typing import TYPE_CHECKING

from engine.feel import syntax as s
from engine.feel.python import calls
from engine.feel.types import Simple

if TYPE_CHECKING:
    from engine.feel.python.expressions import Translator


def invoke(t: Translator, node: ast.Call) -> s.Node:
    """Translate a call of a function or method that has a counterpart."""
    if any(isinstance(argument, ast.Starred) for argument in node.args) or any(k.arg is None for k in node.keywords):
        t.refuse(node, "* in a call")
    dotted = ast.unparse(node.func) if isinstance(node.func, (ast.Name, ast.Attribute)) else ""
    found = calls.FUNCTIONS.get(dotted) or calls.DOTTED.get(dotted)
    if found is not None:
        return _invoke_known(t, node, dotted, *found)
    if dotted == "isinstance" and len(node.args) == 2:
        return _instance(t, node)
    if isinstance(node.func, ast.Attribute):
        return _method(t, node, node.func)
    if node.keywords:
        t.refuse(node, f"a call of {dotted} with names")
    return s.Call(t.at(node), t.node(node.func), tuple(map(t.node, node.args)))


def _invoke_known(t: Translator, node: ast.Call, dotted: str, name: str, least: int, most: int) -> s.Node:
    """Translate a call of a function of our table."""
    if not least <= len(node.args) <= most:
        t.refuse(node, f"{dotted} with {len(node.args)} arguments")
    if name == "sort":
        return _sorted(t, node)
    if name in ("py:now", "py:utcnow"):
        zone = ast.unparse(node.args[0]) if node.args else ""
        if node.keywords or (zone and zone not in calls.UTC_NAMES):
            t.refuse(node, "a time zone other than UTC")
        return t.call("py:now", node, s.Literal(t.at(node), True if zone or name == "py:utcnow" else None))
    arguments = [t.node(argument) for argument in node.args]
    if node.keywords:
        return _named(t, node, dotted, name, arguments)
    return t.call(name, node, *arguments)


def _named(t: Translator, node: ast.Call, dotted: str, name: str, arguments: list[s.Node]) -> s.Node:
    """Translate a call with named arguments."""
    known = calls.KEYWORDS.get(name, ())
    names = list(known[: len(arguments)])
    for keyword in node.keywords:
        if keyword.arg is None or keyword.arg not in known or keyword.arg in names:
            t.refuse(node, f"{dotted} with {keyword.arg}")
        names.append(keyword.arg)
        arguments.append(t.node(keyword.value))
    position = t.at(node)
    return s.Call(position, s.Name(position, name), tuple(arguments), tuple(names))


def _sorted(t: Translator, node: ast.Call) -> s.Node:
    """Translate sorted(x, key=…, reverse=…)."""
    options = {keyword.arg: keyword.value for keyword in node.keywords}
    key, reverse = options.pop("key", None), options.pop("reverse", None)
    if options or not (reverse is None or isinstance(reverse, ast.Constant)):
        t.refuse(node, "sorted with these options")
    position = t.at(node)
    one, other = t.fresh(), t.fresh()
    sides: list[s.Node] = [s.Name(position, one), s.Name(position, other)]
    if key is not None:
        sides = [s.Call(position, t.node(key), (side,)) for side in sides]
    sign = ">" if isinstance(reverse, ast.Constant) and reverse.value else "<"
    precedes = s.FunctionNode(position, (one, other), (None, None), None, s.Compare(position, sign, *sides))
    return t.call("sort", node, t.call("py:iter", node, t.node(node.args[0])), precedes)


def _instance(t: Translator, node: ast.Call) -> s.Node:
    """Translate isinstance(x, str)."""
    kinds = node.args[1].elts if isinstance(node.args[1], ast.Tuple) else [node.args[1]]
    tests: list[s.Node] = []
    for kind in kinds:
        name = calls.TYPES.get(ast.unparse(kind))
        if name is None:
            t.refuse(node, "isinstance of this")
        tests.append(s.InstanceOf(t.at(node), t.node(node.args[0]), Simple(name)))
    return tests[0] if len(tests) == 1 else s.Or(t.at(node), tuple(tests))


def _method(t: Translator, node: ast.Call, target: ast.Attribute) -> s.Node:
    """Translate a call of a method."""
    if node.keywords:
        t.refuse(node, f".{target.attr} with names")
    if target.attr == "join" and len(node.args) == 1:
        return t.call("string join", node, t.node(node.args[0]), t.node(target.value))
    if target.attr == "format" and isinstance(target.value, ast.Constant) and isinstance(target.value.value, str):
        return _format(t, node, target.value.value)
    found = calls.METHODS.get(target.attr)
    if found is None or len(node.args) > found[1]:
        t.refuse(node, f".{target.attr}()")
    arguments = [t.node(target.value), *map(t.node, node.args)]
    if target.attr == "copy":
        return arguments[0]
    if target.attr == "get" and len(arguments) == 2:
        arguments.append(s.Literal(t.at(node), None))
    return t.call(found[0], node, *arguments)


def _format(t: Translator, node: ast.Call, pattern: str) -> s.Node:
    """Translate "…{}…".format(a)."""
    pieces: list[s.Node] = [s.Literal(t.at(node), "")]
    following = 0
    for text, field, spec, conversion in Formatter().parse(pattern):
        pieces.append(s.Literal(t.at(node), text))
        if field is None:
            continue
        place = field or str(following)
        following += not field
        if conversion or not place.isdecimal() or int(place) >= len(node.args):
            t.refuse(node, "this format")
        value = t.node(node.args[int(place)])
        made = s.Literal(t.at(node), spec)
        pieces.append(t.call("py:format", node, value, made) if spec else t.call("py:str", node, value))
    return t.call("py:concat", node, *pieces)
