"""Random models with events: what waits after each happening is what the standard says, saved and loaded or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import spiff
from engine.spiff import live as steps
from engine.spiff.hearing import waiting_for
from engine.spiff.task import WAITING
from tests.engine.diagrams.drive import FACTS, Driver
from tests.engine.spiff.eventgame import Game
from tests.engine.spiff.happenings import CODES, SIGNALS, Maker, Scope, file_of

Happening = tuple[str, str, str]
"""(complete, fail, message, timer or signal; element or name; error code)."""


def model(random: Random) -> Scope:
    return Maker(random, random.choice([3, 6, 10])).scope()


def possible(case: Driver, game: Game, random: Random) -> list[Happening]:
    """List what may happen next; of several alike only signals, which reach them all."""
    counts = Counter(task.element_id for task in case.open)
    found: list[Happening] = [("signal", name, "") for name in SIGNALS if game.heard(("signal", name))]
    for task in case.open:
        if task.message is not None and game.heard(("message", task.message["name"])) == 1:
            found.append(("message", task.message["name"], ""))
        elif task.kind == "timer" and counts[task.element_id] <= 2:
            names = [wait.pending for wait in game.waits if wait.alive and wait.id == task.element_id]
            timers = [name for pending in names for kind, name in pending if kind == "timer"]
            if len(timers) == 1:
                found.append(("timer", timers[0], task.id))
        elif task.kind in ("user", "external") and counts[task.element_id] == 1:
            found.append(("complete", task.element_id, ""))
            if task.kind == "external":
                found.append(("fail", task.element_id, random.choice(CODES)))
    return sorted(found)


def happen(case: Driver, game: Game, what: Happening) -> None:
    kind, name, more = what
    if kind == "complete":
        case.complete(name)
        game.complete(name)
    elif kind == "timer":
        case.step(lambda live, ports: spiff.fire(live, more, ports))
        game.tell(("timer", name))
    elif kind == "fail":
        if game.fail(name, more):
            case.throw(name, more)
        else:
            with pytest.raises(spiff.ErrorUncaught):
                case.throw(name, more)
    else:
        case.deliver(name)
        game.tell((kind, name))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.integers(0, 2**32))
def test_random_models_wait_for_what_the_game_waits_for(seed: int) -> None:
    random = Random(seed)
    scope = model(random)
    case, game = Driver(file_of(scope)), Game(scope)
    for _ in range(40):
        assert Counter(case.waiting()) == game.waiting()
        assert (case.outcome.state == "completed") == (not game.top.alive)
        if not (next_ones := possible(case, game, random)):
            break
        happen(case, game, random.choice(next_ones))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 2**32))
def test_a_case_held_in_memory_does_the_same_as_one_saved_and_loaded(seed: int) -> None:
    random = Random(seed)
    scope = model(random)
    content = file_of(scope)
    case, game = Driver(content), Game(scope)
    live, outcome = spiff.start(case.program, FACTS, {}, case.ports)
    for _ in range(25):
        assert (outcome.digest, outcome.path) == (case.outcome.digest, case.outcome.path)
        assert outcome.opened == case.outcome.opened
        assert spiff.dump(
            spiff.load(case.program, spiff.dump(live), orjson.loads(orjson.dumps(outcome.values)), FACTS)
        ) == (case.blob)
        choices = [what for what in possible(case, game, random) if what[0] != "fail"]
        if not choices:
            break
        kind, name, more = what = random.choice(choices)
        task = case.task(name).id if kind == "complete" else more
        happen(case, game, what)
        if kind == "complete":
            outcome = spiff.complete(live, task, {}, case.ports)
        elif kind == "timer":
            outcome = spiff.fire(live, task, case.ports)
        else:
            outcome = spiff.deliver(live, name, {}, None, case.ports)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 2**32))
def test_saving_and_loading_between_all_turns_of_the_engine_changes_nothing(seed: int) -> None:
    random = Random(seed)
    scope = model(random)
    case, game = Driver(file_of(scope)), Game(scope)
    for _ in range(25):
        choices = [what for what in possible(case, game, random) if what[0] != "fail"]
        if not choices:
            break
        what = random.choice(choices)
        task = case.task(what[1]).id if what[0] == "complete" else what[2]
        turns = _Turns(case)
        turns.act(lambda live, what=what, task=task: _give(live, what, task))
        while not turns.quiet:
            turns.act(turns.go_on)
        happen(case, game, what)
        assert (turns.path, turns.blob, turns.digest) == (case.outcome.path, case.blob, case.outcome.digest)
        assert turns.values == case.values


class _Turns:
    """The same step in turns of one element each, saved and loaded between them."""

    def __init__(self, case: Driver) -> None:
        self.case, self.blob, self.values = case, case.blob, dict(case.values)
        self.path: list[spiff.Step] = []
        self.digest, self.quiet = "", False

    def act(self, do: Callable[[spiff.Live], None]) -> None:
        live = spiff.load(self.case.program, self.blob, self.values, FACTS)
        outcome = steps.act(live, self.case.ports, lambda: do(live), quiet=False)
        self.path += outcome.path
        self.blob, self.digest = spiff.dump(live), outcome.digest
        self.values = orjson.loads(orjson.dumps(outcome.values))

    def go_on(self, live: spiff.Live) -> None:
        self.quiet = live.workflow.step() is None


def _give(live: spiff.Live, what: Happening, task_id: str) -> None:
    if what[0] in ("complete", "timer"):
        steps.hand_over(live, steps.find(live, task_id), {})
        return
    takers = waiting_for(live.workflow, what[0], what[1])
    for task in takers if what[0] == "signal" else takers[:1]:
        if task._state == WAITING:
            steps.hand_over(live, task, {})
