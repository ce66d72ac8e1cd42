"""Writes down what one step does, while it does it: the path, what opened and closed, what was asked of the ports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.spiff.face import Closed, Opened, Ports, Step
from engine.spiff.names import task_id
from engine.spiff.task import COMPLETED

if TYPE_CHECKING:
    from engine.spiff.task import CaseTask


class Recorder:
    """The record of one step; a new one for every step."""

    __slots__ = ("_opened", "closed", "decisions", "lookups", "number_at", "path", "phase", "ports", "sent", "thrown")

    def __init__(self, ports: Ports) -> None:
        self.ports = ports
        self.path: list[Step] = []
        self._opened: dict[int, Opened] = {}
        self.closed: list[Closed] = []
        self.decisions: list[dict[str, Any]] = []
        self.lookups: list[tuple[str, str, int | None]] = []
        self.thrown: list[dict[str, str | None]] = []
        self.sent: list[dict[str, Any]] = []
        self.number_at: list[str] = []
        self.phase: str | None = None

    @property
    def opened(self) -> list[Opened]:
        return list(self._opened.values())

    def entered(self, task: CaseTask) -> None:
        element = task.task_spec.element
        self.path.append(Step(element.id, "entered"))
        if element.phase:
            self.phase = element.phase

    def completed(self, task: CaseTask) -> None:
        element_id = task.task_spec.element_id
        self.path.append(Step(element_id, "completed"))
        if element_id == task.workflow.top_workflow.program.number_element:
            self.number_at.append(element_id)

    def cancelled(self, task: CaseTask) -> None:
        self.path.append(Step(task.task_spec.element_id, "cancelled"))

    def open(self, task: CaseTask, opened: Opened) -> None:
        task.kind = opened.kind
        self._opened[task.id] = opened

    def close(self, task: CaseTask, state: int) -> None:
        """Note that an open task is over; one that opened in this very step was never seen outside."""
        if self._opened.pop(task.id, None) is None:
            self.closed.append(Closed(task_id(task), "completed" if state == COMPLETED else "cancelled"))
