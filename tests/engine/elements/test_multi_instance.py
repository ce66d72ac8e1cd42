"""BPMN 2.0.2 clauses 10.3.8 and 13.3.7: multi-instance and standard loop activities."""

from __future__ import annotations

import pytest

from engine import spiff
from engine.errors import EvaluationFailed
from tests.engine.diagrams.draw import call, diagram, each, end, flows, script, start, sub, times, user
from tests.engine.diagrams.drive import Driver

CLERK = '<qc:candidate role="clerk" unit="village"/>'


def villages(**how: object) -> bytes:
    loop = each("places", "village", "answer", "answers", **how)  # type: ignore[arg-type]
    return diagram(start(), user("a", loop, CLERK), end(), flows("s a e"))


PLACES = {"places": ["v1", "v2", "v3"]}


def test_parallel_opens_all_and_collects_in_the_order_of_the_list() -> None:
    case = Driver(villages(), PLACES)
    assert [t.locals["village"] for t in case.open] == ["v1", "v2", "v3"]
    assert [t.candidates for t in case.open] == [[{"role": "clerk", "unit": v}] for v in ("v1", "v2", "v3")]
    for at in (2, 0, 0):
        task = case.open[at]
        case.step(
            lambda live, ports, task=task: spiff.complete(live, task.id, {"answer": task.locals["village"]}, ports)
        )
    assert case.outcome.state == "completed"
    assert case.values == {**PLACES, "answers": ["v1", "v2", "v3"]}
    assert case.path == ["s", "a", "a", "a", "e"]


def test_sequential_opens_one_after_the_other() -> None:
    case = Driver(villages(sequential=True), PLACES)
    for village in PLACES["places"]:
        assert [t.locals["village"] for t in case.open] == [village]
        case.complete("a", answer=village.upper())
    assert case.values["answers"] == ["V1", "V2", "V3"]


def test_what_an_instance_writes_stays_in_it() -> None:
    case = Driver(villages(), PLACES)
    case.complete("a", answer=1, note="只在这里")
    assert "note" not in case.values
    assert case.outcome.state == "running"


def test_an_empty_list_runs_nothing_and_gives_an_empty_list() -> None:
    case = Driver(villages(), {"places": []})
    assert (case.outcome.state, case.values["answers"], case.path) == ("completed", [], ["s", "e"])


@pytest.mark.parametrize("places", [None, "v1", {"a": 1}])
def test_what_is_no_list_is_an_incident(places: object) -> None:
    with pytest.raises(EvaluationFailed) as failed:
        Driver(villages(), {"places": places})
    assert failed.value.fields["what"] == "loop"


@pytest.mark.parametrize("count", ["-1", "1.5", '"3"', "null", "10001", "1e30"])
def test_a_cardinality_that_is_no_count_is_an_incident(count: str) -> None:
    with pytest.raises(EvaluationFailed):
        Driver(diagram(start(), user("a", times(count)), end(), flows("s a e")))


def test_a_completion_condition_cancels_the_rest() -> None:
    enough = (
        "<bpmn:completionCondition>numberOfCompletedInstances &gt;= 2 and loopCounter &gt; 0</bpmn:completionCondition>"
    )
    case = Driver(villages(more=enough), PLACES)
    case.complete("a", answer="x")
    case.complete("a", answer="y")
    assert case.outcome.state == "completed"
    assert case.values["answers"] == ["x", "y"]
    assert [c.state for c in case.outcome.closed] == ["completed", "cancelled"]
    assert case.cancelled == ["a"]


def test_nested_subprocesses_take_their_list_from_the_instance_around() -> None:
    inner = sub(
        "inner", start("s3"), user("k"), end("e3"), flows("s3 k e3"), inner=each("town.villages", "v", "r", "rs")
    )
    outer = sub("outer", start("s2"), inner, end("e2"), flows("s2 inner e2"), inner=each("towns", "town", "rs", "all"))
    towns = [{"villages": ["a", "b"]}, {"villages": []}, {"villages": ["c"]}]
    case = Driver(diagram(start(), outer, end(), flows("s outer e")), {"towns": towns})
    assert [t.locals["v"] for t in case.open] == ["a", "b", "c"]
    assert len({t.id for t in case.open}) == 3
    for task in reversed(list(case.open)):
        case.step(lambda live, ports, t=task: spiff.complete(live, t.id, {"r": t.locals["v"] * 2}, ports))
    assert case.values["all"] == [["aa", "bb"], [], ["cc"]]


def test_an_inner_result_of_the_same_name_does_not_leak_out() -> None:
    inner = sub(
        "inner", start("s3"), script("k", "{r: 1}"), end("e3"), flows("s3 k e3"), inner=each("[1, 2]", "i", "r", "q")
    )
    outer = sub(
        "outer",
        start("s2"),
        script("b", '{r: "mine"}'),
        inner,
        end("e2"),
        flows("s2 b inner e2"),
        inner=each("[1]", "j", "r", "out"),
    )
    run = spiff.run_in_memory(diagram(start(), outer, end(), flows("s outer e")))
    assert run.values == {"out": ["mine"]}


def test_calls_run_once_per_item_and_give_the_item_back() -> None:
    loop = each("places", "village", "answer", "answers")
    ext = '<qc:input name="who" value="village"/><qc:unit value="village"/>'
    case = Driver(diagram(start(), call("c", "village-path", loop, ext), end(), flows("s c e")), PLACES)
    assert [t.called for t in case.open] == [
        {"process": "village-path", "values": {"who": v}, "unit": v} for v in PLACES["places"]
    ]
    for _ in range(3):
        case.complete("c", answer="accepted", other="kept in the child")
    assert case.values == {**PLACES, "answers": ["accepted"] * 3}


def repeat(inner: str, attrs: str = "") -> bytes:
    loop = f"<bpmn:standardLoopCharacteristics {attrs}>{inner}</bpmn:standardLoopCharacteristics>"
    return diagram(
        start(), script("i", "{n: 0}"), script("a", "{n: n + 1, last: loopCounter}", loop), end(), flows("s i a e")
    )


def test_a_standard_loop_runs_while_its_condition_holds_and_its_writes_stay() -> None:
    run = spiff.run_in_memory(repeat("<bpmn:loopCondition>n &lt; 3</bpmn:loopCondition>"))
    assert (run.values, run.path) == ({"n": 3, "last": 3}, ["s", "i", "a", "a", "a", "e"])


def test_a_standard_loop_may_test_before_and_has_a_maximum() -> None:
    never = spiff.run_in_memory(repeat("<bpmn:loopCondition>n &lt; 0</bpmn:loopCondition>", 'testBefore="true"'))
    bounded = spiff.run_in_memory(repeat("", 'loopMaximum="2"'))
    assert (never.path, bounded.path) == (["s", "i", "e"], ["s", "i", "a", "a", "e"])


def test_a_loop_condition_that_is_null_is_an_incident() -> None:
    run = spiff.run_in_memory(repeat("<bpmn:loopCondition>null</bpmn:loopCondition>"))
    assert run.state == "failed"
