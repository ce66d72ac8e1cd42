"""Script tasks (FEEL contexts) and business rule tasks (a decision asked through the port)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine import spiff
from engine.errors import EvaluationFailed
from tests.engine.diagrams.draw import (
    boundary,
    definitions,
    diagram,
    end,
    flow,
    flows,
    node,
    process,
    script,
    start,
    times,
    user,
    xor,
)
from tests.engine.diagrams.drive import Driver


def test_a_script_writes_the_entries_of_its_context() -> None:
    run = spiff.run_in_memory(
        diagram(start(), script("c", '{总数: 2 * 3, note: "好", half: 0.5}'), end(), flows("s c e"))
    )
    assert run.values == {"总数": 6, "note": "好", "half": 0.5}


@pytest.mark.parametrize("text", ["1 + unheard", "1 + 2", "{f: function(x) x}", '{n: 1 + "a"}'])
def test_a_script_that_fails_is_an_incident_with_its_text(text: str) -> None:
    run = spiff.run_in_memory(diagram(start(), script("c", text), end(), flows("s c e")))
    assert run.error is not None
    assert (run.state, run.error["code"], run.error["element_id"]) == ("failed", "evaluation-failed", "c")


def test_dates_and_durations_stay_what_they_are_between_steps() -> None:
    content = diagram(
        start(),
        script("c", '{day: date("2026-01-31"), span: duration("P3D"), list: [date("2026-02-01")]}'),
        user("a"),
        xor("x", default="x_e"),
        user("late"),
        end(),
        flows("s c a x", "late e"),
        flow("x", "late", 'day + span > list[1] and span = duration("P3D")'),
        flow("x", "e"),
    )
    case = Driver(content)
    assert case.values == {"day": "2026-01-31", "span": "P3D", "list": ["2026-02-01"]}
    case.complete("a")
    assert case.waiting() == ["late"]


def test_money_is_text_outside_and_a_number_inside() -> None:
    content = diagram(start(), script("c", "{sum: price * 3}"), end(), flows("s c e"))
    types = {name: {"type": "string", "format": "money"} for name in ("price", "sum")}
    assert Driver(content, {"price": "10.10"}, types=types).values["sum"] == "30.30"


def decided(**ports: Any) -> Driver:
    task = node("businessRuleTask", "d", ext="<spiffworkflow:calledDecisionId>route</spiffworkflow:calledDecisionId>")
    return Driver(diagram(start(), task, end(), flows("s d e")), {"n": 3}, **ports)


def test_a_decision_gets_the_values_and_its_answer_is_merged_and_recorded() -> None:
    asked = []

    def decide(name: str, context: dict[str, Any]) -> Any:
        asked.append((name, context["n"], context["case"]["starter"]))
        return {"level": Decimal(2)}

    case = decided(decide=decide)
    assert asked == [("route", 3, "u-start")]
    assert case.values == {"n": 3, "level": 2}
    assert case.outcome.decisions == [{"element_id": "d", "decision": "route", "value": {"level": 2}}]


def test_without_a_decision_port_the_task_waits() -> None:
    case = decided()
    assert case.task("d").kind == "external"
    assert case.complete("d", level=1).state == "completed"


def test_a_decision_that_gives_what_cannot_be_kept_is_an_incident() -> None:
    with pytest.raises(EvaluationFailed):
        decided(decide=lambda name, context: object())


@pytest.mark.parametrize("code", ["", ' errorCode="evaluation-failed"'])
def test_a_failing_script_leaves_by_its_error_boundary_event(code: str) -> None:
    content = definitions(
        f'<bpmn:error id="E" name="算不出"{code}/>' if code else "",
        process(
            start(),
            script("c", "{ok: 1, bad: missing + 1}"),
            boundary("b", "c", f"<bpmn:errorEventDefinition{' errorRef=' + chr(34) + 'E' + chr(34) if code else ''}/>"),
            user("mend"),
            end(),
            flows("s c e", "b mend e"),
        ),
    )
    case = Driver(content)
    assert (case.waiting(), case.path, case.cancelled) == (["mend"], ["s", "b"], ["c"])
    assert case.values == {}


def test_a_failing_script_among_instances_leaves_for_all_of_them() -> None:
    content = diagram(
        start(),
        script("c", "{n: loopCounter + missing}", times("2")),
        boundary("b", "c", "<bpmn:errorEventDefinition/>"),
        end(),
        flows("s c e", "b e"),
    )
    run = spiff.run_in_memory(content)
    assert (run.state, run.path) == ("completed", ["s", "b", "e"])


def test_a_failing_decision_leaves_by_its_error_boundary_event() -> None:
    task = node("businessRuleTask", "d", ext="<spiffworkflow:calledDecisionId>route</spiffworkflow:calledDecisionId>")
    content = diagram(start(), task, boundary("b", "d", "<bpmn:errorEventDefinition/>"), end(), flows("s d e", "b e"))
    assert Driver(content, decide=lambda name, context: object()).path == ["s", "b", "e"]
