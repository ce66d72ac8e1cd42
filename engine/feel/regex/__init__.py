"""XPath regular expressions whose cost is bounded: `compile_pattern(text, flags)` and `Pattern.find_all`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from engine.feel.regex import native
from engine.feel.regex.machine import Machine, Spans
from engine.feel.regex.pattern import PatternError, Tree, parse

__all__ = ["Pattern", "PatternError", "compile_pattern"]

_MOST_CHARACTERS = 2_000


class Pattern:
    """A compiled pattern that picks, per text, the fast engine where it is safe and the linear one elsewhere."""

    def __init__(self, tree: Tree) -> None:
        self.groups = tree.groups
        self._tree = tree
        self._machine: Machine | None = None
        try:
            self._native: re.Pattern[str] | None = native.write(tree)
        except native.NotNative:
            self._native = None

    def find_all(self, text: str, charge: Callable[[int], None]) -> Iterator[Spans]:
        """Yield the spans of each match and its groups, left to right; `charge` takes the operations it costs.

        Raises PatternError for a reference to a group in a pattern or over a text that is too large for it.
        """
        charge(6 + len(text) // 8)
        if self._native is not None and native.is_bounded(self._tree.part, len(text)):
            for found in self._native.finditer(text):
                charge(1)
                yield tuple(place for pair in found.regs for place in pair)
            return
        if self._machine is None:
            self._machine = Machine(self._tree)
        position = 0
        while position <= len(text):
            spans = self._machine.search(text, position, charge)
            if spans is None:
                return
            yield spans
            end = spans[1] or 0
            position = end if end > (spans[0] or 0) else end + 1


@lru_cache(maxsize=512)
def compile_pattern(text: str, flags: str) -> Pattern:
    """Compile a pattern; raises PatternError."""
    if len(text) > _MOST_CHARACTERS:
        raise PatternError(f"a pattern has at most {_MOST_CHARACTERS} characters")
    return Pattern(parse(text, flags))
