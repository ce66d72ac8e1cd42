"""Gateways. Joins count tokens per incoming sequence flow among live tokens, never the past: BPMN 2.0.2 clause 13.4."""

from __future__ import annotations

from engine.spiff.expressions import is_true
from engine.spiff.face import NoWayOut
from engine.spiff.specs.node import Node, Way, is_boundary
from engine.spiff.task import CANCELLED, FINISHED, STARTED, WAITING, CaseTask

_STANDING = (WAITING, STARTED)  # States of a boundary event that has not occurred.


class ExclusiveNode(Node):
    """Passes each token on along the first flow whose condition is true, else the default (13.4.2)."""

    def choose(self, my_task: CaseTask) -> list[Way]:
        view = self.view(my_task)
        default = None
        for way in self.ways:
            flow = way[0]
            if flow.default:
                default = way
            elif flow.condition is None or is_true(flow.condition, view):
                return [way]
        if default is None:
            raise NoWayOut(element_id=self.element_id)
        return [default]


class JoiningNode(Node):
    """Holds tokens until enough have come; `workflow.joins` has those that wait, by spec name, oldest first."""

    def _update_hook(self, my_task: CaseTask) -> bool:
        if len(self.arrivals) < 2:
            self.enter(my_task)
            return True
        my_task.workflow.joins.setdefault(self.name, []).append(my_task)
        my_task._set_state(WAITING)
        return self.arrived(my_task)

    def arrived(self, my_task: CaseTask) -> bool:
        raise NotImplementedError

    def first_by_flow(self, my_task: CaseTask) -> dict[str, CaseTask]:
        """Return the oldest waiting token of each incoming flow that has one."""
        found: dict[str, CaseTask] = {}
        for task in my_task.workflow.joins.get(self.name, ()):
            if task.flow is not None:
                found.setdefault(task.flow, task)
        return found

    def consume(self, my_task: CaseTask, tokens: dict[str, CaseTask]) -> None:
        """Merge `tokens` into `my_task`; further tokens on the same flows stay and wait."""
        waiting = my_task.workflow.joins[self.name]
        for task in tokens.values():
            waiting.remove(task)
            if task is not my_task:
                task._set_state(CANCELLED)
        if not waiting:
            del my_task.workflow.joins[self.name]
        self.enter(my_task)

    def _on_cancel(self, my_task: CaseTask) -> None:
        waiting = my_task.workflow.joins.get(self.name)
        if waiting and my_task in waiting:
            waiting.remove(my_task)
        my_task.workflow.top_workflow.merging.pop(my_task.id, None)


class ParallelNode(JoiningNode):
    """Takes one token from every incoming flow, gives one to every outgoing flow (13.4.1)."""

    def arrived(self, my_task: CaseTask) -> bool:
        tokens = self.first_by_flow(my_task)
        if len(tokens) < len(self.arrivals):
            return False
        self.consume(my_task, tokens)
        return True


class InclusiveNode(JoiningNode):
    """Waits for every token that can still come, and for no other (13.4.3).

    upstream: incoming flow -> names of the nodes from which a path leads into it without passing this gateway.
    """

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.upstream: dict[str, frozenset[str]] = {}

    def arrived(self, my_task: CaseTask) -> bool:
        my_task.workflow.top_workflow.merging[my_task.id] = my_task
        return False

    def look_again(self, my_task: CaseTask) -> None:
        """Activate the gateway if no token elsewhere can reach an empty flow that cannot also reach a full one."""
        tokens = self.first_by_flow(my_task)
        if not self.is_expected(my_task, set(tokens)):
            self.take(my_task, tokens)._ready()

    def is_expected(self, my_task: CaseTask, having: set[str]) -> bool:
        """Tell whether a token can still come on a flow that is not one of `having`."""
        full: set[str] = set()
        empty: set[str] = set()
        for flow in self.arrivals:
            (full if flow in having else empty).update(self.upstream[flow])
        for task in my_task.workflow.tokens():
            if task.task_spec is self or (is_boundary(task) and task._state in _STANDING):
                continue
            at = task.task_spec.element_id
            if at in empty and at not in full and "served" not in task.internal_data:
                return True
        return False

    def take(self, my_task: CaseTask, tokens: dict[str, CaseTask]) -> CaseTask:
        """Merge `tokens` into the oldest of them and return it."""
        merging = my_task.workflow.top_workflow.merging
        for task in tokens.values():
            merging.pop(task.id, None)
        oldest = min(tokens.values(), key=lambda t: t.id)
        self.consume(oldest, tokens)
        return oldest

    def choose(self, my_task: CaseTask) -> list[Way]:
        view = self.view(my_task)
        chosen = [
            way
            for way in self.ways
            if not way[0].default and (way[0].condition is None or is_true(way[0].condition, view))
        ]
        chosen = chosen or [way for way in self.ways if way[0].default]
        if not chosen:
            raise NoWayOut(element_id=self.element_id)
        return chosen


class EventGatewayNode(Node):
    """Arms all events behind it; the first that occurs cancels the others (13.4.4).

    One that begins the case passes its token on to the event that has happened; one that needs all of its events
    (parallel, 10.6.6) waits for the others beside it.
    """

    def initiate(self, my_task: CaseTask, at: str) -> None:
        my_task.internal_data["begins"] = at
        super().initiate(my_task, at)

    def move(self, my_task: CaseTask, ways: tuple[Way, ...] | list[Way]) -> None:
        begins = my_task.internal_data.get("begins")
        if begins is not None:
            chosen = next(way for way in ways if way[1].element_id == begins)
            others = [way for way in ways if way is not chosen] if self.element.needs_all else []
            waiting = [my_task.child(node, flow.id) for flow, node in others]
            chosen[1].initiate(my_task.child(chosen[1], chosen[0].id), begins)
            for child in waiting:
                child.task_spec._update(child)
            return
        children = [my_task.child(node, flow.id) for flow, node in ways]
        for child in children:
            child.internal_data["race"] = f"{self.element_id}:{my_task.occurrence}"
        for child in children:
            if not child._state & FINISHED:
                child.task_spec._update(child)
