"""Service tasks: called over HTTP by the worker, with retry in the job, mapped by FEEL, replayed from the record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from engine import Invalid, Worker, cancel_case, replay, retry_job, run_due, start_case, stopped_jobs, verify
from engine.calling import Outside
from engine.canonical import parse
from engine.clock import FixedClock
from engine.commands import edit_values
from engine.outside import Allowed
from engine.store import jobs
from engine.store.base import writing
from engine.store.cases import CaseRow, CaseWindowRow
from engine.store.events import EventRow, EventValueRow
from engine.store.jobs import JobRow
from tests.build import SYSTEM, an_organisation
from tests.engine.flows import end, flow, open_tasks, process, published, start, user
from tests.receiver import Answer, Receiver, receiving

ASK = "http://127.0.0.1:{port}/ask"


def calling(port: int, call: str, *, more: str = "") -> bytes:
    """One service task `ask` between start and a task `look` of the starter."""
    return process(
        "calling",
        start("ask"),
        '<bpmn:serviceTask id="ask" name="查询"><bpmn:extensionElements>'
        f'<qc:call url="{ASK.format(port=port)}" {call}/>'
        "</bpmn:extensionElements></bpmn:serviceTask>",
        flow("ask", "look"),
        user("look", "end", candidate='starter="true"'),
        end(),
        more,
        extensions='<qc:starter role="clerk"/>',
    )


class Desk:
    """Starts the process and works its jobs against the receiver."""

    def __init__(self, session: Session, factory: sessionmaker[Session], clock: FixedClock, receiver: Receiver) -> None:
        self.session, self.factory, self.clock, self.receiver = session, factory, clock, receiver
        with writing(session):
            self.people = an_organisation(session, clock)

    def start(self, call: str, *, more: str = "", **values: Any) -> str:
        with writing(self.session):
            published(self.session, calling=calling(self.receiver.port, call, more=more))
        clerk = self.people.actor(self.session, "clerk@d1")
        self.session.commit()
        with writing(self.session):
            return start_case(self.session, "calling", actor=clerk, values=values).id

    def work(self) -> int:
        self.session.commit()
        allowed = Allowed.read([f"127.0.0.1:{self.receiver.port}"])
        outside = Outside(allowed, {"crm": "t0ken"}.get)
        return run_due(self.factory, clock=self.clock, outside=outside)

    def values(self, case_id: str) -> Any:
        self.session.expire_all()
        return parse(self.session.get_one(CaseWindowRow, case_id).values_json)

    def job(self) -> JobRow:
        self.session.expire_all()
        return self.session.scalars(select(JobRow).where(JobRow.kind == "service")).one()

    def kinds(self) -> list[str]:
        return list(self.session.scalars(select(EventRow.kind).where(EventRow.stream.like("case:%"))))


@pytest.fixture
def desk(session: Session, session_factory: sessionmaker[Session], clock: FixedClock) -> Iterator[Desk]:
    with receiving() as receiver:
        yield Desk(session, session_factory, clock, receiver)


def test_a_call_sends_what_feel_makes_and_keeps_what_feel_takes(desk: Desk) -> None:
    desk.receiver.answers = [Answer(body='{"户":[{"人":3},{"人":4}]}'.encode())]
    case_id = desk.start(
        'method="POST" body="{村: place, 年: 2026}" headers="{Authorization: &quot;Bearer {secret:crm}&quot;}" '
        'result="人数" map="sum(response.body.户.人)"',
        place="样例村03",
    )
    assert desk.work() == 1
    asked = desk.receiver.asked[0]
    assert orjson.loads(asked.body) == {"村": "样例村03", "年": 2026}
    assert asked.headers["authorization"] == "Bearer t0ken"
    assert desk.values(case_id) == {"place": "样例村03", "人数": 7}
    assert set(open_tasks(desk.session, case_id)) == {"look"}
    job = desk.job()
    assert (job.state, job.payload) == ("done", "{}")
    assert desk.kinds() == ["case.started", "service.answered"]
    assert replay(desk.session, case_id).ok
    assert verify(desk.session).ok


def test_no_secret_is_in_the_database(desk: Desk) -> None:
    desk.start('headers="{X-Key: &quot;{secret:crm}&quot;}"')
    assert "t0ken" not in desk.job().payload
    desk.work()
    told = list(desk.session.scalars(select(EventRow.body)))
    told += [str(row) for row in desk.session.scalars(select(EventValueRow.after)) if row]
    assert not any("t0ken" in text for text in told)


@pytest.mark.parametrize(
    ("call", "kept"),
    [
        ("", {}),
        ('result="all"', {"all": {"a": 1, "b": ["x"]}}),
        ('map="{n: response.body.a, ok: response.status = 200}"', {"n": 1, "ok": True}),
        ('result="kind" map="get value(response.headers, &quot;content-type&quot;)"', {"kind": "application/json"}),
    ],
)
def test_the_answer_becomes_values_as_the_definition_says(desk: Desk, call: str, kept: dict[str, Any]) -> None:
    desk.receiver.answers = [Answer(body=b'{"a":1,"b":["x"]}')]
    case_id = desk.start(call)
    desk.work()
    assert desk.values(case_id) == kept
    assert replay(desk.session, case_id).ok


def test_a_busy_service_is_tried_again_with_the_same_key(desk: Desk) -> None:
    desk.receiver.answers = [Answer(503), Answer(429, headers={"Retry-After": "90"}), Answer(200)]
    case_id = desk.start('method="POST"')
    assert desk.work() == 1
    assert desk.work() == 0
    desk.clock.advance(seconds=10)
    assert desk.work() == 1
    desk.clock.advance(seconds=80)
    assert desk.work() == 0
    desk.clock.advance(seconds=20)
    assert desk.work() == 1
    assert len({asked.headers["idempotency-key"] for asked in desk.receiver.asked}) == 1
    assert set(open_tasks(desk.session, case_id)) == {"look"}
    assert desk.kinds() == ["case.started", "service.answered"]


def test_a_service_that_stays_away_becomes_an_incident_until_somebody_retries(desk: Desk) -> None:
    desk.receiver.answers = [Answer(500, '{"why":"维护"}'.encode())]
    case_id = desk.start('method="POST" attempts="2"')
    desk.work()
    desk.clock.advance(hours=1)
    desk.work()
    stopped = stopped_jobs(desk.session, case_id=case_id)
    assert [(found.kind, found.code, found.element_id) for found in stopped] == [("service", "call-failed", "ask")]
    assert "HTTP 500" in stopped[0].message
    assert "维护" in parse(desk.job().error or "")["answer"]
    desk.receiver.answers = [Answer(200)]
    desk.session.commit()
    with writing(desk.session):
        retry_job(desk.session, stopped[0].id, actor=SYSTEM)
    assert desk.work() == 1
    assert set(open_tasks(desk.session, case_id)) == {"look"}
    assert desk.kinds() == ["case.started", "incident.raised", "incident.retried", "service.answered"]
    assert replay(desk.session, case_id).ok


@pytest.mark.parametrize("status", [302, 400, 404])
def test_a_refusal_is_an_incident_at_once(desk: Desk, status: int) -> None:
    desk.receiver.answers = [Answer(status)]
    desk.start('method="POST"')
    desk.work()
    assert (desk.job().state, len(desk.receiver.asked)) == ("incident", 1)


def test_a_host_that_is_not_listed_is_never_called(desk: Desk) -> None:
    desk.start("")
    desk.session.commit()
    assert run_due(desk.factory, clock=desk.clock) == 1
    assert (desk.job().state, parse(desk.job().error or "")["code"]) == ("incident", "call-refused")
    assert desk.receiver.asked == []


_CAUGHT = (
    '<bpmn:boundaryEvent id="missing" attachedToRef="ask"><bpmn:errorEventDefinition/></bpmn:boundaryEvent>'
    + flow("missing", "by_hand")
    + user("by_hand", "end", candidate='starter="true"')
)


def test_an_answer_may_be_an_error_the_process_catches(desk: Desk) -> None:
    desk.receiver.answers = [Answer(404)]
    call = 'error="if response.status = 404 then &quot;unknown&quot; else null"'
    case_id = desk.start(call, more=_CAUGHT)
    desk.work()
    assert set(open_tasks(desk.session, case_id)) == {"by_hand"}
    assert desk.job().state == "done"
    assert replay(desk.session, case_id).ok


def test_an_error_nobody_catches_is_an_incident(desk: Desk) -> None:
    desk.receiver.answers = [Answer(404)]
    desk.start('error="&quot;unknown&quot;"')
    desk.work()
    assert parse(desk.job().error or "")["code"] == "error-uncaught"


def test_a_map_that_cannot_be_evaluated_is_an_incident_that_changes_nothing(desk: Desk) -> None:
    case_id = desk.start('result="n" map="response.body.a.b"')
    desk.work()
    assert parse(desk.job().error or "")["code"] == "evaluation-failed"
    assert desk.values(case_id) == {}


def test_a_call_of_a_case_that_was_cancelled_is_not_made(desk: Desk) -> None:
    case_id = desk.start("")
    row = desk.session.get_one(CaseRow, case_id)
    assert row.state == "running"
    desk.session.commit()
    with desk.factory() as other, writing(other):
        claimed = jobs.claim_due(other, now="9999", lease_until="2026-11-23T01:02:00.000000Z", limit=1, which="service")
    with writing(desk.session):
        cancel_case(desk.session, case_id, actor=SYSTEM, reason="撤回")
    desk.clock.advance(minutes=5)
    assert desk.work() == 1
    assert claimed[0].id == desk.job().id
    assert (desk.job().state, desk.receiver.asked) == ("done", [])


def test_a_worker_that_dies_of_a_job_is_not_fed_it_for_ever(desk: Desk) -> None:
    desk.start('method="POST" attempts="3"')
    desk.session.commit()
    for _ in range(3):
        # What a process leaves behind that was killed between its claim and its answer.
        with desk.factory() as other, writing(other):
            until = desk.clock.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            assert jobs.claim_due(other, now=until, lease_until=until, limit=1, which="service")
    assert desk.work() == 1
    assert (desk.job().state, parse(desk.job().error or "")["code"]) == ("incident", "job-given-up")
    assert desk.receiver.asked == []


def test_a_slow_service_delays_no_other_job(desk: Desk) -> None:
    desk.receiver.answers = [Answer(pause_s=1.5)]
    desk.start("")
    with writing(desk.session):
        waits = process(
            "waits", start("t"),
            '<bpmn:intermediateCatchEvent id="t"><bpmn:timerEventDefinition><bpmn:timeDuration>PT0S'
            "</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>",
            flow("t", "end"), end(),
        )  # fmt: skip
        published(desk.session, waits=waits)
        case_id = start_case(desk.session, "waits", actor=SYSTEM, unit_id=desk.people.units["d1"].id).id
    outside = Outside(Allowed.read([f"127.0.0.1:{desk.receiver.port}"]))
    worker = Worker(desk.factory, clock=desk.clock, interval_s=0.05, outside=outside)
    worker.start()
    try:
        while not desk.receiver.asked or desk.session.get_one(CaseRow, case_id).state != "completed":
            desk.session.rollback()
        # The timer's case has ended while the service still makes up its mind.
        assert desk.job().state == "running"
        while desk.job().state != "done":
            desk.session.rollback()
    finally:
        worker.stop()


def test_a_retried_call_is_made_with_the_values_as_they_are_now_under_the_same_key(desk: Desk) -> None:
    desk.receiver.answers = [Answer(400), Answer(500)]
    case_id = desk.start('method="POST" body="{code: code}"', code="wrong")
    desk.work()
    job_id = stopped_jobs(desk.session)[0].id
    desk.session.rollback()
    with writing(desk.session):
        patch = [{"op": "replace", "path": "/code", "value": "right"}]
        edit_values(desk.session, case_id, patch, actor=SYSTEM, reason="代码写错")
    later = desk.clock.now() + timedelta(hours=1)
    with writing(desk.session):
        retry_job(desk.session, job_id, actor=SYSTEM, reason="已改正", attempts=1, due_at=later)
    assert desk.work() == 0
    desk.clock.advance(hours=1)
    assert desk.work() == 1
    assert [orjson.loads(asked.body) for asked in desk.receiver.asked] == [{"code": "wrong"}, {"code": "right"}]
    assert len({asked.headers["idempotency-key"] for asked in desk.receiver.asked}) == 1
    # One try was given, and it failed: a person is asked again at once.
    stopped = stopped_jobs(desk.session)[0]
    assert (stopped.attempts, stopped.most_attempts) == (1, 1)
    desk.session.rollback()
    with pytest.raises(Invalid), writing(desk.session):
        retry_job(desk.session, job_id, actor=SYSTEM, attempts=0)
    assert replay(desk.session, case_id).ok


def test_what_a_closed_task_still_wanted_is_no_incident(desk: Desk) -> None:
    desk.receiver.answers = [Answer(400)]
    case_id = desk.start("")
    desk.work()
    assert len(stopped_jobs(desk.session)) == 1
    desk.session.rollback()
    with writing(desk.session):
        cancel_case(desk.session, case_id, actor=SYSTEM, reason="撤回")
    assert stopped_jobs(desk.session) == []
    assert desk.job().state == "cancelled"
