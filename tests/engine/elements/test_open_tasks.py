"""Random diagrams: after every step the same is open as in a token game written from the standard.

QINGCHE_NIGHTLY=1 plays more of them, and larger ones.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import UTC, datetime
from random import Random

import orjson
import pytest

from engine import spiff
from tests.engine.elements.eventful import Eventful, file_of
from tests.engine.elements.tokengame import Open, Waiting

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CASE = spiff.CaseFacts("0198a000-0000-7000-8000-000000000001")
NIGHTLY = os.environ.get("QINGCHE_NIGHTLY") == "1"
GAMES, STEPS, SIZES = (4_000, 120, [6, 12, 20, 30]) if NIGHTLY else (250, 40, [4, 8, 14])


class Played:
    """A case whose open tasks are known by element and by the instances they stand in."""

    def __init__(self, content: bytes, *, saved: bool) -> None:
        parsed = spiff.parse(content, "model")
        assert parsed.report.ok, parsed.report.errors
        self.program, self.saved, self.ports = parsed.processes["p"], saved, spiff.Ports(NOW)
        self.tasks: list[spiff.Opened] = []
        self.live, self.outcome = spiff.start(self.program, CASE, {}, self.ports)
        self.after()

    def after(self) -> None:
        gone = {closed.task_id for closed in self.outcome.closed}
        self.tasks = [task for task in self.tasks if task.id not in gone] + list(self.outcome.opened)
        if self.saved and self.outcome.state == "running":
            values = orjson.loads(orjson.dumps(self.outcome.values))
            self.live = spiff.load(self.program, spiff.dump(self.live), values, CASE)
            assert spiff.digest(self.live) == self.outcome.digest

    def open(self) -> Counter[Open]:
        return Counter(place(task) for task in self.tasks)

    def happen(self, what: Open) -> None:
        task = next(task for task in self.tasks if place(task) == what)
        if task.kind == "timer":
            self.outcome = spiff.fire(self.live, task.id, self.ports)
        else:
            self.outcome = spiff.complete(self.live, task.id, {}, self.ports)
        self.after()


def place(task: spiff.Opened) -> Open:
    return task.element_id, tuple((name, at) for name, at in task.locals.items() if name.startswith("i_"))


def play(seed: int, *, saved: bool) -> None:
    random = Random(seed)
    graph = Eventful(random, random.choice(SIZES)).graph()
    game, case = Waiting(graph, Random(seed + 1)), Played(file_of(graph), saved=saved)
    for _ in range(STEPS):
        assert case.open() == game.open(), seed
        assert (case.outcome.state == "completed") == game.is_over, seed
        if game.is_over:
            return
        what = random.choice(sorted(game.open()))
        game.happen(what)
        case.happen(what)


@pytest.mark.parametrize("saved", [True, False], ids=["saved and loaded", "held in memory"])
def test_after_every_step_the_same_is_open_as_in_the_token_game(saved: bool) -> None:
    for seed in range(GAMES):
        play(seed, saved=saved)
