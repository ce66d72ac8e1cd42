"""Jobs: child cases down and back up, cancels that travel, timers, incidents."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session, sessionmaker

from engine import NotFound, Worker, cancel_case, retry_job, run_due, start_case, stopped_jobs
from engine.assignment import system_actor
from engine.canonical import parse
from engine.chores import failing
from engine.clock import FixedClock
from engine.history.replay import replay
from engine.store import jobs
from engine.store.base import writing
from engine.store.cases import CaseRow, CaseWindowRow
from engine.store.events import EventRow
from engine.store.jobs import JobRow
from engine.store.tasks import TaskRow
from engine.worker import run_job
from tests.build import SYSTEM, Organisation, an_organisation
from tests.engine.flows import (
    CITY,
    PATIENT,
    TOWNSHIP,
    VILLAGE,
    call,
    children,
    do,
    end,
    open_tasks,
    process,
    published,
    start,
    the_task,
    user,
)

TARGETS = [{"township": "t1", "villages": ["v11", "v12"]}, {"township": "t2", "villages": ["v21"]}]


class City:
    """The small city with its definitions, and steps that commit."""

    def __init__(
        self, session: Session, factory: sessionmaker[Session], clock: FixedClock, people: Organisation
    ) -> None:
        self.session, self.factory, self.clock, self.people = session, factory, clock, people

    def start(self, key: str, who: str = "clerk@d1", **values: Any) -> str:
        actor = self.people.actor(self.session, who)
        self.session.commit()
        with writing(self.session):
            return start_case(self.session, key, actor=actor, values=values).id

    def do(self, case_id: str, element_id: str, who: str, **values: Any) -> Any:
        actor = self.people.actor(self.session, who)
        self.session.commit()
        with writing(self.session):
            return do(self.session, case_id, element_id, values, actor)

    def work(self) -> int:
        self.session.commit()
        return run_due(self.factory, clock=self.clock)

    def values(self, case_id: str) -> Any:
        self.session.expire_all()
        return parse(self.session.get_one(CaseWindowRow, case_id).values_json)

    def state(self, case_id: str) -> str:
        self.session.expire_all()
        return self.session.get_one(CaseRow, case_id).state


@pytest.fixture
def city(session: Session, session_factory: sessionmaker[Session], clock: FixedClock) -> City:
    with writing(session):
        people = an_organisation(session, clock)
        published(session, village=VILLAGE, township=TOWNSHIP, city=CITY, patient=PATIENT)
    return City(session, session_factory, clock, people)


def test_children_start_in_their_units_and_come_back_to_their_parents(city: City) -> None:
    top = city.start("city", asked="清理河道", targets=TARGETS)
    city.do(top, "ask", "clerk@d1")
    assert city.work() == 2 + 3
    townships = children(city.session, top)
    assert [city.session.get_one(CaseRow, row.id).unit_id for row in townships] == [
        city.people.units["t1"].id, city.people.units["t2"].id,
    ]  # fmt: skip
    villages = [row for township in townships for row in children(city.session, township.id)]
    assert [row.path for row in villages] == [f"/{top}/{row.parent_case_id}/{row.id}/" for row in villages]
    for row, code in zip(villages, ("v11", "v12", "v21"), strict=True):
        city.do(row.id, "answer", f"clerk@{code}", reply=f"{code} 已办")
    city.work()
    for row, code in zip(townships, ("t1", "t2"), strict=True):
        assert city.values(row.id)["answers"] == {"t1": ["v11 已办", "v12 已办"], "t2": ["v21 已办"]}[code]
        city.do(row.id, "sign", f"clerk@{code}")
    city.work()
    assert city.values(top)["reports"] == [["v11 已办", "v12 已办"], ["v21 已办"]]
    city.do(top, "read", "clerk@d1")
    assert city.state(top) == "completed"
    for case_id in (top, *(row.id for row in townships), *(row.id for row in villages)):
        assert replay(city.session, case_id).ok


def test_the_parent_records_the_head_of_its_child(city: City) -> None:
    top = _township(city)
    child = children(city.session, top)[0]
    city.do(child.id, "answer", "clerk@v11", reply="好")
    city.work()
    city.session.expire_all()
    child = city.session.get_one(CaseRow, child.id)
    row = city.session.scalars(select(EventRow).where(EventRow.kind == "child.finished")).one()
    told = parse(row.body)["child"]
    assert told == {"child": child.id, "state": "completed", "head_seq": child.head_seq, "head_hash": child.head_hash}
    assert parse(row.body)["who"]["id"] == "system"


def test_a_child_runs_on_the_versions_its_parent_pinned(city: City) -> None:
    top = city.start("city", asked="甲", targets=TARGETS[1:])
    changed = process("village", start("other"), user("other", "end", candidate='role="clerk" unit="case.unit"'), end())
    with writing(city.session):
        published(city.session, village=changed)
    city.do(top, "ask", "clerk@d1")
    city.work()
    assert "answer" in open_tasks(city.session)
    assert "other" not in open_tasks(city.session)


def test_cancel_travels_down_to_every_descendant(city: City) -> None:
    top = city.start("city", asked="甲", targets=TARGETS)
    city.do(top, "ask", "clerk@d1")
    city.work()
    answered = the_answering_case(city, "v21")
    city.do(answered, "answer", "clerk@v21", reply="已办")
    actor = city.people.actor(city.session, "clerk@d1")
    city.session.commit()
    with writing(city.session):
        cancel_case(city.session, top, actor=actor, reason="撤回")
    city.work()
    states = city.session.execute(select(CaseRow.definition, CaseRow.state)).all()
    assert sorted(map(tuple, states)) == [
        ("city", "cancelled"),
        ("township", "cancelled"),
        ("township", "cancelled"),
        ("village", "cancelled"),
        ("village", "cancelled"),
        ("village", "completed"),
    ]
    assert open_tasks(city.session) == {}
    assert not city.session.scalar(select(func.count()).select_from(JobRow).where(JobRow.state != "done"))


def test_a_child_cancelled_by_itself_reports_to_its_parent(city: City) -> None:
    township = _township(city)
    child = children(city.session, township)[0]
    city.session.commit()
    with writing(city.session):
        cancel_case(city.session, child.id, actor=system_actor(child.root_unit_id), reason="村已撤并")
    city.work()
    assert set(open_tasks(city.session, township)) == {"sign"}
    row = city.session.scalars(select(EventRow).where(EventRow.kind == "child.finished")).one()
    assert parse(row.body)["child"]["state"] == "cancelled"
    assert replay(city.session, township).ok


def test_a_parent_cancelled_before_the_dispatch_starts_no_child(city: City) -> None:
    top = city.start("city", asked="甲", targets=TARGETS)
    city.do(top, "ask", "clerk@d1")
    actor = city.people.actor(city.session, "clerk@d1")
    city.session.commit()
    with writing(city.session):
        cancel_case(city.session, top, actor=actor, reason="撤回")
    city.work()
    assert children(city.session, top) == []
    kinds = city.session.execute(select(JobRow.kind, JobRow.state).order_by(JobRow.id)).all()
    assert ("start-child", "cancelled") in map(tuple, kinds)


def test_a_timer_fires_when_it_is_due_and_not_before(city: City) -> None:
    case_id = city.start("patient")
    assert city.work() == 0
    city.clock.advance(timedelta(hours=49))
    assert city.work() == 1
    assert city.work() == 0
    assert set(open_tasks(city.session, case_id)) == {"remind"}
    row = city.session.scalars(select(EventRow).where(EventRow.kind == "timer.fired")).one()
    assert row.at == "2026-11-25T02:00:00.000000Z"
    assert replay(city.session, case_id).ok


def test_a_timer_goes_with_the_task_it_guards(city: City) -> None:
    case_id = city.start("patient")
    city.do(case_id, "work", "clerk@d1")
    assert city.session.scalars(select(JobRow.state)).all() == ["cancelled"]
    city.clock.advance(timedelta(days=9))
    assert city.work() == 0
    assert city.state(case_id) == "completed"


def test_a_job_run_twice_is_applied_once(city: City) -> None:
    top = city.start("city", asked="甲", targets=TARGETS)
    city.do(top, "ask", "clerk@d1")
    with city.factory() as session, writing(session):
        claimed = jobs.claim_due(session, now="9999", lease_until="2026-11-23T01:02:00.000000Z", limit=1)
    for _ in range(2):
        run_job(city.factory, claimed[0], clock=city.clock)
    assert len(children(city.session, top)) == 1


def test_a_job_whose_worker_died_is_taken_over_after_its_lease(city: City) -> None:
    top = city.start("city", asked="甲", targets=TARGETS[1:])
    city.do(top, "ask", "clerk@d1")
    with city.factory() as session, writing(session):
        jobs.claim_due(session, now="9999", lease_until="2026-11-23T01:02:00.000000Z", limit=9)
    assert city.work() == 0
    city.clock.advance(timedelta(minutes=3))
    assert city.work() == 2
    assert len(children(city.session, top)) == 1


def test_a_worker_that_lost_its_lease_tells_of_no_incident(city: City) -> None:
    stray = process(
        "stray",
        start("sent"),
        call("sent", "end", "village", extensions='<qc:unit value="where"/>'),
        end(),
        extensions='<qc:starter role="clerk"/>',
    )
    with writing(city.session):
        published(city.session, stray=stray)
    city.start("stray", where="nowhere")
    claims = []
    for which, lease_until in (("new", "2026-11-23T01:02:00.000000Z"), ("again", "2026-11-23T01:09:00.000000Z")):
        with city.factory() as session, writing(session):
            claims += jobs.claim_due(
                session, now="2026-11-23T01:03:00.000000Z", lease_until=lease_until, limit=1, which=which
            )
    first, second = claims
    assert first.id == second.id
    told = []
    for claimed in (first, second):
        run_job(city.factory, claimed, clock=city.clock)
        city.session.commit()
        told.append(len(city.session.scalars(select(EventRow).where(EventRow.kind == "incident.raised")).all()))
    assert told == [0, 1]
    assert len(stopped_jobs(city.session)) == 1


def test_a_job_that_cannot_go_on_is_an_incident_until_retried(city: City) -> None:
    stray = process(
        "stray",
        start("ask"),
        call("ask", "end", "village", extensions='<qc:unit value="where"/>'),
        end(),
        extensions='<qc:starter role="clerk"/>',
    )
    with writing(city.session):
        published(city.session, stray=stray)
    case_id = city.start("stray", where="v99")
    assert city.work() == 1
    assert city.work() == 0
    job = city.session.scalars(select(JobRow)).one()
    assert (job.state, parse(job.error or "")["code"]) == ("incident", "evaluation-failed")
    stopped = stopped_jobs(city.session, case_id=case_id)
    assert [(found.id, found.code, found.element_id) for found in stopped] == [(job.id, "evaluation-failed", "ask")]
    row = city.session.scalars(select(EventRow).where(EventRow.kind == "incident.raised")).one()
    assert parse(row.body)["job"] == job.id
    stranger = city.people.actor(city.session, "clerk@d2")
    with pytest.raises(NotFound):
        retry_job(city.session, job.id, actor=stranger)
    city.session.rollback()
    from engine import organisation

    with writing(city.session):
        organisation.put_unit(
            city.session, "v99", name="样例村99", level="village", parent="t1", position=9, actor=SYSTEM
        )
        retry_job(city.session, job.id, actor=SYSTEM)
    assert city.work() == 1
    assert stopped_jobs(city.session) == []
    assert len(children(city.session, case_id)) == 1
    assert replay(city.session, case_id).ok


def test_the_embedded_worker_runs_what_a_commit_wrote(city: City) -> None:
    top = city.start("city", asked="甲", targets=TARGETS)
    worker = Worker(city.factory, clock=city.clock, interval_s=600)
    worker.start()
    try:
        city.do(top, "ask", "clerk@d1")
        pause = threading.Event()
        for _ in range(500):
            pause.wait(0.02)
            if city.session.scalar(select(func.count()).select_from(JobRow).where(JobRow.state != "done")) == 0:
                break
            city.session.rollback()
    finally:
        worker.stop()
    assert city.session.scalar(select(func.count()).select_from(CaseRow)) == 6


def _township(city: City) -> str:
    """Run a city case until its one township has its one village."""
    top = city.start("city", asked="甲", targets=[{"township": "t1", "villages": ["v11"]}])
    city.do(top, "ask", "clerk@d1")
    city.work()
    return children(city.session, top)[0].id


def the_answering_case(city: City, code: str) -> str:
    """Return the village case of a village."""
    unit_id = city.people.units[code].id
    return city.session.scalars(select(CaseRow.id).where(CaseRow.unit_id == unit_id)).one()


def test_task_rows_of_calls_name_their_child(city: City) -> None:
    township = _township(city)
    city.session.expire_all()
    row = city.session.scalars(select(TaskRow).where(TaskRow.case_id == township, TaskRow.kind == "call")).one()
    assert row.child_case_id == children(city.session, township)[0].id
    assert datetime.fromisoformat(row.created_at) == datetime(2026, 11, 23, 1, tzinfo=UTC)
    assert the_task(city.session, township, "villages").id == row.id


def test_the_embedded_worker_does_its_chores_once_an_hour(
    session_factory: sessionmaker[Session], clock: FixedClock
) -> None:
    done: list[datetime] = []
    twice = threading.Event()

    def chore(_session: Session, at: datetime) -> None:
        done.append(at)
        if len(done) == 2:
            twice.set()

    worker = Worker(session_factory, clock=clock, interval_s=0.01, chores=[(timedelta(hours=1), chore)])
    worker.start()
    first = clock.now()
    while not done:
        worker.wake()
    clock.advance(hours=1)
    assert twice.wait(10)
    worker.stop()
    assert done == [first, first + timedelta(hours=1)]


def test_a_chore_that_fails_keeps_no_other_from_being_done(
    session_factory: sessionmaker[Session], clock: FixedClock
) -> None:
    done: list[datetime] = []

    def fails(_session: Session, _at: datetime) -> None:
        if not done:
            raise OSError("disk full")

    def works(_session: Session, at: datetime) -> None:
        done.append(at)

    hour = timedelta(hours=1)
    worker = Worker(session_factory, clock=clock, chores=[(hour, fails), (hour, works)])
    at = clock.now()
    worker._do_chores()
    with session_factory() as session:
        assert (done, failing(session)) == ([at], ["fails"])
    clock.advance(hours=1)
    worker._do_chores()
    with session_factory() as session:
        assert (len(done), failing(session)) == (2, [])


def test_a_retry_locks_the_case_before_its_job(city: City, database: Engine) -> None:
    stray = process(
        "stray", start("ask"), call("ask", "end", "village", extensions='<qc:unit value="where"/>'), end(),
        extensions='<qc:starter role="clerk"/>',
    )  # fmt: skip
    with writing(city.session):
        published(city.session, stray=stray)
    city.start("stray", where="v99")
    said: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append("job" if statement.startswith("UPDATE jobs") else "case" if "case_windows" in statement else "")

    event.listen(database, "before_cursor_execute", hear)
    city.work()
    (stopped,) = stopped_jobs(city.session)
    told = [one for one in said if one]
    # A claim commits before the case is locked; then what was locked by the handler, and again to tell of the stop.
    assert told == ["job", "case", "case", "job"]
    said.clear()
    city.session.rollback()
    with writing(city.session):
        retry_job(city.session, stopped.id, actor=SYSTEM)
    event.remove(database, "before_cursor_execute", hear)
    assert [one for one in said if one] == ["case", "job"]
