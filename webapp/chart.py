"""Charts printed by the server as SVG: geometry only, the template draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """One stacked bar: x and width, its segments (series number, y, height), label below, total above (y)."""

    x: float
    width: float
    segments: tuple[tuple[int, float, float], ...]
    label: str
    total: int
    total_y: float


@dataclass(frozen=True)
class Bars:
    """A stacked bar chart in a viewBox of `width` × `height`; lines: (y, value) of the grid."""

    width: int
    height: int
    lines: tuple[tuple[float, int], ...]
    bars: tuple[Bar, ...]


def stack(columns: Sequence[tuple[str, Sequence[int]]]) -> Bars:
    """Lay out stacked bars, one per (label, values); the scale ends on a round number above the tallest."""
    left, right, top, floor = 40, 568, 24, 210
    step = _step(max((sum(values) for _, values in columns), default=0))
    tallest = max(1, max((sum(values) for _, values in columns), default=0))
    per_unit = (floor - top) / (-(-tallest // step) * step)
    slot = (right - left) / max(1, len(columns))
    width = min(34.0, slot * 0.62)
    bars = []
    for n, (label, values) in enumerate(columns):
        y, segments = float(floor), []
        for series, value in enumerate(values):
            height = value * per_unit
            y -= height
            if value:
                # One unit of air between two colours, so that they part without relying on hue.
                segments.append((series, round(y, 1), round(max(height - 1.0, 0.8), 1)))
        x = left + slot * n + (slot - width) / 2
        bars.append(Bar(round(x, 1), round(width, 1), tuple(segments), label, sum(values), round(y - 6, 1)))
    lines = tuple((round(floor - value * per_unit, 1), value) for value in range(0, tallest + 1, step))
    return Bars(572, 236, lines, tuple(bars))


def _step(tallest: int) -> int:
    for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000):
        if tallest <= step * 5:
            return step
    return 10_000
