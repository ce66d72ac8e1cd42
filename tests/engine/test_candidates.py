"""Whom a step asks: known from one step to the next while nobody changes the organisation, and never longer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from engine import organisation, start_case
from engine.canonical import parse
from engine.clock import FixedClock
from engine.store.base import writing
from engine.store.counting import counted
from engine.store.events import EventRow
from engine.store.organisation import PostRow
from tests.build import SYSTEM, Organisation, an_organisation
from tests.engine.flows import REQUEST, do, published


@pytest.fixture
def city(session: Session, clock: FixedClock) -> Organisation:
    with writing(session):
        made = an_organisation(session, clock)
        published(session, request=REQUEST)
    return made


def _ask(session: Session, city: Organisation) -> dict[str, object]:
    """Hand in a request and say what its event tells of the review it opens."""
    with writing(session):
        clerk = city.actor(session, "clerk@d1")
        case = start_case(session, "request", actor=clerk, values={"subject": "甲"})
        do(session, case.id, "draft", {"subject": "乙"}, clerk)
    body = session.scalars(select(EventRow.body).where(EventRow.stream == f"case:{case.id}", EventRow.seq == 2)).one()
    session.rollback()
    opened: dict[str, object] = parse(body)["opened"][0]
    return opened


def _reviewers(session: Session, city: Organisation) -> str:
    found = select(PostRow.id).where(PostRow.unit_id == city.units["sw"].id, PostRow.name == "clerk")
    post = session.scalars(found).one()
    session.rollback()
    return post


def test_what_is_known_is_not_asked_again(session: Session, database: Engine, city: Organisation) -> None:
    post = _reviewers(session, city)
    with writing(session):  # an organisation no other test has asked about
        organisation.hold_post(session, "clerk@d2", post, actor=SYSTEM)
    said = []
    for _ in range(2):
        with counted(database) as found:
            told = _ask(session, city)
        said.append(found["statements"])
        assert "unassigned" not in told
    assert said[1] < said[0]


def test_who_left_is_not_asked_any_more(session: Session, city: Organisation) -> None:
    post = _reviewers(session, city)
    assert "unassigned" not in _ask(session, city)
    with writing(session):
        organisation.leave_post(session, "clerk@sw", post, actor=SYSTEM)
    assert _ask(session, city)["unassigned"] == "nobody holds it"
    with writing(session):
        organisation.hold_post(session, "lead@sw", post, actor=SYSTEM)
    assert "unassigned" not in _ask(session, city)


def test_an_end_that_was_set_before_comes_by_itself(session: Session, city: Organisation, clock: FixedClock) -> None:
    post, end = _reviewers(session, city), clock.now() + timedelta(days=1)
    with writing(session):
        organisation.leave_post(session, "clerk@sw", post, actor=SYSTEM, at=end)
        organisation.hold_post(session, "lead@sw", post, actor=SYSTEM, since=end + timedelta(days=1))
    assert "unassigned" not in _ask(session, city)
    clock.advance(days=1)
    assert _ask(session, city)["unassigned"] == "nobody holds it"
    clock.advance(days=1)
    assert "unassigned" not in _ask(session, city)


def test_what_was_undone_is_not_remembered(session: Session, city: Organisation) -> None:
    post = _reviewers(session, city)
    clerk = city.actor(session, "clerk@d1")
    organisation.leave_post(session, "clerk@sw", post, actor=SYSTEM)
    case = start_case(session, "request", actor=clerk, values={"subject": "甲"})
    do(session, case.id, "draft", {"subject": "乙"}, clerk)
    session.rollback()
    assert "unassigned" not in _ask(session, city)
