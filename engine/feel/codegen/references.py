"""Literals, names, paths and calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.feel import syntax as s
from engine.feel.codegen.base import CONTEXT, INPUT, RUN, Code, Frame, Scope, code_of, generates
from engine.feel.run import Run, apply
from engine.feel.temporal import property_of
from engine.feel.values import Function, NamedArguments, Range, Value, kind_of

_MISSING: Any = object()
_RANGE_PARTS: dict[str, Callable[[Range], Value]] = {
    "start": lambda interval: interval.start,
    "end": lambda interval: interval.end,
    "start included": lambda interval: interval.start_included,
    "end included": lambda interval: interval.end_included,
}


@generates(s.Literal)
def _literal(node: s.Literal, scope: Scope) -> Code:
    value = node.value
    if value is None and node.text is not None:
        text, position = node.text, node.position
        return lambda f: f[RUN].warn("literal", f'@"{text[:40]}" is no date, time or duration', position)
    return lambda f: value


@generates(s.Name)
def _name(node: s.Name, scope: Scope) -> Code:
    name, position = node.name, node.position
    items, place = scope.find(name)
    if name == "?" and place is None:
        return lambda f: f[INPUT]
    if place is not None:
        outer = lenient = _local(place)
    else:
        outer = _global(name, position, scope, in_filter=bool(items))
        lenient = _global(name, position, scope, in_filter=True, is_silent=True)
    return _through_items(name, items, outer, lenient) if items else outer


def _local(place: int) -> Code:
    return lambda f: f[place]


def _global(name: str, position: int, scope: Scope, *, in_filter: bool, is_silent: bool = False) -> Code:
    builtin = scope.unit.builtins.get(name)
    if builtin is None:
        (scope.unit.maybe_names if in_filter else scope.unit.names).add(name)

    def read(f: Frame) -> Value:
        value = f[CONTEXT].get(name, _MISSING)
        kind = type(value)
        if kind is str or kind is bool or value is None:
            return value
        if value is not _MISSING:
            return f[RUN].lift(value)
        if builtin is not None or is_silent:
            return builtin
        return f[RUN].warn("unknown-name", f"{name} is not known", position)

    return read


def _through_items(name: str, items: list[int], outer: Code, lenient: Code) -> Code:
    def read(f: Frame) -> Value:
        is_row = False
        for place in items:
            item = f[place]
            if type(item) is dict:
                value = item.get(name, _MISSING)
                if value is not _MISSING:
                    return value
            is_row = is_row or item is None or type(item) is dict
        # A row without this entry is not a mistake in the text: it just does not match.
        return lenient(f) if is_row else outer(f)

    return read


@generates(s.Path)
def _path(node: s.Path, scope: Scope) -> Code:
    name, position = node.name, node.position
    chain = _global_chain(node, scope)
    if chain is not None:
        return chain
    base = code_of(node.base, scope)

    def read(f: Frame) -> Value:
        value = base(f)
        if type(value) is dict:
            found = value.get(name, _MISSING)
            if found is not _MISSING:
                return found
        return _property(f[RUN], value, name, position)

    return read


def _global_chain(node: s.Path, scope: Scope) -> Code | None:
    """Read a.b.c of the context without converting what lies beside the path."""
    names: list[str] = []
    base: s.Node = node
    while isinstance(base, s.Path):
        names.insert(0, base.name)
        base = base.base
    if not isinstance(base, s.Name) or scope.find(base.name) != ([], None) or base.name in scope.unit.builtins:
        return None
    if base.name == "?":
        return None
    root, position = base.name, node.position
    root_code = code_of(base, scope)

    def read(f: Frame) -> Value:
        value = f[CONTEXT].get(root, _MISSING)
        if value is _MISSING:
            value = root_code(f)
        run = f[RUN]
        for name in names:
            if type(value) is dict:
                found = value.get(name, _MISSING)
                value = found if found is not _MISSING else _property(run, value, name, position)
            else:
                value = _property(run, run.lift(value), name, position)
        kind = type(value)
        return value if kind is str or kind is bool else run.lift(value)

    return read


def _property(run: Run, value: Value, name: str, position: int) -> Value:
    if value is None:
        return None
    if type(value) is dict:
        if name in value:
            return run.lift(value[name])
        return run.warn("unknown-entry", f"The context has no entry {name}", position)
    if type(value) is list:
        run.charge(1 + len(value))
        run.hold(8 * len(value))
        return [_property(run, part, name, position) for part in value]
    if type(value) is Range:
        reader = _RANGE_PARTS.get(name)
        return reader(value) if reader else _no_property(run, value, name, position)
    found, part = property_of(value, name)
    return part if found else _no_property(run, value, name, position)


def _no_property(run: Run, value: Value, name: str, position: int) -> None:
    return run.warn("unknown-property", f"A {kind_of(value)} has no property {name}", position)


@generates(s.Call)
def _call(node: s.Call, scope: Scope) -> Code:
    position, names = node.position, node.names
    arguments = tuple(code_of(argument, scope) for argument in node.arguments)
    function = node.function
    callee = code_of(function, scope)
    builtin = scope.unit.builtins.get(function.name) if isinstance(function, s.Name) else None
    if isinstance(function, s.Name) and function.name == "is defined" and len(arguments) == 1:
        return _is_defined(arguments[0])
    if builtin is not None and isinstance(function, s.Name):
        callee = _prefer_function(callee, builtin)
    if names:
        return _named_call(callee, names, arguments, position)
    if len(arguments) == 1:
        only = arguments[0]

        def call_one(f: Frame) -> Value:
            target = callee(f)
            if type(target) is not Function:
                return _not_callable(f[RUN], target, position)
            return apply(f[RUN], target, [only(f)], position)

        return call_one

    def call(f: Frame) -> Value:
        target = callee(f)
        if type(target) is not Function:
            return _not_callable(f[RUN], target, position)
        return apply(f[RUN], target, [argument(f) for argument in arguments], position)

    return call


def _is_defined(argument: Code) -> Code:
    """Evaluate the argument without complaint: asking whether a name is there is no mistake."""

    def check(f: Frame) -> bool:
        run: Run = f[RUN]
        before = run.is_strict, run.warnings
        run.is_strict, run.warnings = False, None
        try:
            return argument(f) is not None
        finally:
            run.is_strict, run.warnings = before

    return check


def _prefer_function(read: Code, builtin: Function) -> Code:
    """A variable that is no function does not hide the built-in of its name when called."""

    def callee(f: Frame) -> Value:
        value = read(f)
        return value if type(value) is Function else builtin

    return callee


def _named_call(callee: Code, names: tuple[str, ...], arguments: tuple[Code, ...], position: int) -> Code:
    def call(f: Frame) -> Value:
        target = callee(f)
        if type(target) is not Function:
            return _not_callable(f[RUN], target, position)
        values = {name: argument(f) for name, argument in zip(names, arguments, strict=True)}
        run = f[RUN]
        if len(values) != len(names):
            return run.warn("arguments", "An argument is named twice", position)
        if target.builtin:
            return apply(run, target, NamedArguments(values), position)
        if values.keys() != set(target.parameters):
            return run.warn("arguments", f"The arguments are {', '.join(target.parameters)}", position)
        return apply(run, target, [values[name] for name in target.parameters], position)

    return call


def _not_callable(run: Run, target: Value, position: int) -> None:
    return run.warn("not-a-function", f"A {kind_of(target)} cannot be called", position)
