"""Python scripts: assignments, if, for, over expressions of the evaluator.

The control flow is run here, one budget for the whole script; every expression is compiled like any
other. Values are never changed in place: `x.append(1)` makes a new list and binds x to it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from engine.feel import syntax as s
from engine.feel.budget import WEIGHT, Budget, weigh
from engine.feel.compiled import Compiled
from engine.feel.errors import BudgetExceeded, Note
from engine.feel.number import from_int
from engine.feel.python import calls
from engine.feel.python.expressions import Translator, finish, parse_python
from engine.feel.run import WorkingDays

_AUGMENTED = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Mod, ast.FloorDiv, ast.Pow)
_METHODS = frozenset({"append", "extend", "update"})


@dataclass(frozen=True, slots=True)
class Assign:
    """Bind a name; a name of None only evaluates."""

    name: str | None
    value: Compiled


@dataclass(frozen=True, slots=True)
class Branch:
    """if condition: then, else: other"""

    condition: Compiled
    then: tuple[Step, ...]
    other: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """for …: bind each item to `item`, then run the body."""

    items: Compiled
    item: str
    body: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Leave:
    """break or continue"""

    kind: str


Step = Assign | Branch | Loop | Leave


class Script:
    """A translated script; calling it answers the values it assigned.

    assigns: the names it may bind; names: what its expressions read, its own names included.
    """

    def __init__(self, text: str, steps: tuple[Step, ...]) -> None:
        self.text = text
        self.steps = steps
        self.assigns = frozenset(name for name in _assigned(steps) if not name.startswith("py:"))
        self.names = frozenset(_read(steps))

    def __call__(
        self,
        context: Mapping[str, Any],
        *,
        now: datetime | None = None,
        calendar: WorkingDays | None = None,
        budget: Budget | None = None,
        warnings: list[Note] | None = None,
    ) -> dict[str, Any]:
        """Run; an expression that cannot be evaluated is null, with an entry in `warnings`. Raises BudgetExceeded."""
        return self._run(context, _Lenient(now, calendar, budget or Budget(), warnings))

    def strict(
        self,
        context: Mapping[str, Any],
        *,
        now: datetime | None = None,
        calendar: WorkingDays | None = None,
        budget: Budget | None = None,
    ) -> dict[str, Any]:
        """Run; raises FeelEvaluationError at the first expression that cannot be evaluated."""
        return self._run(context, _Strict(now, calendar, budget or Budget()))

    def _run(self, context: Mapping[str, Any], evaluator: _Lenient | _Strict) -> dict[str, Any]:
        names = dict(context)
        _execute(self.steps, names, evaluator)
        made = {name: names[name] for name in self.assigns if name in names}
        if weigh(made) > WEIGHT:
            raise BudgetExceeded("memory", "The script's values are too large")
        return made


class _Strict:
    def __init__(self, now: datetime | None, calendar: WorkingDays | None, budget: Budget) -> None:
        self.now = now
        self.calendar = calendar
        self.budget = budget

    def value(self, code: Compiled, names: Mapping[str, Any]) -> Any:
        self.budget.spend(20)
        return code.strict(names, now=self.now, calendar=self.calendar, budget=self.budget)


class _Lenient(_Strict):
    def __init__(
        self,
        now: datetime | None,
        calendar: WorkingDays | None,
        budget: Budget,
        warnings: list[Note] | None,
    ) -> None:
        super().__init__(now, calendar, budget)
        self.warnings = warnings

    def value(self, code: Compiled, names: Mapping[str, Any]) -> Any:
        self.budget.spend(20)
        return code(names, now=self.now, calendar=self.calendar, budget=self.budget, warnings=self.warnings)


def _execute(steps: tuple[Step, ...], names: dict[str, Any], evaluator: _Strict) -> str | None:
    """Run steps; answers "break" or "continue" if one of them leaves the loop around."""
    for step in steps:
        left = None
        if isinstance(step, Assign):
            value = evaluator.value(step.value, names)
            if step.name is not None:
                names[step.name] = value
        elif isinstance(step, Branch):
            chosen = step.then if evaluator.value(step.condition, names) is True else step.other
            left = _execute(chosen, names, evaluator)
        elif isinstance(step, Loop):
            for item in evaluator.value(step.items, names) or ():
                names[step.item] = item
                evaluator.budget.spend(5)
                if _execute(step.body, names, evaluator) == "break":
                    break
        else:
            return step.kind
        if left is not None:
            return left
    return None


def _assigned(steps: tuple[Step, ...]) -> Iterator[str]:
    for step in steps:
        if isinstance(step, Assign) and step.name is not None:
            yield step.name
        elif isinstance(step, Branch):
            yield from _assigned(step.then)
            yield from _assigned(step.other)
        elif isinstance(step, Loop):
            yield step.item
            yield from _assigned(step.body)


def _read(steps: tuple[Step, ...]) -> Iterator[str]:
    for step in steps:
        if isinstance(step, Assign):
            yield from step.value.names | step.value.maybe_names
        elif isinstance(step, Branch):
            yield from step.condition.names | step.condition.maybe_names
            yield from _read(step.then)
            yield from _read(step.other)
        elif isinstance(step, Loop):
            yield from step.items.names | step.items.maybe_names
            yield from _read(step.body)


@lru_cache(maxsize=256)
def compile_script(text: str) -> Script:
    """Translate a script; raises FeelSyntaxError, naming the line of what has no counterpart."""
    tree = parse_python(text, "exec")
    assert isinstance(tree, ast.Module)
    return Script(text, tuple(_Statements(text).block(tree.body)))


class _Statements(Translator):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.loops = 0

    def block(self, statements: list[ast.stmt]) -> Iterator[Step]:
        self.nesting += 1
        for statement in statements:
            yield from self.statement(statement)
        self.nesting -= 1

    def code(self, node: s.Node) -> Compiled:
        return finish(self.text, node, is_weighed=False)

    def statement(self, node: ast.stmt) -> Iterator[Step]:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield from self.assign(target, self.node(node.value))
        elif isinstance(node, ast.AnnAssign):
            if node.value is not None:
                yield from self.assign(node.target, self.node(node.value))
        elif isinstance(node, ast.AugAssign):
            yield from self.augment(node)
        elif isinstance(node, ast.If):
            condition = self.code(self.condition(node.test))
            yield Branch(condition, tuple(self.block(node.body)), tuple(self.block(node.orelse)))
        elif isinstance(node, ast.For) and not node.orelse:
            yield self.for_each(node)
        elif isinstance(node, (ast.Break, ast.Continue)) and self.loops:
            yield Leave("break" if isinstance(node, ast.Break) else "continue")
        elif isinstance(node, ast.Expr):
            yield from self.expression(node.value)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            self.check_import(node)
        elif not isinstance(node, ast.Pass):
            self.refuse(node, type(node).__name__.lower())

    def check_import(self, node: ast.Import | ast.ImportFrom) -> None:
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module]
        if any(alias.asname for alias in node.names) or not set(modules) <= calls.MODULES:
            self.refuse(node, "this import")

    def for_each(self, node: ast.For) -> Step:
        self.loops += 1
        items = self.code(self.call("py:iter", node.iter, self.node(node.iter)))
        if isinstance(node.target, ast.Name):
            loop = Loop(items, node.target.id, tuple(self.block(node.body)))
        else:
            name = self.fresh()
            unpacked = self.assign(node.target, s.Name(self.at(node), name))
            loop = Loop(items, name, (*unpacked, *self.block(node.body)))
        self.loops -= 1
        return loop

    def assign(self, target: ast.expr, value: s.Node) -> Iterator[Step]:
        if isinstance(target, ast.Name):
            if target.id.startswith("__"):
                self.refuse(target, target.id)
            yield Assign(target.id, self.code(value))
        elif isinstance(target, (ast.Tuple, ast.List)):
            name = self.fresh()
            yield Assign(name, self.code(value))
            for index, part in enumerate(target.elts):
                place = s.Literal(value.position, from_int(index))
                whole = s.Name(value.position, name)
                yield from self.assign(part, self.call("py:item", target, whole, place))
        elif isinstance(target, (ast.Subscript, ast.Attribute)):
            base, keys = self.place(target)
            put = self.call("py:put", target, s.Name(self.at(target), base), s.ListNode(self.at(target), keys), value)
            yield Assign(base, self.code(put))
        else:
            self.refuse(target, "this target")

    def place(self, target: ast.expr) -> tuple[str, tuple[s.Node, ...]]:
        """Split a["b"].c into the name and the keys below it."""
        keys: list[s.Node] = []
        while not isinstance(target, ast.Name):
            if isinstance(target, ast.Attribute) and not target.attr.startswith("_"):
                keys.insert(0, s.Literal(self.at(target), target.attr))
            elif isinstance(target, ast.Subscript) and not isinstance(target.slice, ast.Slice):
                keys.insert(0, self.node(target.slice))
            else:
                self.refuse(target, "this target")
            target = target.value
        return target.id, tuple(keys)

    def augment(self, node: ast.AugAssign) -> Iterator[Step]:
        if not isinstance(node.op, _AUGMENTED):
            self.refuse(node, "this operator")
        current = ast.copy_location(ast.BinOp(_loaded(node.target), node.op, node.value), node)
        yield from self.assign(node.target, self.node(current))

    def expression(self, node: ast.expr) -> Iterator[Step]:
        """A call that changes a list or dict binds its name anew; print and texts do nothing."""
        if isinstance(node, ast.Constant):
            return
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            return
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS:
            if len(node.args) != 1 or node.keywords:
                self.refuse(node, f".{node.func.attr}() with these arguments")
            target, given = node.func.value, self.node(node.args[0])
            position = self.at(node)
            current = self.node(target)
            if node.func.attr == "append":
                given = s.ListNode(position, (given,))
            if node.func.attr == "update":
                made = self.call("context merge", node, s.ListNode(position, (current, given)))
            else:
                made = self.call("py:add", node, current, given)
            yield from self.assign(target, made)
        else:
            yield Assign(None, self.code(self.node(node)))


def _loaded(target: ast.expr) -> ast.expr:
    """Copy a target of an assignment as something to read."""
    copy = ast.parse(ast.unparse(target), mode="eval").body
    return ast.copy_location(copy, target)
