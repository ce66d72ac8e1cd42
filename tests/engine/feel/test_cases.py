"""The clause-by-clause tables in tests/cases/feel: each line is one fact."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from engine.feel import evaluate, unary_test
from engine.feel.run import Run
from engine.feel.text import literal_of

CASES = Path(__file__).parents[2] / "cases" / "feel"
EXPRESSIONS = ("grammar.txt", "functions.txt", "dates.txt", "edges.txt")
NOW = datetime(2026, 11, 23, 17, 0, 0, tzinfo=timezone(timedelta(hours=8)))
TEST_CONTEXT = {"limit": 5, "list": [4, 5], "flag": True, "range": evaluate("[1..5]")}


def read(name: str) -> Iterator[object]:
    context: dict[str, object] = {}
    for number, line in enumerate((CASES / name).read_text("utf-8").splitlines(), 1):
        if line.startswith("##"):
            context = {}
        elif line.startswith("@ "):
            context = evaluate(line[2:])
            assert isinstance(context, dict), line
        elif line and not line.startswith("#"):
            text, _, expected = line.rpartition(" => ")
            yield pytest.param(text, context, expected, id=f"{name}:{number}")


@pytest.mark.parametrize(("text", "context", "expected"), [case for name in EXPRESSIONS for case in read(name)])
def test_expression_has_the_value_the_standard_gives(text: str, context: dict[str, object], expected: str) -> None:
    assert literal_of(Run(), evaluate(text, context, now=NOW)) == expected


@pytest.mark.parametrize(("text", "context", "expected"), list(read("tests.txt")))
def test_unary_test_answers_as_the_standard_says(text: str, context: dict[str, object], expected: str) -> None:
    value, _, tests = text.partition(" | ")
    found = unary_test(tests, evaluate(value), TEST_CONTEXT)
    assert {True: "true", False: "false", None: "null"}[found] == expected


def test_there_are_many_cases() -> None:
    assert sum(1 for name in (*EXPRESSIONS, "tests.txt") for _ in read(name)) > 1400
