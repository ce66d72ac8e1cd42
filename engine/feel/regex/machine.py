"""Matching in linear time: all ways through the pattern at once, in order of preference (Pike's machine).

It never goes back in the text, so its cost is at most text length times program length, and each step is
charged. Used for every pattern that Python's `re` could take long over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.feel.regex.classes import Predicate
from engine.feel.regex.pattern import Anchor, Back, Choice, Group, One, Part, PatternError, Repeat, Sequence, Tree

_MOST_STEPS = 4000
Spans = tuple[int | None, ...]


@dataclass(slots=True)
class Step:
    """kind: char, split (first, then second), jump, save, start, end or match."""

    kind: str
    first: int = 0
    second: int = 0
    test: Predicate | None = None


class Machine:
    """A program for one pattern."""

    def __init__(self, tree: Tree) -> None:
        self.steps: list[Step] = []
        self.is_multiline = tree.is_multiline
        self.slots = 2 * tree.groups + 2
        self._add(Step("save", 0))
        self._write(tree.part)
        self._add(Step("save", 1))
        self._add(Step("match"))

    def _add(self, step: Step) -> int:
        if len(self.steps) >= _MOST_STEPS:
            raise PatternError("the pattern is too large")
        self.steps.append(step)
        return len(self.steps) - 1

    def _write(self, part: Part) -> None:
        if isinstance(part, One):
            self._add(Step("char", test=part.chars.has))
        elif isinstance(part, Sequence):
            for item in part.parts:
                self._write(item)
        elif isinstance(part, Choice):
            self._write_choice(part)
        elif isinstance(part, Repeat):
            self._write_repeat(part)
        elif isinstance(part, Anchor):
            self._add(Step("start" if part.sign == "^" else "end"))
        elif isinstance(part, Back):
            raise PatternError("a reference to a group needs a simpler pattern or a shorter text")
        elif part.number is None:
            self._write(part.part)
        else:
            self._write_group(part, part.number)

    def _write_group(self, part: Group, number: int) -> None:
        self._add(Step("save", 2 * number))
        self._write(part.part)
        self._add(Step("save", 2 * number + 1))

    def _write_choice(self, part: Choice) -> None:
        jumps = []
        for branch in part.branches[:-1]:
            split = self._add(Step("split"))
            self.steps[split].first = len(self.steps)
            self._write(branch)
            jumps.append(self._add(Step("jump")))
            self.steps[split].second = len(self.steps)
        self._write(part.branches[-1])
        for jump in jumps:
            self.steps[jump].first = len(self.steps)

    def _write_repeat(self, part: Repeat) -> None:
        for _ in range(part.least):
            self._write(part.part)
        if part.most is None:
            split = self._add(Step("split"))
            self._write(part.part)
            self._add(Step("jump", split))
            self._aim(split, part)
            return
        splits = []
        for _ in range(part.most - part.least):
            splits.append(self._add(Step("split")))
            self._write(part.part)
        for split in splits:
            self._aim(split, part)

    def _aim(self, split: int, part: Repeat) -> None:
        inside, after = split + 1, len(self.steps)
        step = self.steps[split]
        step.first, step.second = (inside, after) if part.is_greedy else (after, inside)

    def search(self, text: str, start: int, charge: Callable[[int], None]) -> Spans | None:
        """Find the first match at or after a position; the spans of the match and its groups."""
        empty: Spans = (None,) * self.slots
        found: Spans | None = None
        threads: list[tuple[int, Spans]] = []
        for position in range(start, len(text) + 1):
            marked: set[int] = set()
            ready: list[tuple[int, Spans]] = []
            for step, spans in threads:
                self._follow(step, spans, position, text, marked, ready)
            if found is None:
                self._follow(0, empty, position, text, marked, ready)
            elif not ready:
                return found
            charge(1 + 2 * len(marked))
            threads = []
            for step, spans in ready:
                current = self.steps[step]
                if current.test is None:
                    # A match: what comes after it in order of preference does not count any more.
                    found = spans
                    break
                if position < len(text) and current.test(text[position]):
                    threads.append((step + 1, spans))
        return found

    def _follow(
        self, step: int, spans: Spans, position: int, text: str, marked: set[int], ready: list[tuple[int, Spans]]
    ) -> None:
        """Go on to every step that reads a character, in order of preference."""
        stack = [(step, spans)]
        while stack:
            here, spans = stack.pop()
            if here in marked:
                continue
            marked.add(here)
            current = self.steps[here]
            kind = current.kind
            if kind in ("char", "match"):
                ready.append((here, spans))
            elif kind == "jump":
                stack.append((current.first, spans))
            elif kind == "split":
                stack.append((current.second, spans))
                stack.append((current.first, spans))
            elif kind == "save":
                stack.append((here + 1, (*spans[: current.first], position, *spans[current.first + 1 :])))
            elif self._holds(kind, position, text):
                stack.append((here + 1, spans))

    def _holds(self, kind: str, position: int, text: str) -> bool:
        if kind == "start":
            return position == 0 or (self.is_multiline and text[position - 1] == "\n")
        return position == len(text) or (self.is_multiline and text[position] == "\n")
