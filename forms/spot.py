"""A place in a form: one field, section or table, for one value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from forms import pointer as pointers
from forms.pointer import Path
from forms.uischema import Ui
from forms.views import Right

if TYPE_CHECKING:
    from forms.fields.base import Entry
    from forms.rules import Scope

Schema = dict[str, Any]
Shape = Literal["leaf", "section", "rows", "map"]


@dataclass(slots=True)
class Spot:
    """What is known about a place once its schema is folded for its value.

    path: the JSON path. name: of its input, without the page's prefix.
    label: of the field alone; full_label: with the row it stands in, for messages.
    shown: what the visibility rule says. entry: the field type of a leaf.
    branches: labels to choose a variant from; branch: the chosen one.
    scope: what the rules of this place see; None in a form without rules.
    fixed: rows that `prefixItems` sets. key_of: for a named value, its name.
    """

    path: Path
    pointer: str
    name: str
    schema: Schema
    ui: Ui
    value: Any
    label: str
    full_label: str
    required: bool
    right: Right
    depth: int
    shape: Shape
    shown: bool = True
    nullable: bool = False
    entry: type[Entry] | None = None
    children: list[Spot] = field(default_factory=list)
    branches: list[str] = field(default_factory=list)
    branch: int = 0
    in_row: bool = False
    fixed: int = 0
    key_of: str | None = None
    computed: bool = False
    scope: Scope | None = None

    def walk(self) -> Iterator[Spot]:
        """Go through this place and all below it, parents first."""
        waiting = [self]
        while waiting:
            spot = waiting.pop()
            yield spot
            waiting.extend(reversed(spot.children))

    def at(self, pointer: str) -> Spot:
        """Find the place of a pointer, or the nearest one around it."""
        here: Spot = self
        for depth in range(len(self.path), len(pointers.split(pointer))):
            part = pointers.split(pointer)[depth]
            found = next((child for child in here.children if child.path[-1:] == (part,)), None)
            if found is None:
                return here
            here = found
        return here

    def leaves(self) -> Iterator[Spot]:
        """Go through the fields that hold a value and may be seen."""
        if not self.shown:
            return
        if self.shape == "leaf" and self.right != "hidden" and not (self.entry is not None and self.entry.bare):
            yield self
        for child in self.children:
            yield from child.leaves()
