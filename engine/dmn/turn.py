"""One evaluation of a model: what it was given, what it has computed, what it may still cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from engine.feel import Note
from engine.feel.run import Run
from engine.feel.types import Type
from engine.feel.values import Value

if TYPE_CHECKING:
    from engine.dmn.graph import Element
    from engine.dmn.tables import Matching

Scope = dict[str, Value]


class Turn:
    """State of one evaluation, or of one call of a decision service inside it (`inner`).

    given: what input data are read from, by name. free: names of it that no element of the model has; every
    decision sees them. values: what is settled, by element. told: the decisions evaluated so far, each with its turn
    and tables; None unless asked for. current: the tables of the decision under way.
    """

    __slots__ = ("current", "free", "given", "run", "told", "values")

    def __init__(self, run: Run, given: Mapping[str, Any], free: Mapping[str, Value]) -> None:
        self.run = run
        self.given = given
        self.free = free
        self.values: dict[Element, Value] = {}
        self.told: list[tuple[Turn, Element, list[Matching]]] | None = None
        self.current: list[Matching] = []

    def inner(self) -> Turn:
        """Open a turn of its own for a decision service: same purse and clock, nothing given, nothing settled."""
        made = Turn(self.run, {}, {})
        made.told = self.told
        return made

    def warn(self, code: str, message: str) -> None:
        """Say why a value is null."""
        if self.run.warnings is not None and len(self.run.warnings) < 100:
            self.run.warnings.append(Note(code, message, None))

    def conform(self, value: Value, wanted: Type | None, what: str) -> Value:
        """Convert a value to a type implicitly, or make it null with a warning."""
        if wanted is None or value is None:
            return value
        fits, made = wanted.coerce(value)
        if fits:
            return made
        self.warn("type", f"{what} is not a {wanted}")
        return None


Code = Callable[[Turn, Scope], Value]


def nothing(turn: Turn, scope: Scope) -> Value:
    """Be the code of what is not there: null."""
    return None


def complaint(code: str, message: str) -> Code:
    """Make code that answers null and says why."""

    def warn(turn: Turn, scope: Scope) -> Value:
        turn.warn(code, message)
        return None

    return warn
