"""三员分立: the three administrators are three people, by posts held, posts given, and deputies."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from engine import organisation
from engine.clock import FixedClock
from engine.errors import DutiesApart
from engine.organisation import Post
from tests.build import SYSTEM, an_organisation

PAIRS = [("system_admin", "security_admin"), ("system_admin", "auditor"), ("security_admin", "auditor")]


@pytest.fixture
def posts(session: Session, clock: FixedClock) -> dict[str, Post]:
    an_organisation(session, clock)
    return {
        role: organisation.put_post(session, "city", role, grants=[role], actor=SYSTEM)
        for role in ("system_admin", "security_admin", "auditor", "designer")
    }


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_one_person_takes_up_one_of_the_three(
    session: Session, posts: dict[str, Post], first: str, second: str
) -> None:
    organisation.hold_post(session, "somebody", posts[first].id, actor=SYSTEM)
    organisation.hold_post(session, "somebody", posts["designer"].id, actor=SYSTEM)
    organisation.hold_post(session, "another", posts[second].id, actor=SYSTEM)
    with pytest.raises(DutiesApart):
        organisation.hold_post(session, "somebody", posts[second].id, actor=SYSTEM)


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_one_post_gives_one_of_the_three(session: Session, posts: dict[str, Post], first: str, second: str) -> None:
    organisation.put_post(session, "city", "一岗", grants=[first, "designer"], actor=SYSTEM)
    with pytest.raises(DutiesApart):
        organisation.put_post(session, "city", "两岗", grants=[first, second], actor=SYSTEM)


def test_a_post_changed_later_counts_for_who_holds_it(session: Session, posts: dict[str, Post]) -> None:
    organisation.hold_post(session, "somebody", posts["auditor"].id, actor=SYSTEM)
    organisation.hold_post(session, "somebody", posts["designer"].id, actor=SYSTEM)
    organisation.put_post(session, "city", "designer", grants=["designer", "lead"], actor=SYSTEM)
    with pytest.raises(DutiesApart):
        organisation.put_post(session, "city", "designer", grants=["designer", "system_admin"], actor=SYSTEM)


def test_a_post_to_be_taken_up_later_counts(session: Session, clock: FixedClock, posts: dict[str, Post]) -> None:
    next_week = clock.now() + timedelta(days=7)
    organisation.hold_post(session, "somebody", posts["auditor"].id, since=next_week, actor=SYSTEM)
    with pytest.raises(DutiesApart):
        organisation.hold_post(session, "somebody", posts["security_admin"].id, actor=SYSTEM)


def test_a_post_left_does_not_count(session: Session, clock: FixedClock, posts: dict[str, Post]) -> None:
    organisation.hold_post(session, "somebody", posts["auditor"].id, actor=SYSTEM)
    clock.advance(days=1)
    organisation.leave_post(session, "somebody", posts["auditor"].id, actor=SYSTEM)
    clock.advance(days=1)
    organisation.hold_post(session, "somebody", posts["system_admin"].id, actor=SYSTEM)
    assert "system_admin" in {right.role for right in organisation.grants_of(session, "somebody", clock.now())}


def test_no_administrator_deputises_for_another(session: Session, clock: FixedClock, posts: dict[str, Post]) -> None:
    for user_id, role in (("keeper", "system_admin"), ("giver", "security_admin"), ("drawer", "designer")):
        organisation.hold_post(session, user_id, posts[role].id, actor=SYSTEM)
    now = clock.now()
    organisation.name_deputy(session, "keeper", "drawer", actor=SYSTEM, since=now, until=None)
    with pytest.raises(DutiesApart):
        organisation.name_deputy(session, "keeper", "giver", actor=SYSTEM, since=now, until=None)


def test_a_post_given_counts_for_the_deputy_too(session: Session, clock: FixedClock, posts: dict[str, Post]) -> None:
    organisation.hold_post(session, "keeper", posts["system_admin"].id, actor=SYSTEM)
    organisation.name_deputy(session, "drawer", "keeper", actor=SYSTEM, since=clock.now(), until=None)
    organisation.hold_post(session, "drawer", posts["designer"].id, actor=SYSTEM)
    with pytest.raises(DutiesApart):
        organisation.hold_post(session, "drawer", posts["auditor"].id, actor=SYSTEM)
