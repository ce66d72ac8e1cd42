"""Deadlines and timers by working days: the calendar's answers are in the event, and a replay needs nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from engine import complete_task, feel, library, registers, replay, run_due, start_case
from engine.calendar import AskedCalendar, Calendar
from engine.canonical import canonical, parse
from engine.clock import FixedClock
from engine.store.base import writing
from engine.store.events import EventRow
from engine.store.jobs import JobRow
from tests.build import SYSTEM, Organisation, an_organisation
from tests.engine.flows import end, flow, open_tasks, process, published, start, the_task, user

CALENDAR = {
    "name": "calendar",
    "key": "date",
    "label": "date",
    "columns": {
        "type": "object",
        "properties": {"date": {"type": "string", "format": "date"}, "working": {"type": "boolean"}},
    },
}
_TIMER = "<bpmn:timerEventDefinition><bpmn:timeDate>{}</bpmn:timeDate></bpmn:timerEventDefinition>"
PROMPT = process(
    "prompt",
    start("work"),
    user("work", "end", candidate='starter="true"', more='<qc:due value="add working days(today(), 2)"/>'),
    '<bpmn:boundaryEvent id="late" attachedToRef="work" cancelActivity="false">'
    + _TIMER.format("add working days(now(), 3)")
    + "</bpmn:boundaryEvent>",
    flow("late", "remind"),
    user("remind", "gone", candidate='role="lead" unit="case.unit"'),
    end("gone"),
    end(),
    extensions=(
        '<qc:starter role="clerk"/>'
        '<qc:fact name="left" value="working days between(today(), @&quot;2026-12-01&quot;)"/>'
    ),
)


@pytest.fixture
def city(session: Session, clock: FixedClock) -> Organisation:
    clock.move_to(datetime(2026, 11, 26, 17, 30, tzinfo=UTC))  # Friday the 27th, 1:30 in the morning
    with writing(session):
        made = an_organisation(session, clock)
        published(session, prompt=PROMPT)
    return made


def _free(session: Session, *days: str) -> None:
    library.publish(session, "register", "calendar", canonical(CALENDAR).encode(), actor=SYSTEM)
    registers.put_rows(session, "calendar", [{"date": day, "working": False} for day in days], actor=SYSTEM)


def _started(session: Session, city: Organisation) -> str:
    clerk = city.actor(session, "clerk@d1")
    session.commit()
    with writing(session):
        return start_case(session, "prompt", actor=clerk).id


def test_a_deadline_counts_working_days_from_the_local_day(session: Session, city: Organisation) -> None:
    case_id = _started(session, city)
    # Friday and two working days: Tuesday, which ends at 16:00 UTC.
    assert the_task(session, case_id, "work").due_at == "2026-12-01T16:00:00.000000Z"
    job = session.scalars(select(JobRow)).one()
    assert (job.kind, job.due_at) == ("timer", "2026-12-01T17:30:00.000000Z")


def test_a_day_the_register_frees_is_not_counted(session: Session, city: Organisation) -> None:
    with writing(session):
        _free(session, "2026-11-30")
    case_id = _started(session, city)
    assert the_task(session, case_id, "work").due_at == "2026-12-02T16:00:00.000000Z"


def test_a_replay_takes_the_answers_of_the_day(
    session: Session, session_factory: sessionmaker[Session], city: Organisation, clock: FixedClock
) -> None:
    case_id = _started(session, city)
    body = parse(session.scalars(select(EventRow.body).where(EventRow.kind == "case.started")).one())
    assert body["workdays"] == [
        ["add", "2026-11-27", 3, "2026-12-02"],
        ["add", "2026-11-27", 2, "2026-12-01"],
        ["count", "2026-11-27", "2026-12-01", 2],
    ]
    session.rollback()
    with writing(session):
        _free(session, "2026-11-30", "2026-12-01", "2026-12-02")
    assert replay(session, case_id).ok
    session.rollback()
    clock.move_to(datetime(2026, 12, 1, 17, 30, tzinfo=UTC))
    assert run_due(session_factory, clock=clock) == 1
    assert set(open_tasks(session, case_id)) == {"work", "remind"}
    clerk = city.actor(session, "clerk@d1")
    session.commit()
    with writing(session):
        complete_task(session, the_task(session, case_id, "work").id, {}, actor=clerk)
    assert replay(session, case_id).ok


def test_a_recorded_calendar_invents_no_answer() -> None:
    known = AskedCalendar(lambda: Calendar())
    text = feel.compile('add working days(@"2026-11-20", 1)')
    assert str(text.strict({}, calendar=known)) == "2026-11-23"
    recorded = AskedCalendar(answers=known.asked())
    assert str(text.strict({}, calendar=recorded)) == "2026-11-23"
    for calendar in (recorded, None):
        with pytest.raises(feel.FeelError) as refused:
            feel.compile('is working day(@"2026-11-20")').strict({}, calendar=calendar)
        assert refused.value.code == "no-calendar"


@pytest.mark.parametrize("days", ["1.5", "10001", "-10001"])
def test_days_are_whole_and_not_too_many(days: str) -> None:
    found = feel.compile(f'add working days(@"2026-11-20", {days})')({}, calendar=Calendar())
    assert found is None


def test_the_longest_count_stays_within_the_budget() -> None:
    assert str(feel.compile('add working days(@"2026-11-20", 10000)').strict({}, calendar=Calendar())) > "2060"
