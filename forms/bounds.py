"""Dates held against today or another field: `minimumDate` and `maximumDate`, as spiff-arena's forms have them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from forms import problems
from forms.fields.date_range import ends_of
from forms.problems import Problem
from forms.scene import Scene
from forms.spot import Spot

_KEYS = (("minimumDate", "too-early"), ("maximumDate", "too-late"))


def broken(root: Spot, scene: Scene, data: Any) -> Iterator[Problem]:
    """Go through the dates that lie before or after what their schema allows."""
    for spot in root.leaves():
        for key, code in _KEYS:
            limit = _limit(spot.schema.get(key), data, scene.now)
            if limit is None or not spot.value:
                continue
            start, end = ends_of(spot.value)
            day = start[:10] if code == "too-early" else (end or start)[:10]
            if day and (day < limit if code == "too-early" else day > limit):
                yield problems.at(spot, code, scene, limit=limit)


def _limit(wanted: Any, data: Any, now: datetime | None) -> str | None:
    """Read `today`, a date, or `field:name` with `:start` or `:end` of a range."""
    if not isinstance(wanted, str):
        return None
    if wanted == "today":
        return now.date().isoformat() if now is not None else None
    if not wanted.startswith("field:"):
        return wanted[:10] if wanted[:4].isdecimal() else None
    name, _, which = wanted.removeprefix("field:").partition(":")
    held = data.get(name) if isinstance(data, Mapping) else None
    if held is None:
        return None
    start, end = ends_of(held)
    return ((end or start) if which == "end" else start)[:10] or None
