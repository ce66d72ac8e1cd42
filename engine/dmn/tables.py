"""Decision tables: inputs to matching rules to a result. Source: DMN 1.5 clause 8."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.dmn import boxed as b
from engine.dmn.columns import Column, rules_in
from engine.dmn.policies import AGGREGATIONS, POLICIES, Hits, Ranking, rank_of
from engine.dmn.texts import Surroundings, tests
from engine.dmn.turn import Code, Scope, Turn, complaint, nothing
from engine.feel import FeelSyntaxError, Tests
from engine.feel.types import Type
from engine.feel.values import Value

if TYPE_CHECKING:
    from engine.dmn.compiling import Maker


_MOST_TOLD = 50


@dataclass(frozen=True, slots=True)
class Matching:
    """How one evaluation of a table went: input values, rules satisfied per column, rules all agree on."""

    table: b.Table
    values: list[Value]
    columns: list[int]
    matched: list[int]
    refused: int | None = None


@dataclass(frozen=True, slots=True)
class _Input:
    what: str
    code: Code
    type: Type | None
    allowed: Tests | None
    column: Column


@dataclass(frozen=True, slots=True)
class _Output:
    name: str
    type: Type | None
    allowed: Tests | None
    default: Code | None
    cells: list[Code]


def table_code(maker: Maker, table: b.Table, around: Surroundings) -> Code:
    """Compile a decision table."""
    if table.policy not in POLICIES:
        return complaint("hit-policy", f"{table.policy} is no hit policy")
    if table.aggregation is not None and table.aggregation not in AGGREGATIONS:
        return complaint("hit-policy", f"{table.aggregation} is no aggregation")
    if not table.outputs:
        return complaint("table", "The table has no output")
    return _Table(maker, table, around).evaluate


class _Table:
    def __init__(self, maker: Maker, table: b.Table, around: Surroundings) -> None:
        self.table = table
        self.inputs = [self._input(maker, index, around) for index in range(len(table.inputs))]
        self.outputs = [self._output(maker, index, around) for index in range(len(table.outputs))]
        self.everything = (1 << len(table.rules)) - 1
        # Columns that only look something up go first: they leave less to try.
        self.order = sorted(range(len(self.inputs)), key=lambda index: not self.inputs[index].column.is_cheap)
        self.ranks = [rank_of(one.values, output.type) for one, output in zip(table.outputs, self.outputs, strict=True)]

    def _input(self, maker: Maker, index: int, around: Surroundings) -> _Input:
        found = self.table.inputs[index]
        cells = [rule.inputs[index] if index < len(rule.inputs) else None for rule in self.table.rules]
        return _Input(
            found.label,
            maker.code(found.expression, around),
            maker.catalogue.wanted(found.expression.type),
            _allowed(found.values, around),
            Column(cells, around),
        )

    def _output(self, maker: Maker, index: int, around: Surroundings) -> _Output:
        found = self.table.outputs[index]
        known: dict[str, Code] = {}
        cells = []
        for rule in self.table.rules:
            text = rule.outputs[index].text if index < len(rule.outputs) else ""
            if text not in known:
                known[text] = nothing if text == "-" else maker.text(text, around)
            cells.append(known[text])
        return _Output(
            found.name or found.id or f"output {index + 1}",
            maker.catalogue.wanted(found.type),
            _allowed(found.values, around),
            None if found.default is None else maker.text(found.default.text, around),
            cells,
        )

    def evaluate(self, turn: Turn, scope: Scope) -> Value:
        """Return the result of the table; null with a warning where the standard says it is an error."""
        values = [one.code(turn, scope) for one in self.inputs]
        for index, (one, value) in enumerate(zip(self.inputs, values, strict=True)):
            if one.allowed is not None and one.allowed.within(turn.run, scope, value) is not True:
                self._tell(turn, Matching(self.table, values, [], [], index))
                turn.warn("input-value", f"The value of {one.what} is not allowed")
                return None
        matched = self._match(turn, scope, values)
        if not matched:
            return self._default(turn, scope)
        hits = Hits(matched, lambda index: self._row(turn, scope, index), self._rank())
        result = POLICIES[self.table.policy](turn, hits)
        if self.table.policy != "C" or self.table.aggregation is None:
            return result
        if len(self.outputs) > 1:
            turn.warn("aggregation", "Several outputs cannot be aggregated")
            return None
        return AGGREGATIONS[self.table.aggregation](turn, result)

    def _match(self, turn: Turn, scope: Scope, values: list[Value]) -> list[int]:
        turn.run.charge(1 + len(self.table.rules) // 16)
        among = self.everything
        if turn.told is None:
            for index in self.order:
                among = self.inputs[index].column.matching(turn, scope, values[index], among)
                if not among:
                    return []
            return rules_in(among)
        columns = [
            one.column.matching(turn, scope, value, self.everything)
            for one, value in zip(self.inputs, values, strict=True)
        ]
        for mask in columns:
            among &= mask
        matched = rules_in(among)
        self._tell(turn, Matching(self.table, values, columns, matched))
        return matched

    def _tell(self, turn: Turn, matching: Matching) -> None:
        if turn.told is not None and len(turn.current) < _MOST_TOLD:
            turn.current.append(matching)

    def _row(self, turn: Turn, scope: Scope, index: int) -> Value:
        if len(self.outputs) == 1:
            return self._checked(turn, scope, self.outputs[0], self.outputs[0].cells[index](turn, scope))
        return {one.name: self._checked(turn, scope, one, one.cells[index](turn, scope)) for one in self.outputs}

    def _checked(self, turn: Turn, scope: Scope, output: _Output, value: Value) -> Value:
        value = turn.conform(value, output.type, output.name)
        if output.allowed is None or value is None or output.allowed.within(turn.run, scope, value) is True:
            return value
        turn.warn("output-value", f"The value of {output.name} is not allowed")
        return None

    def _rank(self) -> Ranking | None:
        ranks = self.ranks
        if not any(ranks):
            return None
        if len(self.outputs) == 1:
            only = ranks[0]
            return lambda row: (only(row) if only else 0,)
        pairs = [(output.name, rank) for output, rank in zip(self.outputs, ranks, strict=True) if rank]
        return lambda row: tuple(rank(row[name]) for name, rank in pairs)

    def _default(self, turn: Turn, scope: Scope) -> Value:
        is_list = self.table.policy in ("R", "O", "C") and self.table.aggregation is None
        if any(one.default is not None for one in self.outputs):
            parts = {
                one.name: None if one.default is None else turn.conform(one.default(turn, scope), one.type, one.name)
                for one in self.outputs
            }
            value: Value = parts if len(self.outputs) > 1 else next(iter(parts.values()))
            return [value] if is_list and not isinstance(value, list) else value
        if self.table.aggregation is not None and self.table.policy == "C":
            return AGGREGATIONS[self.table.aggregation](turn, []) if len(self.outputs) == 1 else None
        return [] if is_list else None


def _allowed(cell: b.Cell | None, around: Surroundings) -> Tests | None:
    if cell is None:
        return None
    try:
        return tests(cell.text, around)
    except FeelSyntaxError:
        return None
