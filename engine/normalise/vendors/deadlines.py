"""By when a task is to be done: due dates of other engines as `qc:due`."""

from __future__ import annotations

from typing import Any

from engine.bpmn import ACTIVITIES, BPMN
from engine.normalise.notes import Note
from engine.normalise.vendors.document import ZEEBE, add_qc, attribute, drop, expression, extensions, is_expression

_TASKS = tuple(BPMN + tag for tag in sorted(ACTIVITIES))


def translate(root: Any, note: Note) -> None:
    for task in root.iter(_TASKS):
        _due(task, attribute(task, "dueDate"), note)
        for found in extensions(task, ZEEBE + "taskSchedule"):
            _due(task, found.get("dueDate"), note)
            drop(found)


def _due(task: Any, given: str | None, note: Note) -> None:
    if not given:
        return
    # A plain text is a date or a duration; the engine reads either when the task opens.
    written = expression(given)
    if written is None:
        note(task.get("id"), f"期限 {given} 没有照搬", "它要由别的引擎来算，请改写期限")
        return
    told = add_qc(task, "due", value=written)
    note(task.get("id"), f"期限 {given} 写作 {told}", "期限按轻车的写法写" if is_expression(given) else "期限按原文读")
