"""What is wrong with one decision table: kinds that do not fit, overlaps, gaps, rules that are never used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engine.dmn import boxed as b
from engine.dmn.atoms import Atom, Constant, Interval, atoms_of
from engine.dmn.coverage import Axis, Grid, allowed_atoms, axis_of
from engine.dmn.graph import Element
from engine.dmn.inference import Types, is_other_kind, kind_name, read_types
from engine.dmn.policies import rank_of
from engine.dmn.types import Item, plain
from engine.feel import FeelSyntaxError, compile, compile_tests  # noqa: A004
from engine.feel import syntax as s
from engine.feel.types import Simple, Type
from engine.feel.values import Value

MOST_OF_A_KIND = 20
_POLICIES = {
    "U": "UNIQUE",
    "A": "ANY",
    "P": "PRIORITY",
    "F": "FIRST",
    "R": "RULE ORDER",
    "O": "OUTPUT ORDER",
    "C": "COLLECT",
}
_AGGREGATIONS = (None, "SUM", "COUNT", "MIN", "MAX")
_KIND_NAMES: dict[type, str] = {
    Decimal: "number",
    str: "string",
    bool: "boolean",
    date: "date",
    datetime: "date and time",
}
_UNKNOWN: Any = object()
Make = Callable[..., dict[str, Any]]


def check_table(element: Element, table: b.Table, finding: Make) -> Iterator[dict[str, Any]]:
    """Yield the findings of one table, made by `finding`."""
    yield from _TableCheck(element, table, finding).run()


class _TableCheck:
    def __init__(self, element: Element, table: b.Table, finding: Make) -> None:
        self.table = table
        self.finding = finding
        self.name = table.id or element.name
        self.find = element.model.catalogue.find
        self.types = element.declared
        self.inputs = [self._type_of(one) for one in table.inputs]
        self.outputs = [self._output_type(index, element) for index in range(len(table.outputs))]

    def run(self) -> Iterator[dict[str, Any]]:
        table = self.table
        if table.policy not in _POLICIES:
            yield self._at("hit-policy", f"没有命中策略 {table.policy}", f"There is no hit policy {table.policy}")
        if table.aggregation not in _AGGREGATIONS:
            english = f"There is no aggregation {table.aggregation}"
            yield self._at("hit-policy", f"没有汇总方式 {table.aggregation}", english)
        if not table.outputs:
            yield self._at("table", "决策表没有输出列", "The table has no output")
        if table.policy in ("P", "O") and not any(self._ranks()):
            message = f"{_POLICIES[table.policy]} 要按输出值的先后排，请给输出列写上输出值清单"
            english = f"{_POLICIES[table.policy]} ranks by output values: list them for an output"
            yield self._at("output-values", message, english)
        if table.aggregation is not None and table.policy == "C" and len(table.outputs) > 1:
            yield self._at("aggregation", "有几个输出列时不能汇总", "Several outputs cannot be aggregated")
        yield from self._cells()
        axes = [self._axis(column) for column in range(len(table.inputs))]
        yield from self._of_grid(Grid(table, axes))

    # ---- cells -------------------------------------------------------------------------------

    def _cells(self) -> Iterator[dict[str, Any]]:
        width = len(self.table.inputs)
        for number, rule in enumerate(self.table.rules, 1):
            if len(rule.inputs) != width or len(rule.outputs) != len(self.table.outputs):
                message = f"第 {number} 条规则有 {len(rule.inputs)}+{len(rule.outputs)} 格，与表头对不上"
                english = f"Rule {number} has {len(rule.inputs)}+{len(rule.outputs)} cells and does not fit its heads"
                yield self._at("table", message, english, rule=number, line=rule.line, id=rule.id)
            for column, (cell, wanted) in enumerate(zip(rule.inputs, self.inputs, strict=False), 1):
                wrong = _wrong_test(cell.text, wanted)
                if wrong is not None:
                    message = f"这一列是 {wanted}，“{cell.text[:40]}”是 {wrong}"
                    english = f"This column is a {wanted}, {cell.text[:40]} is a {wrong}"
                    yield self._at("type", message, english, rule=number, column=column, line=cell.line, id=cell.id)
            for column, (cell, output) in enumerate(zip(rule.outputs, self.outputs, strict=False), width + 1):
                yield from self._output_cell(cell, output, self.table.outputs[column - width - 1], number, column)

    def _output_cell(
        self, cell: b.Cell, wanted: Type | None, output: b.Output, number: int, column: int
    ) -> Iterator[dict[str, Any]]:
        value = _constant(cell.text)
        where: dict[str, Any] = {"rule": number, "column": column, "line": cell.line, "id": cell.id}
        if wanted is not None and _never(value, cell.text, wanted, self.types):
            text = cell.text[:40]
            yield self._at(
                "type", f"这一列是 {wanted}，“{text}”不是", f"This column is a {wanted}, {text} is not", **where
            )
            return
        if value is _UNKNOWN or value is None:
            return
        allowed = allowed_atoms(output.values)
        if allowed is not None and not any(atom.has(value) for atom in allowed):
            english = f"{cell.text[:40]} is not among the output values"
            yield self._at("output-value", f"“{cell.text[:40]}”不在输出值清单里", english, **where)

    # ---- the rules together ------------------------------------------------------------------

    def _of_grid(self, grid: Grid) -> Iterator[dict[str, Any]]:
        rules, policy = self.table.rules, self.table.policy
        for count, (rule, column) in enumerate(grid.never()):
            if count < MOST_OF_A_KIND:
                cell = rules[rule].inputs[column]
                message = f"第 {rule + 1} 条规则用不上：“{cell.text[:40]}”没有哪个值符合"
                where: dict[str, Any] = {"rule": rule + 1, "column": column + 1, "line": cell.line, "id": cell.id}
                english = f"Rule {rule + 1} is never used: no value fits {cell.text[:40]}"
                yield self._at("unreachable", message, english, severity="warning", **where)
        if policy in ("U", "A"):
            yield from self._overlaps(grid)
        if policy in ("F", "P"):
            yield from self._hidden(grid)
        if policy in ("U", "A", "P", "F") and rules and not any(one.default for one in self.table.outputs):
            gap = grid.gap()
            if gap is not None:
                pairs = "，".join(f"{one.label}：{text}" for one, text in zip(self.table.inputs, gap, strict=False))
                yield self._at("gap", f"没有哪条规则管到：{pairs}", f"No rule covers {pairs}", severity="warning")

    def _overlaps(self, grid: Grid) -> Iterator[dict[str, Any]]:
        rules, count = self.table.rules, 0
        for one, other in grid.overlaps():
            if self.table.policy == "A":
                outputs = [[_constant(cell.text) for cell in rules[index].outputs] for index in (one, other)]
                if _UNKNOWN in outputs[0] + outputs[1] or outputs[0] == outputs[1]:
                    continue
            count += 1
            if count > MOST_OF_A_KIND:
                return
            what = "只许一条命中" if self.table.policy == "U" else "同时命中时输出要相同"
            message = f"第 {one + 1} 条和第 {other + 1} 条规则会同时命中，而这张表{what}"
            only = "only one may" if self.table.policy == "U" else "they must agree"
            english = f"Rules {one + 1} and {other + 1} match together and {only}"
            yield self._at("overlap", message, english, rule=other + 1, line=rules[other].line, id=rules[other].id)

    def _hidden(self, grid: Grid) -> Iterator[dict[str, Any]]:
        rules, count = self.table.rules, 0
        for rule in range(len(rules)):
            before = self._winning_over(rule)
            if before and grid.hidden(rule, before):
                count += 1
                if count > MOST_OF_A_KIND:
                    return
                message = f"第 {rule + 1} 条规则用不上：它管的情形都被别的规则先占了"
                english = f"Rule {rule + 1} is never used: others take all its cases before it"
                where: dict[str, Any] = {"rule": rule + 1, "line": rules[rule].line, "id": rules[rule].id}
                yield self._at("unreachable", message, english, severity="warning", **where)

    def _winning_over(self, rule: int) -> list[int]:
        if self.table.policy == "F":
            return list(range(rule))
        ranks = self._ranks()

        def rank(index: int) -> tuple[int, ...] | None:
            made = []
            for found, cell in zip(ranks, self.table.rules[index].outputs, strict=False):
                value = _constant(cell.text)
                if found is not None and value is _UNKNOWN:
                    return None
                made.append(0 if found is None else found(value))
            return tuple(made)

        mine = rank(rule)
        if mine is None:
            return []
        others = [(index, rank(index)) for index in range(len(self.table.rules)) if index != rule]
        return [index for index, found in others if found is not None and (found, index) < (mine, rule)]

    def _ranks(self) -> list[Any]:
        return [rank_of(one.values, wanted) for one, wanted in zip(self.table.outputs, self.outputs, strict=True)]

    # ---- columns -----------------------------------------------------------------------------

    def _axis(self, column: int) -> Axis:
        one, wanted = self.table.inputs[column], self.inputs[column]
        allowed = allowed_atoms(one.values)
        if allowed is None and isinstance(wanted, Item) and wanted.choices:
            allowed = [Constant(choice) for choice in wanted.choices]
        cells = [rule.inputs[column].text if column < len(rule.inputs) else "-" for rule in self.table.rules]
        return axis_of(cells, allowed)

    def _type_of(self, one: b.Input) -> Type | None:
        found = self.find(one.expression.type)
        text = " ".join((one.expression.text or "").split())
        declared = self.types.get(text)
        # The type of the input data says more than `string`, its allowed values for one.
        return declared if declared is not None and (found is None or plain(declared) == plain(found)) else found

    def _output_type(self, index: int, element: Element) -> Type | None:
        found = self.find(self.table.outputs[index].type)
        is_value = len(self.table.outputs) == 1 and self.table is element.node.expression
        if found is None and is_value and self.table.policy in ("U", "A", "P", "F"):
            return element.type
        return found

    def _at(self, code: str, message: str, english: str, **where: Any) -> dict[str, Any]:
        place = {"id": self.table.id, "line": self.table.line, **where}
        return self.finding(code, message, english, table=self.name, **place)


def _wrong_test(text: str, wanted: Type | None) -> str | None:
    """Return the kind of a constant in a cell that can never be of the column's type, or None."""
    base = plain(wanted) if wanted is not None else None
    if not isinstance(base, Simple) or base.name in ("Any", "Null", "list", "context", "range", "function"):
        return None
    try:
        tree = compile_tests(text).tree if text not in ("", "-") else None
    except FeelSyntaxError:
        return None
    atoms: tuple[Atom, ...] = (atoms_of(tree) or ()) if tree is not None else ()
    for atom in atoms:
        kind = _KIND_NAMES.get(atom.kind if isinstance(atom, Interval) else type(atom.value))
        if kind is not None and kind != base.name and not (kind == "date" and base.name == "date and time"):
            return kind
    return None


def _never(value: Value, text: str, wanted: Type, types: Types) -> bool:
    """Tell whether a cell can give no value of a type: a constant of another, or something of another kind."""
    if value is None:
        return False
    if value is not _UNKNOWN:
        return not wanted.coerce(value)[0]
    try:
        kind = kind_name(read_types(compile(text).tree, types).type)
    except FeelSyntaxError:
        return False
    return is_other_kind(kind, wanted)


def _constant(text: str) -> Value:
    """Return the value of an output cell that is a plain literal; an empty one is null."""
    if text.strip() in ("", "-"):
        return None
    try:
        tree = compile(text).tree
    except FeelSyntaxError:
        return _UNKNOWN
    if isinstance(tree, s.Literal) and not (tree.value is None and tree.text is not None):
        return tree.value
    return _UNKNOWN
