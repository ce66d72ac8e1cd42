"""External tasks over /api/v1: only with a token, only its topics and unit, and every refusal has a stable code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from engine import cancel_case, replay, retry_job, start_case, stopped_jobs, use_clock, verify
from engine.canonical import parse
from engine.clock import FixedClock
from engine.store.base import writing
from engine.store.cases import CaseWindowRow
from engine.store.events import EventRow
from engine.worker import run_due
from tests.build import SYSTEM, Organisation
from tests.engine.flows import end, flow, open_tasks, process, published, start, user
from webapp.accounts.tokens import add_token, revoke_token

PRINTING = process(
    "printing",
    start("print"),
    '<bpmn:serviceTask id="print" name="打印证照"><bpmn:extensionElements><qc:topic value="print"/>'
    "</bpmn:extensionElements></bpmn:serviceTask>",
    flow("print", "hand"),
    user("hand", "end", candidate='starter="true"'),
    '<bpmn:boundaryEvent id="jam" attachedToRef="print"><bpmn:errorEventDefinition errorRef="E"/></bpmn:boundaryEvent>',
    flow("jam", "repair"),
    user("repair", "end", candidate='starter="true"'),
    end(),
    extensions='<qc:starter role="clerk"/>',
).replace(b"</bpmn:process>", b'</bpmn:process><bpmn:error id="E" name="jam" errorCode="jam"/>')
WORKER = {"worker": "w1"}
FETCH = {**WORKER, "topics": ["print"], "lock_seconds": 60, "most": 10}


class System:
    """Another system at the interface, with its token, and the case it works on."""

    def __init__(self, app: Flask, session: Session, clock: FixedClock, city: Organisation) -> None:
        self.client = app.test_client()
        self.session, self.clock, self.city = session, clock, city
        self.text = self.token(topics=["print"])
        with writing(session):
            use_clock(session, clock)
            published(session, printing=PRINTING)

    def token(self, *, unit: str = "city", topics: list[str] | None = None, days: float = 1) -> str:
        self.session.rollback()
        at = self.clock.now()
        with writing(self.session):
            self.token_id, text = add_token(
                self.session, purpose="打印中心", unit_id=self.city.units[unit].id, topics=topics, created_by="test",
                at=at, expires_at=at + timedelta(days=days),
            )  # fmt: skip
        return text

    def start(self, who: str = "clerk@d1", **values: Any) -> str:
        clerk = self.city.actor(self.session, who)
        self.session.commit()
        with writing(self.session):
            return start_case(self.session, "printing", actor=clerk, values=values).id

    def ask(self, path: str, body: Any, *, token: str | None = "") -> Any:
        self.session.rollback()
        headers = {} if token is None else {"Authorization": f"Bearer {token or self.text}"}
        return self.client.post(f"/api/v1/external-tasks/{path}", json=body, headers=headers)

    def fetch(self, **changed: Any) -> list[dict[str, Any]]:
        answer = self.ask("fetch-and-lock", {**FETCH, **changed})
        assert answer.status_code == 200, answer.json
        found: list[dict[str, Any]] = answer.json["tasks"]
        return found

    def events(self) -> list[str]:
        self.session.rollback()
        return list(self.session.scalars(select(EventRow.kind).where(EventRow.stream.like("case:%"))))


@pytest.fixture
def system(make_app: Callable[..., Flask], session: Session, clock: FixedClock, city: Organisation) -> System:
    return System(make_app(), session, clock, city)


def test_a_task_is_fetched_once_and_completed_with_values(system: System) -> None:
    case_id = system.start(copies=2)
    task = system.fetch()[0]
    assert (task["topic"], task["case"]["id"], task["element"]["id"]) == ("print", case_id, "print")
    assert (task["values"], task["retries_left"]) == ({"copies": 2}, 2)
    assert system.fetch() == []
    done = system.ask(f"{task['id']}/complete", {**WORKER, "values": {"printed": 2}})
    assert (done.status_code, done.json["case"]["state"]) == (200, "running")
    assert parse(system.session.get_one(CaseWindowRow, case_id).values_json) == {"copies": 2, "printed": 2}
    assert set(open_tasks(system.session, case_id)) == {"hand"}
    row = system.session.scalars(select(EventRow).where(EventRow.kind == "task.completed")).one()
    assert parse(row.body)["who"]["name"] == "打印中心"
    assert replay(system.session, case_id).ok
    assert verify(system.session).ok


def test_only_the_values_asked_for_are_given_and_the_giving_is_recorded(system: System) -> None:
    system.start(copies=2, secret="x")
    assert system.fetch(values=["copies", "none"])[0]["values"] == {"copies": 2, "none": None}
    system.session.rollback()
    row = system.session.scalars(select(EventRow).where(EventRow.kind == "external-fetched")).one()
    assert row.stream.startswith("access:")


def test_a_lock_that_ran_out_is_the_next_workers(system: System) -> None:
    system.start()
    task = system.fetch()[0]
    assert system.ask(f"{task['id']}/extend", {**WORKER, "lock_seconds": 300}).status_code == 200
    system.clock.advance(seconds=200)
    assert system.fetch(worker="w2") == []
    system.clock.advance(seconds=200)
    assert system.fetch(worker="w2")[0]["id"] == task["id"]
    late = system.ask(f"{task['id']}/complete", WORKER)
    assert (late.status_code, late.json["code"]) == (409, "lock-lost")
    assert system.ask(f"{task['id']}/unlock", {"worker": "w2"}).status_code == 200
    assert system.fetch()[0]["id"] == task["id"]


def test_a_failed_task_waits_and_then_becomes_an_incident_that_can_be_retried(
    system: System, session_factory: sessionmaker[Session]
) -> None:
    case_id = system.start()
    for left in (2, 1):
        task = system.fetch()[0]
        failed = system.ask(f"{task['id']}/fail", {**WORKER, "message": "卡纸", "retry_seconds": 60})
        assert failed.json == {"retries_left": left}
        assert system.fetch() == []
        system.clock.advance(seconds=61)
    task = system.fetch()[0]
    assert system.ask(f"{task['id']}/fail", {**WORKER, "message": "卡纸", "retries": 0}).json == {"retries_left": 0}
    assert system.fetch() == []
    stopped = stopped_jobs(system.session, case_id=case_id)
    assert [(one.code, one.message, one.element_id) for one in stopped] == [("worker-failed", "卡纸", "print")]
    assert system.events() == ["case.started", "task.failed", "task.failed", "incident.raised"]
    system.session.rollback()
    with writing(system.session):
        retry_job(system.session, stopped[0].id, actor=SYSTEM)
    # It is not this deployment's worker that takes it up again.
    assert run_due(session_factory, clock=system.clock) == 0
    assert system.fetch()[0]["id"] == task["id"]


def test_an_error_goes_where_the_diagram_catches_it(system: System) -> None:
    case_id = system.start()
    task = system.fetch()[0]
    lost = system.ask(f"{task['id']}/error", {**WORKER, "code": "fire"})
    assert (lost.status_code, lost.json["code"]) == (422, "error-uncaught")
    assert system.ask(f"{task['id']}/error", {**WORKER, "code": "jam", "message": "卡纸"}).status_code == 200
    assert set(open_tasks(system.session, case_id)) == {"repair"}
    assert system.events() == ["case.started", "error.thrown"]
    assert replay(system.session, case_id).ok
    gone = system.ask(f"{task['id']}/complete", WORKER)
    assert (gone.status_code, gone.json["code"]) == (409, "task-gone")


def test_a_cancelled_case_has_nothing_to_fetch(system: System) -> None:
    first, second = system.start(), system.start()
    system.session.rollback()
    with writing(system.session):
        cancel_case(system.session, first, actor=SYSTEM, reason="撤回")
    assert [task["case"]["id"] for task in system.fetch()] == [second]


def test_a_token_reaches_its_topics_and_its_unit_only(system: System) -> None:
    system.start()
    task = system.fetch()[0]
    for other in (system.token(topics=["scan"]), system.token(unit="t1", topics=None)):
        refused = system.ask(f"{task['id']}/complete", WORKER, token=other)
        assert (refused.status_code, refused.json["code"]) == (404, "not-found")
        assert system.ask("fetch-and-lock", FETCH, token=other).json == {"tasks": []}
    # Another token's worker of the same name is another worker.
    assert system.ask(f"{task['id']}/complete", WORKER, token=system.token(topics=None)).status_code == 409


@pytest.mark.parametrize("path", ["fetch-and-lock", "x/complete", "x/fail", "x/error", "x/extend", "x/unlock"])
def test_without_a_valid_token_nothing_opens(system: System, path: str) -> None:
    ended, revoked = system.token(days=-1), system.token()
    with writing(system.session):
        assert revoke_token(system.session, system.token_id, system.clock.now())
    for token in (None, "qc_wrong", ended, revoked):
        answer = system.ask(path, WORKER, token=token)
        assert (answer.status_code, answer.json["code"]) == (401, "not-signed-in")
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("fetch-and-lock", None, ""),
        ("fetch-and-lock", [1], ""),
        ("fetch-and-lock", {**FETCH, "most": 0}, "/most"),
        ("fetch-and-lock", {**FETCH, "topics": ["a\x00"]}, "/topics/0"),
        ("fetch-and-lock", {**FETCH, "more": 1}, ""),
        ("x/complete", {**WORKER, "values": []}, "/values"),
        ("x/fail", WORKER, ""),
        ("x/extend", {**WORKER, "lock_seconds": "60"}, "/lock_seconds"),
    ],
)
def test_a_wrong_body_is_told_place_by_place(system: System, path: str, body: Any, pointer: str) -> None:
    answer = system.ask(path, body)
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")
    assert answer.json["problems"][0]["pointer"] == pointer


def test_an_unknown_task_and_path_are_not_found(system: System) -> None:
    for path in ("01a218e8-31c0-7431-a82f-83c920092713/complete", "x/complete"):
        assert system.ask(path, WORKER).json["code"] == "not-found"
    assert system.ask("x/y", WORKER).json["code"] == "not-found"


def test_the_description_names_every_route_with_its_body(system: System) -> None:
    described = system.client.get("/api/v1/openapi.json").json
    paths = {path: found for path, found in described["paths"].items() if "/external-tasks/" in path}
    assert len(paths) == 6
    for operations in paths.values():
        body = operations["post"]["requestBody"]["content"]["application/json"]["schema"]
        assert "worker" in body["required"]
        assert set(operations["post"]["responses"]) == {"200", "401", "404", "409", "422"}
