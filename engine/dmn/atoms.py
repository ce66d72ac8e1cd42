"""What a cell says, where that can be told without running it: constants and intervals.

The same atoms serve the index of a column, priorities of outputs, and the search for gaps and overlaps.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.feel import syntax as s
from engine.feel.values import Value

ORDERED = frozenset({Decimal, date})
CONSTANTS = frozenset({type(None), str, bool, Decimal, date})


@dataclass(frozen=True, slots=True)
class Constant:
    """One value: text, number, boolean, date or null."""

    value: Value

    @property
    def kind(self) -> type:
        return type(self.value)

    def has(self, value: Value) -> bool:
        """Tell whether a value is this one."""
        return type(value) is self.kind and bool(value == self.value)


@dataclass(frozen=True, slots=True)
class Interval:
    """Numbers or dates between two ends; an end that is None is open to that side."""

    kind: type
    low: Value
    low_included: bool
    high: Value
    high_included: bool

    def has(self, value: Value) -> bool:
        """Tell whether a value lies inside."""
        if type(value) is not self.kind:
            return False
        if self.low is not None and not (value > self.low or (self.low_included and value == self.low)):
            return False
        return self.high is None or bool(value < self.high or (self.high_included and value == self.high))


Atom = Constant | Interval


def atoms_of(tree: s.Node) -> tuple[Atom, ...] | None:
    """Return the atoms whose union a cell of unary tests is; None if it is something else, or `-`."""
    if not isinstance(tree, s.Tests) or tree.kind != "any":
        return None
    found = [atom_of(part) for part in tree.parts]
    atoms = tuple(atom for atom in found if atom is not None)
    return atoms if len(atoms) == len(found) else None


def atom_of(node: s.Node) -> Atom | None:
    """Return the atom one unary test is, or None."""
    if isinstance(node, s.Literal):
        if node.value is None and node.text is not None:  # A literal that is no date, time or duration.
            return None
        return Constant(node.value) if type(node.value) in CONSTANTS else None
    if isinstance(node, s.Unary):
        return _of_comparison(node)
    if isinstance(node, s.RangeNode):
        low, high = _constant(node.low), _constant(node.high)
        if low is None or type(low) is not type(high) or low > high:
            return None
        return Interval(type(low), low, node.low_included, high, node.high_included)
    return None


def _of_comparison(node: s.Unary) -> Atom | None:
    end = _constant(node.end)
    if end is None:
        return None
    if node.operator in ("<", "<="):
        return Interval(type(end), None, False, end, node.operator == "<=")
    if node.operator in (">", ">="):
        return Interval(type(end), end, node.operator == ">=", None, False)
    return Constant(end) if node.operator == "=" else None


def _constant(node: s.Node) -> Value:
    """Return an ordered constant: a literal, or `date("2026-01-31")`."""
    if isinstance(node, s.Literal) and type(node.value) in ORDERED:
        return node.value
    if (
        isinstance(node, s.Call)
        and isinstance(node.function, s.Name)
        and node.function.name == "date"
        and len(node.arguments) == 1
        and isinstance(node.arguments[0], s.Literal)
        and isinstance(node.arguments[0].value, str)
    ):
        try:
            return date.fromisoformat(node.arguments[0].value) if len(node.arguments[0].value) == 10 else None
        except ValueError:
            return None
    return None
