"""Event subprocesses of stored cases: their timers are jobs, their tasks are people's, and all of it is replayed."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from engine.clock import FixedClock
from engine.history.replay import replay
from engine.store.base import writing
from engine.store.jobs import JobRow
from tests.build import an_organisation
from tests.engine.flows import end, flow, open_tasks, process, published, start, user
from tests.engine.test_worker import City

CLERK = 'role="clerk" unit="&quot;d1&quot;"'


def _handler(element_id: str, event: str, task: str, *, interrupting: bool) -> str:
    return (
        f'<bpmn:subProcess id="{element_id}" triggeredByEvent="true"><bpmn:startEvent id="on_{element_id}" '
        f'isInterrupting="{str(interrupting).lower()}">{event}</bpmn:startEvent>{flow(f"on_{element_id}", task)}'
        f'{user(task, f"end_{element_id}", candidate=CLERK)}<bpmn:endEvent id="end_{element_id}"/></bpmn:subProcess>'
    )


def _timer(kind: str, text: str) -> str:
    return f"<bpmn:timerEventDefinition><bpmn:{kind}>{text}</bpmn:{kind}></bpmn:timerEventDefinition>"


WATCHED = process(
    "watched",
    start("work"),
    user("work", "end", candidate=CLERK),
    end(),
    _handler("remind", _timer("timeCycle", "R2/PT24H"), "nudge", interrupting=False),
    _handler("stop", _timer("timeDuration", "P10D"), "settle", interrupting=True),
    extensions='<qc:starter role="clerk"/>',
)
"""work, reminded after one and two days, ended after ten by settle."""


@pytest.fixture
def city(session: Session, session_factory: sessionmaker[Session], clock: FixedClock) -> City:
    with writing(session):
        people = an_organisation(session, clock)
        published(session, watched=WATCHED)
    return City(session, session_factory, clock, people)


def _wait(city: City, hours: int) -> int:
    city.clock.advance(hours=hours)
    return city.work()


def _waiting(city: City, case_id: str) -> list[str]:
    return sorted(open_tasks(city.session, case_id))


def test_reminders_come_beside_the_work_and_the_last_one_instead_of_it(city: City) -> None:
    case_id = city.start("watched")
    assert _waiting(city, case_id) == ["on_remind", "on_stop", "work"]
    assert (_wait(city, 24), _waiting(city, case_id)) == (1, ["nudge", "on_remind", "on_stop", "work"])
    city.do(case_id, "nudge", "clerk@d1")
    assert (_wait(city, 24), _waiting(city, case_id)) == (1, ["nudge", "on_stop", "work"])
    assert (_wait(city, 24 * 8), _waiting(city, case_id)) == (1, ["settle"])
    city.do(case_id, "settle", "clerk@d1")
    assert city.state(case_id) == "completed"
    assert replay(city.session, case_id).ok


def test_the_work_done_no_timer_is_left(city: City) -> None:
    case_id = city.start("watched")
    city.do(case_id, "work", "clerk@d1")
    assert (city.state(case_id), _waiting(city, case_id)) == ("completed", [])
    assert {row.state for row in city.session.scalars(select(JobRow).where(JobRow.case_id == case_id))} == {"cancelled"}
    assert replay(city.session, case_id).ok


def test_a_handler_that_runs_keeps_the_case_open(city: City) -> None:
    case_id = city.start("watched")
    _wait(city, 24)
    city.do(case_id, "work", "clerk@d1")
    assert (city.state(case_id), _waiting(city, case_id)) == ("running", ["nudge"])
    city.do(case_id, "nudge", "clerk@d1")
    assert city.state(case_id) == "completed"
    assert replay(city.session, case_id).ok
