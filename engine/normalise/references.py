"""References as BPMN means them: ids without blanks around, QNames by their local part."""

from __future__ import annotations

from typing import Any

from engine.bpmn import BPMN, FLOW_NODES

_ATTRIBUTES = (
    "id", "sourceRef", "targetRef", "attachedToRef", "default", "messageRef", "signalRef", "errorRef", "escalationRef",
    "processRef", "dataObjectRef", "dataStoreRef", "activityRef", "operationRef", "itemSubjectRef", "calledElement",
)  # fmt: skip
_BOOLEANS = frozenset(
    {"isExecutable", "isSequential", "cancelActivity", "isInterrupting", "parallelMultiple", "instantiate",
     "triggeredByEvent", "isForCompensation", "testBefore", "waitForCompletion", "cancelRemainingInstances"}
)  # fmt: skip
_TEXTS = tuple(
    BPMN + name
    for name in (
        "flowNodeRef", "incoming", "outgoing", "eventDefinitionRef", "sourceRef", "targetRef", "loopDataInputRef",
        "loopDataOutputRef", "dataInputRefs", "dataOutputRefs", "source", "target",
    )
)  # fmt: skip
# `calledElement` may name a process of another file; whatever stands before the colon is no part of its id.
_QNAMES = frozenset(_ATTRIBUTES) - {"id"}


def tidy(root: Any) -> None:
    """Read attributes as XML Schema does: blanks around a name are no part of it, nor is a prefix of BPMN's own."""
    for node in root.iter(BPMN + "*"):
        for name in [name for name in node.attrib if name.startswith(BPMN)]:
            value = node.attrib.pop(name)
            if node.get(name[len(BPMN) :]) is None:
                node.set(name[len(BPMN) :], value)
        for name in _ATTRIBUTES:
            value = node.get(name)
            if value is None:
                continue
            bare = value.strip()
            if not bare:
                del node.attrib[name]
            elif bare != value:
                node.set(name, bare)
        for name in _BOOLEANS.intersection(node.attrib):
            value = node.get(name).strip().lower()
            node.set(name, {"1": "true", "0": "false"}.get(value, value))


def resolve(root: Any) -> None:
    """Replace `prefix:id` by `id` where the whole is no id of the file and the prefix is declared or the id known."""
    known = {node.get("id") for node in root.iter(BPMN + "*")}
    for node in root.iter(BPMN + "*"):
        for name in _QNAMES.intersection(node.attrib):
            node.set(name, _local(node.get(name), known, node))
        if node.tag in _TEXTS and node.text:
            node.text = _local(node.text.strip(), known, node)


def _local(value: str, known: set[str | None], node: Any) -> str:
    if ":" not in value or value in known:
        return value
    prefix, _, rest = value.partition(":")
    return rest if rest in known or (prefix in node.nsmap and rest and node.tag[len(BPMN) :] in FLOW_NODES) else value
