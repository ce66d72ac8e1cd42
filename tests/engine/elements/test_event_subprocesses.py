"""BPMN 2.0.2 clauses 10.3.5 and 13.5.4: event subprocesses, interrupting and not, in processes and subprocesses."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine import spiff
from tests.engine.diagrams.draw import (
    begin,
    both,
    boundary,
    definitions,
    diagram,
    end,
    flows,
    handler,
    node,
    process,
    script,
    start,
    sub,
    timer,
    times,
    user,
)
from tests.engine.diagrams.drive import Driver

ROOTS = (
    '<bpmn:error id="E1" name="坏了" errorCode="e-1"/>',
    '<bpmn:error id="E2" name="别的" errorCode="e-2"/>',
    '<bpmn:escalation id="X1" name="上报" escalationCode="x-1"/>',
    '<bpmn:message id="M1" name="回函"/>',
    '<bpmn:message id="M2" name="撤回"/>',
    '<bpmn:signal id="S1" name="停工"/>',
)
MESSAGE = '<bpmn:messageEventDefinition messageRef="M1"/>'
WITHDRAWN = '<bpmn:messageEventDefinition messageRef="M2"/>'
SIGNAL = '<bpmn:signalEventDefinition signalRef="S1"/>'
ERROR = '<bpmn:errorEventDefinition errorRef="E1"/>'
OTHER_ERROR = '<bpmn:errorEventDefinition errorRef="E2"/>'
ANY_ERROR = "<bpmn:errorEventDefinition/>"
UP = '<bpmn:escalationEventDefinition escalationRef="X1"/>'
HIGH = "<bpmn:conditionalEventDefinition><bpmn:condition>n &gt; 2</bpmn:condition></bpmn:conditionalEventDefinition>"


def file(*parts: str) -> bytes:
    return definitions(*ROOTS, process(*parts))


def on(inner: str, *, interrupting: bool = True, id: str = "x") -> str:
    """An event subprocess in which one person helps."""
    helps = f"help_{id}"
    return handler(
        id,
        begin(f"on_{id}", inner, interrupting=interrupting),
        user(helps),
        end(f"end_{id}"),
        flows(f"on_{id} {helps} end_{id}"),
    )


def two_people(*handlers: str) -> bytes:
    return file(start(), both("g"), user("a"), user("b"), both("j"), end(), flows("s g a j e", "g b j"), *handlers)


def test_a_message_interrupts_the_process_and_the_handler_is_all_that_is_left() -> None:
    case = Driver(two_people(on(MESSAGE)))
    assert case.task("on_x").kind == "message"
    case.deliver("回函", 文号="1号")
    assert (case.waiting(), sorted(case.cancelled)) == (["help_x"], ["a", "b"])
    assert case.values == {"文号": "1号"}
    assert case.complete("help_x").state == "completed"
    assert case.path == ["s", "g", "on_x", "help_x", "end_x", "x"]


def test_the_process_ends_without_what_was_never_told() -> None:
    case = Driver(two_people(on(MESSAGE), on(timer("P1D"), id="t")))
    case.complete("a")
    assert case.complete("b").state == "completed"
    assert (case.waiting(), case.cancelled) == ([], [])
    assert {closed.state for closed in case.outcome.closed} == {"completed", "cancelled"}


def test_one_that_does_not_interrupt_runs_beside_the_work_as_often_as_it_is_told() -> None:
    case = Driver(two_people(on(MESSAGE, interrupting=False)))
    first = case.task("on_x")
    case.deliver("回函", n=1)
    assert case.task("on_x").id != first.id
    case.deliver("回函", n=2)
    assert sorted(case.waiting()) == ["a", "b", "help_x", "help_x", "on_x"]
    case.complete("help_x")
    assert case.path.count("x") == 1
    for element in ("help_x", "a", "b"):
        case.complete(element)
    assert (case.outcome.state, case.waiting(), case.path.count("x")) == ("completed", [], 2)


def test_the_work_done_no_new_handler_starts_but_those_that_run_are_waited_for() -> None:
    case = Driver(two_people(on(MESSAGE, interrupting=False), on(WITHDRAWN, id="y")))
    case.deliver("回函")
    case.complete("a")
    assert case.complete("b").state == "running"
    assert case.waiting() == ["help_x"]
    with pytest.raises(spiff.NoSuchTask):
        case.deliver("撤回")
    assert case.complete("help_x").state == "completed"


def test_an_interrupting_one_cancels_handlers_that_run_and_what_would_start_others() -> None:
    case = Driver(two_people(on(MESSAGE, interrupting=False), on(WITHDRAWN, id="y"), on(timer("P1D"), id="t")))
    case.deliver("回函")
    case.deliver("撤回")
    assert case.waiting() == ["help_y"]
    assert sorted(case.cancelled) == ["a", "b", "help_x", "x"]


def test_a_signal_thrown_by_the_scope_itself_interrupts_it() -> None:
    throw = node("intermediateThrowEvent", "t", SIGNAL)
    case = Driver(file(start(), user("a"), throw, user("never"), end(), flows("s a t never e"), on(SIGNAL)))
    case.complete("a")
    assert (case.waiting(), case.path) == (["help_x"], ["s", "a", "t", "on_x"])
    assert case.outcome.thrown == []


def test_a_timer_of_each_kind_starts_a_handler() -> None:
    case = Driver(
        two_people(
            on(timer("R2/PT1H", "timeCycle"), interrupting=False, id="c"),
            on(timer("PT5H"), interrupting=False, id="d"),
            on(timer("2026-03-05", "timeDate"), id="t"),
        )
    )
    assert case.task("on_c").timer_at == datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
    case.fire("on_c")
    assert case.task("on_c").timer_at == datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
    case.fire("on_c")
    case.fire("on_d")
    assert sorted(case.waiting()) == ["a", "b", "help_c", "help_c", "help_d", "on_t"]
    case.fire("on_t")
    assert case.waiting() == ["help_t"]


def test_a_condition_starts_a_handler_each_time_it_becomes_true() -> None:
    add = script("count", "{seen: if is defined(seen) then seen + 1 else 1}")
    event = handler("x", begin("on_x", HIGH, interrupting=False), add, end("end_x"), flows("on_x count end_x"))
    steps = " ".join(f"u{i}" for i in range(1, 6))
    case = Driver(file(start(), *(user(f"u{i}") for i in range(1, 6)), end(), flows(f"s {steps} e"), event))
    seen = []
    for index, n in enumerate((3, 5, 1, 4), 1):
        case.complete(f"u{index}", n=n)
        seen.append(case.values.get("seen"))
    assert seen == [1, 1, 1, 2]
    assert case.complete("u5").state == "completed"


def test_a_condition_interrupts_once_it_is_true() -> None:
    case = Driver(file(start(), user("a"), user("b"), end(), flows("s a b e"), on(HIGH)))
    case.complete("a", n=3)
    assert case.waiting() == ["help_x"]


def failing(*more: str, sub_more: tuple[str, ...] = ()) -> bytes:
    inside = sub(
        "sub", start("s2"), both("g2"), user("a"), user("b"), end("bad", ERROR), end("e2"),
        flows("s2 g2 a bad", "g2 b e2"), *sub_more,
    )  # fmt: skip
    return file(start(), inside, user("after"), end(), flows("s sub after e"), *more)


def test_an_error_in_a_subprocess_goes_to_its_own_handler_and_then_it_goes_on() -> None:
    caught = boundary("late", "sub", ANY_ERROR)
    case = Driver(failing(caught, on(ANY_ERROR, id="y"), sub_more=(on(ERROR),)))
    case.complete("a")
    assert (case.waiting(), case.cancelled) == (["help_x"], ["b"])
    case.complete("help_x")
    assert case.waiting() == ["after"]
    assert case.path == ["s", "s2", "g2", "a", "bad", "on_x", "help_x", "end_x", "x", "sub"]


def test_an_error_the_handler_does_not_want_goes_to_the_boundary_and_then_to_the_scope_around() -> None:
    wrong = on(OTHER_ERROR)
    case = Driver(failing(boundary("late", "sub", ERROR), user("b2"), flows("late b2"), sub_more=(wrong,)))
    case.complete("a")
    assert (case.waiting(), case.path[-2:]) == (["b2"], ["bad", "late"])
    case = Driver(failing(on(ANY_ERROR, id="y"), sub_more=(wrong,)))
    case.complete("a")
    assert (case.waiting(), sorted(case.cancelled)) == (["help_y"], ["b", "sub"])
    assert case.complete("help_y").state == "completed"
    assert "after" not in case.path


def test_what_a_handler_throws_is_not_caught_by_itself() -> None:
    again = handler("x", begin("on_x", UP, interrupting=False), end("up2", UP), flows("on_x up2"))
    inside = sub("sub", start("s2"), node("intermediateThrowEvent", "up", UP), user("a"), end("e2"),
                 flows("s2 up a e2"), again)  # fmt: skip
    out = boundary("b", "sub", UP, interrupting=False)
    case = Driver(file(start(), inside, out, user("told"), end(), flows("s sub e", "b told e")))
    assert (case.waiting(), case.path) == (["a", "told"], ["s", "s2", "up", "on_x", "up2", "x", "b"])


def test_an_escalation_starts_handlers_beside_the_work_or_instead_of_it() -> None:
    throw = node("intermediateThrowEvent", "up", UP)
    beside = Driver(file(start(), throw, user("a"), end(), flows("s up a e"), on(UP, interrupting=False)))
    assert sorted(beside.waiting()) == ["a", "help_x"]
    instead = Driver(file(start(), throw, user("a"), end(), flows("s up a e"), on(UP)))
    assert instead.waiting() == ["help_x"]


def test_an_error_in_a_handler_leaves_by_the_boundary_of_the_scope() -> None:
    wrong = handler("x", begin("on_x", MESSAGE, interrupting=False), end("bad", ERROR), flows("on_x bad"))
    inside = sub("sub", start("s2"), user("a"), end("e2"), flows("s2 a e2"), wrong)
    case = Driver(file(start(), inside, boundary("b", "sub", ERROR), user("z"), end(), flows("s sub e", "b z e")))
    case.deliver("回函")
    assert (case.waiting(), sorted(case.cancelled)) == (["z"], ["a", "sub", "x"])


def test_each_instance_of_a_subprocess_has_its_own() -> None:
    put = script("put", "{mine: loopCounter}")
    event = handler("x", begin("on_x", MESSAGE), put, user("help"), end("e3"), flows("on_x put help e3"))
    inside = sub("sub", start("s2"), user("a"), end("e2"), flows("s2 a e2"), event, inner=times("3"))
    case = Driver(file(start(), inside, end(), flows("s sub e")))
    assert case.waiting().count("on_x") == 3
    case.deliver("回函")
    assert (case.waiting().count("a"), case.waiting().count("on_x"), case.cancelled) == (2, 2, ["a"])
    assert case.task("help").locals == {"loopCounter": 1, "mine": 1}
    for element in ("help", "a", "a"):
        case.complete(element)
    assert (case.outcome.state, case.values) == ("completed", {})


def test_interrupting_a_subprocess_cancels_what_stands_in_it_however_deep() -> None:
    deep = sub("deep", start("s3"), user("a"), end("e3"), flows("s3 a e3"), inner=times("2"))
    inside = sub("sub", start("s2"), deep, end("e2"), flows("s2 deep e2"), on(MESSAGE))
    case = Driver(file(start(), inside, user("after"), end(), flows("s sub after e")))
    case.deliver("回函")
    assert (case.waiting(), sorted(case.cancelled)) == (["help_x"], ["a", "a", "deep", "deep"])
    case.complete("help_x")
    assert case.waiting() == ["after"]


def test_terminate_in_a_handler_ends_the_handler_only_and_in_the_scope_handlers_too() -> None:
    stop = "<bpmn:terminateEventDefinition/>"
    event = handler(
        "x", begin("on_x", MESSAGE, interrupting=False), both("h"), user("h1"), user("h2"), end("stop2", stop),
        flows("on_x h h1 stop2", "h h2 stop2"),
    )  # fmt: skip
    case = Driver(file(start(), user("a"), end("stop", stop), flows("s a stop"), event))
    case.deliver("回函")
    case.complete("h1")
    assert (sorted(case.waiting()), case.cancelled, case.path[-1]) == (["a", "on_x"], ["h2"], "x")
    case.deliver("回函")
    assert case.complete("a").state == "completed"
    assert sorted(case.cancelled) == ["h1", "h2", "h2", "x"]


def test_a_cancelled_scope_takes_its_handlers_along() -> None:
    inside = sub("sub", start("s2"), user("a"), end("e2"), flows("s2 a e2"), on(MESSAGE, interrupting=False))
    late = boundary("late", "sub", timer("P1D"))
    case = Driver(file(start(), inside, late, user("z"), end(), flows("s sub e", "late z e")))
    case.deliver("回函")
    case.fire("late")
    assert (case.waiting(), sorted(case.cancelled)) == (["z"], ["a", "help_x", "sub", "x"])


def test_handlers_stand_in_handlers() -> None:
    inner = on(WITHDRAWN, id="y")
    outer = handler("x", begin("on_x", MESSAGE), user("help"), end("e3"), flows("on_x help e3"), inner)
    case = Driver(file(start(), user("a"), end(), flows("s a e"), outer))
    case.deliver("回函")
    assert sorted(case.waiting()) == ["help", "on_y"]
    case.deliver("撤回")
    assert case.complete("help_y").state == "completed"
    assert case.path == ["s", "on_x", "on_y", "help_y", "end_y", "y", "x"]


def test_a_script_that_fails_is_an_error_the_scope_handles() -> None:
    case = Driver(
        file(start(), script("bad", '{x: 1 + "a"}'), user("never"), end(), flows("s bad never e"), on(ANY_ERROR))
    )
    assert (case.waiting(), case.cancelled) == (["help_x"], ["bad"])


def test_a_dry_run_fires_its_timer_when_nothing_else_can_happen() -> None:
    waits = node("intermediateCatchEvent", "m", MESSAGE)
    content = file(start(), waits, end(), flows("s m e"), on(timer("P3D")))
    run = spiff.run_in_memory(content)
    assert (run.state, run.path) == ("completed", ["s", "on_x", "help_x", "end_x", "x"])


def test_a_dry_run_tells_a_message_beside_the_work_as_often_as_it_has_answers() -> None:
    waits = node("intermediateCatchEvent", "m", WITHDRAWN)
    content = file(start(), waits, end(), flows("s m e"), on(MESSAGE, interrupting=False))
    run = spiff.run_in_memory(content, answers={"on_x": [{"n": 1}, {"n": 2}]})
    assert (run.state, run.error, run.path.count("x"), run.values) == ("waiting", None, 2, {"n": 2})


def test_a_case_without_event_subprocesses_keeps_no_trace_of_them() -> None:
    plain = Driver(diagram(start(), user("a"), end(), flows("s a e")))
    assert len(spiff.dump(plain.load())) < 200
