"""The guide says what the engine does: its examples, its table of cells and its list of functions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from engine.calendar import Calendar
from engine.feel import evaluate, unary_test
from engine.feel.builtins import BUILTINS
from engine.feel.reference import FAMILIES, put_into
from engine.feel.run import Run
from engine.feel.text import literal_of

GUIDE = Path(__file__).parents[3] / "docs" / "guide" / "feel.md"
NOW = datetime(2026, 11, 23, 17, 0, tzinfo=timezone(timedelta(hours=8)))


def examples() -> Iterator[tuple[str, dict[str, object], str]]:
    for block in re.findall(r"```feel\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL):
        context: dict[str, object] = {}
        for line in block.splitlines():
            if line.startswith("@ "):
                context = evaluate(line[2:])
            else:
                text, _, expected = line.rpartition(" => ")
                yield text, context, expected


@pytest.mark.parametrize(("text", "context", "expected"), list(examples()))
def test_example_of_the_guide_is_true(text: str, context: dict[str, object], expected: str) -> None:
    assert literal_of(Run(), evaluate(text, context, now=NOW, calendar=Calendar())) == expected


def test_cells_of_the_guide_answer_as_it_says() -> None:
    rows = re.findall(r"^\| `(.+?)` \| `(.+?)` \| (?:`(.+?)`)? ?\|$", GUIDE.read_text("utf-8"), re.MULTILINE)
    assert len(rows) == 7
    for cell, fits, other in rows:
        assert unary_test(cell, evaluate(fits)) is True, cell
        assert not other or unary_test(cell, evaluate(other)) is False, cell


def test_list_of_functions_is_the_generated_one() -> None:
    page = GUIDE.read_text("utf-8")
    assert put_into(page) == page, "run: python -m engine.feel.reference docs/guide/feel.md"


def test_every_function_is_in_the_list_and_explained() -> None:
    assert {entry.family for entry in BUILTINS.values()} == set(FAMILIES)
    assert all(entry.summary for entry in BUILTINS.values())
