"""Whatever is done to a case in whatever order, its history replays to equal digests and its window loads."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session, sessionmaker

from engine import QingcheError, complete_task, library
from engine.clock import FixedClock
from engine.commands import (
    edit_values,
    migrate_case,
    modify_case,
    restart_case,
    resume_case,
    set_due,
    standing,
    suspend_case,
)
from engine.errors import Stale
from engine.store.base import writing
from tests.engine.flows import _WAIT, each, end, flow, process, start, user
from tests.engine.operations.city import City, make_city

ME = 'starter="true"'
_TIMER = (
    '<bpmn:boundaryEvent id="late" attachedToRef="a" cancelActivity="false">'
    + _WAIT.format("PT20H")
    + "</bpmn:timerEventDefinition></bpmn:boundaryEvent>"
)
_ASIDE = (
    '<bpmn:subProcess id="aside" triggeredByEvent="true"><bpmn:startEvent id="alarm" isInterrupting="false">'
    + _WAIT.format("PT30H")
    + '</bpmn:timerEventDefinition></bpmn:startEvent>{}{}<bpmn:endEvent id="quiet"/></bpmn:subProcess>'
)


def motley(*, inner: str = "y", more: str = "") -> bytes:
    """Write parallel branches with a timer, a subprocess, instances, a loop back and an event subprocess."""
    loop = each("items", "item", output="out", output_item="answer")
    return process(
        "motley", start("again"), '<bpmn:exclusiveGateway id="again"/>', flow("again", "fork"),
        '<bpmn:parallelGateway id="fork"/>', flow("fork", "a"), flow("fork", "sub"), flow("fork", "several"),
        user("a", "join", candidate=ME),
        _TIMER, flow("late", "b"), user("b", "over", candidate=ME), end("over"),
        '<bpmn:subProcess id="sub"><bpmn:startEvent id="s1"/>', flow("s1", "x"), user("x", inner, candidate=ME),
        user(inner, "e1", candidate=ME), '<bpmn:endEvent id="e1"/></bpmn:subProcess>', flow("sub", "join"),
        user("several", "join", candidate=ME, loop=loop), '<bpmn:parallelGateway id="join"/>', flow("join", "gate"),
        '<bpmn:exclusiveGateway id="gate" default="on"/>', flow("gate", "again", "again = true", "back"),
        flow("gate", "last", element_id="on"), user("last", "end", candidate=ME), end(),
        _ASIDE.format(flow("alarm", "watch"), user("watch", "quiet", candidate=ME)), more,
        extensions='<qc:starter role="clerk"/>',
    )  # fmt: skip


@pytest.fixture
def city(session: Session, session_factory: sessionmaker[Session], clock: FixedClock) -> City:
    made = make_city(session, session_factory, clock, motley=motley())
    made.publish(motley=motley(inner="z"))
    return made


number = st.integers(0, 20)
instruction = st.one_of(
    number.map(lambda n: {"do": "cancel", "element": n}),
    st.tuples(number, st.sampled_from(["before", "after"]), st.booleans()).map(
        lambda told: {
            "do": "start",
            "at": told[1],
            "element": told[0],
            **({"values": {"again": False}} if told[2] else {}),
        }
    ),
)
step = st.one_of(
    *(st.tuples(st.just("do"), st.integers(0, 6)) for _ in range(4)),
    st.tuples(st.just("modify"), st.lists(instruction, min_size=1, max_size=3)),
    st.tuples(st.just("edit"), st.sampled_from(["/again", "/items", "/n/x", "/out/0"])),
    st.tuples(st.just("restart"), st.tuples(number, st.sampled_from(["now", "then"]))),
    st.tuples(st.just("time"), st.integers(1, 40)),
    st.tuples(st.just("suspend"), st.none()),
    st.tuples(st.just("resume"), st.none()),
    st.tuples(st.just("migrate"), st.booleans()),
    st.tuples(st.just("due"), st.integers(0, 6)),
)


def pick(items: list[str], number: int) -> str:
    return items[number % len(items)]


def act(city: City, case_id: str, what: str, told: Any) -> None:
    seen = standing(city.session, case_id, city.operator)
    tokens, reached = seen.tokens, [place.element_id for place in seen.places if place.reached]
    if not tokens:
        return
    tasks = [token.task_id for token in tokens if token.task_id and token.type == "userTask"]
    city.session.commit()
    if what == "time":
        city.work(after=timedelta(hours=told))
    elif what == "do" and tasks:
        actor = city.actor("clerk@d1")
        with writing(city.session):
            complete_task(city.session, tasks[told % len(tasks)], {"answer": told, "again": told == 3}, actor=actor)
    elif what == "modify":
        there = {"cancel": [token.element_id for token in tokens], "start": [at.element_id for at in seen.places]}
        named = [{**one, "element": pick(there[one["do"]], one["element"])} for one in told]
        city.order(modify_case, case_id, named)
    elif what == "edit":
        city.order(edit_values, case_id, [{"op": "add", "path": told, "value": [1, 2]}])
    elif what == "restart":
        city.order(restart_case, case_id, pick(reached, told[0]), values=told[1])
    elif what == "suspend":
        city.order(suspend_case, case_id)
    elif what == "resume":
        city.order(resume_case, case_id)
    elif what == "migrate":
        versions = library.versions(city.session, "process", "motley")
        mapping = {"y": "z"} if told else {"z": "y"}
        city.order(migrate_case, case_id, versions[0 if told else 1].id, mapping)
    elif what == "due" and tasks:
        city.order(set_due, tasks[told % len(tasks)], None)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(step, min_size=4, max_size=14))
def test_any_order_of_operations_replays(city: City, steps: list[tuple[str, Any]]) -> None:
    case_id = city.start("motley", items=["p", "q"], n={"x": 1})
    for what, told in steps:
        try:
            act(city, case_id, what, told)
        except QingcheError as why:
            assert not isinstance(why, Stale)
            city.session.rollback()
        city.sound(case_id)
        case = city.case(case_id)
        if case.state == "running":
            # Something can still happen: nothing an operator does leaves a case that waits for nothing.
            assert standing(city.session, case_id, city.operator).tokens
