"""A JUEL tree as FEEL text that decides the same; parts are put in brackets where FEEL would bind them otherwise.

Where JUEL makes something of null (`!flag` is true, `empty` is true, a text of null is empty) so does what is written.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.feel.errors import FeelSyntaxError
from engine.feel.juel.syntax import Binary, Choice, Literal, Method, Name, Node, Parts, Property, Unary

_LEVEL = {"or": 1, "and": 2, "=": 3, "!=": 3, "<": 3, "<=": 3, ">": 3, ">=": 3, "+": 4, "-": 4, "*": 5, "/": 5}
_ATOM = 9
# The counters of a multi-instance activity, as BPMN 2.0.2 names them; Java engines count loops from 0.
_COUNTERS = {
    "nrOfInstances": "numberOfInstances",
    "nrOfCompletedInstances": "numberOfCompletedInstances",
    "nrOfActiveInstances": "numberOfActiveInstances",
}
_ENGINE = frozenset({"execution", "task", "authenticatedUserId", "caseExecution", "planItemInstance", "delegateTask"})
_KEEPERS = frozenset({"execution", "task", "caseExecution", "variables", "vars", "var", "kcontext"})


def write(node: Node) -> str:
    """Return FEEL text; raises FeelSyntaxError `calls-java` for what has no form in FEEL."""
    return _write(node)[0]


def _write(node: Node) -> tuple[str, int]:
    """Return the text and how tightly it binds."""
    match node:
        case Literal(text, is_text):
            return (quoted(text) if is_text else text), _ATOM
        case Name(name):
            return _name(name)
        case Property(base, index):
            return _property(base, index)
        case Method():
            return _method(node)
        case Unary("not", operand):
            if isinstance(operand, Binary) and operand.operator in ("=", "!="):
                return f"not({write(operand)})", _ATOM
            if isinstance(operand, Unary | Method) and _write(operand)[0].startswith(("not(", "if ", "contains(")):
                return f"not({write(operand)})", _ATOM
            return f"{_inside(operand, 4)} != true", 3
        case Unary("empty", operand):
            return _empty(operand)
        case Unary(_, operand):
            return f"-{_inside(operand, _ATOM)}", 6
        case Binary("%", left, right):
            a, b = _inside(left, 6), _inside(right, 6)
            return f"{a} - {b} * round down({a} / {b}, 0)", 4
        case Binary(operator, left, right):
            level = _LEVEL[operator]
            # `a < b` and `a = b` do not chain in FEEL, and `a - (b - c)` is not `a - b - c`.
            return f"{_inside(left, level + (level == 3))} {operator} {_inside(right, level + 1)}", level
        case Choice(condition, chosen, other):
            return f"if {write(condition)} then {write(chosen)} else {write(other)}", 0
        case Parts(parts):
            return " + ".join(_text_of(part) for part in parts) or '""', 4
    raise _java(type(node).__name__)


def quoted(text: str) -> str:
    """Write a text as FEEL does."""
    made = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + made.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"'


def _inside(node: Node, level: int) -> str:
    text, own = _write(node)
    return text if own >= level else f"({text})"


def _name(name: str) -> tuple[str, int]:
    if name in _ENGINE:
        raise _java(name)
    if name == "loopCounter":
        return "loopCounter - 1", 4
    return _COUNTERS.get(name, name), _ATOM


def _property(base: Node, index: Node) -> tuple[str, int]:
    if isinstance(base, Name) and base.name in _ENGINE:
        raise _java(base.name)
    if isinstance(index, Literal) and not index.is_text and index.text.isdigit():
        return f"{_inside(base, _ATOM)}[{int(index.text) + 1}]", _ATOM
    if isinstance(index, Literal) and index.is_text:
        if index.text.isidentifier():
            return f"{_inside(base, _ATOM)}.{index.text}", _ATOM
        return f"get value({write(base)}, {quoted(index.text)})", _ATOM
    held, key = _inside(base, _ATOM), write(index)
    return f"if {_inside(index, 6)} instance of number then {held}[{key} + 1] else get value({held}, {key})", 0


def _empty(operand: Node) -> tuple[str, int]:
    held = _inside(operand, _ATOM)
    return (
        f'if {held} instance of string then {held} = "" else if {held} instance of list<Any> then count({held}) = 0'
        f" else if {held} instance of context then {held} = {{}} else {held} = null"
    ), 0


def _text_of(part: Node) -> str:
    if isinstance(part, Literal):
        return quoted(part.text)
    return f'(if {_inside(part, 6)} = null then "" else string({write(part)}))'


def _contains(base: Node, item: Node) -> tuple[str, int]:
    held, one = _inside(base, _ATOM), write(item)
    return f"if {held} instance of string then contains({held}, {one}) else list contains({held}, {one})", 0


def _call(name: str) -> Callable[..., tuple[str, int]]:
    return lambda *parts: (f"{name}({', '.join(write(part) for part in parts)})", _ATOM)


def _compare(operator: str) -> Callable[..., tuple[str, int]]:
    return lambda left, right: _write(Binary(operator, left, right))


def _size(base: Node) -> tuple[str, int]:
    return f"count({write(base)})", _ATOM


# Methods of texts, lists and maps: name, number of arguments -> how FEEL writes it.
_METHODS: dict[tuple[str, int], Callable[..., tuple[str, int]]] = {
    ("equals", 1): _compare("="),
    ("isEmpty", 0): lambda base: _empty(base),
    ("size", 0): _size,
    ("length", 0): _call("string length"),
    ("contains", 1): _contains,
    ("startsWith", 1): _call("starts with"),
    ("endsWith", 1): _call("ends with"),
    ("toLowerCase", 0): _call("lower case"),
    ("toUpperCase", 0): _call("upper case"),
    ("toString", 0): _call("string"),
    ("get", 1): lambda base, key: _property(base, key),
    ("containsKey", 1): lambda base, key: (f"get value({write(base)}, {write(key)}) != null", 3),
    ("intValue", 0): lambda base: _write(base),
    ("booleanValue", 0): lambda base: _write(base),
}
# Functions over a variable: what follows the prefix (`variables:`, `vars:`, `var:`) -> how FEEL writes it.
_FUNCTIONS: dict[str, Callable[..., tuple[str, int]]] = {
    "get": lambda one: _write(one),
    **dict.fromkeys(("equals", "eq"), _compare("=")),
    **dict.fromkeys(("notEquals", "ne"), _compare("!=")),
    **dict.fromkeys(("lowerThan", "lessThan", "lt"), _compare("<")),
    **dict.fromkeys(("lowerThanOrEquals", "lessThanOrEquals", "lte"), _compare("<=")),
    **dict.fromkeys(("greaterThan", "gt"), _compare(">")),
    **dict.fromkeys(("greaterThanOrEquals", "gte"), _compare(">=")),
    **dict.fromkeys(("isEmpty", "empty"), lambda one: _empty(one)),
    **dict.fromkeys(("isNotEmpty", "notEmpty"), lambda one: _write(Unary("not", Unary("empty", one)))),
    **dict.fromkeys(("exists", "exist"), lambda one: (f"is defined({write(one)})", _ATOM)),
    "contains": _contains,
}


def _method(node: Method) -> tuple[str, int]:
    if node.base is None:
        prefix, _, name = node.name.rpartition(":")
        known = _FUNCTIONS.get(name) if prefix in ("variables", "vars", "var") else None
        if known is None:
            raise _java(f"{node.name}()")
        return _given(known, node.name, _variable(node.arguments[0]) if node.arguments else None, *node.arguments[1:])
    if isinstance(node.base, Name) and node.base.name in _KEEPERS:
        if node.name in ("getVariable", "getVariableLocal", "get") and len(node.arguments) == 1:
            return _write(_variable(node.arguments[0]))
        if node.name == "hasVariable" and len(node.arguments) == 1:
            return f"is defined({write(_variable(node.arguments[0]))})", _ATOM
        raise _java(f"{node.base.name}.{node.name}()")
    method = _METHODS.get((node.name, len(node.arguments)))
    if method is None:
        holder = f"{node.base.name}." if isinstance(node.base, Name) else ""
        raise _java(f"{holder}{node.name}()")
    return _given(method, node.name, node.base, *node.arguments)


def _given(form: Callable[..., tuple[str, int]], name: str, *parts: Node | None) -> tuple[str, int]:
    try:
        return form(*[part for part in parts if part is not None])
    except TypeError:
        raise _java(f"{name}()") from None


def _variable(node: Node) -> Node:
    """A variable may be named by a text."""
    return Name(node.text) if isinstance(node, Literal) and node.is_text and node.text.isidentifier() else node


def _java(what: str) -> FeelSyntaxError:
    return FeelSyntaxError("calls-java", f"{what} is known to Java engines only", None)
