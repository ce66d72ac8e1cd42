"""What all flow nodes do: take a token, run, and pass tokens on along their sequence flows.

SpiffWorkflow predicts the tree ahead of the tokens; here nothing is predicted. A child is made when its parent
completes, so the tree holds live tokens only and a step costs what is live.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec

from engine.spiff.elements import AdHoc, Element, Flow
from engine.spiff.expressions import Expr, is_true
from engine.spiff.face import NoWayOut
from engine.spiff.specs.around import conclude, prepare
from engine.spiff.specs.choosing import goes_on
from engine.spiff.specs.undoing import note, undone
from engine.spiff.task import FINISHED, CaseTask

if TYPE_CHECKING:
    from engine.spiff.scope import Scope, TaskView
    from engine.spiff.specs.events import BoundaryNode
    from engine.spiff.specs.loops import LoopNode

Way = tuple[Flow, "Node"]


class Node(BpmnTaskSpec):
    """Base of all specs. `ways` are the outgoing flows with their targets, in document order.

    ad_hoc: how the steps of the ad-hoc subprocess around are done, for an activity in one;
    reversible: what completes here can be undone, by `handler` or, for a subprocess, in its inside.
    """

    def __init__(self, wf_spec: Any, name: str, element: Element) -> None:
        super().__init__(wf_spec, name, lane=element.lane, documentation=element.documentation)
        self.bpmn_id = element.id
        self.bpmn_name = element.name
        self.element = element
        self.element_id = element.id
        self.order = element.order
        self.ways: tuple[Way, ...] = ()
        self.arrivals: tuple[str, ...] = ()
        self.attached: tuple[BoundaryNode, ...] = ()
        self.loop_spec: LoopNode | None = None
        self.around = element.around
        self.ad_hoc: AdHoc | None = None
        self.reversible = False
        self.handler: Node | None = None
        self.plain = True
        self.hears = element.event is not None and element.event.kind in ("message", "signal", "timer", "conditional")

    def lead(self, ways: list[Way]) -> None:
        """Set the outgoing flows; `plain`: every one is taken whatever the values are."""
        self.ways = tuple(ways)
        self.plain = all(flow.condition is None and not flow.default for flow, _ in ways)
        for _, target in ways:
            self.connect(target)

    def _predict(self, my_task: CaseTask, seen: Any = None, looked_ahead: int = 0, mask: int = 0) -> None:
        """Nothing reads the future."""

    def _update(self, my_task: CaseTask) -> None:
        if self._update_hook(my_task):
            my_task._ready()

    def initiate(self, my_task: CaseTask, at: str) -> None:
        """Take the first token of a case that begins `at` this node: what it waits for has happened."""
        self.enter(my_task)
        my_task._ready()

    def _update_hook(self, my_task: CaseTask) -> bool:
        """Take the token; True when it can run at once."""
        self.enter(my_task)
        return True

    def _on_ready(self, my_task: CaseTask) -> None:
        pass

    def _run(self, my_task: CaseTask) -> bool | None:
        return self._run_hook(my_task)

    def _run_hook(self, my_task: CaseTask) -> bool | None:
        return True

    def _on_cancel(self, my_task: CaseTask) -> None:
        my_task.workflow.top_workflow.recorder.cancelled(my_task)

    def _on_complete(self, my_task: CaseTask) -> None:
        if self.around is not None:
            conclude(my_task, self.around)
        if self.element.sets:
            self.assign(my_task, self.element.sets, "set")
        my_task.workflow.top_workflow.recorder.completed(my_task)
        self.finish(my_task)

    def finish(self, my_task: CaseTask) -> None:
        """Let go of boundary events, then hand the token to the loop around, or on along the flows."""
        workflow = my_task.workflow
        if my_task._children:
            for child in my_task.live_children(is_boundary):
                child.cancel()
        if self.reversible:
            note(my_task)
        if self.loop_spec is not None:
            self.loop_spec.instance_done(workflow.tasks[my_task._parent], my_task)
            return
        self.move(my_task, self.ways if self.plain else self.choose(my_task))
        workflow._task_completed_notify(my_task)

    def enter(self, my_task: CaseTask) -> None:
        """Count and record the entering, read registers, arm boundary events."""
        workflow = my_task.workflow
        my_task.occurrence = workflow.occurrence_of(self.element_id)
        workflow.top_workflow.recorder.entered(my_task)
        if self.element.lookups:
            self.look_up(my_task)
        if self.around is not None:
            prepare(my_task, self.around)
        if self.attached:
            self.arm(my_task)

    def arm(self, my_task: CaseTask) -> None:
        for boundary in self.attached:
            child = my_task.child(boundary, None)
            boundary._update(child)

    def move(self, my_task: CaseTask, ways: tuple[Way, ...] | list[Way]) -> None:
        """Put a token on each way; all are there before the first acts, so that joins see them."""
        if len(ways) == 1:
            child = my_task.child(ways[0][1], ways[0][0].id)
            child.task_spec._update(child)
            return
        if self.element.compensates:
            undone(my_task)
        for child in [my_task.child(node, flow.id) for flow, node in ways]:
            if not child._state & FINISHED:
                child.task_spec._update(child)

    def choose(self, my_task: CaseTask) -> list[Way]:
        """Choose ways out of an activity: flows without condition or with a true one; the default if none is true."""
        if self.ad_hoc is not None and (not goes_on(my_task, self.ad_hoc) or not self.ways):
            return []
        view = self.view(my_task)
        chosen, true = [], False
        for way in self.ways:
            flow = way[0]
            if flow.default:
                continue
            if flow.condition is None:
                chosen.append(way)
            elif is_true(flow.condition, view):
                chosen.append(way)
                true = True
        if not true:
            chosen.extend(way for way in self.ways if way[0].default)
        if not chosen:
            raise NoWayOut(element_id=self.element_id)
        return chosen

    def view(self, my_task: CaseTask) -> TaskView:
        return my_task.workflow.top_workflow.view(my_task.scope)

    def assign(self, my_task: CaseTask, pairs: list[tuple[str, Expr]], what: str, scope: Scope | None = None) -> None:
        """Evaluate each pair over `scope` (default: the task's) in order and write it into the task's scope."""
        top = my_task.workflow.top_workflow
        for name, expr in pairs:
            value = expr.strict(top.view(scope or my_task.scope))
            write(my_task, name, value, expr)

    def look_up(self, my_task: CaseTask) -> None:
        """Read one register row per `qc:lookup` through the port; a missing row is null."""
        recorder = my_task.workflow.top_workflow.recorder
        for lookup in self.element.lookups:
            key = lookup.key.strict(self.view(my_task))
            text = key if isinstance(key, str) or key is None else str(key)
            port = recorder.ports.lookup
            row = port(lookup.register, text) if port is not None and text is not None else None
            recorder.lookups.append((lookup.register, text or "", None if row is None else row.get("version")))
            my_task.scope.put(lookup.variable, None if row is None else row.get("values"))


def is_boundary(task: CaseTask) -> bool:
    return bool(task.task_spec.element.type == "boundaryEvent")


def write(my_task: CaseTask, name: str, value: Any, expr: Expr) -> None:
    """Write a FEEL value into a task's scope; what cannot be kept is an evaluation failure of `expr`."""
    try:
        my_task.scope.put_feel(name, value, my_task.workflow.top_workflow.recorder.ports)
    except ValueError as why:
        raise expr.failed(str(why)) from why
