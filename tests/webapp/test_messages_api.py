"""Messages and signals over /api/v1: only with a token that allows the name, only into its unit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from engine import library, start_case, use_clock
from engine.clock import FixedClock
from engine.store.base import writing
from engine.store.cases import CaseRow
from tests.build import SYSTEM, Organisation
from tests.engine.flows import end, flow, process, start, user
from webapp.accounts.tokens import add_token

_ROOTS = b'</bpmn:process><bpmn:message id="M" name="paid"/><bpmn:signal id="S" name="storm"/>'
_STARTER = '<qc:starter role="clerk"/>'
_WAITS = process(
    "waits",
    start("wait"),
    '<bpmn:intermediateCatchEvent id="wait"><bpmn:extensionElements><qc:correlation value="order"/>'
    '</bpmn:extensionElements><bpmn:messageEventDefinition messageRef="M"/></bpmn:intermediateCatchEvent>',
    flow("wait", "end"),
    end(),
    extensions=_STARTER,
).replace(b"</bpmn:process>", _ROOTS)
_BEGINS = process(
    "begins",
    '<bpmn:startEvent id="on"><bpmn:signalEventDefinition signalRef="S"/></bpmn:startEvent>',
    flow("on", "look"),
    user("look", "end", candidate='role="clerk" unit="case.unit"'),
    end(),
).replace(b"</bpmn:process>", _ROOTS)


class System:
    """Another system at the interface."""

    def __init__(self, app: Flask, session: Session, clock: FixedClock, city: Organisation) -> None:
        self.client, self.session, self.clock, self.city = app.test_client(), session, clock, city
        with writing(session):
            use_clock(session, clock)
            for key, content in (("waits", _WAITS), ("begins", _BEGINS)):
                library.publish(session, "process", key, content, actor=SYSTEM)

    def ask(self, path: str, body: Any, *, unit: str = "city", topics: list[str] | None = None) -> Any:
        self.session.commit()
        at = self.clock.now()
        with writing(self.session):
            _id, text = add_token(
                self.session, purpose="收费系统", unit_id=self.city.units[unit].id, topics=topics, created_by="test",
                at=at, expires_at=at + timedelta(days=1),
            )  # fmt: skip
        sent = {"data": body} if isinstance(body, str) else {"json": body}
        return self.client.post(f"/api/v1/{path}", headers={"Authorization": f"Bearer {text}"}, **sent)

    def start(self, order: int) -> str:
        self.session.commit()
        clerk = self.city.actor(self.session, "clerk@d1")
        self.session.commit()
        with writing(self.session):
            return start_case(self.session, "waits", actor=clerk, values={"order": order}).id

    def state(self, case_id: str) -> str:
        self.session.rollback()
        self.session.expire_all()
        return self.session.get_one(CaseRow, case_id).state


@pytest.fixture
def system(make_app: Callable[..., Flask], session: Session, clock: FixedClock, city: Organisation) -> System:
    return System(make_app(), session, clock, city)


def test_a_message_ends_the_wait_of_its_case(system: System) -> None:
    case, other = system.start(7), system.start(8)
    answer = system.ask("messages", {"name": "paid", "key": 7, "payload": {"sum": 5}}, topics=["message:paid"])
    assert (answer.status_code, answer.json) == (200, {"case": case, "begun": False, "state": "completed"})
    assert (system.state(case), system.state(other)) == ("completed", "running")


def test_one_nobody_waits_for_is_kept_or_refused(system: System) -> None:
    assert system.ask("messages", {"name": "paid", "key": 1}).json == {"case": None, "begun": False, "state": "kept"}
    refused = system.ask("messages", {"name": "paid", "key": 2, "keep_seconds": 0})
    assert (refused.status_code, refused.json["code"]) == (409, "nobody-waits")


def test_several_that_might_take_it_are_told(system: System) -> None:
    system.start(7), system.start(7)
    answer = system.ask("messages", {"name": "paid", "key": 7})
    assert (answer.status_code, answer.json["code"]) == (409, "ambiguous-message")


@pytest.mark.parametrize(
    ("path", "topics"), [("messages", ["paid"]), ("messages", ["message:other"]), ("signals", ["message:storm"])]
)
def test_a_name_the_token_does_not_allow_is_not_there(system: System, path: str, topics: list[str]) -> None:
    name = "storm" if path == "signals" else "paid"
    assert system.ask(path, {"name": name}, topics=topics).status_code == 404


def test_a_units_token_reaches_its_own_cases_only(system: System) -> None:
    case = system.start(7)
    assert system.ask("messages", {"name": "paid", "key": 7}, unit="t1").json["code"] == "nobody-waits"
    assert system.ask("messages", {"name": "paid", "key": 7}, unit="d1").json["case"] == case
    assert system.ask("signals", {"name": "storm"}, unit="t1").status_code == 404


def test_a_signal_counts_who_hears_it(system: System) -> None:
    assert system.ask("signals", {"name": "storm", "payload": {"level": 3}}).json == {"receivers": 1}


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": "paid", "key": []}, {"name": "paid", "more": 1}, []])
def test_a_body_that_is_wrong_is_told_by_place(system: System, body: Any) -> None:
    assert system.ask("messages", body).status_code == 422


def test_nobody_without_a_token(system: System) -> None:
    assert system.client.post("/api/v1/messages", json={"name": "paid"}).status_code == 401


def test_the_description_names_both_with_their_bodies(system: System) -> None:
    paths = system.client.get("/api/v1/openapi.json").json["paths"]
    for name in ("messages", "signals"):
        told = paths[f"/api/v1/{name}"]["post"]
        assert told["requestBody"]["content"]["application/json"]["schema"]["required"] == ["name"]


@pytest.mark.parametrize(
    "payload",
    [r'{"a": "\ud800"}', r'{"a": "\u0000"}', '{"a": NaN}', '{"a": 1e999}', '{"a": ' + "9" * 400 + "}",
     '{"a": ' + "[" * 5000 + "]" * 5000 + "}"],
)  # fmt: skip
@pytest.mark.parametrize("key", [7, 8])
def test_values_no_database_takes_are_refused_or_kept_never_a_fault(system: System, payload: str, key: int) -> None:
    system.start(7)
    answer = system.ask("messages", f'{{"name": "paid", "key": {key}, "payload": {payload}}}')
    assert answer.status_code in (200, 400, 422), answer.text
