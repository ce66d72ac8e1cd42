"""BPMN 2.0.2 clause 10.5.6: a signal reaches everybody who waits for it, whatever kind of event waits."""

from __future__ import annotations

import pytest

from engine import spiff
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
    times,
    user,
)
from tests.engine.diagrams.drive import Driver

ROOTS = (
    '<bpmn:signal id="S1" name="停工"/>',
    '<bpmn:signal id="S2" name="复工"/>',
    '<bpmn:signal id="SAID" name="停工"><bpmn:extensionElements>'
    '<spiffworkflow:payloadExpression>{reason: "台风"}</spiffworkflow:payloadExpression>'
    "</bpmn:extensionElements></bpmn:signal>",
    '<bpmn:signal id="KEPT" name="停工"><bpmn:extensionElements>'
    "<spiffworkflow:variableName>why</spiffworkflow:variableName></bpmn:extensionElements></bpmn:signal>",
)


def signal(id: str = "S1") -> str:
    return f'<bpmn:signalEventDefinition signalRef="{id}"/>'


def file(*parts: str) -> bytes:
    return definitions(*ROOTS, process(*parts))


def everybody(*more: str) -> bytes:
    """Five branches: a catch, an interrupting and a non-interrupting boundary, an event gateway, and who throws."""
    return file(
        start(),
        both("g"),
        node("intermediateCatchEvent", "c", signal()),
        user("a1"),
        boundary("b1", "a1", signal()),
        user("a2"),
        boundary("b2", "a2", signal(), interrupting=False),
        node("eventBasedGateway", "race"),
        node("intermediateCatchEvent", "r1", signal()),
        node("intermediateCatchEvent", "r2", timer("P1D")),
        user("go"),
        node("intermediateThrowEvent", "t", signal()),
        end(),
        flows("s g c e", "g a1 e", "b1 e", "g a2 e", "b2 e", "g race r1 e", "race r2 e", "g go t e"),
        *more,
    )


def test_it_reaches_catches_boundaries_gateways_and_handlers_at_once() -> None:
    event = handler("x", begin("on", signal(), interrupting=False), user("inner"), end("e3"), flows("on inner e3"))
    case = Driver(everybody(event))
    case.complete("go")
    assert sorted(case.waiting()) == ["a2", "inner"]
    assert {"c", "b1", "b2", "r1", "on"} <= set(case.path)
    assert sorted(case.cancelled) == ["a1", "r2"]
    assert case.outcome.thrown == []


def test_it_comes_from_outside_too_and_again() -> None:
    case = Driver(everybody())
    case.deliver("停工")
    case.deliver("停工")
    assert (sorted(case.waiting()), case.path.count("b2")) == (["a2", "go"], 2)


def test_another_signal_reaches_nobody() -> None:
    case = Driver(everybody())
    with pytest.raises(spiff.NoSuchTask):
        case.deliver("复工")


def test_one_nobody_waits_for_is_noted() -> None:
    case = Driver(file(start(), end("e", signal("S2")), flows("s e")))
    assert case.outcome.thrown == [{"kind": "signal", "name": "复工"}]


def test_an_interrupting_handler_takes_it_from_those_it_cancels() -> None:
    event = handler("x", begin("on", signal()), user("inner"), end("e3"), flows("on inner e3"))
    case = Driver(everybody(event))
    case.complete("go")
    assert case.waiting() == ["inner"]
    assert case.complete("inner").state == "completed"


def test_what_it_says_reaches_everybody() -> None:
    catch = node("intermediateCatchEvent", "c", signal("KEPT"))
    throw = node("intermediateThrowEvent", "t", signal("SAID"))
    case = Driver(file(start(), both("g"), catch, user("a"), throw, end(), flows("s g c e", "g a t e")))
    case.complete("a")
    assert case.values == {"why": {"reason": "台风"}}


def test_it_reaches_every_instance_and_into_subprocesses() -> None:
    inside = sub(
        "sub", start("s2"), node("intermediateCatchEvent", "c", signal()), end("e2"), flows("s2 c e2"), inner=times("3")
    )
    case = Driver(file(start(), inside, end(), flows("s sub e")))
    assert case.deliver("停工").state == "completed"
    assert case.path.count("c") == 3


def test_it_makes_no_tasks_of_those_who_do_not_wait_for_it() -> None:
    """What a signal costs, and every step of a case that may hear one, follows those who wait for it."""
    inside = sub("sub", start("s2"), user("a"), end("e2"), flows("s2 a e2"), inner=times("50"))
    event = handler("x", begin("on", signal(), interrupting=False), user("inner"), end("e3"), flows("on inner e3"))
    case = Driver(file(start(), inside, end(), flows("s sub e"), event))
    live = case.load()
    spiff.deliver(live, "停工", {}, None, case.ports)
    kept = list(live.workflow.subprocesses.kept())
    assert (len(kept), sum(type(each) is list for each in kept)) == (51, 50)
