"""BPMN 2.0.2 clauses 10.3.5 and 10.3.6: embedded subprocesses and call activities."""

from __future__ import annotations

import pytest

from engine import spiff
from engine.errors import EvaluationFailed
from tests.engine.diagrams.draw import (
    boundary,
    call,
    definitions,
    diagram,
    each,
    end,
    flows,
    process,
    script,
    start,
    sub,
    timer,
    user,
)
from tests.engine.diagrams.drive import Driver


def test_an_embedded_subprocess_shares_the_values_around_it() -> None:
    inside = sub("sub", start("s2"), user("a"), end("e2"), flows("s2 a e2"))
    case = Driver(
        diagram(start(), script("i", "{n: 1}"), inside, script("z", "{m: n + 1}"), end(), flows("s i sub z e"))
    )
    case.complete("a", n=5)
    assert case.values == {"n": 5, "m": 6}
    assert case.path == ["s", "i", "s2", "a", "e2", "sub", "z", "e"]


def test_a_subprocess_visited_again_opens_tasks_with_new_ids() -> None:
    inside = sub("sub", start("s2"), user("a"), end("e2"), flows("s2 a e2"))
    case = Driver(diagram(start(), '<bpmn:exclusiveGateway id="m"/>', inside, flows("s m sub m")))
    first = case.task("a").id
    case.complete("a")
    assert case.task("a").id != first


def test_a_call_waits_with_what_it_passes_and_maps_back_what_it_names() -> None:
    ext = (
        '<qc:input name="who" value="village"/><qc:unit value="village"/>'
        '<qc:output name="verdict" value="answer"/><qc:output name="by" value="case.id"/>'
    )
    case = Driver(diagram(start(), call("c", "path", ext=ext), end(), flows("s c e")), {"village": "v1"})
    assert case.task("c").called == {"process": "path", "values": {"who": "v1"}, "unit": "v1"}
    case.complete("c", answer="yes", secret=1)
    assert case.values == {"village": "v1", "verdict": "yes", "by": "0198a000-0000-7000-8000-000000000001"}


def test_a_call_without_input_passes_all_and_without_output_takes_nothing() -> None:
    case = Driver(diagram(start(), call("c", "path"), end(), flows("s c e")), {"a": 1})
    assert case.task("c").called == {"process": "path", "values": {"a": 1}, "unit": None}
    case.complete("c", b=2)
    assert case.values == {"a": 1}


def test_an_output_that_cannot_be_evaluated_is_an_incident() -> None:
    ext = '<qc:output name="x" value="not_there + 1"/>'
    case = Driver(diagram(start(), call("c", "path", ext=ext), end(), flows("s c e")))
    with pytest.raises(EvaluationFailed) as failed:
        case.complete("c", b=2)
    assert failed.value.fields["what"] == "output"


VILLAGE = process(
    start("vs"), script("v", '{answer: who + "!"}'), user("look"), end("ve"), flows("vs v look ve"), id="village"
)


def test_a_run_in_memory_runs_called_processes_of_the_file_inline() -> None:
    loop = each('["a", "b"]', "place", "answer", "answers")
    ticket = process(
        start(), call("c", "village", loop, '<qc:input name="who" value="place"/>'), end(), flows("s c e"), id="ticket"
    )
    run = spiff.run_in_memory(definitions(VILLAGE, ticket))
    assert run.values == {"answers": ["a!", "b!"]}
    assert (
        run.path == ["s", "vs", "vs", "v", "v", "look", "ve", "look", "ve", "c", "c", "e"] or run.state == "completed"
    )


def test_a_call_of_a_process_that_is_not_there_waits_or_takes_its_answer() -> None:
    content = diagram(start(), call("c", "elsewhere", ext='<qc:output name="n" value="m"/>'), end(), flows("s c e"))
    assert spiff.run_in_memory(content).state == "waiting"
    answered = spiff.run_in_memory(content, answers={"c": {"m": 3}})
    assert (answered.state, answered.values) == ("completed", {"n": 3})


def test_a_cancelled_call_takes_its_child_with_it() -> None:
    child = process(
        start("vs"),
        '<bpmn:intermediateCatchEvent id="never"><bpmn:messageEventDefinition/></bpmn:intermediateCatchEvent>',
        end("ve"),
        flows("vs never ve"),
        id="village",
    )
    ticket = process(
        start(), call("c", "village"), boundary("t", "c", timer("P1D")), end(), flows("s c e", "t e"), id="ticket"
    )
    run = spiff.run_in_memory(definitions(child, ticket))
    assert (run.state, run.path) == ("completed", ["s", "vs", "t", "e"])
