"""Conditions, lists, contexts and functions."""

from __future__ import annotations

from engine.feel import syntax as s
from engine.feel.codegen.base import FIRST_LOCAL, RUN, Code, Frame, Scope, code_of, generates, size_of, weight_of
from engine.feel.run import Run
from engine.feel.values import Function, Value, kind_of


@generates(s.If)
def _if(node: s.If, scope: Scope) -> Code:
    condition, chosen, other = (code_of(part, scope) for part in (node.condition, node.chosen, node.other))
    position = node.condition.position

    def choose(f: Frame) -> Value:
        value = condition(f)
        if value is True:
            return chosen(f)
        if value is not None and value is not False:
            f[RUN].warn("operand-type", f"if needs a boolean, not a {kind_of(value)}", position)
        return other(f)

    return choose


@generates(s.ListNode)
def _list(node: s.ListNode, scope: Scope) -> Code:
    items = tuple(code_of(item, scope) for item in node.items)
    return lambda f: [item(f) for item in items]


@generates(s.ContextNode)
def _context(node: s.ContextNode, scope: Scope) -> Code:
    entries: list[tuple[str, int, Code, bool]] = []
    for name, item in zip(node.names, node.items, strict=True):
        place = scope.unit.place()
        is_function = isinstance(item, s.FunctionNode)
        inner = scope.bind_all({name: place})
        # A function may call itself by the name of its entry; any other entry sees only those before it.
        entries.append((name, place, code_of(item, inner if is_function else scope), is_function))
        scope = inner
    position = node.position
    if len(set(node.names)) != len(node.names):
        return lambda f: f[RUN].warn("duplicate-entry", "A context has two entries of one name", position)

    def make(f: Frame) -> Value:
        made = {}
        for name, place, code, is_function in entries:
            value = f[place] = made[name] = code(f)
            if is_function and type(value) is Function:
                value.frame[place] = value
        return made

    return make


@generates(s.FunctionNode)
def _function(node: s.FunctionNode, scope: Scope) -> Code:
    if node.is_external:
        position = node.position
        return lambda f: f[RUN].warn("external", "External functions are not run", position)
    places = {name: scope.unit.place() for name in node.parameters}
    body = code_of(node.body, scope.bind_all(places))
    weight, size, first = weight_of(node.body), size_of(node.body), min(places.values(), default=FIRST_LOCAL)
    names, resolve = node.parameters, scope.unit.resolve
    types = tuple(None if declared is None else resolve(declared) for declared in node.types)
    result = None if node.result is None else resolve(node.result)

    def make(f: Frame) -> Value:
        captured = f[:]
        f[RUN].charge(1 + len(captured) // 8)
        f[RUN].hold(8 * len(captured))

        def call(run: Run, arguments: list[Value]) -> Value:
            run.charge(weight + len(captured) // 8)
            run.hold(size)
            frame = captured[:]
            frame[RUN] = run
            frame[first : first + len(arguments)] = arguments
            return body(frame)

        function = Function(names, call, types=types, result=result)
        function.frame = captured
        return function

    return make
