"""Models drawn for SpiffWorkflow: their Python is translated, run by FEEL's evaluator, and listed."""

from __future__ import annotations

import pytest

from engine import spiff
from tests.engine.diagrams.draw import diagram, each, end, flow, flows, node, script, start, timer, user, xor


def decided(condition: str, values: str = "{n: 1, items: [1, 2, 3], done: false}") -> list[str]:
    content = diagram(
        start(),
        script("i", values),
        xor("x", default="x_no"),
        end("yes"),
        end("no"),
        flow("x", "yes", condition),
        flow("x", "no"),
        flows("s i x"),
    )
    run = spiff.run_in_memory(content)
    assert run.error is None
    return run.path


@pytest.mark.parametrize(
    "condition", ["n == 1", "len(items) > 2", "not done", "n in [1, 2] and done == False", "items[0] == 1", "n == 1.0"]
)
def test_python_conditions_decide(condition: str) -> None:
    assert decided(condition)[-1] == "yes"


@pytest.mark.parametrize("condition", ["n == 2", "n == None", "done is True", "len(items) == 0"])
def test_python_conditions_decide_against(condition: str) -> None:
    assert decided(condition)[-1] == "no"


def test_a_python_script_writes_what_it_assigns() -> None:
    text = "total = 0\nfor item in items:\n    total += item\nnote = 'sum ' + str(total)\n"
    content = diagram(start(), script("i", "{items: [1, 2, 3]}"), script("c", text), end(), flows("s i c e"))
    run = spiff.run_in_memory(content)
    assert (run.values["total"], run.values["note"]) == (6, "sum 6")
    assert "item" not in run.values or run.state == "completed"


def test_one_assignment_is_a_script_not_a_comparison() -> None:
    run = spiff.run_in_memory(diagram(start(), script("c", "x = 1"), end(), flows("s c e")))
    assert run.values == {"x": 1}


def test_timers_and_loops_may_be_python() -> None:
    catch = node("intermediateCatchEvent", "t", timer("timedelta(hours=2)"))
    content = diagram(
        start(), script("i", "rows = [1, 2]"), catch, user("a", each("rows[0:2]", "row")), end(), flows("s i t a e")
    )
    run = spiff.run_in_memory(content)
    assert (run.state, run.path.count("a")) == ("completed", 2)


@pytest.mark.parametrize("text", ["import os\nx = os.popen('id')", "x = open('/etc/passwd')", "x = ().__class__"])
def test_nothing_reaches_python_itself(text: str) -> None:
    content = diagram(start(), script("c", text), end(), flows("s c e"))
    run = spiff.run_in_memory(content)
    assert (run.state, run.values) == ("failed", {})
