"""Embedded subprocesses and transactions: their inside runs as a workflow of its own in the same case and scope."""

from __future__ import annotations

from engine.spiff.specs.node import Node
from engine.spiff.specs.undoing import keep_inside, proceed, undone
from engine.spiff.task import READY, STARTED, CaseTask


class SubprocessNode(Node):
    """Started while its inside has tokens, ready when the last one is gone."""

    def _update_hook(self, my_task: CaseTask) -> bool:
        self.enter(my_task)
        my_task._set_state(STARTED)
        my_task.workflow.top_workflow.create_subprocess(my_task, self.element_id).begin()
        return False

    def inside_ended(self, my_task: CaseTask) -> None:
        if my_task._state != STARTED:
            return
        if my_task.internal_data.get("undo"):
            proceed(my_task)
        else:
            my_task._set_state(READY)

    def _on_complete(self, my_task: CaseTask) -> None:
        inside = my_task.workflow.top_workflow.subprocesses.pop(my_task.id, None)
        if "undo" in my_task.internal_data:  # It had completed long ago and has now been undone.
            undone(my_task)
            my_task.workflow._task_completed_notify(my_task)
            return
        if self.reversible:
            keep_inside(my_task, inside)
        super()._on_complete(my_task)

    def _on_cancel(self, my_task: CaseTask) -> None:
        my_task.workflow.top_workflow.subprocesses.pop(my_task.id, None)
        super()._on_cancel(my_task)
