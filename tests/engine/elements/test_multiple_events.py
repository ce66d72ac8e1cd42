"""BPMN 2.0.2 clause 10.5.5: events with several definitions, of which one will do or all are needed."""

from __future__ import annotations

import pytest

from tests.engine.diagrams.draw import (
    begin,
    both,
    boundary,
    definitions,
    end,
    flows,
    handler,
    node,
    process,
    start,
    sub,
    timer,
    user,
)
from tests.engine.diagrams.drive import Driver

ROOTS = (
    '<bpmn:error id="E1" errorCode="e-1"/>',
    '<bpmn:escalation id="X1" escalationCode="x-1"/>',
    '<bpmn:message id="M1" name="回函"/>',
    '<bpmn:signal id="S1" name="停工"/>',
    '<bpmn:timerEventDefinition id="DAY"><bpmn:timeDuration>P1D</bpmn:timeDuration></bpmn:timerEventDefinition>',
)
MESSAGE = '<bpmn:messageEventDefinition messageRef="M1"/>'
SIGNAL = '<bpmn:signalEventDefinition signalRef="S1"/>'
ERROR = '<bpmn:errorEventDefinition errorRef="E1"/>'
UP = '<bpmn:escalationEventDefinition escalationRef="X1"/>'
HIGH = "<bpmn:conditionalEventDefinition><bpmn:condition>n &gt; 2</bpmn:condition></bpmn:conditionalEventDefinition>"
DAY = "<bpmn:eventDefinitionRef>DAY</bpmn:eventDefinitionRef>"
THREE = MESSAGE + SIGNAL + DAY


def file(*parts: str) -> bytes:
    return definitions(*ROOTS, process(*parts))


def catch(inner: str, *, all: bool = False, id: str = "c") -> str:
    return node("intermediateCatchEvent", id, inner, parallelMultiple=str(all).lower())


def caught(inner: str, *, all: bool = False) -> Driver:
    return Driver(file(start(), catch(inner, all=all), end(), flows("s c e")))


def test_whichever_comes_first_lets_the_token_through_and_ends_the_others() -> None:
    by_message, by_signal, by_time = caught(THREE), caught(THREE), caught(THREE)
    assert sorted(task.kind for task in by_message.open) == ["message", "timer"]
    by_message.deliver("回函", n=1)
    by_signal.deliver("停工")
    by_time.step(lambda live, ports: _fire_timer(by_time, live, ports))
    for case in (by_message, by_signal, by_time):
        assert (case.outcome.state, case.path, case.cancelled, case.waiting()) == ("completed", ["s", "c", "e"], [], [])
    assert by_message.values == {"n": 1}


def _fire_timer(case: Driver, live: object, ports: object) -> object:
    from engine import spiff

    timer_task = next(task for task in case.open if task.kind == "timer")
    return spiff.fire(live, timer_task.id, ports)  # type: ignore[arg-type]


def test_all_must_have_come_in_any_order() -> None:
    case = caught(THREE, all=True)
    case.deliver("停工")
    case.deliver("回函", n=1)
    assert (case.path, [task.kind for task in case.open]) == (["s"], ["timer"])
    assert case.fire("c").state == "completed"
    assert (case.path, case.values) == (["s", "c", "e"], {"n": 1})


def test_one_of_them_again_does_not_count_for_the_others() -> None:
    case = caught(MESSAGE + HIGH, all=True)
    case.deliver("回函", n=1)
    assert case.path == ["s"]
    assert case.outcome.state == "running"


def test_cancelled_it_is_cancelled_once() -> None:
    inside = sub("sub", start("s2"), catch(THREE), end("e2"), flows("s2 c e2"))
    case = Driver(file(start(), inside, boundary("b", "sub", timer("PT1H")), end(), flows("s sub e", "b e")))
    case.fire("b")
    assert sorted(case.cancelled) == ["c", "sub"]
    assert (case.outcome.state, case.waiting()) == ("completed", [])


def test_behind_an_event_gateway_it_races_with_the_other_events() -> None:
    parts = (node("eventBasedGateway", "g"), catch(MESSAGE + SIGNAL), catch(timer("P2D"), id="late"), end())
    case = Driver(file(start(), *parts, flows("s g c e", "g late e")))
    case.deliver("停工")
    assert (case.path, case.cancelled, case.waiting()) == (["s", "g", "c", "e"], ["late"], [])
    other = Driver(file(start(), *parts, flows("s g c e", "g late e")))
    other.fire("late")
    assert (other.path, other.cancelled, other.waiting()) == (["s", "g", "late", "e"], ["c"], [])


