"""What other engines' extensions say, said in our vocabulary and done when a case runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine import spiff
from engine.spiff.elements import Element
from tests.engine.diagrams.drive import Driver

SAMPLES = Path(__file__).parent / "samples"


def read(name: str) -> bytes:
    return (SAMPLES / f"{name}.bpmn").read_bytes()


def elements(name: str, process: str = "p") -> dict[str, Element]:
    return spiff.parse(read(name), name).processes[process].elements


def candidates(element: Element) -> list[tuple[str | None, str | None, bool]]:
    return [(c.role, c.user.text if c.user else None, c.starter) for c in element.candidates]


@pytest.mark.parametrize(
    ("name", "process", "task", "expected"),
    [
        ("camunda7-user-tasks", "holiday", "ask", [(None, None, True)]),
        (
            "camunda7-user-tasks",
            "holiday",
            "approve",
            [(None, "boss", False), ("managers", None, False), ("leads", None, False)],
        ),
        ("camunda7-user-tasks", "holiday", "check", []),
        (
            "camunda8-order",
            "p",
            "look",
            [(None, "clerk", False), ("sales", None, False), ("back office", None, False)],
        ),
        ("flowable-approval", "p", "a", [("dept", None, False)]),
        ("flowable-approval", "p", "b", [(None, None, True)]),
        ("activiti-legacy", "p", "a", [(None, '"kermit"', False)]),
        (
            "activiti-legacy",
            "p",
            "b",
            [(None, '"fozzie"', False), ("management", None, False), ("accountancy", None, False)],
        ),
        (
            "jbpm-evaluation.bpmn2",
            "com.sample.evaluation",
            "_2",
            [(None, "employee", False), ("HR", None, False), ("PM", None, False)],
        ),
    ],
)
def test_who_does_a_task_is_taken_over(name: str, process: str, task: str, expected: list[Any]) -> None:
    assert candidates(elements(name, process)[task]) == expected


def test_an_assignee_that_is_a_variable_is_asked_when_the_task_opens() -> None:
    case = Driver(
        read("camunda7-user-tasks"), {"boss": "u7", "deadline": "2026-03-09", "approved": False}, id="holiday"
    )
    assert case.open[0].candidates == [{"user": "u-start"}]
    case.complete("ask")
    task = case.open[-1]
    assert task.candidates == [{"user": "u7"}, {"role": "managers", "unit": None}, {"role": "leads", "unit": None}]
    assert task.due_at is not None
    assert task.due_at.isoformat() == "2026-03-09T16:00:00+00:00"


@pytest.mark.parametrize(
    ("name", "task", "topic"),
    [
        ("camunda7-service-tasks", "ext", "charge-card"),
        ("camunda7-service-tasks", "java", "org.example.Charge"),
        ("camunda7-service-tasks", "bean", None),
        ("camunda7-service-tasks", "send", "mail"),
        ("camunda8-order", "charge", "charge-card"),
        ("camunda8-order", "dynamic", None),
        ("flowable-approval", "http", "http"),
    ],
)
def test_what_serves_a_task_is_the_topic_it_waits_under(name: str, task: str, topic: str | None) -> None:
    assert elements(name)[task].topic == topic


@pytest.mark.parametrize(
    ("name", "task", "decision", "variable"),
    [
        ("camunda7-service-tasks", "rule", "discount", "discount"),
        ("camunda8-order", "rule", "discount", "discount"),
        ("flowable-approval", "dmn", "route", None),
    ],
)
def test_a_decision_is_asked_and_its_answer_kept(name: str, task: str, decision: str, variable: str | None) -> None:
    found = elements(name)[task]
    assert (found.type, found.decision, found.variable) == ("businessRuleTask", decision, variable)


def test_an_order_of_camunda_8_runs_to_its_end() -> None:
    lines = [{"sku": "x1"}, {"sku": "x2"}]
    run = spiff.run_in_memory(
        read("camunda8-order"),
        process="p",
        answers={
            "s": {"order": {"id": 7, "total": 60, "lines": lines}, "clerk": "u1"},
            "rule": {"percent": 5},
            "wait": {"paid": True},
        },
    )
    assert run.error is None
    assert (run.state, run.path[-1]) == ("completed", "e")
    assert {key: run.values[key] for key in ("twice", "charged", "shipped", "checked", "discount")} == {
        "twice": 120,
        "charged": True,
        "shipped": True,
        "checked": lines,
        "discount": {"percent": 5},
    }


def test_a_message_of_camunda_8_finds_its_case_by_the_key_of_its_subscription() -> None:
    found = elements("camunda8-order")["wait"].event
    assert found is not None
    assert found.key is not None
    assert (found.name, found.key.text) == ("paid", "order.id")


def test_calls_and_loops_of_camunda_7_run_to_their_end() -> None:
    run = spiff.run_in_memory(
        read("camunda7-calls-and-loops"),
        process="p",
        answers={"s": {"order": 1, "a": 2, "people": ["u1", "u2", "u3"], "count": 2}},
    )
    assert run.error is None
    assert " ".join(run.path) == "s cs cc ce call cs cc ce all dynamic kase each each times times e"
    assert run.values["answer"] == 42


def test_services_of_camunda_7_wait_and_write_what_they_put_out() -> None:
    run = spiff.run_in_memory(
        read("camunda7-service-tasks"), answers={"s": {"amount": 21}, "ext": {"result": "ok"}, "rule": {"percent": 5}}
    )
    assert run.error is None
    assert run.path == ["s", "ext", "java", "bean", "expr", "send", "rule", "script", "file", "juel", "e"]
    assert (run.values["paid"], run.values["twice"], run.values["discount"]) == (True, 42, {"percent": 5})


def test_what_goes_into_a_task_is_its_own_and_what_comes_out_is_the_cases() -> None:
    case = Driver(read("camunda8-order"), {"order": {"id": 7, "total": 60, "lines": []}, "clerk": "u1"})
    assert case.open[0].locals == {"amount": 60}
    case.complete("charge", receipt="r1")
    values = case.outcome.values
    assert (values["receipt"], values["charged"], "amount" in values) == ("r1", True, False)


def test_events_of_camunda_7_run_through_error_and_condition() -> None:
    run = spiff.run_in_memory(read("camunda7-events"), answers={"s": {"pause": "PT1M"}})
    assert run.error is None
    assert run.path == ["s", "wait", "tell", "s2", "e2", "caught", "cond", "e"]


def test_an_evaluation_of_jbpm_decides_by_its_java_condition() -> None:
    run = spiff.run_in_memory(read("jbpm-evaluation.bpmn2"), answers={"_1": {"employee": "a", "list": [1, 2]}})
    assert run.error is None
    assert run.path == ["_1", "_2", "_3", "_3", "_4", "_5", "_6", "_7", "_8", "_9"]


@pytest.mark.parametrize(
    ("values", "end"), [({"ok": True, "level": 1}, "code js e"), ({"ok": False, "level": 1}, "x b e")]
)
def test_an_approval_of_flowable_takes_both_ways(values: dict[str, Any], end: str) -> None:
    run = spiff.run_in_memory(read("flowable-approval"), answers={"s": values})
    assert run.error is None
    assert run.path[-3:] == end.split()
