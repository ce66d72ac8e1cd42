"""Where a case has been, for the diagram and in words: loops, instances, and the way ahead."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from engine import spiff
from engine.model import Task, TimelineEntry
from engine.spiff.elements import Program
from webapp import trail

AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


@pytest.fixture
def program() -> Program:
    parsed = spiff.parse((Path(__file__).parent / "desk" / "request.bpmn").read_bytes(), "request.bpmn")
    assert parsed.report.ok, parsed.report.errors
    found: Program = parsed.processes["request"]
    return found


def entry(seq: int, *path: tuple[str, str]) -> TimelineEntry:
    body = {"path": [list(step) for step in path]}
    return TimelineEntry(seq, "task.completed", AT, "u", "岗", "样例市林业局", None, None, "", "", [], body)


def task(id: str, element_id: str, state: str, holder: str | None = None) -> Task:
    return Task(
        id, "c", element_id, element_id, "user", state, None, {}, [], None, holder, None, AT, None, None, None, None
    )


def done(*ids: str) -> list[tuple[str, str]]:
    return [(element_id, "completed") for element_id in ids]


FIRST = entry(1, *done("start", "prepare"))


def test_a_step_done_twice_is_marked_as_come_back_to(program: Program, app: Flask) -> None:
    entries = [
        FIRST, entry(2, *done("draft")), entry(3, *done("review", "gate")), entry(4, *done("draft")),
        entry(5, *done("review", "gate")),
    ]  # fmt: skip
    tasks = [
        task("1", "draft", "completed"), task("2", "review", "completed"), task("3", "draft", "completed"),
        task("4", "review", "completed"), task("5", "each", "open"), task("6", "each", "completed"),
    ]  # fmt: skip

    with app.test_request_context():
        found = trail.marks(program, trail.visits(entries), tasks)
        words = trail.steps(program, trail.visits(entries), tasks, running=True)

    assert found["draft"] == {"state": "back", "count": "2 次"}
    assert found["each"] == {"state": "now", "count": "1/2"}
    assert found["gate"] == {"state": "done"}
    assert [(step.text, step.state) for step in words] == [("起草申请", "done"), ("审核", "done"), ("各镇办", "now")]
    assert words[0].note == "11月20日 样例市林业局，共 2 次"


def test_a_second_time_says_so_while_it_waits(program: Program, app: Flask) -> None:
    entries = [FIRST, entry(2, *done("draft")), entry(3, *done("review", "gate"))]
    tasks = [task("1", "draft", "completed"), task("2", "review", "completed"), task("3", "draft", "open", "经办岗")]

    with app.test_request_context():
        found = trail.marks(program, trail.visits(entries), tasks)
        words = trail.steps(program, trail.visits(entries), tasks, running=True)

    assert found["draft"] == {"state": "now", "count": "第 2 次"}
    assert [(step.text, step.note, step.state) for step in words] == [
        ("审核", "11月20日 样例市林业局", "done"), ("起草申请", "经办岗 在办，第 2 次", "now"), ("各镇办", "", None),
    ]  # fmt: skip


def test_what_lies_ahead_is_the_way_to_the_farthest_end(program: Program, app: Flask) -> None:
    tasks = [task("1", "draft", "open")]

    with app.test_request_context():
        words = trail.steps(program, trail.visits([FIRST]), tasks, running=True)

    assert [(step.text, step.state) for step in words] == [("起草申请", "now"), ("审核", None), ("各镇办", None)]


def test_a_cancelled_case_shows_where_it_stopped(program: Program, app: Flask) -> None:
    entries = [FIRST, entry(2, *done("draft")), entry(3, ("review", "cancelled"))]
    tasks = [task("1", "draft", "completed"), task("2", "review", "cancelled")]

    with app.test_request_context():
        found = trail.marks(program, trail.visits(entries), tasks)

    assert found["review"] == {"state": "cancelled"} and found["draft"] == {"state": "done"}
