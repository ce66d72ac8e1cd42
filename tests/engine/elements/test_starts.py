"""BPMN 2.0.2 clauses 10.5.2 and 13.2: several and typed starts, what instantiates a process, no start at all."""

from __future__ import annotations

import pytest

from engine import spiff
from tests.engine.diagrams.draw import (
    boundary,
    definitions,
    diagram,
    end,
    flows,
    node,
    process,
    script,
    start,
    sub,
    timer,
    user,
    xor,
)
from tests.engine.diagrams.drive import FACTS, NOW, Driver

MESSAGE = '<bpmn:message id="M1" name="回函"/>'
SIGNAL = '<bpmn:signal id="S1" name="汛情"/>'
GOT = '<bpmn:messageEventDefinition messageRef="M1"/>'
HEARD = '<bpmn:signalEventDefinition signalRef="S1"/>'
TRUE = "<bpmn:conditionalEventDefinition><bpmn:condition>水位 &gt; 3</bpmn:condition></bpmn:conditionalEventDefinition>"


def file(*parts: str) -> bytes:
    return definitions(MESSAGE, SIGNAL, process(*parts))


FIVE = file(
    start("m", GOT),
    start("t", timer("R/P1D", "timeCycle")),
    start("n"),
    start("g", HEARD),
    start("c", TRUE),
    *(user(f"{kind}1") for kind in "mtngc"),
    xor("x"),
    end(),
    flows("m m1 x e", "t t1 x", "n n1 x", "g g1 x", "c c1 x"),
)


def test_a_program_lists_how_it_may_begin() -> None:
    starts = spiff.parse(FIVE, "x").processes["p"].starts
    assert [(s.id, s.kind, s.name) for s in starts] == [
        ("m", "message", "回函"),
        ("t", "timer", None),
        ("n", "none", None),
        ("g", "signal", "汛情"),
        ("c", "conditional", None),
    ]
    assert starts[1].timer is not None
    assert (starts[1].timer.kind, starts[1].timer.repeats) == ("cycle", None)
    assert starts[4].condition is not None
    assert starts[4].condition.text == "水位 > 3"


@pytest.mark.parametrize("at", ["m", "t", "n", "g", "c"])
def test_a_case_begins_at_the_start_that_is_chosen_and_at_no_other(at: str) -> None:
    case = Driver(FIVE, at=at)
    assert (case.path, case.waiting()) == ([at], [f"{at}1"])
    assert case.complete(f"{at}1").state == "completed"


def test_without_a_choice_it_begins_at_the_none_start() -> None:
    assert Driver(FIVE).waiting() == ["n1"]


def test_of_several_none_starts_the_first_in_the_file_is_taken_and_said() -> None:
    content = diagram(start("b"), start("a"), user("u"), user("v"), end(), flows("b u e", "a v e"))
    assert Driver(content).waiting() == ["u"]
    assert Driver(content, at="a").waiting() == ["v"]
    assert "从“b 名”开始" in (spiff.check_bytes(content, "x").changes[0]["what"] or "")


def test_without_a_none_start_it_begins_at_the_first() -> None:
    content = file(start("m", GOT), start("g", HEARD), user("u"), user("v"), end(), flows("m u e", "g v e"))
    assert Driver(content).waiting() == ["u"]


def test_a_start_the_process_does_not_have_is_refused() -> None:
    program = spiff.parse(FIVE, "x").processes["p"]
    with pytest.raises(spiff.NoSuchStart):
        spiff.start(program, FACTS, {}, spiff.Ports(NOW), at="m1")


def test_a_receive_task_begins_a_case_with_its_message() -> None:
    task = node("receiveTask", "r", instantiate="true", messageRef="M1")
    content = file(task, user("a"), end(), flows("r a e"))
    assert [(s.id, s.kind, s.name) for s in spiff.parse(content, "x").processes["p"].starts] == [
        ("r", "message", "回函")
    ]
    case = Driver(content, {"文号": 1}, at="r")
    assert (case.path, case.waiting(), case.values) == (["r"], ["a"], {"文号": 1})


