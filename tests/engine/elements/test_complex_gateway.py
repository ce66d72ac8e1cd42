"""BPMN 2.0.2 clauses 10.6.5 and 13.4.5: complex gateways go on when a condition over their tokens holds, then reset."""

from __future__ import annotations

import pytest

from engine import spiff
from engine.errors import EvaluationFailed
from tests.engine.diagrams.draw import both, diagram, end, flow, flows, node, script, start, user, xor
from tests.engine.diagrams.drive import Driver


def gateway(condition: str = "", **attrs: str) -> str:
    inner = f"<bpmn:activationCondition>{condition}</bpmn:activationCondition>" if condition else ""
    return node("complexGateway", "x", inner, **attrs)


def joined(condition: str, *outgoing: str, **attrs: str) -> bytes:
    return diagram(
        start(),
        both("g"),
        user("a"),
        user("b"),
        user("c"),
        gateway(condition, **attrs),
        user("z"),
        user("late"),
        end(),
        flows("s g a x", "g b x", "g c x", "z e", "late e"),
        *outgoing,
    )


TWO = joined("activationCount &gt;= 2", flow("x", "z"))


def test_two_of_three_are_enough_and_the_third_changes_nothing() -> None:
    case = Driver(TWO)
    case.complete("a")
    assert case.waiting() == ["b", "c"]
    case.complete("c")
    assert case.waiting() == ["b", "z"]
    case.complete("z")
    assert case.outcome.state == "running"
    assert case.complete("b").state == "completed"


def test_the_second_phase_sends_tokens_where_a_condition_says_so() -> None:
    case = Driver(joined("activationCount &gt;= 2", flow("x", "z"), flow("x", "late", "not(waitingForStart)")))
    case.complete("a")
    case.complete("b")
    assert case.waiting() == ["c", "z"]
    case.complete("c")
    assert case.waiting() == ["z", "late"]


def test_a_condition_may_ask_for_the_tokens_of_each_flow() -> None:
    case = Driver(joined("c_x = 1", flow("x", "z")))
    case.complete("a")
    case.complete("b")
    assert case.waiting() == ["c"]
    case.complete("c")
    assert case.waiting() == ["z"]


def test_it_starts_anew_in_every_round_of_a_loop() -> None:
    content = diagram(
        start(),
        xor("m"),
        both("g"),
        user("a"),
        user("b"),
        gateway("activationCount = 1"),
        user("review"),
        xor("y", default="y_m"),
        end(),
        flows("s m g a x review y m", "g b x"),
        flow("y", "e", "ok"),
    )
    case = Driver(content)
    case.complete("a")
    assert case.waiting() == ["b", "review"]
    case.complete("b")
    assert case.waiting() == ["review"]
    case.complete("review", ok=False)
    assert case.waiting() == ["a", "b"]
    case.complete("b")
    assert case.waiting() == ["a", "review"]


def test_it_waits_for_reset_only_as_long_as_something_can_come() -> None:
    content = diagram(
        start(),
        both("g"),
        user("a"),
        user("b"),
        xor("y", default="y_e"),
        gateway("activationCount = 1"),
        user("z"),
        user("late"),
        end(),
        flows("s g a x", "g b y", "z e", "late e"),
        flow("y", "x", "false"),
        flow("y", "e"),
        flow("x", "z"),
        flow("x", "late", "not(waitingForStart)"),
    )
    case = Driver(content)
    case.complete("a")
    assert case.waiting() == ["b", "z"]
    case.complete("b")
    assert case.waiting() == ["z", "late"]


def test_one_flow_in_is_a_split_by_conditions_with_a_default() -> None:
    content = diagram(
        start(),
        script("i", "{n: 2}"),
        gateway(default="x_c"),
        user("a"),
        user("b"),
        user("c"),
        end(),
        flow("x", "a", "n > 1"),
        flow("x", "b", "n > 5"),
        flow("x", "c"),
        flows("s i x", "a e", "b e", "c e"),
    )
    assert Driver(content).waiting() == ["a"]


def test_a_condition_that_cannot_be_evaluated_is_an_incident() -> None:
    case = Driver(joined("activationCount &gt;= unheard", flow("x", "z")))
    with pytest.raises(EvaluationFailed):
        case.complete("a")


def test_a_join_that_says_nothing_is_refused() -> None:
    errors = spiff.check_bytes(joined("", flow("x", "z")), "x").errors
    assert [(e["code"], e["element_id"]) for e in errors] == [("complex-gateway", "x")]
