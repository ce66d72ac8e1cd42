"""BPMN 2.0.2 clauses 10.6 and 13.4: exclusive, parallel, inclusive and event-based gateways; conditional flows."""

from __future__ import annotations

import pytest

from engine import spiff
from engine.errors import EvaluationFailed
from tests.engine.diagrams.draw import both, diagram, end, flow, flows, node, script, some, start, timer, user, xor
from tests.engine.diagrams.drive import Driver


def choice(values: str, **attrs: str) -> bytes:
    return diagram(
        start(),
        script("i", values),
        xor("x", **attrs),
        user("a"),
        user("b"),
        user("c"),
        end(),
        flow("x", "a", "n > 10"),
        flow("x", "b", "n > 5"),
        flow("x", "c", "" if attrs else "n > 100"),
        flows("s i x", "a e", "b e", "c e"),
    )


def test_exclusive_takes_the_first_true_flow_in_document_order() -> None:
    assert spiff.run_in_memory(choice("{n: 20}", default="x_c")).path == ["s", "i", "x", "a", "e"]
    assert spiff.run_in_memory(choice("{n: 7}", default="x_c")).path == ["s", "i", "x", "b", "e"]


def test_exclusive_takes_the_default_when_nothing_is_true_or_null() -> None:
    assert spiff.run_in_memory(choice("{n: 1}", default="x_c")).path == ["s", "i", "x", "c", "e"]


def test_exclusive_without_a_true_flow_and_default_stops_with_its_name() -> None:
    run = spiff.run_in_memory(choice("{n: 1}"))
    assert run.state == "failed"
    assert run.error is not None
    assert (run.error["code"], run.error["element_id"]) == ("no-way-out", "x")


@pytest.mark.parametrize("condition", ["unheard = 1", '1 + "a" = 2', "3"])
def test_a_condition_that_cannot_be_evaluated_is_an_incident_even_with_a_default(condition: str) -> None:
    content = diagram(
        start(),
        xor("x", default="x_e"),
        user("a"),
        end(),
        flow("x", "a", condition),
        flow("x", "e"),
        flows("s x", "a e"),
    )
    with pytest.raises(EvaluationFailed) as failed:
        Driver(content)
    assert (failed.value.fields["element_id"], failed.value.fields["text"]) == ("x_a", condition)


def test_a_null_condition_is_false() -> None:
    content = diagram(
        start(), xor("x", default="x_e"), user("a"), end(), flow("x", "a", "null"), flow("x", "e"), flows("s x", "a e")
    )
    assert Driver(content).path == ["s", "x", "e"]


def test_parallel_waits_for_a_token_on_every_flow() -> None:
    case = Driver(diagram(start(), both("g"), user("a"), user("b"), both("j"), end(), flows("s g a j e", "g b j")))
    case.complete("b")
    assert case.path == ["s", "g", "b"]
    case.complete("a")
    assert case.path == ["s", "g", "b", "a", "j", "e"]


def test_parallel_join_in_the_resubmit_loop_waits_in_every_round() -> None:
    content = diagram(
        start(),
        xor("m"),
        both("g"),
        user("a"),
        user("b"),
        both("j"),
        user("review"),
        xor("x", default="x_m"),
        end(),
        flows("s m g a j review x m", "g b j"),
        flow("x", "e", "ok"),
    )
    case = Driver(content)
    for ok in (False, False, True):
        case.complete("a")
        assert case.waiting() == ["b"]
        case.complete("b")
        assert case.waiting() == ["review"]
        case.complete("review", ok=ok)
    assert case.outcome.state == "completed"
    assert case.path.count("j") == 3


def test_parallel_join_keeps_spare_tokens_of_one_flow() -> None:
    content = diagram(
        start(),
        both("g"),
        user("a"),
        user("b"),
        user("c"),
        xor("m"),
        both("j"),
        user("z"),
        end(),
        flows("s g a m j z e", "g b m", "g c j"),
    )
    case = Driver(content)
    case.complete("a")
    case.complete("b")
    assert case.waiting() == ["c"]
    case.complete("c")
    assert case.waiting() == ["z"]
    assert case.complete("z").state == "running"


