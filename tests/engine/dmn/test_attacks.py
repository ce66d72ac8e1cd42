"""No model may cost more than half a second or 64 MB over the start, whatever stands in its boxes."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from engine.feel import BudgetExceeded
from tests.engine.dmn.attacks import BOXES, attempt, models

MOST_SECONDS = 0.5
MOST_KILOBYTES = 64 * 1024
_FIGURES = re.compile(r"(-?\d+) kB +(-?[\d.]+) s (.+)")


@pytest.mark.slow
def test_every_attack_stays_within_time_and_memory() -> None:
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-m", "tests.engine.dmn.attacks"], cwd=root, capture_output=True, text=True, check=True
    )
    told = {name: (int(size), float(spent)) for size, spent, name in _FIGURES.findall(done.stdout)}
    assert told.keys() == models().keys()
    dear = {name: cost for name, cost in told.items() if cost[0] >= MOST_KILOBYTES or cost[1] >= MOST_SECONDS}
    assert dear == {}


@pytest.mark.parametrize("name", sorted(BOXES.keys() - {"boxed sums", "boxed entries"}))
def test_what_cannot_be_answered_within_the_budget_ends_in_an_error(name: str) -> None:
    assert isinstance(attempt(models()[name]), BudgetExceeded)
