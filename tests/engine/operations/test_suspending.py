"""A suspended case waits: nobody works on it, nothing fires, its children follow, and it goes on where it was."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from engine import Invalid, NotFound, Refused, cancel_case, claim, release, save_draft, transfer
from engine.clock import FixedClock
from engine.commands import (
    batches_of,
    read_batch,
    resume_case,
    resume_definition,
    suspend_case,
    suspend_definition,
)
from engine.errors import CannotOperate, CaseSuspended
from engine.store.base import writing
from engine.store.jobs import JobRow
from tests.engine.flows import CITY, PATIENT, REQUEST, TOWNSHIP, VILLAGE, children, the_task
from tests.engine.operations.city import City, make_city


@pytest.fixture
def city(session: Session, session_factory: sessionmaker[Session], clock: FixedClock) -> City:
    return make_city(
        session, session_factory, clock,
        request=REQUEST, patient=PATIENT, village=VILLAGE, township=TOWNSHIP, city=CITY,
    )  # fmt: skip


def test_nobody_works_on_a_suspended_case(city: City) -> None:
    case_id = city.start("request")
    city.order(suspend_case, case_id, reason="核实中")
    task, clerk = the_task(city.session, case_id, "draft"), city.actor("clerk@d1")
    for attempt in (
        lambda: city.do(case_id, "draft", "clerk@d1", subject="甲"),
        lambda: claim(city.session, task.id, actor=clerk),
        lambda: release(city.session, task.id, actor=clerk),
        lambda: save_draft(city.session, task.id, {"subject": "乙"}, actor=clerk),
        lambda: transfer(city.session, task.id, to_user="clerk@d1", actor=clerk, reason="换人"),
    ):
        with pytest.raises(CaseSuspended) as told:
            attempt()
        assert told.value.fields["reason"] == "核实中"
        city.session.rollback()
    city.order(resume_case, case_id, reason="核实完")
    assert city.do(case_id, "draft", "clerk@d1", subject="甲").case.state == "running"
    city.sound(case_id)


def test_a_timer_waits_and_fires_after_the_resumption(city: City) -> None:
    case_id = city.start("patient")
    city.order(suspend_case, case_id)
    city.work(after=timedelta(hours=72))
    assert city.waiting(case_id) == ["late", "work"]
    assert city.session.scalars(select(JobRow.state).where(JobRow.kind == "timer")).one() == "suspended"
    assert city.work(after=timedelta(hours=1)) == 0
    city.order(resume_case, case_id)
    assert city.work() == 1
    assert city.waiting(case_id) == ["remind"]
    city.sound(case_id)


def test_children_follow_and_one_suspended_for_itself_stays_so(city: City) -> None:
    top = city.start("city", asked="清淤", targets=[{"township": "t1", "villages": ["v11", "v12"]}])
    city.do(top, "ask", "clerk@d1")
    city.work()
    (township,) = children(city.session, top)
    one, two = (row.id for row in children(city.session, township.id))
    city.order(suspend_case, two, reason="村里停电")
    city.order(suspend_case, top, reason="整件核实")
    city.work()
    assert [bool(city.case(each).suspension) for each in (top, township.id, one, two)] == [True] * 4
    with pytest.raises(CannotOperate, match="上级"):
        city.order(resume_case, one)
    city.session.rollback()
    city.order(resume_case, top)
    city.work()
    assert [bool(city.case(each).suspension) for each in (top, township.id, one, two)] == [False, False, False, True]
    for each in (top, township.id, one, two):
        city.sound(each)


def test_a_child_that_was_to_start_starts_after_the_resumption(city: City) -> None:
    top = city.start("city", asked="清淤", targets=[{"township": "t1", "villages": ["v11"]}])
    city.do(top, "ask", "clerk@d1")
    city.order(suspend_case, top)
    city.work()
    assert children(city.session, top) == []
    city.order(resume_case, top)
    city.work()
    assert len(children(city.session, top)) == 1


def test_a_childs_result_waits_for_its_suspended_parent(city: City) -> None:
    top = city.start("city", asked="清淤", targets=[{"township": "t1", "villages": []}])
    city.do(top, "ask", "clerk@d1")
    city.work()
    (township,) = children(city.session, top)
    city.do(township.id, "sign", "clerk@t1")
    city.order(suspend_case, top)
    city.work()
    assert city.waiting(top) == ["townships"]
    city.order(resume_case, top)
    city.work()
    assert city.waiting(top) == ["read"]
    city.sound(top)


def test_a_suspended_case_can_be_cancelled(city: City) -> None:
    case_id = city.start("request")
    city.order(suspend_case, case_id)
    with writing(city.session):
        clerk = city.people.actor(city.session, "clerk@d1")
        assert cancel_case(city.session, case_id, actor=clerk, reason="撤").state == "cancelled"
    city.sound(case_id)


def test_only_operators_suspend_and_only_with_a_reason(city: City) -> None:
    case_id = city.start("request")
    with pytest.raises(NotFound):
        city.order(suspend_case, case_id, who="lead@d1")
    with pytest.raises(Invalid):
        city.order(suspend_case, case_id, reason="  ")
    with pytest.raises(CannotOperate):
        city.order(resume_case, case_id)
    assert city.case(case_id).suspension is None
    city.order(suspend_case, case_id, reason="一次")
    with pytest.raises(CannotOperate):
        city.order(suspend_case, case_id, reason="又一次")
    assert city.last_event(case_id)["note"] == "一次"


def test_a_definition_is_suspended_with_its_running_cases(city: City) -> None:
    one, two = city.start("request"), city.start("request")
    city.order(suspend_case, two, reason="它自己的事")
    batch = city.order(suspend_definition, "request", running=True, reason="有误")
    city.work()
    assert city.case(one).suspension is not None
    with pytest.raises(Refused):
        city.start("request")
    city.session.rollback()
    told = read_batch(city.session, batch)
    assert (told.done, told.refused, told.waiting, told.reason) == (1, 0, 0, "有误")
    back = city.order(resume_definition, "request", reason="改好了")
    city.work()
    assert (city.case(one).suspension, city.case(two).suspension is not None) == (None, True)
    assert [each.id for each in batches_of(city.session, "request", "resume")] == [back]
    city.start("request")
    city.sound(one)


def test_running_cases_go_on_where_that_is_chosen(city: City) -> None:
    one = city.start("request")
    assert city.order(suspend_definition, "request", running=False) is None
    assert city.do(one, "draft", "clerk@d1").case.state == "running"
    with pytest.raises(CannotOperate):
        city.order(suspend_definition, "request", running=False)
    city.session.rollback()
    assert city.order(resume_definition, "request") is None
