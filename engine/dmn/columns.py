"""One input column of a table as an index: value -> the set of rules it satisfies, a bit per rule.

Constants are looked up, intervals found by bisection; what is neither is tried once per different text.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from engine.dmn.atoms import Atom, Constant, Interval, atoms_of
from engine.dmn.boxed import Cell
from engine.dmn.texts import Surroundings, tests
from engine.dmn.turn import Scope, Turn
from engine.feel import FeelSyntaxError, Tests
from engine.feel import syntax as s
from engine.feel.values import Value

_INDEXED = frozenset({type(None), str, bool, Decimal, date})
_MOST_BITS = 64_000_000


class Column:
    """The cells of one input, top to bottom."""

    def __init__(self, cells: Iterable[Cell | None], around: Surroundings) -> None:
        self.anything = 0
        self.constants: dict[type, dict[Value, int]] = {}
        self.steps: dict[type, Steps] = {}
        # Tests that must be run, and the rules that have them; `indexed` are those an index answers for.
        self.others: list[tuple[Tests, int]] = []
        self.indexed: list[tuple[Tests, int]] = []
        masks: dict[str, int] = {}
        for index, cell in enumerate(cells):
            text = cell.text if cell is not None else "-"
            masks[text] = masks.get(text, 0) | 1 << index
        self.is_cheap = True
        intervals: dict[type, list[tuple[Interval, int]]] = {}
        for text, mask in masks.items():
            self._add(text, mask, around, intervals)
        for kind, found in intervals.items():
            steps = Steps(found)
            if steps.is_small:
                self.steps[kind] = steps
            else:
                self._give_up(kind)
        self.is_cheap = not self.others

    def _add(
        self, text: str, mask: int, around: Surroundings, intervals: dict[type, list[tuple[Interval, int]]]
    ) -> None:
        if text in ("", "-"):
            self.anything |= mask
            return
        try:
            compiled = tests(text, around)
        except FeelSyntaxError:
            return
        tree = compiled.tree
        if isinstance(tree, s.Tests) and tree.kind == "-":
            self.anything |= mask
            return
        atoms = atoms_of(tree)
        if atoms is None:
            self.others.append((compiled, mask))
            return
        self.indexed.append((compiled, mask))
        for atom in atoms:
            if isinstance(atom, Constant):
                known = self.constants.setdefault(atom.kind, {})
                known[atom.value] = known.get(atom.value, 0) | mask
            else:
                intervals.setdefault(atom.kind, []).append((atom, mask))

    def _give_up(self, kind: type) -> None:
        """Run the tests of this kind after all: the index would take too much memory."""
        kept: list[tuple[Tests, int]] = []
        for compiled, mask in self.indexed:
            atoms: tuple[Atom, ...] = atoms_of(compiled.tree) or ()
            is_given_up = any(isinstance(atom, Interval) and atom.kind is kind for atom in atoms)
            (self.others if is_given_up else kept).append((compiled, mask))
        self.indexed = kept

    def matching(self, turn: Turn, scope: Scope, value: Value, among: int) -> int:
        """Return which of the rules `among` a value satisfies."""
        kind = type(value)
        run = turn.run
        run.charge(1)
        found = self.anything
        tried = self.others
        if kind in _INDEXED:
            known = self.constants.get(kind)
            if known is not None:
                found |= known.get(value, 0)
            steps = self.steps.get(kind)
            if steps is not None:
                found |= steps.at(value)
        else:
            tried = [*self.indexed, *tried]
        for compiled, mask in tried:
            if mask & among & ~found:
                run.charge(2)
                if compiled.within(run, scope, value) is True:
                    found |= mask
        return found & among


class Steps:
    """Intervals over one ordered kind, cut at every end: between two cuts the same rules hold."""

    def __init__(self, intervals: list[tuple[Interval, int]]) -> None:
        ends = {end for interval, _ in intervals for end in (interval.low, interval.high) if end is not None}
        self.points: list[Value] = sorted(ends)
        size = max((mask.bit_length() for _, mask in intervals), default=0)
        self.is_small = size * (2 * len(self.points) + 1) <= _MOST_BITS
        self.masks: list[int] = []
        if self.is_small:
            self._sweep(intervals)

    def _sweep(self, intervals: list[tuple[Interval, int]]) -> None:
        place = {point: index for index, point in enumerate(self.points)}
        # Even positions are the open stretches between points, odd ones the points themselves.
        changes: dict[int, list[tuple[int, bool]]] = {}
        last = 2 * len(self.points)
        for interval, mask in intervals:
            low = 0 if interval.low is None else 2 * place[interval.low] + (1 if interval.low_included else 2)
            high = last if interval.high is None else 2 * place[interval.high] + (1 if interval.high_included else 0)
            if low <= high:
                changes.setdefault(low, []).append((mask, True))
                changes.setdefault(high + 1, []).append((mask, False))
        counts: dict[int, int] = {}
        current = 0
        for position in range(last + 1):
            for mask, opens in changes.get(position, ()):
                # One cell may have several intervals that overlap.
                counts[mask] = counts.get(mask, 0) + (1 if opens else -1)
                current = current | mask if counts[mask] else current & ~mask
            self.masks.append(current)

    def at(self, value: Value) -> int:
        """Return the rules that hold at a value."""
        index = bisect_left(self.points, value)
        is_point = index < len(self.points) and self.points[index] == value
        return self.masks[2 * index + 1 if is_point else 2 * index]


def rules_in(mask: int) -> list[int]:
    """List the rules of a set, in order."""
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found
