"""BPMN 2.0.2 clauses 10.5.3 and 10.5.4: escalations go outward through subprocesses and calls, interrupting or not."""

from __future__ import annotations

import pytest

from engine import spiff
from tests.engine.diagrams.draw import (
    begin,
    boundary,
    call,
    definitions,
    end,
    flows,
    handler,
    node,
    process,
    script,
    start,
    sub,
    times,
    user,
)
from tests.engine.diagrams.drive import Driver

ROOTS = (
    '<bpmn:escalation id="X1" name="上报" escalationCode="x-1"/>',
    '<bpmn:escalation id="X2" name="再上报" escalationCode="x-2"/>',
    '<bpmn:escalation id="SAID" escalationCode="x-1"><bpmn:extensionElements>'
    '<spiffworkflow:payloadExpression>{level: "市"}</spiffworkflow:payloadExpression>'
    "</bpmn:extensionElements></bpmn:escalation>",
    '<bpmn:escalation id="KEPT" escalationCode="x-1"><bpmn:extensionElements>'
    "<spiffworkflow:variableName>told</spiffworkflow:variableName></bpmn:extensionElements></bpmn:escalation>",
)
ANY = "<bpmn:escalationEventDefinition/>"


def up(id: str) -> str:
    return f'<bpmn:escalationEventDefinition escalationRef="{id}"/>'


def throw(id: str, inner: str) -> str:
    return node("intermediateThrowEvent", id, inner)


def file(*parts: str, more: str = "") -> bytes:
    return definitions(*ROOTS, process(*parts), more)


def around(inside: str, caught: str, *, interrupting: bool = True) -> bytes:
    event = boundary("b", "h", caught, interrupting=interrupting)
    return file(start(), inside, event, user("help"), end(), flows("s h e", "b help e"))


def working(thrown: str = up("X1"), inner: str = "") -> str:
    return sub("h", start("s2"), throw("t", thrown), user("a"), end("e2"), flows("s2 t a e2"), inner=inner)


@pytest.mark.parametrize("caught", [up("X1"), ANY])
def test_one_that_interrupts_cancels_the_subprocess(caught: str) -> None:
    case = Driver(around(working(), caught))
    assert (case.waiting(), case.path, case.cancelled) == (["help"], ["s", "s2", "t", "b"], ["h"])


def test_one_that_does_not_can_occur_again_for_each_instance() -> None:
    case = Driver(around(working(inner=times("2")), up("X1"), interrupting=False))
    assert sorted(case.waiting()) == ["a", "a", "help", "help"]
    for element in ("a", "help", "a", "help"):
        case.complete(element)
    assert (case.outcome.state, case.path.count("b")) == ("completed", 2)


def test_another_code_passes_by_and_is_noted() -> None:
    case = Driver(around(working(), up("X2")))
    assert case.waiting() == ["a"]
    assert case.outcome.thrown == [{"kind": "escalation", "name": "x-1"}]


def test_it_passes_through_subprocesses_until_somebody_wants_it() -> None:
    middle = boundary("wrong", "deep", up("X2"))
    deep = sub("deep", start("s3"), throw("t", up("X1")), user("a"), end("e3"), flows("s3 t a e3"))
    inside = sub("h", start("s2"), deep, middle, user("b2"), end("e2"), flows("s2 deep e2", "wrong b2 e2"))
    case = Driver(around(inside, up("X1"), interrupting=False))
    assert sorted(case.waiting()) == ["a", "help"]


def test_an_end_event_escalates_and_the_others_go_on() -> None:
    inside = sub("h", start("s2"), user("a"), user("c"), end("t", up("X1")), end("e2"), flows("s2 a t", "s2 c e2"))
    case = Driver(around(inside, up("X1"), interrupting=False))
    case.complete("a")
    assert sorted(case.waiting()) == ["c", "help"]


def test_what_it_says_is_kept_under_the_variable_that_is_named() -> None:
    case = Driver(around(working(up("SAID")), up("KEPT")))
    assert case.values == {"told": {"code": "x-1", "level": "市"}}


def test_a_handler_of_the_level_comes_before_the_boundary() -> None:
    event = handler("x", begin("on", ANY, interrupting=False), script("n", "{seen: true}"), end("e3"), flows("on n e3"))
    inside = sub("h", start("s2"), throw("t", up("X1")), user("a"), end("e2"), flows("s2 t a e2"), event)
    case = Driver(around(inside, up("X1")))
    assert (case.waiting(), case.values) == (["a"], {"seen": True})


def test_one_that_its_own_level_is_interrupted_by_does_not_go_on() -> None:
    event = handler("x", begin("on", up("X1")), user("inner"), end("e3"), flows("on inner e3"))
    case = Driver(file(start(), throw("t", up("X1")), user("never"), end(), flows("s t never e"), event))
    assert (case.waiting(), case.path) == (["inner"], ["s", "t", "on"])


CHILD = process(start("cs"), throw("t", up("X1")), user("ca"), end("ce"), flows("cs t ca ce"), id="child")


def calling(*, interrupting: bool) -> bytes:
    between = process(start("bs"), call("bc", "child"), end("be"), flows("bs bc be"), id="between")
    event = boundary("b", "h", up("X1"), interrupting=interrupting)
    parts = (call("h", "between"), event, user("help"), end(), flows("s h e", "b help e"))
    return file(start(), *parts, more=CHILD + between)


def test_it_passes_through_calls_and_leaves_the_child_running() -> None:
    run = spiff.run_in_memory(calling(interrupting=False), process="p")
    assert (run.state, sorted(run.path)) == (
        "completed",
        sorted(["s", "bs", "cs", "t", "b", "help", "e", "ca", "ce", "bc", "be", "h", "e"]),
    )


def test_it_passes_through_calls_and_cancels_the_child() -> None:
    run = spiff.run_in_memory(calling(interrupting=True), process="p")
    assert (run.state, run.path) == ("completed", ["s", "bs", "cs", "t", "b", "help", "e"])
