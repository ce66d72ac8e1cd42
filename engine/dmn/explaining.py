"""Why a decision came out as it did: inputs, rules that matched, the rule that nearly did and its failing cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from engine.dmn.columns import rules_in
from engine.dmn.drawing import policy_of
from engine.dmn.evaluating import Kind, Source, carry_out, find, load, opened
from engine.dmn.graph import Element
from engine.dmn.tables import Matching
from engine.dmn.turn import Turn
from engine.feel import Budget, BudgetExceeded, Note, to_json, weigh
from engine.feel.run import WorkingDays
from engine.feel.values import Function, Value

# An event keeps what a person reads; a list of thousands of rows is not that.
MOST_KEPT = 20_000
TOO_LARGE = "…"


@dataclass(frozen=True, slots=True)
class Failed:
    """A cell that did not hold; column counts from 1, value is JSON."""

    column: int
    input: str
    cell: str
    value: Any


@dataclass(frozen=True, slots=True)
class Miss:
    """The rule that came nearest without matching; rule counts from 1."""

    rule: int
    id: str | None
    failed: tuple[Failed, ...]


@dataclass(frozen=True, slots=True)
class TableTold:
    """One evaluation of a table: (label, JSON value) per input, the rules that matched, numbered from 1.

    refused: the input whose value is not among the allowed ones; nothing was matched then.
    """

    id: str | None
    policy: str
    inputs: tuple[tuple[str, Any], ...]
    matched: tuple[int, ...]
    matched_ids: tuple[str | None, ...]
    nearest: Miss | None
    refused: str | None


@dataclass(frozen=True, slots=True)
class DecisionTold:
    """One decision: what it was given by name, its tables in the order they were evaluated, its JSON value."""

    id: str | None
    name: str
    inputs: dict[str, Any]
    tables: tuple[TableTold, ...]
    output: Any


@dataclass(frozen=True, slots=True)
class Explanation:
    """The value and how it came about; decisions in the order they were evaluated, the one asked for last."""

    value: Value
    decisions: tuple[DecisionTold, ...]
    warnings: tuple[Note, ...]

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON, without the value."""
        return {
            "decisions": [asdict(decision) for decision in self.decisions],
            "warnings": [{"code": note.code, "message": note.message} for note in self.warnings],
        }


def explain(
    source: Source,
    name: str,
    inputs: Mapping[str, Any],
    *,
    kind: Kind | None = "decision",
    models: Iterable[Source] = (),
    now: datetime | None = None,
    calendar: WorkingDays | None = None,
    budget: Budget | None = None,
) -> Explanation:
    """Evaluate and tell how; arguments and errors are those of `evaluate`; kind None takes what has the name."""
    graph = load(source, models)
    element = find(graph, name, kind)
    warnings: list[Note] = []
    turn = opened(graph, inputs, now=now, calendar=calendar, budget=budget, warnings=warnings)
    turn.told = []
    value = carry_out(graph, element, turn)
    return Explanation(value, tuple(_decision(*one) for one in turn.told), tuple(warnings))


def _decision(turn: Turn, element: Element, tables: list[Matching]) -> DecisionTold:
    return DecisionTold(
        element.node.id,
        element.name,
        {one.name: _kept(turn.values[one]) for one in element.required if one in turn.values},
        tuple(map(_table, tables)),
        _kept(turn.values.get(element)),
    )


def _table(matching: Matching) -> TableTold:
    table = matching.table
    return TableTold(
        table.id,
        policy_of(table),
        tuple((one.label, _kept(value)) for one, value in zip(table.inputs, matching.values, strict=True)),
        tuple(index + 1 for index in matching.matched),
        tuple(table.rules[index].id for index in matching.matched),
        _nearest(matching),
        None if matching.refused is None else table.inputs[matching.refused].label,
    )


def _nearest(matching: Matching) -> Miss | None:
    """Return the rule with the fewest failing cells, the first of these; None if all rules match."""
    rules = matching.table.rules
    if not matching.columns or not rules:
        return None
    hit = sum(1 << index for index in matching.matched)
    missed = rules_in(((1 << len(rules)) - 1) & ~hit)
    if not missed:
        return None
    nearest = min(missed, key=lambda index: len(_failing(matching, index)))
    return Miss(
        nearest + 1,
        rules[nearest].id,
        tuple(
            Failed(
                place + 1,
                matching.table.inputs[place].label,
                rules[nearest].inputs[place].text if place < len(rules[nearest].inputs) else "",
                _kept(matching.values[place]),
            )
            for place in _failing(matching, nearest)
        ),
    )


def _failing(matching: Matching, rule: int) -> list[int]:
    return [place for place, mask in enumerate(matching.columns) if not mask >> rule & 1]


def _kept(value: Value) -> Any:
    if isinstance(value, Function):
        return "function"
    try:
        return to_json(value) if weigh(value) <= MOST_KEPT else TOO_LARGE
    except BudgetExceeded:
        return TOO_LARGE
