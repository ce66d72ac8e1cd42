"""By which key a message finds its case: subscriptions of Camunda 8 as correlations of the events that wait."""

from __future__ import annotations

from typing import Any

from engine.bpmn import BPMN, SPIFF
from engine.normalise.notes import Note
from engine.normalise.vendors.document import ZEEBE, add, drop, expression, extensions

_WAITING = tuple(BPMN + tag for tag in ("messageEventDefinition", "receiveTask"))


def translate(root: Any, note: Note) -> None:
    keys: dict[str, str] = {}
    for message in root.iterchildren(BPMN + "message"):
        for found in extensions(message, ZEEBE + "subscription"):
            written = expression(found.get("correlationKey") or "")
            if found.get("correlationKey") and written is not None:
                drop(found)
                keys[message.get("id")] = written
                note(message.get("id"), f"消息按 {written} 找到是哪一件", "按 zeebe:subscription 的 correlationKey")
    for waiting in root.iter(_WAITING) if keys else ():
        key = keys.get(waiting.get("messageRef"))
        if key is not None:
            made = add(waiting, SPIFF + "processVariableCorrelation")
            inside = made.makeelement(SPIFF + "expression", {})
            inside.text = key
            made.append(inside)
