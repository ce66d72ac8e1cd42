"""BPMN 2.0.2 clause 10.5: timers, messages, signals, conditions, errors, escalations, terminate and cancel."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine import spiff
from tests.engine.diagrams.draw import (
    both,
    boundary,
    definitions,
    diagram,
    end,
    flows,
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

ERROR = '<bpmn:errorEventDefinition errorRef="E1"/>'
ROOTS = (
    '<bpmn:error id="E1" name="坏了" errorCode="e-1"/>',
    '<bpmn:error id="E2" name="别的" errorCode="e-2"/>',
    '<bpmn:escalation id="X1" name="上报" escalationCode="x-1"/>',
    '<bpmn:message id="M1" name="回函"/>',
    '<bpmn:signal id="S1" name="停工"/>',
)
MESSAGE = '<bpmn:messageEventDefinition messageRef="M1"/>'
SIGNAL = '<bpmn:signalEventDefinition signalRef="S1"/>'


def file(*parts: str) -> bytes:
    return definitions(*ROOTS, process(*parts))


@pytest.mark.parametrize(
    ("kind", "text", "at"),
    [
        ("timeDuration", "PT1H", datetime(2026, 3, 2, 2, 0, tzinfo=UTC)),
        ("timeDuration", '"PT1H"', datetime(2026, 3, 2, 2, 0, tzinfo=UTC)),
        ("timeDuration", 'duration("P1D") * 2', datetime(2026, 3, 4, 1, 0, tzinfo=UTC)),
        ("timeDuration", "P1W", datetime(2026, 3, 9, 1, 0, tzinfo=UTC)),
        ("timeDate", "2026-03-05T09:00:00+08:00", datetime(2026, 3, 5, 1, 0, tzinfo=UTC)),
        ("timeDate", "2026-03-05", datetime(2026, 3, 4, 16, 0, tzinfo=UTC)),
        ("timeDate", "day", datetime(2026, 3, 4, 16, 0, tzinfo=UTC)),
        ("timeCycle", "R3/PT10M", datetime(2026, 3, 2, 1, 10, tzinfo=UTC)),
    ],
)
def test_a_timer_knows_its_moment_and_fires_only_when_told(kind: str, text: str, at: datetime) -> None:
    case = Driver(
        diagram(start(), node("intermediateCatchEvent", "t", timer(text, kind)), end(), flows("s t e")),
        {"day": "2026-03-05"},
    )
    assert (case.task("t").kind, case.task("t").timer_at, case.path) == ("timer", at, ["s"])
    case.fire("t")
    assert case.path == ["s", "t", "e"]


def test_an_interrupting_timer_cancels_the_task_it_stands_on() -> None:
    case = Driver(
        diagram(start(), user("a"), boundary("t", "a", timer("P1D")), user("late"), end(), flows("s a e", "t late e"))
    )
    assert case.waiting() == ["t", "a"]
    case.fire("t")
    assert (case.waiting(), case.cancelled, case.path) == (["late"], ["a"], ["s", "t"])
    assert {c.state for c in case.outcome.closed} == {"completed", "cancelled"}


def test_completing_the_task_disarms_its_boundary_events() -> None:
    case = Driver(
        diagram(start(), user("a"), boundary("t", "a", timer("P1D")), user("late"), end(), flows("s a e", "t late e"))
    )
    assert case.complete("a").state == "completed"
    assert (case.waiting(), case.path, case.cancelled) == ([], ["s", "a", "e"], [])


def test_a_cycle_on_a_task_reminds_so_often_and_no_more() -> None:
    case = Driver(
        diagram(
            start(),
            user("a"),
            boundary("t", "a", timer("R2/PT1H", "timeCycle"), interrupting=False),
            script("r", "{}"),
            end(),
            flows("s a e", "t r e"),
        )
    )
    first = case.task("t")
    case.fire("t")
    second = case.task("t")
    assert second.id != first.id
    assert second.timer_at == datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
    case.fire("t")
    assert (case.waiting(), case.path.count("r")) == (["a"], 2)


def test_a_message_reaches_the_one_who_waits_for_it_with_its_payload() -> None:
    case = Driver(file(start(), node("intermediateCatchEvent", "m", MESSAGE), end(), flows("s m e")))
    assert (case.task("m").kind, case.task("m").message) == ("message", {"name": "回函", "key": None})
    with pytest.raises(spiff.NoSuchTask):
        case.deliver("别的")
    assert case.deliver("回函", 文号="1号").state == "completed"
    assert case.values == {"文号": "1号"}


def test_a_message_with_a_key_reaches_only_its_own() -> None:
    keyed = (
        '<bpmn:messageEventDefinition messageRef="M1"><bpmn:extensionElements>'
        "<spiffworkflow:processVariableCorrelation>"
        "<spiffworkflow:propertyId>k</spiffworkflow:propertyId><spiffworkflow:expression>{}</spiffworkflow:expression>"
        "</spiffworkflow:processVariableCorrelation></bpmn:extensionElements></bpmn:messageEventDefinition>"
    )
    case = Driver(
        file(
            start(),
            both("g"),
            node("intermediateCatchEvent", "m", keyed.format("one")),
            node("intermediateCatchEvent", "n", keyed.format("two")),
            end(),
            flows("s g m e", "g n e"),
        ),
        {"one": "k1", "two": "k2"},
    )
    case.deliver("回函", key="k2")
    assert case.waiting() == ["m"]


def test_a_receive_task_waits_for_its_message() -> None:
    case = Driver(file(start(), node("receiveTask", "m", messageRef="M1"), end(), flows("s m e")))
    assert case.deliver("回函").state == "completed"


def test_a_thrown_message_is_caught_in_the_same_case_or_noted() -> None:
    throw = node("intermediateThrowEvent", "t", MESSAGE)
    alone = Driver(file(start(), throw, end(), flows("s t e")))
    assert alone.outcome.thrown == [{"kind": "message", "name": "回函"}]
    catch = node("intermediateCatchEvent", "m", MESSAGE)
    pair = Driver(file(start(), both("g"), catch, user("a"), throw, both("j"), end(), flows("s g a t j e", "g m j")))
    pair.complete("a")
    assert (pair.outcome.state, pair.outcome.thrown) == ("completed", [])


def test_a_signal_reaches_all_who_wait() -> None:
    catches = [node("intermediateCatchEvent", f"c{n}", SIGNAL) for n in (1, 2)]
    throw = node("intermediateThrowEvent", "t", SIGNAL)
    case = Driver(file(start(), both("g"), *catches, user("a"), throw, end(), flows("s g a t e", "g c1 e", "g c2 e")))
    assert case.complete("a").state == "completed"


def test_a_condition_fires_when_a_step_makes_it_true() -> None:
    condition = (
        "<bpmn:conditionalEventDefinition><bpmn:condition>n &gt; 2</bpmn:condition></bpmn:conditionalEventDefinition>"
    )
    case = Driver(
        diagram(
            start(),
            both("g"),
            node("intermediateCatchEvent", "c", condition),
            user("a"),
            user("b"),
            end(),
            flows("s g a b e", "g c e"),
        ),
        {"n": 0},
    )
    case.complete("a", n=1)
    assert "c" not in case.path
    case.complete("b", n=3)
    assert case.outcome.state == "completed"
    assert "c" in case.path


def failing(*boundaries: str, error: str = ERROR) -> bytes:
    inside = sub("sub", start("s2"), user("a"), end("bad", error), flows("s2 a bad"))
    return file(start(), inside, *boundaries, user("help"), end(), flows("s sub e", *(f"{b} help e" for b in ("b",))))


def test_an_error_end_goes_to_the_boundary_event_of_its_code() -> None:
    case = Driver(failing(boundary("b", "sub", ERROR)))
    case.complete("a")
    assert (case.waiting(), case.path, case.cancelled) == (["help"], ["s", "s2", "a", "bad", "b"], ["sub"])


def test_an_error_of_another_code_is_not_caught() -> None:
    case = Driver(failing(boundary("b", "sub", '<bpmn:errorEventDefinition errorRef="E2"/>')))
    case.complete("a")
    assert case.outcome.thrown == [{"kind": "error", "name": "e-1"}]
    assert case.path[-1] == "e"


def test_an_error_boundary_without_code_catches_all() -> None:
    case = Driver(failing(boundary("b", "sub", "<bpmn:errorEventDefinition/>")))
    case.complete("a")
    assert case.waiting() == ["help"]


def test_an_escalation_may_leave_the_subprocess_running() -> None:
    up = '<bpmn:escalationEventDefinition escalationRef="X1"/>'
    inside = sub(
        "sub", start("s2"), node("intermediateThrowEvent", "up", up), user("a"), end("e2"), flows("s2 up a e2")
    )
    case = Driver(
        file(
            start(),
            inside,
            boundary("b", "sub", up, interrupting=False),
            user("help"),
            end(),
            flows("s sub e", "b help e"),
        )
    )
    assert sorted(case.waiting()) == ["a", "help"]
    case.complete("help")
    assert case.complete("a").state == "completed"


def test_terminate_ends_its_own_level_only() -> None:
    stop = end("stop", "<bpmn:terminateEventDefinition/>")
    inside = sub("sub", start("s2"), both("g"), user("a"), user("b"), stop, end("e2"), flows("s2 g a stop", "g b e2"))
    case = Driver(diagram(start(), inside, user("after"), end(), flows("s sub after e")))
    case.complete("a")
    assert (case.waiting(), case.cancelled) == (["after"], ["b"])
    assert case.complete("after").state == "completed"


def test_cancel_in_a_transaction_leaves_by_its_cancel_event() -> None:
    stop = "<bpmn:cancelEventDefinition/>"
    inside = sub(
        "tx",
        start("s2"),
        both("g"),
        user("a"),
        user("b"),
        end("stop", stop),
        end("e2"),
        flows("s2 g a stop", "g b e2"),
        tag="transaction",
    )
    case = Driver(
        diagram(start(), inside, boundary("c", "tx", stop), user("undone"), end(), flows("s tx e", "c undone e"))
    )
    case.complete("a")
    assert case.waiting() == ["undone"]
    assert sorted(case.cancelled) == ["b", "tx"]


def test_a_cancelled_transaction_without_a_cancel_event_goes_nowhere() -> None:
    stop = end("stop", "<bpmn:cancelEventDefinition/>")
    inside = sub("tx", start("s2"), both("g"), user("a"), user("b"), stop, end("e2"), flows("s2 g a stop", "g b e2"),
                 tag="transaction")  # fmt: skip
    content = diagram(start(), inside, user("never"), end(), flows("s tx never e"))
    case = Driver(content)
    assert case.complete("a").state == "completed"
    assert (case.waiting(), sorted(case.cancelled)) == ([], ["b", "tx"])
    assert any(change["element_id"] == "stop" for change in spiff.check_bytes(content, "x").changes)


def test_a_boundary_event_on_several_instances_cancels_all_of_them() -> None:
    inside = sub("sub", start("s2"), user("a"), end("e2"), flows("s2 a e2"), inner=times("3"))
    case = Driver(diagram(start(), inside, boundary("t", "sub", timer("P1D")), end(), flows("s sub e", "t e")))
    assert case.waiting() == ["t", "a", "a", "a"]
    assert case.fire("t").state == "completed"
    assert (case.waiting(), case.cancelled.count("a")) == ([], 3)


def test_links_lead_from_every_throw_to_the_catch_of_their_name() -> None:
    link = '<bpmn:linkEventDefinition name="转下页"/>'
    content = diagram(
        start(),
        both("g"),
        node("intermediateThrowEvent", "l1", link),
        node("intermediateThrowEvent", "l2", link),
        node("intermediateCatchEvent", "to", link),
        user("a"),
        end(),
        flows("s g l1", "g l2", "to a e"),
    )
    run = spiff.run_in_memory(content)
    assert run.path == ["s", "g", "l1", "l2", "to", "to", "a", "e", "a", "e"]
