"""Messages, signals, errors and escalations that events name but the file does not define."""

from __future__ import annotations

from typing import Any

from lxml import etree

from engine.bpmn import BPMN
from engine.normalise.notes import Note

_KINDS = {
    "messageRef": ("message", None),
    "signalRef": ("signal", None),
    "errorRef": ("error", "errorCode"),
    "escalationRef": ("escalation", "escalationCode"),
}
_USERS = tuple(
    BPMN + tag
    for tag in (
        "messageEventDefinition", "signalEventDefinition", "errorEventDefinition", "escalationEventDefinition",
        "sendTask", "receiveTask",
    )
)  # fmt: skip


def complete(root: Any, note: Note) -> None:
    """Define each under the very name it is referred to by, as engines do that read a reference as a name or code."""
    known = {
        (tag, node.get("id")) for tag, _ in _KINDS.values() for node in root.iterchildren(BPMN + tag) if node.get("id")
    }
    for user in list(root.iter(_USERS)):
        for attribute, (tag, code) in _KINDS.items():
            reference = user.get(attribute)
            if reference is None or (tag, reference) in known:
                continue
            made = etree.SubElement(root, BPMN + tag, {"id": reference, "name": reference})
            if code is not None:
                made.set(code, reference)
            made.sourceline = user.sourceline
            known.add((tag, reference))
            note(reference, f"补了 {tag} {reference}", "有事件引用它，文件里没有定义")
