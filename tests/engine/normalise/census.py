"""Counts that nothing of a file is lost: every element with an id is run, is a part of one that is, or is listed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from engine import spiff
from engine.spiff.elements import Body

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
RUN = {
    "startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent", "task", "userTask",
    "manualTask", "serviceTask", "sendTask", "receiveTask", "scriptTask", "businessRuleTask", "callActivity",
    "subProcess", "transaction", "adHocSubProcess", "exclusiveGateway", "parallelGateway", "inclusiveGateway",
    "eventBasedGateway", "complexGateway", "sequenceFlow",
}  # fmt: skip
# Parts of what runs: read with it, and without a life of their own.
PARTS = {
    "definitions", "message", "signal", "error", "escalation", "laneSet", "childLaneSet", "lane", "documentation",
    "extensionElements", "conditionExpression", "loopCardinality", "loopCondition", "completionCondition", "condition",
    "loopDataInputRef", "loopDataOutputRef",
    "standardLoopCharacteristics", "multiInstanceLoopCharacteristics", "inputDataItem", "outputDataItem", "script",
    "timeDate", "timeDuration", "timeCycle", "text", "incoming", "outgoing",
    "flowNodeRef", "dataInputAssociation", "dataOutputAssociation", "assignment",
    "correlationPropertyRetrievalExpression", "messagePath",
}  # fmt: skip


def lost(content: bytes, parsed: spiff.Parsed, root: Any) -> list[str]:
    """Return `tag id` of every element of the file that is neither run, nor part of what runs, nor listed."""
    told = {change["element_id"] for change in parsed.report.changes}
    running = {name for program in parsed.processes.values() for name in _ids(program.body)} | set(parsed.processes)
    gone = []
    for node in root.iter(etree.Element):
        space, _, tag = str(node.tag).rpartition("}")
        name = (node.get("id") or "").strip()
        if not _is_bpmn(space):
            continue
        made = not name and tag in RUN | {"process"}  # It is told under the id it was given.
        if _carries(node) and not made and (name or _owner(node)) not in told | {None}:
            gone.append(f"extension of {tag} {name}")
        if name and not (name in told or name in running or tag in PARTS or tag.endswith("EventDefinition")):
            gone.append(f"{tag} {name}")
    return gone


def _is_bpmn(space: str) -> bool:
    return not space or ("omg.org/" in space and "BPMN" in space and not space.endswith("/DI"))


def _carries(node: Any) -> bool:
    """Tell whether an element has attributes or extension elements of another namespace."""
    if any(name.startswith("{") and "XMLSchema-instance" not in name for name in node.attrib):
        return True
    return any(len(holder) for holder in node.iterchildren(f"{{{MODEL}}}extensionElements"))


def _owner(node: Any) -> str | None:
    for above in node.iterancestors():
        if above.get("id"):
            return str(above.get("id"))
        if str(above.tag).rpartition("}")[2] in RUN | {"process"}:
            return None
    return None


def _ids(body: Body) -> Iterator[str]:
    todo = [body]
    while todo:
        at = todo.pop()
        yield from (node.id for node in at.nodes)
        yield from (flow.id for flow in at.flows)
        todo.extend(node.body for node in at.nodes if node.body is not None)
