"""Hit policies and aggregations: which of the matching rules make the result. Source: DMN 1.5 clause 8.2.10."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from engine.dmn.atoms import Atom, Constant, atom_of
from engine.dmn.boxed import Cell
from engine.dmn.turn import Turn
from engine.dmn.types import Item
from engine.feel import FeelSyntaxError, compile_tests
from engine.feel import syntax as s
from engine.feel.builtins import FUNCTIONS
from engine.feel.compare import equal
from engine.feel.run import apply
from engine.feel.types import Type
from engine.feel.values import Value

Rank = Callable[[Value], int]
Ranking = Callable[[Value], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Hits:
    """The rules that matched, in order; `row` computes the output of one; `rank` is None without output values."""

    rules: list[int]
    row: Callable[[int], Value]
    rank: Ranking | None

    def rows(self) -> list[Value]:
        """Compute the outputs of all."""
        return [self.row(index) for index in self.rules]


def _unique(turn: Turn, hits: Hits) -> Value:
    if len(hits.rules) == 1:
        return hits.row(hits.rules[0])
    turn.warn("unique", f"Rules {_numbers(hits.rules)} match, but only one may")
    return None


def _any(turn: Turn, hits: Hits) -> Value:
    first, *others = hits.rows()
    if all(equal(turn.run, first, other) is True for other in others):
        return first
    turn.warn("any", f"Rules {_numbers(hits.rules)} match with different outputs")
    return None


def _first(turn: Turn, hits: Hits) -> Value:
    return hits.row(hits.rules[0])


def _priority(turn: Turn, hits: Hits) -> Value:
    ordered = _by_priority(turn, hits)
    return None if ordered is None else ordered[0]


def _rule_order(turn: Turn, hits: Hits) -> Value:
    return hits.rows()


def _by_priority(turn: Turn, hits: Hits) -> list[Value] | None:
    if hits.rank is None:
        turn.warn("output-values", "Priorities need a list of output values")
        return None
    return sorted(hits.rows(), key=hits.rank)


def _numbers(rules: list[int]) -> str:
    return ", ".join(str(index + 1) for index in rules[:10])


POLICIES: dict[str, Callable[[Turn, Hits], Value]] = {
    "U": _unique,
    "A": _any,
    "P": _priority,
    "F": _first,
    "R": _rule_order,
    "O": _by_priority,
    "C": _rule_order,
}


def _aggregated(name: str) -> Callable[[Turn, list[Value]], Value]:
    function = FUNCTIONS[name]
    return lambda turn, values: apply(turn.run, function, [values])


def _count(turn: Turn, values: list[Value]) -> Value:
    return Decimal(len(values))


AGGREGATIONS: dict[str, Callable[[Turn, list[Value]], Value]] = {
    "SUM": _aggregated("sum"),
    "COUNT": _count,
    "MIN": _aggregated("min"),
    "MAX": _aggregated("max"),
}


def rank_of(values: Cell | None, wanted: Type | None) -> Rank | None:
    """Return the place of a value in the list of output values, or of the type's allowed values; None without one."""
    if values is None:
        choices = wanted.choices if isinstance(wanted, Item) else []
        atoms: list[Atom | None] = [Constant(choice) for choice in choices]
    else:
        atoms = _atoms(values.text)
    if not atoms:
        return None

    def rank(value: Value) -> int:
        return next((index for index, atom in enumerate(atoms) if atom is not None and atom.has(value)), len(atoms))

    return rank


def _atoms(text: str) -> list[Atom | None]:
    try:
        tree = compile_tests(text).tree
    except FeelSyntaxError:
        return []
    return [atom_of(part) for part in tree.parts] if isinstance(tree, s.Tests) and tree.kind == "any" else []
