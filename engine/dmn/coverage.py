"""The rules of a table as boxes in a grid: where two overlap, where none is, which can never be the answer.

A column is cut at every constant of its cells; a cell is then a set of stretches, a bit each. A cell that is
neither constants nor intervals may hold anywhere: it is never blamed for an overlap and always fills a gap.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from engine.dmn import boxed as b
from engine.dmn.atoms import ORDERED, Atom, Constant, atoms_of
from engine.dmn.columns import rules_in
from engine.feel import FeelSyntaxError, compile_tests
from engine.feel import syntax as s
from engine.feel.run import Run
from engine.feel.text import string_of
from engine.feel.values import Value


@dataclass(frozen=True, slots=True)
class Except:
    """A cell that holds for everything but these: not("a", "b")."""

    atoms: tuple[Atom, ...]


Read = tuple[Atom, ...] | Except | str | None

MOST_RULES = 2_000
MOST_STEPS = 40_000
NULL = type(None)
# A stretch with no value in it: between a day and the next.
_NOTHING: Value = object()


@dataclass(frozen=True, slots=True)
class Axis:
    """One column. stretches: what each bit stands for, in words; cells: per rule its bits, None if it cannot be told.

    named: the stretches where a gap would be a mistake; texts that no cell and no list of allowed values names are not.
    """

    stretches: tuple[str, ...]
    cells: tuple[int | None, ...]
    named: int


def axis_of(cells: list[str], allowed: list[Atom] | None) -> Axis:
    """Cut one column; `allowed` are the atoms of its allowed values, None without."""
    read = [_read(text) for text in cells]
    atoms = [atom for found in read for atom in _atoms_in(found)] + list(allowed or [])
    kinds = {atom.kind for atom in atoms} - {type(None)}
    if len(kinds) == 1 and (kind := next(iter(kinds))) in ORDERED:
        return _ordered(kind, read, atoms, allowed)
    return _listed(kinds, read, atoms, allowed)


def _read(text: str) -> Read:
    """Return atoms, all but some, "-" for anything, or None for what cannot be told."""
    if text.strip() in ("", "-"):
        return "-"
    try:
        tree = compile_tests(text).tree
    except FeelSyntaxError:
        return None
    if isinstance(tree, s.Tests) and tree.kind == "not":
        atoms = atoms_of(replace(tree, kind="any"))
        return None if atoms is None else Except(atoms)
    return atoms_of(tree)


def _atoms_in(found: Read) -> tuple[Atom, ...]:
    return found.atoms if isinstance(found, Except) else found if isinstance(found, tuple) else ()


def _ordered(kind: type, read: list[Read], atoms: list[Atom], allowed: list[Atom] | None) -> Axis:
    points: list[Value] = sorted({end for atom in atoms if atom.kind is kind for end in _ends(atom)})
    samples = _samples(kind, points)
    kept = [
        index
        for index, sample in enumerate(samples)
        if sample is not _NOTHING and (allowed is None or _any(allowed, sample))
    ]
    words = _words(points)

    def bits(found: Read) -> int | None:
        if found is None:
            return None
        if isinstance(found, str):
            return (1 << len(kept)) - 1
        if isinstance(found, Except):
            return (1 << len(kept)) - 1 & ~(bits(found.atoms) or 0)
        return sum(1 << place for place, index in enumerate(kept) if _any(found, samples[index]))

    return Axis(tuple(words[index] for index in kept), tuple(map(bits, read)), (1 << len(kept)) - 1)


def _listed(kinds: set[type], read: list[Read], atoms: list[Atom], allowed: list[Atom] | None) -> Axis:
    source = atoms if allowed is None else allowed
    constants: list[Value] = (
        [True, False]
        if kinds == {bool}
        else [one.value for one in source if isinstance(one, Constant) and one.value is not None]
    )
    values = [value for index, value in enumerate(constants) if value not in constants[:index]]
    # The last stretch is everything that is not listed, null among it.
    rest = 0 if kinds == {bool} or allowed is not None else 1 << len(values)
    everything = (1 << len(values)) - 1 | rest

    def bits(found: Read) -> int | None:
        if found is None or isinstance(found, str):
            return None if found is None else everything
        if isinstance(found, Except):
            # Null is one of the rest, and not(null) leaves the others there.
            return everything & ~((bits(found.atoms) or 0) & ~rest)
        held = sum(1 << place for place, value in enumerate(values) if _any(found, value))
        return held | (rest if any(atom.has(None) for atom in found) else 0)

    words = (*map(_word, values), "其他") if rest else tuple(map(_word, values))
    if any(not isinstance(atom, Constant) for atom in atoms):  # Of several kinds: nothing can be told.
        return Axis(("其他",), tuple(1 if cell == "-" else None for cell in read), 1)
    return Axis(words, tuple(map(bits, read)), everything & ~rest or everything)


def _any(atoms: tuple[Atom, ...] | list[Atom], value: Value) -> bool:
    return any(atom.has(value) for atom in atoms)


def _ends(atom: Atom) -> list[Value]:
    if isinstance(atom, Constant):
        return [atom.value]
    return [end for end in (atom.low, atom.high) if end is not None]


def _samples(kind: type, points: list[Value]) -> list[Value]:
    """Return one value per stretch: before the first point, each point, between, after the last."""
    samples: list[Value] = []
    for index, point in enumerate(points):
        before = points[index - 1] if index else None
        samples += [_between(kind, before, point), point]
    samples.append(_between(kind, points[-1] if points else None, None))
    return samples


def _between(kind: type, low: Value, high: Value) -> Value:
    if kind is Decimal:
        if low is None:
            return Decimal(0) if high is None else high - 1
        return low + 1 if high is None else (low + high) / 2
    first, last = date.min.toordinal(), date.max.toordinal()
    start = first if low is None else low.toordinal() + 1
    end = last if high is None else high.toordinal() - 1
    return date.fromordinal((start + end) // 2) if start <= end else _NOTHING


def _words(points: list[Value]) -> list[str]:
    if not points:
        return ["任意"]
    texts = [_word(point) for point in points]
    words = [f"< {texts[0]}"]
    for index, text in enumerate(texts):
        words.append(text)
        words.append(f"({text}..{texts[index + 1]})" if index + 1 < len(texts) else f"> {text}")
    return words


def _word(value: Value) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    return "true" if value is True else "false" if value is False else string_of(Run(), value) or "null"


class Grid:
    """The rules of one table over all its axes."""

    def __init__(self, table: b.Table, axes: list[Axis]) -> None:
        self.axes = axes
        self.count = len(table.rules)
        self._steps = 0
        self._holding = [_holding(axis) for axis in axes]

    def never(self) -> Iterator[tuple[int, int]]:
        """Yield (rule, column) where a cell holds for no value there may be."""
        for column, axis in enumerate(self.axes):
            for rule, cell in enumerate(axis.cells):
                if cell == 0:
                    yield rule, column

    def overlaps(self) -> Iterator[tuple[int, int]]:
        """Yield pairs of rules that some input satisfies both, as far as can be told for sure."""
        if self.count > MOST_RULES:
            return
        sure = sum(1 << rule for rule in range(self.count) if all(axis.cells[rule] is not None for axis in self.axes))
        meeting = [_meeting(axis) for axis in self.axes]
        for rule in rules_in(sure):
            others = sure >> (rule + 1) << (rule + 1)
            for axis, known in zip(self.axes, meeting, strict=True):
                others &= known.get(axis.cells[rule] or 0, 0)
            for other in rules_in(others):
                yield rule, other

    def gap(self) -> list[str] | None:
        """Return one combination that no rule holds for, a text per column, or None if none was found."""
        if self.count > MOST_RULES or not self.axes:
            return None
        self._steps = 0
        return self._search(0, (1 << self.count) - 1, set(), [axis.named for axis in self.axes])

    def hidden(self, rule: int, earlier: list[int]) -> bool:
        """Tell whether everything a rule holds for is taken by earlier ones."""
        if self.count > MOST_RULES or any(axis.cells[rule] is None for axis in self.axes):
            return False
        sure = sum(1 << one for one in earlier if all(axis.cells[one] is not None for axis in self.axes))
        if not sure or any((axis.cells[rule] or 0) == 0 for axis in self.axes):
            return False
        self._steps = 0
        within = [axis.cells[rule] or 0 for axis in self.axes]
        return self._search(0, sure, set(), within) is None and self._steps <= MOST_STEPS

    def _search(self, column: int, active: int, known: set[tuple[int, int]], within: list[int]) -> list[str] | None:
        """Go through the columns, keeping the rules still in play; a combination left without any is found."""
        if not active:
            rest = zip(self.axes[column:], within[column:], strict=True)
            return [axis.stretches[rules_in(bits)[0]] for axis, bits in rest if bits]
        if column == len(self.axes) or (column, active) in known:
            return None
        seen: set[int] = set()
        for place in rules_in(within[column]):
            self._steps += 1
            if self._steps > MOST_STEPS:
                return None
            left = active & self._holding[column][place]
            if left in seen:
                continue
            seen.add(left)
            found = self._search(column + 1, left, known, within)
            if found is not None:
                return [self.axes[column].stretches[place], *found]
        known.add((column, active))
        return None


def _holding(axis: Axis) -> list[int]:
    """Return per stretch the rules that hold there; a cell that cannot be told holds everywhere."""
    masks = [0] * len(axis.stretches)
    for rule, cell in enumerate(axis.cells):
        for place in range(len(masks)) if cell is None else rules_in(cell):
            masks[place] |= 1 << rule
    return masks


def _meeting(axis: Axis) -> dict[int, int]:
    """Return cell -> the rules whose cell has a stretch in common with it."""
    holding = [0] * len(axis.stretches)
    for rule, cell in enumerate(axis.cells):
        for place in rules_in(cell or 0):
            holding[place] |= 1 << rule
    found: dict[int, int] = {}
    for cell in set(axis.cells):
        if cell is not None:
            mask = 0
            for place in rules_in(cell):
                mask |= holding[place]
            found[cell] = mask
    return found


def allowed_atoms(cell: b.Cell | None) -> list[Atom] | None:
    """Return the atoms of allowed values; None if there are none or they cannot be told."""
    if cell is None:
        return None
    try:
        tree = compile_tests(cell.text).tree
    except FeelSyntaxError:
        return None
    atoms = atoms_of(tree) if isinstance(tree, s.Tests) else None
    return None if atoms is None else list(atoms)