def test_a_receive_task_that_ends_its_start_is_an_ordinary_one() -> None:
    task = node("receiveTask", "r", instantiate="true", messageRef="M1")
    case = Driver(file(start(), task, end(), flows("s r e")))
    assert case.waiting() == ["r"]
    assert case.deliver("回函").state == "completed"


RACE = file(
    node("eventBasedGateway", "g", instantiate="true"),
    node("intermediateCatchEvent", "m", GOT),
    node("intermediateCatchEvent", "h", HEARD),
    user("a"),
    user("b"),
    end(),
    flows("g m a e", "g h b e"),
)


def test_the_first_event_behind_an_instantiating_gateway_begins_a_case_and_the_others_are_not_waited_for() -> None:
    assert [(s.id, s.behind) for s in spiff.parse(RACE, "x").processes["p"].starts] == [("m", "g"), ("h", "g")]
    case = Driver(RACE, at="h")
    assert (case.path, case.waiting()) == (["g", "h"], ["b"])
    with pytest.raises(spiff.NoSuchTask):
        case.deliver("回函")
    assert case.complete("b").state == "completed"


def test_a_parallel_instantiating_gateway_waits_for_all_of_its_events() -> None:
    content = RACE.replace(b'instantiate="true"', b'instantiate="true" eventGatewayType="Parallel"')
    case = Driver(content, at="h")
    assert (case.path, sorted(case.waiting())) == (["g", "h"], ["b", "m"])
    assert case.complete("b").state == "running"
    case.deliver("回函")
    assert (case.path, case.waiting()) == (["g", "h", "b", "e", "m"], ["a"])
    assert case.complete("a").state == "completed"


def test_an_event_of_several_definitions_begins_a_case_by_any_of_them() -> None:
    content = file(start("m", GOT + HEARD), user("a"), end(), flows("m a e"))
    starts = spiff.parse(content, "x").processes["p"].starts
    assert [(s.id, s.kind) for s in starts] == [("m", "message"), ("m", "signal")]
    case = Driver(content, at="m")
    assert case.waiting() == ["a"]


def test_a_subprocess_and_a_process_without_a_start_begin_with_all_that_no_flow_leads_to() -> None:
    inside = sub("sub", user("b"), script("c", "{c: 1}"), user("d"), flows("b d"))
    content = diagram(
        user("a"), inside, boundary("t", "a", timer("P1D")), xor("x"), end(), flows("a x e", "sub x", "t x")
    )
    case = Driver(content)
    assert sorted(case.waiting()) == ["a", "b", "t"]
    assert case.values == {"c": 1}
    case.complete("b")
    case.complete("d")
    assert case.path == ["c", "b", "d", "sub", "x", "e"]
    assert case.complete("a").state == "completed"
    changed = {c["element_id"] for c in spiff.check_bytes(content, "x").changes}
    assert {"a", "sub", "b", "c"} <= changed


def test_a_gateway_and_a_catch_may_begin_too() -> None:
    content = file(
        xor("x", default="x_a"),
        node("intermediateCatchEvent", "m", GOT),
        user("a"),
        user("b"),
        flows("x a", "m b"),
    )
    case = Driver(content)
    assert sorted(case.waiting()) == ["a", "m"]
    case.deliver("回函")
    assert sorted(case.waiting()) == ["a", "b"]


def test_an_empty_subprocess_is_over_at_once() -> None:
    case = Driver(diagram(start(), sub("sub"), end(), flows("s sub e")))
    assert (case.outcome.state, case.path) == ("completed", ["s", "sub", "e"])


def test_run_in_memory_begins_where_it_is_told_with_the_answer_of_that_start() -> None:
    run = spiff.run_in_memory(FIVE, at="g", answers={"g": {"水位": 4}, "n": {"水位": 1}})
    assert (run.path, run.values) == (["g", "g1", "x", "e"], {"水位": 4})
