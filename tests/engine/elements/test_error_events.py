"""BPMN 2.0.2 clauses 10.5.3, 10.5.7 and 13.5.4: errors of scripts, decisions, workers and child cases."""

from __future__ import annotations

import pytest

from engine import spiff
from engine.errors import EvaluationFailed
from tests.engine.diagrams.draw import (
    begin,
    both,
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
    '<bpmn:error id="E1" name="坏了" errorCode="e-1"/>',
    '<bpmn:error id="E2" name="别的" errorCode="e-2"/>',
    '<bpmn:error id="E3" name="没有代码"/>',
    '<bpmn:error id="KEPT" errorCode="e-1"><bpmn:extensionElements>'
    "<spiffworkflow:variableName>why</spiffworkflow:variableName></bpmn:extensionElements></bpmn:error>",
    '<bpmn:error id="SAID" errorCode="e-1"><bpmn:extensionElements>'
    "<spiffworkflow:payloadExpression>{amount: n}</spiffworkflow:payloadExpression>"
    "</bpmn:extensionElements></bpmn:error>",
)
ANY = "<bpmn:errorEventDefinition/>"
FAILS = '{x: 1 + "a"}'


def error(id: str) -> str:
    return f'<bpmn:errorEventDefinition errorRef="{id}"/>'


def file(*parts: str, more: str = "") -> bytes:
    return definitions(*ROOTS, process(*parts), more)


def around(host: str, caught: str = ANY) -> bytes:
    """s -> host -> e, with an error boundary event b on it that leads to help."""
    return file(start(), host, boundary("b", "h", caught), user("help"), end(), flows("s h e", "b help e"))


SERVICE = node("serviceTask", "h")


@pytest.mark.parametrize(
    ("caught", "code", "waits"),
    [
        (error("E1"), "e-1", ["help"]),
        (ANY, "e-1", ["help"]),
        (ANY, None, ["help"]),
        (error("E3"), "没有代码", ["help"]),
    ],
)
def test_an_error_of_a_worker_goes_to_who_catches_its_code(caught: str, code: str | None, waits: list[str]) -> None:
    case = Driver(around(SERVICE, caught))
    case.throw("h", code, "没有钱了")
    assert (case.waiting(), case.cancelled, case.path) == (waits, ["h"], ["s", "b"])
    assert case.values == {}


@pytest.mark.parametrize("code", ["e-2", None])
def test_an_error_nobody_catches_is_an_incident_and_changes_nothing(code: str | None) -> None:
    case = Driver(around(SERVICE, error("E1")))
    with pytest.raises(spiff.ErrorUncaught) as uncaught:
        case.throw("h", code, "没有钱了")
    assert uncaught.value.fields["element_id"] == "h"
    assert case.throw("h", "e-1").state == "running"


def test_only_what_works_outside_can_throw() -> None:
    case = Driver(file(start(), user("a"), end(), flows("s a e")))
    with pytest.raises(spiff.NoSuchTask):
        case.throw("a", "e-1")


def test_what_an_error_says_is_kept_under_the_variable_that_is_named() -> None:
    case = Driver(around(SERVICE, error("KEPT")))
    case.throw("h", "e-1", "没有钱了")
    assert case.values == {"why": {"code": "e-1", "message": "没有钱了"}}


def test_an_error_end_takes_its_payload_along() -> None:
    inside = sub("h", start("s2"), end("bad", error("SAID")), flows("s2 bad"))
    case = Driver(around(inside, error("KEPT")), {"n": 7})
    assert case.values == {"n": 7, "why": {"code": "e-1", "amount": 7}}


def test_the_exact_code_goes_before_any_code() -> None:
    two = boundary("any", "h", ANY) + boundary("exact", "h", error("E1"))
    case = Driver(file(start(), SERVICE, two, user("x"), user("y"), end(), flows("s h e", "any x e", "exact y e")))
    case.throw("h", "e-1")
    assert case.waiting() == ["y"]


def test_a_worker_error_goes_outward_to_the_subprocess_and_its_handler() -> None:
    event = handler("x", begin("on", ANY), user("inner"), end("e3"), flows("on inner e3"))
    inside = sub("h", start("s2"), node("serviceTask", "w"), end("e2"), flows("s2 w e2"), event)
    case = Driver(around(inside))
    case.throw("w", "e-1")
    assert case.waiting() == ["inner"]
    case.complete("inner")
    assert case.path[-3:] == ["x", "h", "e"]


