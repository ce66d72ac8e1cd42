"""Stopped steps on the pages: who sees them, what they say, and how they are put going again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from engine import cancel_case, library, run_due, start_case, use_clock
from engine.calling import Outside
from engine.clock import FixedClock
from engine.outside import Allowed
from engine.store.base import writing
from tests.build import SYSTEM
from tests.engine.test_service_calls import calling
from tests.receiver import Answer, Receiver, receiving
from tests.webapp.desk import Desk


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        made.answers = [Answer(500, '{"why":"对方维护"}'.encode())]
        yield made


@pytest.fixture
def factory(database: Engine, clock: FixedClock) -> sessionmaker[Session]:
    return sessionmaker(database, info={"clock": clock})


@pytest.fixture
def stopped(desk: Desk, receiver: Receiver, factory: sessionmaker[Session], clock: FixedClock) -> str:
    """A case of clerk@d1 whose call has failed for good; returns its id."""
    with factory() as session:
        clerk = desk.city.actor(session, "clerk@d1")
        session.rollback()
        with writing(session):
            use_clock(session, clock)
            content = calling(receiver.port, 'attempts="1"')
            library.publish(session, "process", "calling", content, actor=SYSTEM)
            case_id = start_case(session, "calling", actor=clerk).id
    _sweep(factory, clock, receiver)
    return case_id


def _sweep(factory: sessionmaker[Session], clock: FixedClock, receiver: Receiver) -> None:
    run_due(factory, clock=clock, outside=Outside(Allowed.read([f"127.0.0.1:{receiver.port}"])))


def test_a_stopped_step_is_listed_with_its_reason_and_told_on_its_case(desk: Desk, stopped: str) -> None:
    operator = desk.browser("admin@city")
    page = operator.get("/incidents").text
    assert "查询" in page and "HTTP 500" in page and f"/case/{stopped}/operate" in page
    assert "对方维护" not in page
    told = operator.get(f"/case/{stopped}/operate").text
    assert "对方维护" in told and "试了 1 次" in told
    starter = desk.browser("clerk@d1")
    assert "“查询”没有自动办成" in starter.get(f"/case/{stopped}").text
    assert starter.get("/incidents").status_code == 404


def test_it_is_tried_again_as_often_and_as_late_as_the_operator_says(
    desk: Desk, stopped: str, receiver: Receiver, factory: sessionmaker[Session], clock: FixedClock
) -> None:
    operator, page = desk.browser("admin@city"), f"/case/{stopped}/operate"
    job = operator.get(page).text.partition('name="job" value="')[2].partition('"')[0]
    order = {"action": "retry", "job": job, "reason": "对方已恢复", "attempts": "2", "until": "2026-11-23T18:00"}
    assert operator.send(page, {**order, "attempts": "0"}, page=page).status_code == 422
    first = operator.send(page, order, page=page)
    assert "18:00 再试" in first.text
    assert operator.send(page, {**order, "confirmed": "1"}, page=page).status_code == 303
    receiver.answers = [Answer(200)]
    _sweep(factory, clock, receiver)
    assert len(receiver.asked) == 1
    clock.advance(hours=9)
    _sweep(factory, clock, receiver)
    assert len(receiver.asked) == 2
    operator = desk.browser("admin@city")  # nine hours later the sign-in has ended
    assert "没有停下的步骤" in operator.get("/incidents").text
    assert "没有自动办成" not in operator.get(f"/case/{stopped}").text


def test_a_cancelled_case_leaves_the_list(desk: Desk, stopped: str, factory: sessionmaker[Session]) -> None:
    with factory() as session, writing(session):
        cancel_case(session, stopped, actor=SYSTEM, reason="撤回")
    assert "没有停下的步骤" in desk.browser("admin@city").get("/incidents").text
