"""What is kept but does nothing when a case runs: pictures, descriptions of the organisation, other tools' data."""

from __future__ import annotations

from collections import Counter
from typing import Any

from engine.bpmn import BPMN, FLOW_NODES, QC, SPIFF
from engine.normalise.notes import DONE, Note

# What the engine reads, or what is a part of something read; everything else of BPMN is noted.
_READ = FLOW_NODES | {
    "definitions", "process", "sequenceFlow", "documentation", "extensionElements", "incoming", "outgoing",
    "conditionExpression", "script", "condition", "timeDate", "timeDuration", "timeCycle",
    "messageEventDefinition", "timerEventDefinition", "signalEventDefinition", "errorEventDefinition",
    "escalationEventDefinition", "conditionalEventDefinition", "linkEventDefinition", "terminateEventDefinition",
    "cancelEventDefinition", "compensateEventDefinition", "eventDefinitionRef",
    "message", "signal", "error", "escalation", "laneSet", "childLaneSet", "lane", "flowNodeRef",
    "standardLoopCharacteristics", "multiInstanceLoopCharacteristics", "loopCondition", "loopCardinality",
    "loopDataInputRef", "loopDataOutputRef", "inputDataItem", "outputDataItem", "completionCondition",
    "complexBehaviorDefinition", "completionQuantity", "activationCondition", "text",
    "correlationPropertyRetrievalExpression", "messagePath", "source", "target",
}  # fmt: skip
_PLACE = {
    "textAnnotation": "注解", "group": "分组框", "association": "关联线", "messageFlow": "消息流",
    "participant": "泳池", "collaboration": "协作图", "choreography": "编排图",
}  # fmt: skip
_PLAIN = ("", "http://www.w3.org/2001/XMLSchema-instance", "http://www.w3.org/XML/1998/namespace")
# A data association with a value to move is read; one without is a picture.
_MOVES = frozenset({"dataInputAssociation", "dataOutputAssociation", "assignment"})
_MOVING = frozenset({BPMN + "assignment", BPMN + "transformation"})
_OURS = (QC, SPIFF, DONE)
_COLOURS = ("color", "bioc")


def note_all(root: Any, note: Note) -> None:
    """Note each element of BPMN that nothing reads, and each element that carries extensions of other tools."""
    undoing = {found.getparent().get("id") for found in root.iter(BPMN + "compensateEventDefinition")}
    for node in root.iter(BPMN + "*"):
        tag = node.tag[len(BPMN) :]
        if tag == "association" and undoing.intersection((node.get("sourceRef"), node.get("targetRef"))):
            continue
        if tag in _MOVES and any(found.tag in _MOVING for found in node.iter(BPMN + "*")):
            continue
        if tag not in _READ and (node.get("id") or tag not in _PARTS):
            word = _PLACE.get(tag, tag)
            note(node.get("id") or _owner(node), f"{word} 原样保留，不影响流程怎么走", "它只是图示或说明")
        found = _extensions(node)
        if found:
            told = "、".join(name if n == 1 else f"{name}（{n} 处）" for name, n in found.items())
            note(node.get("id") or _owner(node), f"别的工具的扩展原样保留：{told}", "轻车不读这些扩展")


# Parts of a part that is noted already.
_PARTS = frozenset(
    {"sourceRef", "targetRef", "participantRef", "messageFlowRef", "dataInputRefs", "dataOutputRefs", "inputSet",
     "outputSet", "from", "to", "assignment", "transformation", "inMessageRef", "outMessageRef", "errorRef",
     "resourceRef", "resourceAssignmentExpression", "formalExpression", "operationRef", "interfaceRef", "dataState",
     "dataPath", "correlationPropertyRef", "supports", "categoryValueRef", "partitionElement", "eventDefinition",
     "flowElementRef", "supportedInterfaceRef", "ioBinding", "relationship"}
)  # fmt: skip


def _extensions(node: Any) -> Counter[str]:
    found: Counter[str] = Counter()
    for name in node.attrib:
        space, _, local = name.rpartition("}")
        prefix = _prefix(node, space[1:])
        if ":" in local:
            found[local] += 1
        elif space[1:] not in _PLAIN and prefix not in _COLOURS and not name.startswith(_OURS):
            found[f"{prefix}:{local}"] += 1
    for holder in node.iterchildren(BPMN + "extensionElements"):
        for child in holder.iterchildren("*"):
            space, _, local = child.tag.rpartition("}")
            if not child.tag.startswith(_OURS):
                found[f"{_prefix(child, space[1:])}:{local}"] += 1
    for child in node.iterchildren("*"):
        space, _, local = child.tag.rpartition("}")
        if (
            not child.tag.startswith((BPMN, *_OURS))
            and not space.endswith("/DI")
            and node.tag != BPMN + "extensionElements"
        ):
            found[f"{_prefix(child, space[1:])}:{local}"] += 1
    return found


def _prefix(node: Any, space: str) -> str:
    prefix = next((name for name, address in node.nsmap.items() if address == space), None)
    return prefix or space or "-"


def _owner(node: Any) -> str | None:
    """The id of the nearest element around that has one."""
    at = node.getparent()
    while at is not None and not at.get("id"):
        at = at.getparent()
    return None if at is None else at.get("id")
