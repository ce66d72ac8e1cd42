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
    "standardLoopCharacteristics", "multiInstanceLoopCharacteristics", "inputDataItem", "outputDataItem", "script",
    "timeDate", "timeDuration", "timeCycle", "text", "correlationPropertyRetrievalExpression", "messagePath",
}  # fmt: skip


def lost(content: bytes, parsed: spiff.Parsed, root: Any) -> list[str]:
    """Return `tag id` of every element of the file that is neither run, nor part of what runs, nor listed."""
    told = {change["element_id"] for change in parsed.report.changes}
    running = {name for program in parsed.processes.values() for name in _ids(program.body)} | set(parsed.processes)
    gone = []
    for node in root.iter(etree.Element):
        space, _, tag = str(node.tag).rpartition("}")
        name = (node.get("id") or "").strip()
        if not name or space.endswith("/DI") or "BPMN" not in space.upper() + "BPMN" * (not space):
            continue
        if name in told or name in running or (tag in PARTS or tag.endswith("EventDefinition")):
            continue
        gone.append(f"{tag} {name}")
    return gone


def _ids(body: Body) -> Iterator[str]:
    todo = [body]
    while todo:
        at = todo.pop()
        yield from (node.id for node in at.nodes)
        yield from (flow.id for flow in at.flows)
        todo.extend(node.body for node in at.nodes if node.body is not None)