def inclusive(values: str) -> bytes:
    return diagram(
        start(),
        script("i", values),
        some("g", default="g_c"),
        user("a"),
        user("b"),
        user("c"),
        some("j"),
        end(),
        flow("g", "a", "x"),
        flow("g", "b", "y"),
        flow("g", "c"),
        flows("s i g", "a j e", "b j", "c j"),
    )


def test_inclusive_takes_every_true_flow_and_joins_just_those() -> None:
    case = Driver(inclusive("{x: true, y: true}"))
    case.complete("a")
    assert case.path == ["s", "i", "g", "a"]
    case.complete("b")
    assert case.path[-2:] == ["j", "e"]
    assert Driver(inclusive("{x: true, y: false}")).waiting() == ["a"]
    assert Driver(inclusive("{x: false, y: false}")).waiting() == ["c"]


def test_inclusive_join_does_not_wait_for_a_token_that_left_by_another_way() -> None:
    content = diagram(
        start(),
        both("g"),
        user("a"),
        user("b"),
        xor("x", default="x_z"),
        user("z"),
        some("j"),
        user("after"),
        end(),
        flows("s g a j after e", "g b x", "z e"),
        flow("x", "j", "back"),
        flow("x", "z"),
    )
    case = Driver(content)
    case.complete("a")
    assert "after" not in case.waiting()
    case.complete("b", back=False)
    assert case.waiting() == ["z", "after"]


def test_event_gateway_takes_the_first_event_and_cancels_the_others() -> None:
    message = "<bpmn:messageEventDefinition/>"
    content = diagram(
        start(),
        node("eventBasedGateway", "g"),
        node("intermediateCatchEvent", "m", message),
        node("intermediateCatchEvent", "t", timer("P1D")),
        user("a"),
        end(),
        flows("s g m a e", "g t e"),
    )
    answered, late = Driver(content), Driver(content)
    assert sorted(answered.waiting()) == ["m", "t"]
    answered.deliver("m 名", text="收到")
    assert (answered.waiting(), answered.values) == (["a"], {"text": "收到"})
    assert answered.cancelled == ["t"]
    assert late.fire("t").state == "completed"


def test_a_task_with_several_flows_splits_and_conditions_choose() -> None:
    content = diagram(
        start(),
        user("a", default="a_d"),
        user("b"),
        user("c"),
        user("d"),
        end(),
        flow("a", "b"),
        flow("a", "c", "n > 1"),
        flow("a", "d"),
        flows("s a", "b e", "c e", "d e"),
    )
    many, few = Driver(content), Driver(content)
    many.complete("a", n=2)
    few.complete("a", n=1)
    assert (many.waiting(), few.waiting()) == (["b", "c"], ["b", "d"])


def test_a_join_that_waits_for_ever_is_named_as_stuck() -> None:
    case = Driver(
        diagram(
            start(),
            xor("x", default="x_a"),
            user("a"),
            user("b"),
            both("j"),
            end(),
            flow("x", "b", "false"),
            flow("x", "a"),
            flows("s x", "a j e", "b j"),
        )
    )
    assert case.outcome.stuck == []
    outcome = case.complete("a")
    assert (outcome.state, outcome.stuck) == ("running", ["j"])


def test_the_default_of_a_task_is_not_taken_for_its_own_condition() -> None:
    content = diagram(
        start(),
        user("a", default="a_c"),
        user("b"),
        user("c"),
        end(),
        flow("a", "b", "n > 1"),
        flow("a", "c", "true"),
        flows("s a", "b e", "c e"),
    )
    case = Driver(content)
    case.complete("a", n=2)
    assert case.waiting() == ["b"]
