"""Small diagrams for command tests, and the walk that carries them on."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import library
from engine.model import Actor
from engine.store.cases import CaseRow
from engine.store.tasks import TaskRow
from tests.build import SYSTEM
from tests.once import made_once

_HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:qc="urn:qingche:bpmn:1" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="urn:t">'
)


def process(key: str, *nodes: str, extensions: str = "", name: str = "") -> bytes:
    """Write a definition file with one process; every node brings its own flows."""
    text = (
        f'{_HEAD}<bpmn:process id="{key}" name="{name or key}" isExecutable="true">'
        f"<bpmn:extensionElements>{extensions}</bpmn:extensionElements>{''.join(nodes)}</bpmn:process></bpmn:definitions>"
    )
    return text.encode()


def start(to: str) -> str:
    return f'<bpmn:startEvent id="start"/>{flow("start", to)}'


def end(element_id: str = "end") -> str:
    return f'<bpmn:endEvent id="{element_id}"/>'


def flow(source: str, target: str, condition: str | None = None, element_id: str | None = None) -> str:
    inner = (
        ""
        if condition is None
        else f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{condition}</bpmn:conditionExpression>'
    )
    key = element_id or f"{source}_to_{target}"
    return f'<bpmn:sequenceFlow id="{key}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>'


def user(element_id: str, to: str | None, *, candidate: str, more: str = "", loop: str = "", name: str = "") -> str:
    """Write a user task; candidate: attributes of qc:candidate; to: where it leads, None for own flows."""
    lead = "" if to is None else flow(element_id, to)
    return (
        f'<bpmn:userTask id="{element_id}" name="{name or element_id}"><bpmn:extensionElements>'
        f"<qc:candidate {candidate}/>{more}</bpmn:extensionElements>{loop}</bpmn:userTask>{lead}"
    )


def call(element_id: str, to: str, called: str, *, extensions: str = "", loop: str = "") -> str:
    return (
        f'<bpmn:callActivity id="{element_id}" name="{element_id}" calledElement="{called}"><bpmn:extensionElements>'
        f"{extensions}</bpmn:extensionElements>{loop}</bpmn:callActivity>{flow(element_id, to)}"
    )


def each(collection: str, item: str, *, output: str | None = None, output_item: str | None = None) -> str:
    """Write parallel multi-instance characteristics over a collection."""
    out = "" if output is None else f"<bpmn:loopDataOutputRef>{output}</bpmn:loopDataOutputRef>"
    item_out = "" if output_item is None else f'<bpmn:outputDataItem id="{output_item}"/>'
    return (
        '<bpmn:multiInstanceLoopCharacteristics isSequential="false">'
        f"<bpmn:loopDataInputRef>{collection}</bpmn:loopDataInputRef>{out}"
        f'<bpmn:inputDataItem id="{item}"/>{item_out}</bpmn:multiInstanceLoopCharacteristics>'
    )


REQUEST = process(
    "request",
    start("draft"),
    user("draft", "review", candidate='starter="true"'),
    user("review", None, candidate='role="reviewer" unit="&quot;sw&quot;"'),
    '<bpmn:exclusiveGateway id="gate" default="back"/>',
    flow("review", "gate"),
    flow("gate", "end", "verdict = &quot;approve&quot;", "approved"),
    flow("gate", "draft", element_id="back"),
    end(),
    extensions=(
        '<qc:title value="subject"/><qc:number template="请〔{year}〕{seq:04d}" at="draft"/><qc:starter role="clerk"/>'
        '<qc:fact name="outcome" value="verdict"/><qc:fact name="due" value="until"/>'
    ),
    name="请示",
)
"""draft (the starter) -> review (reviewer of sw) -> approve: end, else back to draft; numbered when drafted."""

ROUNDS = process(
    "rounds",
    start("fork"),
    '<bpmn:parallelGateway id="fork"/>',
    flow("fork", "one"),
    flow("fork", "two"),
    user("one", "join", candidate='role="clerk" unit="&quot;d1&quot;"'),
    user("two", "join", candidate='role="lead" unit="&quot;d1&quot;"'),
    '<bpmn:parallelGateway id="join"/>',
    flow("join", "end"),
    end(),
    extensions='<qc:starter role="clerk"/>',
)
"""Two tasks side by side: one (clerk of d1) and two (lead of d1)."""

VILLAGE = process(
    "village",
    start("answer"),
    user("answer", "end", candidate='role="clerk" unit="case.unit"'),
    end(),
    extensions='<qc:fact name="outcome" value="reply"/>',
)
TOWNSHIP = process(
    "township",
    start("villages"),
    call(
        "villages",
        "sign",
        "village",
        extensions='<qc:input name="asked" value="asked"/><qc:unit value="place"/>',
        loop=each("places", "place", output="answers", output_item="reply"),
    ),
    user("sign", "end", candidate='role="clerk" unit="case.unit"'),
    end(),
)
CITY = process(
    "city",
    start("ask"),
    user("ask", "townships", candidate='starter="true"'),
    call(
        "townships",
        "read",
        "township",
        extensions=(
            '<qc:input name="asked" value="asked"/><qc:input name="places" value="target.villages"/>'
            '<qc:unit value="target.township"/>'
        ),
        loop=each("targets", "target", output="reports", output_item="answers"),
    ),
    user("read", "end", candidate='starter="true"'),
    end(),
    extensions='<qc:starter role="clerk"/><qc:title value="asked"/>',
)
"""city -> a township case per target -> a village case per place; answers come back as reports."""

_WAIT = '<bpmn:timerEventDefinition><bpmn:timeDuration xsi:type="bpmn:tFormalExpression">{}</bpmn:timeDuration>'
PATIENT = process(
    "patient",
    start("work"),
    user("work", "end", candidate='starter="true"'),
    '<bpmn:boundaryEvent id="late" attachedToRef="work" cancelActivity="true">'
    + _WAIT.format("PT48H")
    + "</bpmn:timerEventDefinition></bpmn:boundaryEvent>",
    flow("late", "remind"),
    user("remind", "end", candidate='role="lead" unit="case.unit"'),
    end(),
    extensions='<qc:starter role="clerk"/>',
)
"""work (the starter), cut off after 48 hours by remind (lead of the unit)."""


def published(session: Session, **definitions: bytes) -> None:
    """Publish definitions in the given order."""

    def publish() -> None:
        for key, content in definitions.items():
            library.publish(session, "process", key, content, actor=SYSTEM)

    made_once(session, tuple(definitions.items()), publish)


def open_tasks(session: Session, case_id: str | None = None) -> dict[str, TaskRow]:
    """Return the open tasks by element id (of one case, or of all)."""
    statement = select(TaskRow).where(TaskRow.state == "open").order_by(TaskRow.created_at, TaskRow.id)
    if case_id is not None:
        statement = statement.where(TaskRow.case_id == case_id)
    session.expire_all()
    return {row.element_id: row for row in session.scalars(statement)}


def the_task(session: Session, case_id: str, element_id: str) -> TaskRow:
    """Return the open task at an element of a case."""
    return open_tasks(session, case_id)[element_id]


def children(session: Session, case_id: str) -> list[CaseRow]:
    """Return the child cases of a case, oldest first."""
    session.expire_all()
    return list(session.scalars(select(CaseRow).where(CaseRow.parent_case_id == case_id).order_by(CaseRow.id)))


def do(session: Session, case_id: str, element_id: str, values: dict[str, Any], actor: Actor) -> Any:
    """Complete the open task at an element of a case."""
    from engine import complete_task

    return complete_task(session, the_task(session, case_id, element_id).id, values, actor=actor)
