"""Activities that run several times: multi-instance, in parallel or in turn, and standard loops.

The loop is one spec, the activity inside another (`body`). Each instance has an overlay of its own for its item and
what it writes; results are collected in the order of the input, whatever order the instances finish in.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.spiff.elements import Element, Loop
from engine.spiff.expressions import Expr
from engine.spiff.scope import Scope
from engine.spiff.specs.node import Node, is_boundary
from engine.spiff.specs.throwing import tell_boundary
from engine.spiff.task import FINISHED, READY, STARTED, CaseTask
from engine.spiff.typed import from_json, to_json

MAX_INSTANCES = 10_000


class LoopNode(Node):
    """Holds the instances of `body`; not recorded itself, the diagram knows only the activity."""

    def __init__(self, wf_spec: Any, name: str, element: Element, body: Node) -> None:
        super().__init__(wf_spec, name, element)
        assert element.loop is not None
        self.loop: Loop = element.loop
        self.body = body
        body.loop_spec = self

    def _on_cancel(self, my_task: CaseTask) -> None:
        """The instances record that they were cancelled."""

    def _on_complete(self, my_task: CaseTask) -> None:
        self.finish(my_task)

    def instance(self, my_task: CaseTask, scope: Scope) -> CaseTask:
        child = my_task.child(self.body, None)
        child.own_scope = scope
        return child

    def instance_done(self, my_task: CaseTask, child: CaseTask) -> None:
        raise NotImplementedError

    def test(self, condition: Expr, scope: Scope, my_task: CaseTask) -> bool:
        value = condition.strict(my_task.workflow.top_workflow.view(scope))
        if value is True or value is False:
            return value
        raise condition.failed("the condition must be true or false")


class RepeatNode(LoopNode):
    """Standard loop: while the condition holds, at most `maximum` times."""

    def _update_hook(self, my_task: CaseTask) -> bool:
        if self.attached:
            self.arm(my_task)
        my_task.internal_data["done"] = 0
        if self.loop.test_before and not self.again(my_task, 0):
            return True
        my_task._set_state(STARTED)
        self.turn(my_task)
        return False

    def turn(self, my_task: CaseTask) -> None:
        counter = my_task.internal_data["done"] + 1
        child = self.instance(my_task, Scope({"loopCounter": counter}, my_task.scope, isolated=False))
        self.body._update(child)

    def again(self, my_task: CaseTask, done: int) -> bool:
        if self.loop.maximum is not None and done >= self.loop.maximum:
            return False
        if self.loop.condition is None:
            return True
        scope = Scope({"loopCounter": done}, my_task.scope, isolated=False)
        return self.test(self.loop.condition, scope, my_task)

    def instance_done(self, my_task: CaseTask, child: CaseTask) -> None:
        my_task.internal_data["done"] += 1
        if self.again(my_task, my_task.internal_data["done"]):
            self.turn(my_task)
        else:
            my_task._set_state(READY)


class SeveralNode(LoopNode):
    """Multi-instance. internal_data: n, done, out: [index, value, kind] of finished instances, left: items to come."""

    def _update_hook(self, my_task: CaseTask) -> bool:
        items = self.items(my_task)
        my_task.internal_data.update(n=len(items), done=0, out=[])
        if self.attached:
            self.arm(my_task)
        if not items:
            return True
        my_task._set_state(STARTED)
        now = items if self.loop.kind == "parallel" else items[:1]
        if len(items) > len(now):
            my_task.internal_data["left"] = items[1:]
        for child in [self.begin(my_task, index, item) for index, item in enumerate(now)]:
            self.body._update(child)
        return False

    def items(self, my_task: CaseTask) -> list[Any]:
        """Return [JSON value, kind] per instance."""
        ports = my_task.workflow.top_workflow.recorder.ports
        expr = self.loop.collection or self.loop.cardinality
        assert expr is not None
        value = expr.strict(self.view(my_task))
        if self.loop.cardinality is not None:
            if not isinstance(value, (Decimal, int)) or isinstance(value, bool) or value != int(value) or value < 0:
                raise expr.failed("the number of instances must be a whole number, 0 or more")
            value = list(range(1, min(int(value), MAX_INSTANCES + 1) + 1))
        if not isinstance(value, list):
            raise expr.failed("the collection must be a list")
        if len(value) > MAX_INSTANCES:
            raise expr.failed(f"more than {MAX_INSTANCES} instances")
        schema = ports.types.get(expr.text)
        item_schema = None if schema is None else schema.get("items")
        try:
            return [list(to_json(item, item_schema)) for item in value]
        except ValueError as why:
            raise expr.failed(str(why)) from why

    def begin(self, my_task: CaseTask, index: int, item: list[Any]) -> CaseTask:
        scope = Scope({"loopCounter": index + 1}, my_task.scope)
        for name in self.loop.item:
            scope.values[name] = item[0]
            if item[1] is not None:
                scope.kinds[name] = item[1]
        for name in self.loop.output_item:
            holder = my_task.scope.holder(name)
            if holder is not None and holder.outer is not None:  # An outer instance's result must not be overwritten.
                scope.values.setdefault(name, None)
        child = self.instance(my_task, scope)
        child.internal_data["i"] = index
        return child

    def instance_done(self, my_task: CaseTask, child: CaseTask) -> None:
        state = my_task.internal_data
        state["done"] += 1
        if self.loop.output is not None:
            state["out"].append([child.internal_data["i"], *self.output(child)])
            self.collect(my_task)
        if self.loop.told and self.tell(my_task, child):
            return
        if self.loop.completion is not None and self.complete_now(my_task, child):
            for other in my_task.live_children(lambda t: not is_boundary(t)):
                other.cancel()
            my_task._set_state(READY)
        elif state["done"] == state["n"]:
            my_task._set_state(READY)
        elif state.get("left"):
            item = state["left"].pop(0)
            self.body._update(self.begin(my_task, state["done"], item))

    def output(self, child: CaseTask) -> tuple[Any, Any]:
        scope = child.own_scope
        assert scope is not None
        for name in self.loop.output_item:
            if name in scope.values:
                return scope.values[name], scope.kinds.get(name)
        return None, None

    def tell(self, my_task: CaseTask, child: CaseTask) -> bool:
        """Throw the events of the loop to its boundary events; True when one of them has interrupted it."""
        counters = self.counters(my_task)
        payload = {**counters, "loopCounter": child.internal_data["i"] + 1}
        for told in self.loop.told:
            if told.first_only and counters["numberOfCompletedInstances"] > 1:
                continue
            if told.condition is None or self.test(told.condition, Scope(dict(payload), child.scope), my_task):
                tell_boundary(my_task, told.event, payload)
        return bool(my_task._state & FINISHED)

    def complete_now(self, my_task: CaseTask, child: CaseTask) -> bool:
        assert self.loop.completion is not None
        return self.test(self.loop.completion, Scope(dict(self.counters(my_task)), child.scope), my_task)

    def counters(self, my_task: CaseTask) -> dict[str, int]:
        state = my_task.internal_data
        return {
            "numberOfInstances": state["n"],
            "numberOfCompletedInstances": state["done"],
            "numberOfActiveInstances": state["n"] - state["done"] if self.loop.kind == "parallel" else 0,
            "numberOfTerminatedInstances": 0,
        }

    def _on_complete(self, my_task: CaseTask) -> None:
        self.collect(my_task)
        super()._on_complete(my_task)

    def collect(self, my_task: CaseTask) -> None:
        """Write what the finished instances put out, in the order of the input.

        After each instance, not only at the end: facts follow the work, and what came in before a boundary
        event interrupts the rest is kept.
        """
        if self.loop.output is None:
            return
        out = sorted(my_task.internal_data["out"], key=lambda entry: int(entry[0]))
        values = [from_json(value, kind) for _, value, kind in out]
        ports = my_task.workflow.top_workflow.recorder.ports
        my_task.scope.put_feel(self.loop.output, values, ports)
