"""What changed between two JSON values, as JSON pointers; arrays are compared by index."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

ABSENT: Any = type("Absent", (), {"__repr__": lambda self: "ABSENT"})()
_LONGEST_POINTER = 480  # event_values.pointer holds 500; deeper changes are recorded at their parent


class Change(NamedTuple):
    """One difference; `before` or `after` is ABSENT where the pointer did not exist."""

    pointer: str
    before: Any
    after: Any


def diff(before: Any, after: Any, pointer: str = "") -> Iterator[Change]:
    """Yield the smallest changes that lead from one value to the other, in pointer order.

    A value that appears or goes is one change however deep it is. Numbers of equal value but different
    type (1 and 1.0) are equal; true and 1 are not.
    """
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted(before.keys() | after.keys()):
            yield from _member(before.get(key, ABSENT), after.get(key, ABSENT), before, after, pointer, str(key))
    elif isinstance(before, list) and isinstance(after, list):
        for index in range(max(len(before), len(after))):
            old = before[index] if index < len(before) else ABSENT
            new = after[index] if index < len(after) else ABSENT
            yield from _member(old, new, before, after, pointer, str(index))
    elif not _same(before, after):
        yield Change(pointer, before, after)


def escape(key: str) -> str:
    """Escape one reference token of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def _member(old: Any, new: Any, before: Any, after: Any, pointer: str, key: str) -> Iterator[Change]:
    if old is new:
        return
    inner = f"{pointer}/{escape(key)}"
    if old is ABSENT or new is ABSENT:
        yield Change(inner[:_LONGEST_POINTER], old, new)
    elif len(inner) + 20 > _LONGEST_POINTER:
        if not _same(old, new):
            yield Change(inner[:_LONGEST_POINTER], old, new)
    else:
        yield from diff(old, new, inner)


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return bool(left == right)
