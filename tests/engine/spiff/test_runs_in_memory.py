"""`run_in_memory`: the contract of `qingche run`."""

from __future__ import annotations

from engine import check_bytes, run_in_memory
from tests.engine.diagrams.draw import (
    both,
    boundary,
    call,
    definitions,
    diagram,
    end,
    flow,
    flows,
    node,
    process,
    script,
    start,
    timer,
    user,
    xor,
)

LOOP = diagram(start(), xor("m"), user("a"), xor("x", default="x_m"), end(), flows("s m a x m"), flow("x", "e", "ok"))


def test_tasks_take_their_answer_and_else_nothing() -> None:
    run = run_in_memory(diagram(start(), user("a"), user("b"), end(), flows("s a b e")), answers={"b": {"y": 2}})
    assert (run.ok, run.state, run.path, run.values, run.error) == (
        True,
        "completed",
        ["s", "a", "b", "e"],
        {"y": 2},
        None,
    )


def test_a_list_of_answers_is_taken_visit_by_visit() -> None:
    run = run_in_memory(LOOP, answers={"a": [{"ok": False}, {"ok": False}, {"ok": True}]})
    assert (run.state, run.path.count("a")) == ("completed", 3)


def test_an_answer_of_one_visit_is_taken_again_until_the_steps_are_used_up() -> None:
    run = run_in_memory(LOOP, answers={"a": {"ok": False}}, max_steps=20)
    assert (run.ok, run.state, run.path.count("a")) == (False, "failed", 20)
    assert run.error is not None
    assert (run.error["code"], run.error["element_id"]) == ("step-limit", "a")


def test_the_engines_own_endless_loop_is_stopped() -> None:
    run = run_in_memory(diagram(start(), xor("m"), script("c", "{}"), flows("s m c m")))
    assert run.error is not None
    assert (run.state, run.error["code"]) == ("failed", "step-limit")


def test_tasks_that_became_ready_together_complete_in_document_order() -> None:
    content = diagram(
        start(),
        both("g"),
        script("b", "{}"),
        user("c"),
        script("a", "{}"),
        both("j"),
        end(),
        flows("s g", "g a j e", "g b j", "g c j"),
    )
    assert run_in_memory(content).path == ["s", "g", "b", "a", "c", "j", "e"]


def test_timers_fire_by_moving_the_clock_to_the_next_due() -> None:
    content = diagram(
        start(),
        both("g"),
        node("intermediateCatchEvent", "late", timer("P2D")),
        node("intermediateCatchEvent", "soon", timer("PT1H")),
        script("c", "{day: date(now())}"),
        end(),
        flows("s g late c e", "g soon e"),
    )
    run = run_in_memory(content)
    assert run.path == ["s", "g", "soon", "e", "late", "c", "e"]
    assert run.values == {"day": "2026-01-03"}


def test_a_person_answers_before_any_timer() -> None:
    content = diagram(
        start(), user("a"), boundary("t", "a", timer("PT1S")), end(), end("late"), flows("s a e", "t late")
    )
    assert run_in_memory(content).path == ["s", "a", "e"]


def test_an_unanswered_message_waits_and_an_answered_one_goes_on() -> None:
    catch = node("intermediateCatchEvent", "m", "<bpmn:messageEventDefinition/>")
    content = diagram(start(), catch, end(), flows("s m e"))
    waiting = run_in_memory(content)
    assert (waiting.ok, waiting.state, waiting.path) == (True, "waiting", ["s"])
    assert run_in_memory(content, answers={"m": {"n": 1}}).values == {"n": 1}


def test_a_join_that_can_never_be_full_waits() -> None:
    content = diagram(
        start(),
        xor("x", default="x_b"),
        user("a"),
        user("b"),
        both("j"),
        end(),
        flow("x", "a", "1 = 2"),
        flow("x", "b"),
        flows("s x", "a j e", "b j"),
    )
    run = run_in_memory(content)
    assert (run.state, run.path) == ("waiting", ["s", "x", "b"])


def test_a_process_of_the_file_is_chosen_by_id_else_the_one_nobody_calls() -> None:
    content = definitions(
        process(start("s1"), end("e1"), flows("s1 e1"), id="called"),
        process(start("s2"), call("c", "called"), end("e2"), flows("s2 c e2"), id="caller"),
    )
    assert run_in_memory(content).path == ["s2", "s1", "e1", "c", "e2"]
    assert run_in_memory(content, process="called").path == ["s1", "e1"]
    missing = run_in_memory(content, process="neither")
    assert missing.error is not None
    assert missing.error["code"] == "no-process"


def test_a_file_with_errors_does_not_run() -> None:
    run = run_in_memory(b"no xml")
    assert run.error is not None
    assert (run.ok, run.state, run.error["code"]) == (False, "failed", "not-xml")


def test_an_evaluation_error_fails_with_what_was_done_before() -> None:
    run = run_in_memory(diagram(start(), user("a"), script("c", "{x: y + 1}"), end(), flows("s a c e")))
    assert run.error is not None
    assert (run.state, run.path, run.error["code"]) == ("failed", ["s", "a"], "evaluation-failed")
    assert "脚本" in run.error["message"]


def test_the_report_of_a_good_file() -> None:
    report = check_bytes(LOOP, "loop.bpmn")
    assert (report.ok, report.errors) == (True, [])
    assert report.definitions == [{"id": "p", "name": "流程 p", "elements": 5}]


def test_the_answer_of_the_start_event_is_what_the_case_starts_with() -> None:
    content = diagram(start(), script("c", "{n: n + 1}"), end(), flows("s c e"))
    assert run_in_memory(content, answers={"s": {"n": 1}}).values == {"n": 2}