def on(inner: str, *, all: bool = False, interrupting: bool = True) -> Driver:
    attrs = {"parallelMultiple": "true"} if all else {}
    event = node(
        "boundaryEvent", "b", inner, attachedToRef="w", cancelActivity=str(interrupting).lower(), **attrs
    )  # fmt: skip
    parts = (node("serviceTask", "w"), event, user("help"), end())
    return Driver(file(start(), *parts, flows("s w e", "b help e")))


def test_on_a_boundary_any_of_them_interrupts_errors_too() -> None:
    first = on(MESSAGE + ERROR)
    first.throw("w", "e-1")
    second = on(MESSAGE + ERROR)
    second.deliver("回函")
    for case in (first, second):
        assert (case.waiting(), case.cancelled, case.path) == (["help"], ["w"], ["s", "b"])


def test_on_a_boundary_each_of_them_may_come_beside_the_work() -> None:
    case = on(MESSAGE + SIGNAL, interrupting=False)
    case.deliver("回函")
    case.deliver("停工")
    case.deliver("回函")
    assert sorted(case.waiting()) == ["b", "help", "help", "help", "w"]


@pytest.mark.parametrize("interrupting", [True, False])
def test_on_a_boundary_all_of_them_are_needed(interrupting: bool) -> None:
    case = on(MESSAGE + SIGNAL, all=True, interrupting=interrupting)
    case.deliver("回函")
    assert case.waiting() == ["w"]
    case.deliver("停工")
    assert sorted(case.waiting()) == (["help"] if interrupting else ["b", "help", "w"])
    assert case.path == ["s", "b"]


def test_the_work_done_nothing_of_it_is_left() -> None:
    case = on(MESSAGE + SIGNAL + DAY, all=True)
    case.deliver("停工")
    assert (case.complete("w").state, case.waiting(), case.cancelled) == ("completed", [], [])


@pytest.mark.parametrize(("all", "after_one"), [(False, ["help"]), (True, ["a", "on"])])
def test_an_event_subprocess_may_start_by_any_or_by_all(all: bool, after_one: list[str]) -> None:
    more = {"parallelMultiple": "true"} if all else {}
    event = handler("x", begin("on", MESSAGE + SIGNAL, **more), user("help"), end("e3"), flows("on help e3"))
    case = Driver(file(start(), user("a"), end(), flows("s a e"), event))
    case.deliver("停工")
    assert sorted(case.waiting()) == after_one
    if all:
        case.deliver("回函")
    assert case.waiting() == ["help"]


def test_a_throw_event_throws_them_all() -> None:
    throw = node("intermediateThrowEvent", "t", MESSAGE + SIGNAL)
    waits = (node("receiveTask", "m", messageRef="M1"), node("intermediateCatchEvent", "c", SIGNAL))
    case = Driver(file(start(), both("g"), *waits, user("a"), throw, end(), flows("s g m e", "g c e", "g a t e")))
    assert case.complete("a").state == "completed"


def test_an_end_event_tells_first_and_ends_then() -> None:
    stop = end("stop", "<bpmn:terminateEventDefinition/>" + UP + SIGNAL)
    inside = sub("sub", start("s2"), both("g"), user("a"), user("b"), end("e2"), stop, flows("s2 g a stop", "g b e2"))
    up = boundary("up", "sub", UP, interrupting=False)
    case = Driver(file(start(), inside, up, user("help"), end(), flows("s sub e", "up help e")))
    case.complete("a")
    assert (case.waiting(), case.cancelled) == (["help"], ["b"])
    assert case.outcome.thrown == [{"kind": "signal", "name": "停工"}]


def test_an_error_among_them_leaves_the_subprocess() -> None:
    inside = sub("sub", start("s2"), end("bad", ERROR + SIGNAL), flows("s2 bad"))
    case = Driver(file(start(), inside, boundary("b", "sub", ERROR), user("help"), end(), flows("s sub e", "b help e")))
    assert (case.waiting(), case.outcome.thrown) == (["help"], [{"kind": "signal", "name": "停工"}])