def test_one_instance_that_fails_takes_all_with_it() -> None:
    case = Driver(around(node("serviceTask", "h", times("3")), error("E1")))
    case.throw("h", "e-1")
    assert (case.waiting(), case.cancelled) == (["help"], ["h", "h", "h"])


def test_a_script_that_cannot_be_evaluated_is_an_error() -> None:
    assert Driver(around(script("h", FAILS))).waiting() == ["help"]
    with pytest.raises(EvaluationFailed):
        Driver(around(script("h", FAILS), error("E1")))
    inside = sub("h", start("s2"), script("bad", FAILS), end("e2"), flows("s2 bad e2"))
    outward = Driver(around(inside))
    assert (outward.waiting(), outward.cancelled) == (["help"], ["h", "bad"])


def test_a_decision_that_cannot_be_made_is_an_error() -> None:
    def decide(name: str, context: object) -> object:
        raise ValueError("no such rule")

    rule = node("businessRuleTask", "h", ext="<spiffworkflow:calledDecisionId>d</spiffworkflow:calledDecisionId>")
    assert Driver(around(rule), decide=decide).waiting() == ["help"]


def test_an_answer_that_cannot_be_read_is_an_error() -> None:
    mapped = call("h", "elsewhere", ext='<qc:output name="x" value="answer + 1"/>')
    case = Driver(around(mapped))
    case.complete("h", answer="nine")
    assert (case.waiting(), case.path) == (["help"], ["s", "b"])


def test_an_answer_of_a_service_that_cannot_be_read_is_an_error() -> None:
    made = '<qc:call method="GET" url="&quot;https://x.test/&quot;" map="{total: response.body.sum + 1}"/>'
    case = Driver(around(node("serviceTask", "h", ext=made)))
    answer = {"status": 200, "headers": {}, "body": {"sum": "nine"}}
    task = case.task("h")
    case.step(lambda live, ports: spiff.answer(live, task.id, answer, ports))
    assert (case.waiting(), case.cancelled, case.values) == (["help"], ["h"], {})


def test_an_error_end_nobody_catches_ends_its_level_and_is_noted() -> None:
    inside = sub(
        "sub", start("s2"), both("g"), user("a"), user("b"), end("bad", error("E1")), end("e2"),
        flows("s2 g a bad", "g b e2"),
    )  # fmt: skip
    case = Driver(file(start(), inside, user("after"), end(), flows("s sub after e")))
    case.complete("a")
    assert (case.waiting(), case.cancelled) == (["after"], ["b"])
    assert case.outcome.thrown == [{"kind": "error", "name": "e-1"}]


def calling(*boundaries: str, deep: bool = False) -> bytes:
    """h calls a process that ends with e-1 beside a person; deep: through another process in between."""
    child = process(
        start("cs"), both("cg"), user("ca"), user("cb"), end("bad", error("E1")), end("ce"),
        flows("cs cg ca bad", "cg cb ce"), id="child",
    )  # fmt: skip
    between = process(start("bs"), call("bc", "child"), user("ba"), end("be"), flows("bs bc ba be"), id="between")
    parts = (call("h", "between" if deep else "child"), *boundaries, user("help"), end())
    return file(start(), *parts, flows("s h e", *(["b help e"] if boundaries else [])), more=child + between)


@pytest.mark.parametrize("deep", [False, True])
def test_a_child_that_fails_leaves_by_the_boundary_of_its_call(deep: bool) -> None:
    run = spiff.run_in_memory(calling(boundary("b", "h", error("E1")), deep=deep), process="p")
    assert (run.state, run.error) == ("completed", None)
    assert run.path[-4:] == ["bad", "b", "help", "e"]
    assert "ba" not in run.path


def test_a_child_that_fails_is_an_incident_when_nobody_catches_it() -> None:
    run = spiff.run_in_memory(calling(deep=True), process="p")
    assert run.state == "failed"
    assert run.error is not None
    assert (run.error["code"], run.error["element_id"]) == ("error-uncaught", "h")


def test_a_catch_all_on_a_call_takes_what_the_child_throws() -> None:
    run = spiff.run_in_memory(calling(boundary("b", "h", ANY)), process="p")
    assert run.path[-3:] == ["b", "help", "e"]
