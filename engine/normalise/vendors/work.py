"""What serves a task outside: workers of other engines as topics of external tasks that wait."""

from __future__ import annotations

from typing import Any

from engine.bpmn import BPMN, SPIFF
from engine.normalise.notes import Note
from engine.normalise.vendors.document import (
    FAMILY,
    ZEEBE,
    add_qc,
    attribute,
    drop,
    extensions,
    is_expression,
    peek,
)

_SERVED = tuple(BPMN + tag for tag in ("serviceTask", "sendTask", "businessRuleTask"))
_LONGEST = 200
_BY_CODE = ("class", "delegateExpression", "expression", "type")


def translate(root: Any, note: Note) -> None:
    for task in root.iter(_SERVED):
        topic, why = _topic(task)
        if topic is not None and not is_expression(topic) and len(topic) <= _LONGEST:
            told = add_qc(task, "topic", value=topic)
            note(task.get("id"), f"当作等外部系统办的任务（{told}）", why)
        elif topic is not None:
            note(task.get("id"), f"当作等外部系统办的任务，主题就是编号 {task.get('id')}", f"{why}：{topic[:120]}")


def _topic(task: Any) -> tuple[str | None, str]:
    for found in extensions(task, ZEEBE + "taskDefinition"):
        topic = (found.get("type") or "").strip()
        if topic:
            drop(found)
            return topic, "按 zeebe:taskDefinition 的 type"
    topic = attribute(task, "topic")
    if topic is not None:
        for space in FAMILY:
            task.attrib.pop(space + "type", None)
        return topic, "按原来的 topic"
    if next(extensions(task, SPIFF + "calledDecisionId"), None) is not None:
        return None, ""
    code = peek(task, *_BY_CODE)
    if code is not None:
        return code, "原来由别的引擎里的程序办"
    return None, ""
