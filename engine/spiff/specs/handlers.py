"""Event subprocesses (BPMN 2.0.2 clauses 10.3.5 and 13.5.4): what starts one waits as a token of the scope around.

The scope is a process or an embedded subprocess. A trigger is armed when the scope begins and disarmed when the own
work of the scope is done: a handler that still runs is waited for, a new one is not started. An interrupting trigger
cancels all else in the scope, other handlers and triggers included; then the handler is all that is left of it.
"""

from __future__ import annotations

from typing import Any

from engine.spiff.specs.events import StandingNode
from engine.spiff.specs.several import standing
from engine.spiff.specs.subprocesses import SubprocessNode
from engine.spiff.task import COMPLETED, CaseTask


class HandlerNode(SubprocessNode):
    """An event subprocess: its token stands in the scope around and no flow leads to or from it."""


class TriggerNode(StandingNode):
    """What starts an event subprocess; it stands in the scope around until it occurs."""

    handler: HandlerNode

    def occur(self, my_task: CaseTask, payload: dict[str, Any] | None) -> None:
        """Start the handler; interrupting: it is the last that is started in this scope."""
        workflow = my_task.workflow
        self.forget(my_task)
        if self.element.interrupting:
            workflow.interrupt(my_task)
        elif self.repeat(my_task):
            self.arm_again(my_task, workflow.task_tree)
        self.take(my_task, payload)
        my_task._set_state(COMPLETED)
        self.handler._update(workflow.task_tree.child(self.handler, None))


def triggers_of(spec: Any, handler: HandlerNode) -> list[TriggerNode]:
    """Make what starts an event subprocess, in the spec of the scope around it; compensation is not waited for."""
    starts = [] if handler.element.body is None else handler.element.body.nodes
    made: list[TriggerNode] = []
    for start in starts:
        if start.type == "startEvent" and start.event is not None and start.event.kind != "compensate":
            made = standing(TriggerNode, spec, f"{start.id} [trigger]", start)
    for trigger in made:
        trigger.handler = handler
    return made
