"""Acting for somebody who is away: in everything or in one definition, told in the events, ended with the right."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from engine import NotFound, claim, complete_task, organisation, start_case
from engine.canonical import parse
from engine.clock import FixedClock
from engine.inbox import counts, inbox
from engine.reads import may_read
from engine.store.base import writing
from engine.store.events import EventRow
from tests.build import SYSTEM
from tests.engine.flows import REQUEST, ROUNDS, the_task
from tests.engine.operations.city import City, make_city


@pytest.fixture
def city(session: Session, session_factory: sessionmaker[Session], clock: FixedClock) -> City:
    return make_city(session, session_factory, clock, request=REQUEST, rounds=ROUNDS)


def name(city: City, absent: str, deputy: str, definition: str | None = None, days: int | None = 7) -> str:
    city.session.commit()
    with writing(city.session):
        now = city.clock.now()
        until = None if days is None else now + timedelta(days=days)
        return organisation.name_deputy(
            city.session, absent, deputy, actor=SYSTEM, since=now, until=until, definition=definition
        )


def who(city: City, case_id: str) -> dict[str, str]:
    found: dict[str, str] = city.last_event(case_id)["who"]
    return found


def test_a_deputy_does_what_is_anothers_and_the_event_says_for_whom(city: City) -> None:
    case_id = city.start("request")
    name(city, "clerk@d1", "lead@d2")
    city.do(case_id, "draft", "lead@d2", subject="代办")
    told = who(city, case_id)
    assert (told["id"], told["on_behalf_of"]) == ("lead@d2", "clerk@d1")
    assert told["on_behalf_name"] == "样例市林业局 clerk"
    city.sound(case_id)


def test_what_is_the_deputys_own_is_done_in_their_own_name(city: City) -> None:
    case_id = city.start("rounds")
    name(city, "clerk@d1", "lead@d1")
    city.do(case_id, "two", "lead@d1")
    assert "on_behalf_of" not in who(city, case_id)
    city.do(case_id, "one", "lead@d1")
    assert who(city, case_id)["on_behalf_of"] == "clerk@d1"


def test_a_deputy_for_one_definition_sees_and_does_that_one_only(city: City) -> None:
    request, rounds = city.start("request"), city.start("rounds")
    name(city, "clerk@d1", "clerk@d2", definition="rounds")
    deputy = city.actor("clerk@d2")
    assert [item.case.id for item in inbox(city.session, deputy, box="todo").items] == [rounds]
    assert counts(city.session, deputy)["todo"] == 1
    assert (may_read(city.session, deputy, rounds), may_read(city.session, deputy, request)) == (True, False)
    city.session.commit()
    with pytest.raises(NotFound):
        city.do(request, "draft", "clerk@d2")
    city.session.rollback()
    city.do(rounds, "one", "clerk@d2")
    assert who(city, rounds)["on_behalf_of"] == "clerk@d1"


def test_a_deputy_goes_on_with_what_the_absent_person_holds(city: City) -> None:
    case_id = city.start("rounds")
    task, absent = the_task(city.session, case_id, "one").id, city.actor("clerk@d1")
    with writing(city.session):
        claim(city.session, task, actor=absent)
    name(city, "clerk@d1", "clerk@d2")
    deputy = city.actor("clerk@d2")
    assert [item.task_id for item in inbox(city.session, deputy, box="doing").items] == [task]
    city.session.commit()
    with writing(city.session):
        complete_task(city.session, task, {}, actor=deputy)
    assert who(city, case_id)["on_behalf_of"] == "clerk@d1"


def test_when_the_arrangement_ends_the_deputy_gives_back_what_they_claimed(city: City) -> None:
    case_id = city.start("rounds")
    name(city, "clerk@d1", "clerk@d2", days=1)
    task, deputy = the_task(city.session, case_id, "one").id, city.actor("clerk@d2")
    with writing(city.session):
        claim(city.session, task, actor=deputy)
    city.work()
    assert the_task(city.session, case_id, "one").holder_id == "clerk@d2"
    city.work(after=timedelta(days=2))
    assert the_task(city.session, case_id, "one").holder_id is None
    city.do(case_id, "one", "clerk@d1")
    city.sound(case_id)


def test_who_leaves_a_post_loses_what_they_hold_by_it(city: City) -> None:
    case_id = city.start("rounds")
    with writing(city.session):
        actor = city.people.actor(city.session, "clerk@d1")
        own = start_case(city.session, "request", actor=actor).id
    tasks = [the_task(city.session, case_id, "one").id, the_task(city.session, own, "draft").id]
    holder = city.actor("clerk@d1")
    with writing(city.session):
        for task in tasks:
            claim(city.session, task, actor=holder)
    units = city.people.units
    posts = {post.name: post.id for post in organisation.posts(city.session, units["d1"].id)}
    city.session.commit()
    with writing(city.session):
        organisation.leave_post(city.session, "clerk@d1", posts["clerk"], actor=SYSTEM)
    city.work()
    assert the_task(city.session, case_id, "one").holder_id is None
    # A step that names the person is theirs whatever post they hold.
    assert the_task(city.session, own, "draft").holder_id == "clerk@d1"
    rows = city.session.scalars(select(EventRow).where(EventRow.kind == "task.released")).all()
    assert [(row.stream, parse(row.body)["why"]) for row in rows] == [(f"case:{case_id}", "right-ended")]
    city.sound(case_id)
