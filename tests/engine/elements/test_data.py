"""BPMN 2.0.2 clause 10.4: data associations that move values, pictures that do not; SpiffWorkflow's task scripts."""

from __future__ import annotations

import pytest

from engine import spiff
from engine.errors import EvaluationFailed
from engine.spiff.sources import sources_of
from tests.engine.diagrams.draw import call, diagram, each, end, flows, script, start, sub, user
from tests.engine.diagrams.drive import Driver

CLERK = '<qc:candidate role="clerk"/>'


def moved(tag: str, source: str, to: str) -> str:
    return (
        f"<bpmn:{tag}><bpmn:assignment><bpmn:from>{source}</bpmn:from><bpmn:to>{to}</bpmn:to></bpmn:assignment>"
        f"</bpmn:{tag}>"
    )


INTO = moved("dataInputAssociation", "total * 2", "own")
OUT = moved("dataOutputAssociation", "own + 1", "result")


def test_an_input_is_the_activitys_own_and_an_output_takes_a_value_out() -> None:
    case = Driver(diagram(start(), user("a", INTO + OUT), user("b"), end(), flows("s a b e")), {"total": 5, "own": 0})
    assert case.task("a").locals == {"own": 10}
    case.complete("a", own=20, note="全")
    assert (case.values, case.waiting()) == ({"total": 5, "own": 0, "result": 21, "note": "全"}, ["b"])


def test_inputs_reach_what_is_inside_a_subprocess_and_nothing_after_it() -> None:
    inside = sub(
        "h", start("s2"), script("c", "{own: own + 1}"), user("d"), end("e2"), flows("s2 c d e2"), inner=INTO + OUT
    )
    case = Driver(
        diagram(start(), inside, script("z", "{after: is defined(own)}"), end(), flows("s h z e")), {"total": 5}
    )
    assert case.task("d").locals == {"own": 11}
    assert case.complete("d").state == "completed"
    assert case.values == {"total": 5, "result": 12, "after": False}


def test_each_instance_has_inputs_of_its_own() -> None:
    loop = each("places", "place", "sum", "sums")
    into = moved("dataInputAssociation", "place * 10", "sum")
    case = Driver(diagram(start(), user("a", loop + into), end(), flows("s a e")), {"places": [1, 2]})
    assert [task.locals["sum"] for task in case.open] == [10, 20]
    case.complete("a")
    case.complete("a", sum=7)
    assert case.values == {"places": [1, 2], "sums": [10, 7]}


def test_a_transformation_writes_what_its_target_is_called() -> None:
    out = (
        "<bpmn:dataOutputAssociation><bpmn:targetRef>D1</bpmn:targetRef><bpmn:transformation>upper case(x)"
        "</bpmn:transformation></bpmn:dataOutputAssociation>"
    )
    data = '<bpmn:dataObjectReference id="D1" name="结论" dataObjectRef="O1"/><bpmn:dataObject id="O1"/>'
    case = Driver(diagram(start(), data, user("a", out), end(), flows("s a e")))
    case.complete("a", x="ok")
    assert case.values == {"x": "ok", "结论": "OK"}


def test_a_call_passes_its_inputs_too() -> None:
    case = Driver(diagram(start(), call("c", "p2", INTO), end(), flows("s c e")), {"total": 5})
    assert case.task("c").called == {"process": "p2", "values": {"total": 5, "own": 10}, "unit": None}


def test_data_objects_stores_and_plain_associations_are_pictures() -> None:
    data = (
        '<bpmn:dataObjectReference id="D1" dataObjectRef="O1"/><bpmn:dataObject id="O1" name="表"/>'
        '<bpmn:dataStoreReference id="D2" name="台账"/>'
        '<bpmn:ioSpecification><bpmn:dataInput id="I1" name="表"/><bpmn:inputSet/></bpmn:ioSpecification>'
    )
    plain = "<bpmn:dataInputAssociation><bpmn:sourceRef>D1</bpmn:sourceRef></bpmn:dataInputAssociation>"
    content = diagram(start(), data, user("a", plain), end(), flows("s a e"))
    changes = spiff.check_bytes(content, "x").changes
    assert [c["element_id"] for c in changes if "数据连线不传值" in (c["what"] or "")] == ["a"]
    case = Driver(content)
    case.complete("a")
    assert case.values == {}


SCRIPTED = (
    "<spiffworkflow:preScript>total = n * 2</spiffworkflow:preScript>"
    "<spiffworkflow:postScript>{done: total + x}</spiffworkflow:postScript>"
    '<spiffworkflow:unitTests><spiffworkflow:unitTest id="t1"><spiffworkflow:inputJson>{}</spiffworkflow:inputJson>'
    "</spiffworkflow:unitTest></spiffworkflow:unitTests>"
)


def test_scripts_around_a_task_run_before_and_after_it_in_feel_or_python() -> None:
    case = Driver(diagram(start(), user("a", ext=CLERK + SCRIPTED), end(), flows("s a e")), {"n": 4})
    assert case.values["total"] == 8
    case.complete("a", x=1)
    assert case.values == {"n": 4, "total": 8, "x": 1, "done": 9}


def test_what_scripts_and_associations_write_is_known_to_be_made_of_what_they_read() -> None:
    content = diagram(start(), user("a", INTO + OUT, CLERK + SCRIPTED), end(), flows("s a e"))
    found = sources_of(spiff.parse(content, "x").processes["p"], {})
    assert (found["own"], found["result"]) == (frozenset({"total"}), frozenset({"own"}))
    assert found["done"] == {"total", "x"}


def test_an_input_that_cannot_be_evaluated_is_an_incident() -> None:
    with pytest.raises(EvaluationFailed) as failed:
        Driver(diagram(start(), user("a", INTO), end(), flows("s a e")))
    assert (failed.value.fields["element_id"], failed.value.fields["what"]) == ("a", "input")


@pytest.mark.parametrize("wrong", [moved("dataInputAssociation", "1 +", "x"), moved("dataOutputAssociation", "1", "")])
def test_a_move_without_source_or_target_is_refused(wrong: str) -> None:
    report = spiff.check_bytes(diagram(start(), user("a", wrong), end(), flows("s a e")), "x")
    assert [e["element_id"] for e in report.errors] == ["a"]
