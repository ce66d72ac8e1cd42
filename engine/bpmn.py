"""The names of BPMN 2.0: namespaces as lxml writes them, and the flow nodes by kind."""

from __future__ import annotations

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMN = f"{{{MODEL}}}"
QC = "{urn:qingche:bpmn:1}"
SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"

PERSONAL = frozenset({"userTask", "manualTask", "task"})
SUBPROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
ACTIVITIES = (
    PERSONAL
    | SUBPROCESSES
    | {"scriptTask", "serviceTask", "sendTask", "receiveTask", "businessRuleTask", "callActivity"}
)
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"})
EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
FLOW_NODES = ACTIVITIES | GATEWAYS | EVENTS

LONGEST_NAME = 200
"""Of a message or signal: what others wait for is found by it."""
