"""What one evaluation may cost, and the weight of a value once it is written as JSON.

Straight-line text costs at most its own length, so only what repeats is charged: each turn of a loop
or filter, each call, each step of a built-in over a list or a string. `memory` counts every byte ever
allocated for lists and strings, not what is live, which is simpler and errs on the safe side.
There is no wall clock in it: the same text over the same values always ends the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from datetime import time as time_of_day
from decimal import Decimal
from typing import Any

from engine.feel.errors import BudgetExceeded

OPERATIONS = 600_000
MEMORY = 24 * 1024 * 1024
DEPTH = 100
WEIGHT = 16 * 1024 * 1024
NESTING = 200

# A decimal with its slot in a list; text is counted by its characters.
SLOT = 112


class Budget:
    """A purse of operations, bytes and call depth; hand the same one to several evaluations to bound their sum."""

    operations = OPERATIONS
    memory = MEMORY
    depth = DEPTH

    def __init__(self, operations: int = OPERATIONS, *, memory: int = MEMORY, depth: int = DEPTH) -> None:
        self.operations = operations
        self.memory = memory
        self.depth = depth

    def spend(self, operations: int) -> None:
        """Take operations; raises BudgetExceeded when none are left."""
        self.operations -= operations
        if self.operations < 0:
            raise BudgetExceeded("operations", "The expression takes too many steps")

    def hold(self, size: int) -> None:
        """Take bytes; raises BudgetExceeded when none are left."""
        self.memory -= size
        if self.memory < 0:
            raise BudgetExceeded("memory", "The expression makes too much text or too long lists")

    def enter(self) -> None:
        """Go one call deeper; raises BudgetExceeded at the bottom."""
        self.depth -= 1
        if self.depth < 0:
            raise BudgetExceeded("depth", "Functions call each other too deeply")

    def leave(self) -> None:
        """Come back from a call."""
        self.depth += 1


def weigh(value: object, *, nesting: int = NESTING) -> int:
    """Estimate the bytes of a value written as JSON.

    A part that is shared is counted each time it would be written, yet visited once, so the answer for
    a small structure of shared lists may be astronomically large and still comes at once.
    Raises BudgetExceeded if lists and contexts nest deeper than `nesting` or contain themselves.
    """
    return _weigh(value, nesting, {}, set())[0]


def _weigh(value: Any, left: int, seen: dict[int, tuple[int, int]], open_: set[int]) -> tuple[int, int]:
    kind = type(value)
    if kind is str:
        return len(value) + 2, 0
    if kind is not list and not isinstance(value, (tuple, Mapping, list)):
        return _weigh_scalar(value), 0
    key = id(value)
    known = seen.get(key)
    if known is None:
        if left <= 0 or key in open_:
            raise BudgetExceeded("depth", "The value nests too deeply")
        open_.add(key)
        known = _weigh_parts(value, left, seen, open_)
        open_.discard(key)
        seen[key] = known
    if known[1] > left:
        raise BudgetExceeded("depth", "The value nests too deeply")
    return known


def _weigh_parts(value: Any, left: int, seen: dict[int, tuple[int, int]], open_: set[int]) -> tuple[int, int]:
    size = 2
    height = 0
    parts = value
    if isinstance(value, Mapping):
        parts = value.values()
        size += sum(len(str(key)) + 4 for key in value)
    for part in parts:
        kind = type(part)
        if kind is Decimal:
            size += max(36, abs(part.adjusted()) + 4)
            continue
        if kind is str:
            size += len(part) + 3
            continue
        part_size, part_height = _weigh(part, left - 1, seen, open_)
        size += part_size + 1
        height = max(height, part_height)
    return size, height + 1


def _weigh_scalar(value: object) -> int:
    if isinstance(value, str):
        return len(value) + 2
    if isinstance(value, Decimal):
        return max(36, abs(value.adjusted()) + 4)
    if isinstance(value, int):
        return value.bit_length() // 3 + 1
    if isinstance(value, (date, datetime, time_of_day)):
        return 34
    return 24
