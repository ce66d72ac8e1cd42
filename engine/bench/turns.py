"""Measure contenders in turns, so that whatever else the machine does meets them alike."""

from __future__ import annotations

import gc
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Turn = Callable[[], "Spent"]


@dataclass(frozen=True, slots=True)
class Spent:
    """Microseconds for one unit of work: by the wall, and of this process's CPU time."""

    wall: float
    cpu: float

    def figures(self, name: str) -> dict[str, float]:
        return {f"{name}, us": round(self.wall, 1), f"{name}, us of CPU": round(self.cpu, 1)}


class Stopwatch:
    """Times what stands inside `with`, any number of times; `spent` is the mean per unit."""

    def __init__(self) -> None:
        self._wall = self._cpu = 0.0
        self._units = 0

    def __enter__(self) -> None:
        self._began = time.perf_counter(), time.process_time()

    def __exit__(self, *_why: object) -> None:
        cpu, wall = time.process_time(), time.perf_counter()
        self._wall += wall - self._began[0]
        self._cpu += cpu - self._began[1]
        self._units += 1

    def spent(self, units: int | None = None) -> Spent:
        per = 1e6 / (units or self._units)
        return Spent(self._wall * per, self._cpu * per)


def in_turns(contenders: Mapping[str, Turn], rounds: int) -> dict[str, Spent]:
    """Run each contender once per round, one after the other; returns the median of each.

    The first round only warms up. Rubbish is collected between turns, so that nobody pays for another's.
    """
    taken: dict[str, list[Spent]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, turn in contenders.items():
            gc.collect()
            spent = turn()
            if number:
                taken[name].append(spent)
    return {name: _median(all_of_it) for name, all_of_it in taken.items()}


def times(slower: Spent, faster: Spent, name: str, *, digits: int = 2) -> dict[str, float]:
    """Say how many times `slower` takes what `faster` takes, by the wall and by CPU time."""
    return {name: round(slower.wall / faster.wall, digits), f"{name}, by CPU": round(slower.cpu / faster.cpu, digits)}


def machine() -> dict[str, object]:
    """Say what was measured on."""
    return {
        "python": platform.python_version(),
        "machine": f"{os.cpu_count()} × {_processor()}, {sys.platform}",
    }


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:  # noqa: PTH123 - a device, not a file of ours
            names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    except OSError:
        names = []
    return names[0] if names else platform.machine()


def _median(all_of_it: list[Spent]) -> Spent:
    return Spent(
        statistics.median(spent.wall for spent in all_of_it), statistics.median(spent.cpu for spent in all_of_it)
    )
