"""What a child case throws reaches the call activity of its parent, through a job and recorded."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from engine import stopped_jobs
from engine.canonical import parse
from engine.clock import FixedClock
from engine.history.replay import replay
from engine.store.base import writing
from engine.store.events import EventRow
from tests.build import an_organisation
from tests.engine.flows import call, children, end, flow, open_tasks, process, published, start, user
from tests.engine.test_worker import City

REFUSES = (
    '<bpmn:error id="E1" errorCode="no-money"/>',
    '<bpmn:escalation id="X1" escalationCode="late"/>',
)
CLERK = 'role="clerk" unit="&quot;d1&quot;"'


def _roots(content: bytes) -> bytes:
    """Put the errors and escalations at the end of a definition file."""
    return content.replace(b"</bpmn:definitions>", "".join(REFUSES).encode() + b"</bpmn:definitions>")


def _boundary(element_id: str, kind: str, reference: str, to: str, *, interrupting: bool = True) -> str:
    return (
        f'<bpmn:boundaryEvent id="{element_id}" attachedToRef="ask" cancelActivity="{str(interrupting).lower()}">'
        f'<bpmn:{kind}EventDefinition {kind}Ref="{reference}"/></bpmn:boundaryEvent>{flow(element_id, to)}'
    )


CHILD = _roots(
    process(
        "child",
        start("look"),
        user("look", "up", candidate=CLERK),
        '<bpmn:intermediateThrowEvent id="up"><bpmn:escalationEventDefinition escalationRef="X1"/>'
        "</bpmn:intermediateThrowEvent>",
        flow("up", "both"),
        '<bpmn:parallelGateway id="both"/>',
        flow("both", "decide"),
        flow("both", "aside"),
        user("decide", "bad", candidate=CLERK),
        user("aside", "end", candidate=CLERK),
        '<bpmn:endEvent id="bad"><bpmn:errorEventDefinition errorRef="E1"/></bpmn:endEvent>',
        end(),
    )
)
"""look -> escalates "late" -> decide, which ends with the error "no-money", beside aside."""


def _parent(*boundaries: str) -> bytes:
    return _roots(
        process(
            "parent",
            start("ask"),
            call("ask", "end", "child"),
            *boundaries,
            user("help", "end", candidate=CLERK),
            end(),
            extensions='<qc:starter role="clerk"/>',
        )
    )


@pytest.fixture
def city(session: Session, session_factory: sessionmaker[Session], clock: FixedClock) -> City:
    with writing(session):
        people = an_organisation(session, clock)
        published(session, child=CHILD)
    return City(session, session_factory, clock, people)


def _started(city: City, parent: bytes) -> tuple[str, str]:
    with writing(city.session):
        published(city.session, parent=parent)
    case_id = city.start("parent")
    city.work()
    return case_id, children(city.session, case_id)[0].id


def _kinds(city: City, case_id: str) -> list[str]:
    rows = city.session.scalars(select(EventRow).where(EventRow.stream == f"case:{case_id}").order_by(EventRow.seq))
    return [row.kind for row in rows]


def test_an_error_end_of_a_child_leaves_by_the_boundary_event_of_the_call(city: City) -> None:
    parent, child = _started(city, _parent(_boundary("failed", "error", "E1", "help")))
    city.do(child, "look", "clerk@d1")
    city.do(child, "decide", "clerk@d1")
    assert (city.state(child), open_tasks(city.session, child)) == ("completed", {})
    city.work()
    assert set(open_tasks(city.session, parent)) == {"help"}
    row = city.session.scalars(select(EventRow).where(EventRow.kind == "child.finished")).one()
    assert parse(row.body)["child"]["raised"] == [{"kind": "error", "name": "no-money"}]
    assert replay(city.session, parent).ok
    assert replay(city.session, child).ok


def test_an_error_nobody_catches_is_an_incident_at_the_call(city: City) -> None:
    parent, child = _started(city, _parent())
    city.do(child, "look", "clerk@d1")
    city.do(child, "decide", "clerk@d1")
    city.work()
    (stopped,) = stopped_jobs(city.session, case_id=parent)
    assert (stopped.kind, stopped.code, stopped.element_id) == ("child-finished", "error-uncaught", "ask")
    assert "no-money" in stopped.message
    assert (city.state(parent), _kinds(city, parent)[-1]) == ("running", "incident.raised")


def test_an_escalation_of_a_child_may_leave_it_running(city: City) -> None:
    parent, child = _started(city, _parent(_boundary("told", "escalation", "X1", "help", interrupting=False)))
    city.do(child, "look", "clerk@d1")
    city.work()
    assert set(open_tasks(city.session, parent)) == {"ask", "help"}
    assert set(open_tasks(city.session, child)) == {"decide", "aside"}
    assert _kinds(city, parent)[-1] == "child.raised"
    assert replay(city.session, parent).ok


def test_an_escalation_that_interrupts_the_call_cancels_the_child(city: City) -> None:
    parent, child = _started(city, _parent(_boundary("told", "escalation", "X1", "help")))
    city.do(child, "look", "clerk@d1")
    city.work()
    assert set(open_tasks(city.session, parent)) == {"help"}
    assert (city.state(child), open_tasks(city.session, child)) == ("cancelled", {})
    assert replay(city.session, parent).ok
    assert replay(city.session, child).ok
