"""Test rows kept in a decision file: inputs with the answer expected, run in the engine that will decide.

A row is an element `test` of our namespace among the extension elements of its decision, so it travels with the file
and tools that do not know it leave it alone: `<qc:test name="" given="{JSON by input}" expected="JSON"/>`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.dmn.checks import finding
from engine.dmn.errors import InvalidModel
from engine.dmn.evaluating import Source
from engine.dmn.explaining import explain
from engine.dmn.reading_boxed import children, name_of
from engine.feel import Budget, FeelError, to_json
from engine.feel.run import WorkingDays
from engine.xml import Unreadable, read_xml

NAMESPACE = "urn:qingche:dmn:1"
MOST_ROWS = 500
# What all rows of a file may take together.
_OPERATIONS = 5_000_000


@dataclass(frozen=True, slots=True)
class Trial:
    """One test row; of: id of its decision, number: from 1 within it, given and expected: JSON."""

    of: str
    number: int
    name: str
    given: dict[str, Any]
    expected: Any
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row: its answer as JSON, the rules of the last table that matched, from 1; error: why none."""

    trial: Trial
    passed: bool
    value: Any
    matched: tuple[int, ...] = ()
    error: str = ""


def trials_in(content: bytes) -> list[Trial]:
    """Return the test rows of a file in its order; a row that is no JSON is left out. Raises InvalidModel."""
    try:
        root = read_xml(content)
    except Unreadable as why:
        raise InvalidModel(why.code, str(why), why.line) from None
    found: list[Trial] = []
    for decision in children(root, "decision"):
        rows = [row for box in children(decision, "extensionElements") for row in box.iterfind(f"{{{NAMESPACE}}}test")]
        for number, row in enumerate(rows, 1):
            given, expected = _read(row.get("given")), _read(row.get("expected"))
            if isinstance(given, dict):
                of = decision.get("id") or name_of(decision)
                found.append(Trial(of, number, row.get("name") or "", given, expected, row.sourceline))
    return found


def run_trials(
    content: bytes,
    *,
    models: Iterable[Source] = (),
    now: datetime | None = None,
    calendar: WorkingDays | None = None,
) -> list[Outcome]:
    """Run every test row of a file, at most MOST_ROWS; raises InvalidModel."""
    rows = trials_in(content)[:MOST_ROWS]
    others, budget = tuple(models), Budget(_OPERATIONS)
    return [_outcome(content, row, others, now, calendar, budget) for row in rows]


def untrue(content: bytes, *, models: Iterable[Source] = ()) -> list[dict[str, Any]]:
    """Report the rows whose answer is not the one expected, as findings of `check`; without a clock."""
    try:
        outcomes = run_trials(content, models=models)
    except FeelError:
        return []
    return [
        finding(
            "test-failed",
            f"试算第 {each.trial.number} 行不对：{_why(each, 'zh')}",
            f"Test row {each.trial.number} fails: {_why(each, 'en')}",
            id=each.trial.of, line=each.trial.line, severity="warning",
        )
        for each in outcomes
        if not each.passed
    ]  # fmt: skip


def _why(outcome: Outcome, language: str) -> str:
    if outcome.error:
        return outcome.error
    expected, value = (_said(each, language) for each in (outcome.trial.expected, outcome.value))
    return f"应得{expected}，算出{value}" if language == "zh" else f"{expected} expected, got {value}"


def _said(value: Any, language: str) -> str:
    text = json.dumps(value, ensure_ascii=False)
    if value is None:
        return "空值" if language == "zh" else "null"
    return f"“{value}”" if isinstance(value, str) else f" {text} " if language == "zh" else text


def _outcome(
    content: bytes,
    row: Trial,
    models: tuple[Source, ...],
    now: datetime | None,
    calendar: WorkingDays | None,
    budget: Budget,
) -> Outcome:
    try:
        told = explain(content, row.of, row.given, models=models, now=now, calendar=calendar, budget=budget)
        value = to_json(told.value)
    except FeelError as why:
        return Outcome(row, passed=False, value=None, error=str(why))
    tables = told.decisions[-1].tables if told.decisions else ()
    matched = tables[-1].matched if tables else ()
    # Of a table that takes the first, those below it held as well and were not used.
    matched = matched[:1] if tables and tables[-1].policy == "F" else matched
    return Outcome(row, passed=_is_same(row.expected, value), value=value, matched=matched)


def _is_same(expected: Any, value: Any) -> bool:
    """Compare JSON as FEEL would: 1 is 1.0, true is not 1."""
    if isinstance(expected, bool) or isinstance(value, bool) or expected is None or value is None:
        return expected is value
    if isinstance(expected, int | float) and isinstance(value, int | float):
        return Decimal(str(expected)) == Decimal(str(value))
    if isinstance(expected, list) and isinstance(value, list):
        return len(expected) == len(value) and all(map(_is_same, expected, value))
    if isinstance(expected, dict) and isinstance(value, dict):
        return expected.keys() == value.keys() and all(_is_same(expected[name], value[name]) for name in expected)
    return type(expected) is type(value) and bool(expected == value)


def _read(text: str | None) -> Any:
    try:
        return json.loads(text or "null", parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None


def _refuse(word: str) -> Any:
    raise ValueError(word)
