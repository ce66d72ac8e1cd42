"""Embedded subprocesses and transactions: their inside runs as a workflow of its own in the same case and scope."""

from __future__ import annotations

from engine.spiff.specs.node import Node
from engine.spiff.task import READY, STARTED, CaseTask


class SubprocessNode(Node):
    """Started while its inside has tokens, ready when the last one is gone."""

    def _update_hook(self, my_task: CaseTask) -> bool:
        self.enter(my_task)
        my_task._set_state(STARTED)
        my_task.workflow.top_workflow.create_subprocess(my_task, self.element_id).begin()
        return False

    def inside_ended(self, my_task: CaseTask) -> None:
        if my_task._state == STARTED:
            my_task._set_state(READY)

    def _on_complete(self, my_task: CaseTask) -> None:
        my_task.workflow.top_workflow.subprocesses.pop(my_task.id, None)
        super()._on_complete(my_task)

    def _on_cancel(self, my_task: CaseTask) -> None:
        my_task.workflow.top_workflow.subprocesses.pop(my_task.id, None)
        super()._on_cancel(my_task)
