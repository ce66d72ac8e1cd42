"""BPMN 2.0.2 clause 10.3.3: receive tasks wait for a message, alone, several times, with boundary events, in a race."""

from __future__ import annotations

from tests.engine.diagrams.draw import boundary, definitions, end, flows, node, process, start, timer, times, user
from tests.engine.diagrams.drive import Driver

ROOTS = ('<bpmn:message id="M1" name="回函"/>', '<bpmn:message id="M2" name="撤回"/>')
WITHDRAWN = '<bpmn:messageEventDefinition messageRef="M2"/>'


def case(*parts: str) -> Driver:
    return Driver(definitions(*ROOTS, process(start(), *parts, end())))


def receive(inner: str = "") -> str:
    return node("receiveTask", "r", inner, messageRef="M1")


def test_an_interrupting_boundary_event_ends_the_waiting() -> None:
    late = case(receive(), boundary("b", "r", timer("P1D")), user("help"), flows("s r e", "b help e"))
    assert sorted(late.waiting()) == ["b", "r"]
    late.fire("b")
    assert (late.waiting(), late.cancelled) == (["help"], ["r"])


def test_the_message_disarms_the_boundary_event() -> None:
    answered = case(receive(), boundary("b", "r", timer("P1D")), user("help"), flows("s r e", "b help e"))
    assert answered.deliver("回函", n=1).state == "completed"
    assert (answered.waiting(), answered.cancelled, answered.path) == ([], [], ["s", "r", "e"])


def test_a_reminder_leaves_it_waiting() -> None:
    event = boundary("b", "r", WITHDRAWN, interrupting=False)
    reminded = case(receive(), event, user("help"), flows("s r e", "b help e"))
    reminded.deliver("撤回")
    assert sorted(reminded.waiting()) == ["b", "help", "r"]
    reminded.deliver("回函")
    assert reminded.complete("help").state == "completed"


def test_several_instances_take_a_message_each() -> None:
    several = case(receive(times("2")), boundary("b", "r", timer("P1D")), flows("s r e", "b e"))
    several.deliver("回函")
    assert sorted(several.waiting()) == ["b", "r"]
    assert several.deliver("回函").state == "completed"


def test_it_races_with_events_behind_a_gateway() -> None:
    parts = (node("eventBasedGateway", "g"), receive(), node("intermediateCatchEvent", "t", timer("P1D")))
    race = case(*parts, flows("s g r e", "g t e"))
    race.fire("t")
    assert (race.outcome.state, race.cancelled) == ("completed", ["r"])
