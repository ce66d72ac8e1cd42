"""Steps cancelled and started by hand, values corrected, a step done again: each one event that replays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from engine import Invalid, NotFound, complete_task
from engine.clock import FixedClock
from engine.commands import edit_values, modify_case, preview, restart_case, set_due
from engine.errors import CannotOperate
from engine.store import hot
from engine.store.base import writing
from engine.store.one_case import tasks_of
from tests.engine.flows import PATIENT, REQUEST, ROUNDS, each, end, flow, process, start, the_task, user
from tests.engine.operations.city import City, make_city

STARTER = '<qc:starter role="clerk"/>'
ME = 'starter="true"'
LINE = process(
    "line", start("a"), user("a", "b", candidate=ME), user("b", "c", candidate=ME), user("c", "end", candidate=ME),
    end(), extensions=STARTER,
)  # fmt: skip
MANY = process(
    "many", start("ask"),
    user("ask", "read", candidate=ME, loop=each("items", "item", output="answers", output_item="answer")),
    user("read", "end", candidate=ME), end(), extensions=STARTER,
)  # fmt: skip
INSIDE = process(
    "inside", start("sub"),
    '<bpmn:subProcess id="sub"><bpmn:startEvent id="s1"/>', flow("s1", "x"), user("x", "y", candidate=ME),
    user("y", "e1", candidate=ME), '<bpmn:endEvent id="e1"/></bpmn:subProcess>', flow("sub", "after"),
    user("after", "end", candidate=ME), end(), extensions=STARTER,
)  # fmt: skip


def cancel(element: str) -> dict[str, Any]:
    return {"do": "cancel", "element": element}


def before(element: str, **more: Any) -> dict[str, Any]:
    return {"do": "start", "at": "before", "element": element, **more}


def after(element: str, **more: Any) -> dict[str, Any]:
    return {"do": "start", "at": "after", "element": element, **more}


@pytest.fixture
def city(session: Session, session_factory: sessionmaker[Session], clock: FixedClock) -> City:
    return make_city(
        session, session_factory, clock,
        request=REQUEST, rounds=ROUNDS, patient=PATIENT, line=LINE, many=MANY, inside=INSIDE,
    )  # fmt: skip


def test_a_token_is_moved_back_in_one_event(city: City) -> None:
    case_id = city.start("line")
    city.do(case_id, "a", "clerk@d1")
    city.do(case_id, "b", "clerk@d1")
    seq = city.case(case_id).head_seq
    city.order(modify_case, case_id, [cancel("c"), before("a", values={"again": True})], reason="材料不全")
    assert (city.waiting(case_id), city.values(case_id)) == (["a"], {"again": True})
    event = city.last_event(case_id)
    assert (event["seq"], event["kind"], event["note"], event["intervention"]) == (
        seq + 1,
        "case.modified",
        "材料不全",
        True,
    )
    for element in ("a", "b", "c"):
        done = city.do(case_id, element, "clerk@d1")
    assert done.case.state == "completed"
    city.sound(case_id)


def test_a_step_is_skipped_and_its_gateway_decides(city: City) -> None:
    case_id = city.start("request")
    city.do(case_id, "draft", "clerk@d1")
    city.order(modify_case, case_id, [cancel("review"), after("review", values={"verdict": "approve"})])
    assert city.case(case_id).state == "completed"
    city.sound(case_id)


def test_a_join_never_waits_for_what_was_cancelled(city: City) -> None:
    case_id = city.start("rounds")
    city.do(case_id, "one", "clerk@d1")
    with pytest.raises(CannotOperate) as told:
        city.order(modify_case, case_id, [cancel("two")])
    assert told.value.fields["element_id"] == "join"
    assert city.waiting(case_id) == ["two"]
    city.order(modify_case, case_id, [cancel("two"), before("join")])
    assert city.case(case_id).state == "completed"
    city.sound(case_id)


def test_the_last_step_is_not_cancelled_that_way(city: City) -> None:
    case_id = city.start("line")
    with pytest.raises(CannotOperate):
        city.order(modify_case, case_id, [cancel("a")])
    assert city.waiting(case_id) == ["a"]


def test_an_instance_is_cancelled_and_the_others_make_the_result(city: City) -> None:
    case_id = city.start("many", items=["x", "y", "z"])
    tasks = _open_rows(city.session, case_id)
    city.order(modify_case, case_id, [{"do": "cancel", "task": tasks[1]}])
    for number, task_id in enumerate((tasks[0], tasks[2])):
        actor = city.actor("clerk@d1")
        with writing(city.session):
            complete_task(city.session, task_id, {"answer": number}, actor=actor)
    assert (city.waiting(case_id), city.values(case_id)["answers"]) == (["read"], [0, 1])
    city.sound(case_id)


def test_steps_inside_a_subprocess(city: City) -> None:
    case_id = city.start("inside")
    city.order(modify_case, case_id, [cancel("x"), before("y")])
    assert city.waiting(case_id) == ["y"]
    city.do(case_id, "y", "clerk@d1")
    assert city.waiting(case_id) == ["after"]
    city.order(modify_case, case_id, [before("y"), cancel("after")])
    assert city.waiting(case_id) == ["y"]
    city.order(modify_case, case_id, [cancel("y"), before("after")])
    assert city.waiting(case_id) == ["after"]
    assert city.do(case_id, "after", "clerk@d1").case.state == "completed"
    city.sound(case_id)


def test_a_preview_says_what_would_happen_and_writes_nothing(city: City) -> None:
    case_id = city.start("line")
    head = city.case(case_id).head_seq
    case = hot.read_case(city.session, case_id)
    assert case is not None
    told = preview(city.session, case, "case.modified", {"do": [cancel("a"), before("c", values={"k": 1})]})
    assert (told.closes, told.opens, told.state) == (["a"], ["c"], "running")
    assert [(change.pointer, change.after) for change in told.changes] == [("/k", 1)]
    assert (city.case(case_id).head_seq, city.waiting(case_id)) == (head, ["a"])


def test_a_timer_is_moved(city: City, clock: FixedClock) -> None:
    case_id = city.start("patient")
    timer = the_task(city.session, case_id, "late").id
    at = (clock.now() + timedelta(hours=1)).isoformat()
    city.order(modify_case, case_id, [{"do": "due", "task": timer, "at": at}])
    city.work(after=timedelta(hours=2))
    assert city.waiting(case_id) == ["remind"]
    city.sound(case_id)


def test_values_are_corrected_with_before_and_after(city: City) -> None:
    case_id = city.start("request", subject="甲", lines=[1, 2])
    patch = [
        {"op": "replace", "path": "/subject", "value": "乙"},
        {"op": "remove", "path": "/lines/0"},
        {"op": "add", "path": "/lines/-", "value": 9},
    ]
    city.order(edit_values, case_id, patch, reason="笔误")
    assert city.values(case_id) == {"subject": "乙", "lines": [2, 9]}
    event = city.last_event(case_id)
    assert {"/subject", "/lines/0", "/lines/1"} <= {pointer for pointer, _ in event["values"]}
    assert city.case(case_id).title == "乙"
    for wrong in ("/nothing", "subject", "/lines/7", "/lines/01"):
        with pytest.raises(CannotOperate):
            city.order(edit_values, case_id, [{"op": "replace", "path": wrong, "value": 1}])
    with pytest.raises(Invalid):
        city.order(edit_values, case_id, [], reason="什么也不改")
    city.sound(case_id)


def test_an_earlier_step_is_done_again_with_the_values_of_then(city: City) -> None:
    case_id = city.start("line", sum=1)
    city.do(case_id, "a", "clerk@d1", sum=2)
    first = the_task(city.session, case_id, "b").id
    city.do(case_id, "b", "clerk@d1", sum=3, extra="x")
    city.order(restart_case, case_id, "b", values="then", reason="重来")
    assert (city.waiting(case_id), city.values(case_id)) == (["b"], {"sum": 2})
    assert the_task(city.session, case_id, "b").id != first
    city.do(case_id, "b", "clerk@d1", sum=4)
    city.order(restart_case, case_id, "a", values="now", reason="再来")
    assert (city.waiting(case_id), city.values(case_id)) == (["a"], {"sum": 4})
    city.sound(case_id)


def test_a_restart_leaves_the_other_branch_and_its_token_at_the_join(city: City) -> None:
    case_id = city.start("rounds")
    city.do(case_id, "one", "clerk@d1")
    city.order(restart_case, case_id, "two", reason="重来")
    city.do(case_id, "two", "lead@d1")
    assert city.case(case_id).state == "completed"
    other = city.start("rounds")
    city.do(other, "one", "clerk@d1")
    city.order(restart_case, other, "one", reason="重来")
    assert city.waiting(other) == ["one", "two"]
    city.do(other, "two", "lead@d1")
    assert city.do(other, "one", "clerk@d1").case.state == "completed"
    for each_case in (case_id, other):
        city.sound(each_case)


def test_what_was_never_reached_is_not_restarted(city: City) -> None:
    case_id = city.start("line")
    with pytest.raises(CannotOperate):
        city.order(restart_case, case_id, "c", reason="重来")


def test_a_deadline_is_set_and_taken_away(city: City) -> None:
    case_id = city.start("line")
    task = the_task(city.session, case_id, "a").id
    city.order(set_due, task, datetime(2026, 12, 1, tzinfo=UTC))
    assert the_task(city.session, case_id, "a").due_at == "2026-12-01T00:00:00.000000Z"
    assert city.last_event(case_id)["after"] == "2026-12-01T00:00:00.000000Z"
    city.order(set_due, task, None)
    row = the_task(city.session, case_id, "a")
    assert (row.due_at, row.sort_at[0]) == (None, "9")
    city.sound(case_id)


def test_nobody_else_and_nothing_without_a_reason(city: City) -> None:
    case_id = city.start("line")
    attempts = (
        ("clerk@d1", "想改", NotFound),
        ("lead@d1", "想改", NotFound),
        ("ops@city", "", Invalid),
    )
    for who, reason, refusal in attempts:
        with pytest.raises(refusal):
            city.order(modify_case, case_id, [before("c")], who=who, reason=reason)
        city.session.rollback()
        with pytest.raises(refusal):
            city.order(edit_values, case_id, [{"op": "add", "path": "/k", "value": 1}], who=who, reason=reason)
        city.session.rollback()
        with pytest.raises(refusal):
            city.order(restart_case, case_id, "a", who=who, reason=reason)
        city.session.rollback()
    with pytest.raises(Invalid):
        city.order(modify_case, case_id, [])


def _open_rows(session: Session, case_id: str) -> list[str]:
    session.commit()
    rows = tasks_of(session, case_id, open_only=True)
    return [row.id for row in sorted(rows, key=lambda row: row.locals or "")]
