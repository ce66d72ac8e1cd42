"""Field rights of a named view: JSON pointer patterns to write, read or hidden.

`*` stands for one segment, `**` for any rest, also none. A right given to a section or a table holds for all
that lies in it unless a closer pattern says otherwise. The pattern with the longest literal prefix wins, then
the one with more literal segments. What no pattern matches is hidden.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

from forms import pointer as pointers
from forms.errors import BadDefinition, UnknownView
from forms.pointer import Path

Right = Literal["write", "read", "hidden"]
RIGHTS: frozenset[str] = frozenset(("write", "read", "hidden"))
_CACHE_LIMIT = 20_000


class Rights:
    """Tells the right on a pointer; without patterns everything may be written."""

    def __init__(self, patterns: Mapping[str, str] | None) -> None:
        self.open = patterns is None
        rules = [(pointers.split(text), cast(Right, right)) for text, right in (patterns or {}).items()]
        self._rules = sorted(rules, key=lambda rule: _weight(rule[0]), reverse=True)
        self._known: dict[Path, Right] = {}
        self._shut: dict[Path, bool] = {}

    def of(self, path: Path) -> Right:
        """Tell the right on the value at `path`."""
        if self.open:
            return "write"
        known = self._known.get(path)
        if known is not None:
            return known
        hidden: Right = "hidden"
        right = next((right for pattern, right in self._rules if _covers(pattern, path)), hidden)
        if len(self._known) > _CACHE_LIMIT:
            self._known.clear()
        self._known[path] = right
        return right

    def of_pointer(self, pointer: str) -> Right:
        """Tell the right on the value at a JSON pointer."""
        return self.of(pointers.split(pointer))

    def opens_below(self, path: Path) -> bool:
        """Tell whether something below `path` may be seen although `path` itself may not."""
        return self.open or any(right != "hidden" and _reaches(pattern, path) for pattern, right in self._rules)

    def shuts(self, path: Path) -> bool:
        """Tell whether neither `path` nor anything below it may be seen."""
        if self.open:
            return False
        known = self._shut.get(path)
        if known is None:
            if len(self._shut) > _CACHE_LIMIT:
                self._shut.clear()
            known = self._shut[path] = self.of(path) == "hidden" and not self.opens_below(path)
        return known


def rights_of(views: Mapping[str, Any] | None, view: str | None) -> Rights:
    """Pick a view of `qc:views`; raises UnknownView for a name that is not declared."""
    if view is None:
        return Rights(None)
    declared = views if isinstance(views, Mapping) else {}
    if view not in declared:
        raise UnknownView(view=view, known="、".join(declared) or "—")
    patterns = declared[view]
    if not isinstance(patterns, Mapping) or not all(right in RIGHTS for right in patterns.values()):
        raise BadDefinition(why=f"qc:views/{view}")
    return Rights(patterns)


def _weight(pattern: Path) -> tuple[int, int, int]:
    prefix = 0
    for part in pattern:
        if part in ("*", "**"):
            break
        prefix += 1
    literals = sum(part not in ("*", "**") for part in pattern)
    return prefix, literals, sum(part == "*" for part in pattern)


def _covers(pattern: Path, path: Path) -> bool:
    """Match `path` or one of its ancestors."""
    if not pattern or (pattern[0] == "**" and len(pattern) == 1):
        return True
    if pattern[0] == "**":
        return any(_covers(pattern[1:], path[start:]) for start in range(len(path) + 1))
    return bool(path) and pattern[0] in ("*", path[0]) and _covers(pattern[1:], path[1:])


def _reaches(pattern: Path, path: Path) -> bool:
    """Tell whether the pattern could match something strictly below `path`."""
    for index, part in enumerate(path):
        if index >= len(pattern) or pattern[index] == "**":
            return True
        if pattern[index] not in ("*", part):
            return False
    return True
