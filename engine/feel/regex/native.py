"""Patterns that Python's `re` may run: written for it, with a bound on how often it can go back.

The bound counts the ways through the pattern for a text of n characters: n + 1 for an unlimited
repetition of something that matches in one way only, the product over a sequence, the sum over branches.
Repeating without limit what can match in several ways has no bound worth having, and is left to the
machine; so is every set of characters that `re` cannot write exactly.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from engine.feel.regex.pattern import Anchor, Back, Choice, Group, One, Part, Sequence, Tree

MOST_WAYS = 2_000_000


class NotNative(ValueError):
    """The pattern has no exact or no safe form for `re`."""


def write(tree: Tree) -> re.Pattern[str]:
    """Compile for `re`; raises NotNative."""
    flags = (re.MULTILINE if tree.is_multiline else 0) | (re.IGNORECASE if tree.ignores_case else 0)
    try:
        return re.compile(_write(tree.part, is_multiline=tree.is_multiline), flags)
    except (re.error, OverflowError, RecursionError) as error:
        raise NotNative from error


def is_bounded(part: Part, length: int) -> bool:
    """Tell whether matching a text of this length from every position stays within MOST_WAYS."""
    try:
        return ways(part, length) * (length + 1) <= MOST_WAYS
    except NotNative:
        return False


def ways(part: Part, length: int) -> int:
    """Bound the ways through a part; raises NotNative where there are too many to count."""
    if isinstance(part, (One, Anchor)):
        return 1
    if isinstance(part, Back):
        return length + 1
    if isinstance(part, Group):
        return ways(part.part, length)
    if isinstance(part, Sequence):
        return _product(ways(item, length) for item in part.parts)
    if isinstance(part, Choice):
        return sum(ways(branch, length) for branch in part.branches)
    inside = ways(part.part, length)
    if inside == 1:
        return (length if part.most is None else part.most) - min(part.least, length) + 1
    if part.most is None or part.most > 30:
        raise NotNative
    return _product([inside] * part.most) * (part.most - part.least + 1)


def _product(factors: Iterable[int]) -> int:
    found = 1
    for factor in factors:
        found *= factor
        if found > MOST_WAYS:
            raise NotNative
    return found


def _write(part: Part, *, is_multiline: bool) -> str:
    if isinstance(part, One):
        text = part.chars.python()
        if text is None:
            raise NotNative
        return text
    if isinstance(part, Sequence):
        return "".join(_write(item, is_multiline=is_multiline) for item in part.parts)
    if isinstance(part, Choice):
        return f"(?:{'|'.join(_write(branch, is_multiline=is_multiline) for branch in part.branches)})"
    if isinstance(part, Anchor):
        return "^" if part.sign == "^" else "$" if is_multiline else r"\Z"
    if isinstance(part, Back):
        return rf"(?:\{part.number})"
    if isinstance(part, Group):
        return f"({'' if part.number else '?:'}{_write(part.part, is_multiline=is_multiline)})"
    most = "" if part.most is None else part.most
    inside = _write(part.part, is_multiline=is_multiline)
    return f"(?:{inside}){{{part.least},{most}}}{'' if part.is_greedy else '?'}"
