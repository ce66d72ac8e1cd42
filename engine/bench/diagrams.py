"""The definitions that are measured: plain BPMN that stock SpiffWorkflow and ours both run, and some only ours does."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

ROLE = "clerk"
UNIT = "bench"
# What a case carries along: 792 bytes as JSON, in every contender.
PAYLOAD = {"payload": "x" * 778}

_HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:qc="urn:qingche:bpmn:1" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="urn:bench">'
)
_STARTER = f'<bpmn:extensionElements><qc:starter role="{ROLE}"/></bpmn:extensionElements>'


def process(key: str, *nodes: str, more: str = "") -> bytes:
    """Write a file with one process."""
    inside = _STARTER.replace("</bpmn", f"{more}</bpmn", 1)
    body = f'<bpmn:process id="{key}" name="{key}" isExecutable="true">{inside}{"".join(nodes)}</bpmn:process>'
    return f"{_HEAD}{body}</bpmn:definitions>".encode()


def flow(source: str, target: str, condition: str = "") -> str:
    inner = condition and (
        f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{condition}</bpmn:conditionExpression>'
    )
    name = f'id="{source}_{target}" sourceRef="{source}" targetRef="{target}"'
    return f"<bpmn:sequenceFlow {name}>{inner}</bpmn:sequenceFlow>"


def user(name: str, *, unit: str = "case.unit", loop: str = "", more: str = "") -> str:
    candidate = f'<bpmn:extensionElements><qc:candidate role="{ROLE}" unit="{unit}"/>{more}</bpmn:extensionElements>'
    return f'<bpmn:userTask id="{name}" name="{name}">{candidate}{loop}</bpmn:userTask>'


def sequence(key: str, tasks: int, write: Callable[[str], str] = user) -> bytes:
    """So many tasks, one after the other; `write` writes one."""
    names = [f"t{number}" for number in range(tasks)]
    chain = ["start", *names, "end"]
    flows = [flow(source, target) for source, target in pairwise(chain)]
    return process(key, '<bpmn:startEvent id="start"/>', *map(write, names), '<bpmn:endEvent id="end"/>', *flows)


def filled(name: str) -> str:
    """Write a task of the case's starter with the form `visit.schema.json`."""
    return (
        f'<bpmn:userTask id="{name}" name="{name}"><bpmn:extensionElements><qc:candidate starter="true"/>'
        '<spiffworkflow:properties><spiffworkflow:property name="formJsonSchemaFilename" value="visit.schema.json"/>'
        "</spiffworkflow:properties></bpmn:extensionElements></bpmn:userTask>"
    )


def manual(name: str) -> str:
    return f'<bpmn:manualTask id="{name}" name="{name}"/>'


def loop(key: str) -> bytes:
    """A task for a person, again and again while `go` is true: four tasks of the engine a turn."""
    return process(
        key,
        '<bpmn:startEvent id="start"/>',
        '<bpmn:exclusiveGateway id="merge"/>',
        user("work"),
        '<bpmn:intermediateThrowEvent id="note"/>',
        '<bpmn:exclusiveGateway id="more" default="more_end"/>',
        '<bpmn:endEvent id="end"/>',
        flow("start", "merge"),
        flow("merge", "work"),
        flow("work", "note"),
        flow("note", "more"),
        flow("more", "merge", "go"),
        flow("more", "end"),
    )


def several(key: str, count: int) -> bytes:
    """One task for a person, so many times side by side."""
    characteristics = (
        '<bpmn:multiInstanceLoopCharacteristics isSequential="false"><bpmn:loopCardinality '
        f'xsi:type="bpmn:tFormalExpression">{count}</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>'
    )
    return process(
        key,
        '<bpmn:startEvent id="start"/>',
        user("work", loop=characteristics),
        '<bpmn:endEvent id="end"/>',
        flow("start", "work"),
        flow("work", "end"),
    )


def _each(collection: str, item: str, output: str = "", output_item: str = "") -> str:
    out = output and f"<bpmn:loopDataOutputRef>{output}</bpmn:loopDataOutputRef>"
    item_out = output_item and f'<bpmn:outputDataItem id="{output_item}"/>'
    return (
        '<bpmn:multiInstanceLoopCharacteristics isSequential="false">'
        f"<bpmn:loopDataInputRef>{collection}</bpmn:loopDataInputRef>{out}"
        f'<bpmn:inputDataItem id="{item}"/>{item_out}</bpmn:multiInstanceLoopCharacteristics>'
    )


def nested(key: str) -> bytes:
    """A subprocess for each of `townships`, in it a task for each of `villages`, all in one case."""
    inside = "".join(
        (
            '<bpmn:startEvent id="in"/>',
            user("answer", loop=_each("villages", "village", "answers", "reply")),
            '<bpmn:endEvent id="out"/>',
            flow("in", "answer"),
            flow("answer", "out"),
        )
    )
    return process(
        key,
        '<bpmn:startEvent id="start"/>',
        f'<bpmn:subProcess id="township">{_each("townships", "town")}{inside}</bpmn:subProcess>',
        '<bpmn:endEvent id="end"/>',
        flow("start", "township"),
        flow("township", "end"),
    )


def ticket(key: str, village: str) -> bytes:
    """A child case for each of `places`, whose answers come back, then a task."""
    called = (
        "<bpmn:extensionElements>"
        '<qc:input name="asked" value="asked"/><qc:unit value="place"/></bpmn:extensionElements>'
    )
    return process(
        key,
        '<bpmn:startEvent id="start"/>',
        user("ask"),
        f'<bpmn:callActivity id="villages" calledElement="{village}">{called}'
        f"{_each('places', 'place', 'answers', 'reply')}</bpmn:callActivity>",
        user("read"),
        '<bpmn:endEvent id="end"/>',
        flow("start", "ask"),
        flow("ask", "villages"),
        flow("villages", "read"),
        flow("read", "end"),
    )
