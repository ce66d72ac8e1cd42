"""The list of what runs is kept: each row has a diagram that does what the row says."""

from __future__ import annotations

import pytest

from engine import capabilities, check_bytes, run_in_memory
from tests.engine.elements.every import DIAGRAMS, ON_PATH

ROWS = {(row.element, row.variant): row.state for row in capabilities()}


def rows(*states: str) -> list[tuple[str, str]]:
    return [row for row, state in ROWS.items() if state in states]


def test_every_row_has_a_diagram_and_every_diagram_a_row() -> None:
    assert len(ROWS) == len(capabilities())
    assert set(DIAGRAMS) == set(ROWS)


@pytest.mark.parametrize("row", rows("runs", "runs with remark"), ids=" ".join)
def test_what_runs_is_run(row: tuple[str, str]) -> None:
    content = DIAGRAMS[row]
    assert check_bytes(content, "x").errors == []
    begins = 'startEvent id="x"' in content.decode() and "triggeredByEvent" not in content.decode()
    run = run_in_memory(content, answers={"x": {}}, at="x" if begins else None)
    assert run.error is None
    assert ON_PATH.get(row, "x") in run.path


@pytest.mark.parametrize("row", rows("runs with remark"), ids=" ".join)
def test_what_is_remarked_is_said(row: tuple[str, str]) -> None:
    assert "x" in [change["element_id"] for change in check_bytes(DIAGRAMS[row], "x").changes]


@pytest.mark.parametrize("row", rows("picture only"), ids=" ".join)
def test_what_is_a_picture_changes_nothing(row: tuple[str, str]) -> None:
    run = run_in_memory(DIAGRAMS[row], answers={"x": {}})
    assert (run.state, run.path, run.values) == ("completed", ["s", "x", "e"], {})


@pytest.mark.parametrize("row", rows("refused"), ids=" ".join)
def test_what_is_refused_is_refused_at_an_element_with_its_line(row: tuple[str, str]) -> None:
    errors = check_bytes(DIAGRAMS[row], "x").errors
    assert errors
    assert all(error["line"] and error["element_id"] and error["message"] for error in errors)
