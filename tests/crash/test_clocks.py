"""Two workers whose clocks disagree, and a clock that is set back: every job has its effect once all the same."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from engine import replay, run_due, start_case, stopped_jobs, verify
from engine.canonical import iso
from engine.clock import FixedClock
from engine.store import jobs
from engine.store.base import writing
from engine.store.cases import CaseRow
from engine.store.events import EventRow
from engine.store.jobs import JobRow
from engine.worker import run_job
from tests.build import Organisation, an_organisation
from tests.engine.flows import CITY, PATIENT, TOWNSHIP, VILLAGE, children, do, published

TARGETS = [{"township": "t1", "villages": ["v11", "v12"] * 4}, {"township": "t2", "villages": ["v21"] * 4}]


@pytest.fixture
def city(session: Session, clock: FixedClock) -> Organisation:
    with writing(session):
        made = an_organisation(session, clock)
        published(session, village=VILLAGE, township=TOWNSHIP, city=CITY, patient=PATIENT)
    return made


def _sound(session: Session) -> bool:
    session.expire_all()
    ids = session.scalars(select(CaseRow.id)).all()
    return verify(session).ok and all(replay(session, case_id).ok for case_id in ids)


def test_a_worker_ahead_of_the_other_fires_each_timer_once(
    session: Session, session_factory: sessionmaker[Session], clock: FixedClock, city: Organisation
) -> None:
    clerk = city.actor(session, "clerk@d1")
    session.commit()
    with writing(session):
        cases = [start_case(session, "patient", actor=clerk).id for _ in range(12)]
    clocks = [FixedClock(clock.now() + timedelta(hours=hours)) for hours in (49, 53)]
    workers = [
        threading.Thread(target=run_due, args=(session_factory,), kwargs={"clock": one, "limit": 100}) for one in clocks
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    # One that is behind sees nothing due, also after the others are done.
    assert run_due(session_factory, clock=FixedClock(clock.now() - timedelta(days=400))) == 0
    fired = session.scalars(select(EventRow.stream).where(EventRow.kind == "timer.fired")).all()
    assert sorted(fired) == sorted(f"case:{case_id}" for case_id in cases)
    assert _sound(session)


def test_a_clock_that_jumps_takes_leases_away_but_doubles_nothing(
    session: Session, session_factory: sessionmaker[Session], clock: FixedClock, city: Organisation
) -> None:
    clerk = city.actor(session, "clerk@d1")
    session.commit()
    with writing(session):
        top = start_case(session, "city", actor=clerk, values={"asked": "甲", "targets": TARGETS}).id
        do(session, top, "ask", {}, clerk)
    with session_factory() as other, writing(other):
        held = jobs.claim_due(other, now="9999", lease_until="2026-11-23T01:02:00.000000Z", limit=9)
    assert len(held) == 2
    ahead = FixedClock(clock.now() + timedelta(hours=1))
    assert run_due(session_factory, clock=ahead) == 2 + 12
    # The worker that was slow, or whose machine's clock was set back, comes to what it had taken.
    behind = FixedClock(clock.now() - timedelta(hours=1))
    for job in held:
        run_job(session_factory, job, clock=behind)
    assert len(children(session, top)) == 2
    assert set(session.scalars(select(JobRow.state))) == {"done"}
    assert len(session.scalars(select(CaseRow.id)).all()) == 1 + 2 + 12
    assert _sound(session)


def test_what_became_due_while_the_clock_stood_back_is_done_when_it_is_right_again(
    session: Session, session_factory: sessionmaker[Session], clock: FixedClock, city: Organisation
) -> None:
    clerk = city.actor(session, "clerk@d1")
    session.commit()
    with writing(session):
        start_case(session, "patient", actor=clerk)
    wrong = FixedClock(clock.now())
    for days in (1, -300, 1):
        wrong.advance(days=days)
        assert run_due(session_factory, clock=wrong) == 0
    wrong.move_to(clock.now() + timedelta(days=3))
    assert run_due(session_factory, clock=wrong) == 1
    assert _sound(session)


def test_a_job_that_kills_its_worker_is_given_up_and_takes_no_other_with_it(
    session: Session, session_factory: sessionmaker[Session], clock: FixedClock, city: Organisation
) -> None:
    clerk = city.actor(session, "clerk@d1")
    session.commit()
    with writing(session):
        cases = [start_case(session, "patient", actor=clerk).id for _ in range(5)]
    clock.advance(days=3)
    deadly = session.scalars(select(JobRow.id).where(JobRow.case_id == cases[0])).one()
    session.rollback()

    def claim(which: str, limit: int) -> list[jobs.ClaimedJob]:
        at = clock.now()
        clock.advance(minutes=3)
        with session_factory() as own, writing(own):
            until = iso(at + timedelta(minutes=2))
            return jobs.claim_due(own, now=iso(at), lease_until=until, limit=limit, which=which)

    # The worker took all five and died of the first; whoever takes them over takes one at a time.
    assert len(claim("new", 50)) == 5
    died = 1
    while claimed := claim("again", 1):
        if claimed[0].id != deadly or claimed[0].attempts > claimed[0].most_attempts:
            run_job(session_factory, claimed[0], clock=clock)
        else:
            died += 1
    session.expire_all()
    states = {row.case_id: row.state for row in session.scalars(select(JobRow))}
    assert states == {case_id: "incident" if case_id == cases[0] else "done" for case_id in cases}
    assert died == 8
    assert [found.code for found in stopped_jobs(session)] == ["job-given-up"]
    assert _sound(session)
