"""BPMN 2.0.2 clause 10.5.5: a condition is looked at after each step and occurs when it becomes true."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import EvaluationFailed
from tests.engine.diagrams.draw import boundary, diagram, end, flows, node, script, start, timer, user
from tests.engine.diagrams.drive import Driver


def when(text: str) -> str:
    return f"<bpmn:conditionalEventDefinition><bpmn:condition>{text}</bpmn:condition></bpmn:conditionalEventDefinition>"


def beside(text: str = "n &gt; 2", *, interrupting: bool = True) -> bytes:
    """Two tasks side by side; the condition stands on a and leads to help."""
    parts = (user("a"), boundary("c", "a", when(text), interrupting=interrupting), user("help"), user("b"), user("d"))
    return diagram(start(), *parts, end(), flows("s a e", "c help e", "s b d e"))


def test_one_that_interrupts_cancels_its_task() -> None:
    case = Driver(beside(), {"n": 0})
    case.complete("b", n=3)
    assert (sorted(case.waiting()), case.cancelled) == (["d", "help"], ["a"])


def test_one_that_does_not_occurs_each_time_it_becomes_true() -> None:
    case = Driver(beside(interrupting=False), {"n": 5})
    assert sorted(case.waiting()) == ["a", "b", "help"]
    case.complete("b", n=7)
    assert case.path.count("c") == 1
    case.complete("help", n=1)
    case.complete("d", n=4)
    assert (case.waiting(), case.path.count("c")) == (["a", "help"], 2)


def test_a_value_that_is_not_there_yet_is_waited_for() -> None:
    case = Driver(beside())
    assert sorted(case.waiting()) == ["a", "b"]
    case.complete("b", n=3)
    assert sorted(case.waiting()) == ["d", "help"]


@pytest.mark.parametrize("values", [{"n": "drei"}, {"n": {"m": 1}}])
def test_a_condition_that_cannot_be_evaluated_is_an_incident(values: dict[str, Any]) -> None:
    with pytest.raises(EvaluationFailed) as failed:
        Driver(beside(), values)
    assert (failed.value.fields["element_id"], failed.value.fields["what"]) == ("c", "condition")


def test_it_takes_part_in_the_race_of_an_event_gateway() -> None:
    parts = (
        node("eventBasedGateway", "g"),
        node("intermediateCatchEvent", "c", when("n = 1")),
        node("intermediateCatchEvent", "t", timer("P1D")),
        user("b"),
    )
    case = Driver(diagram(start(), *parts, end(), flows("s g c e", "g t e", "s b e")))
    case.complete("b", n=1)
    assert (case.outcome.state, case.cancelled, case.waiting()) == ("completed", ["t"], [])


def test_true_from_the_beginning_it_lets_the_token_through() -> None:
    catch = node("intermediateCatchEvent", "c", when("n = 1"))
    case = Driver(diagram(start(), script("z", "{n: 1}"), catch, end(), flows("s z c e")))
    assert (case.outcome.state, case.path) == ("completed", ["s", "z", "c", "e"])
