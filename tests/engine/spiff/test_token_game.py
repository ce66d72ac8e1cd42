"""Random diagrams: the engine does what a token game written from the standard does, saved and loaded or not."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from random import Random

import orjson
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine import spiff
from tests.engine.spiff.models import Graph, Maker, file_of, tangle
from tests.engine.spiff.tokens import Game, Stuck

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CASE = spiff.CaseFacts("0198a000-0000-7000-8000-000000000001")


def model(seed: int) -> Graph:
    random = Random(seed)
    return Maker(random, random.choice([4, 10, 16])).graph()


def run_held(content: bytes) -> tuple[list[str], str, dict[str, object]]:
    """Run without ever saving; people's tasks in the order `run_in_memory` answers them."""
    program = spiff.parse(content, "model").processes["p"]
    ports = spiff.Ports(NOW)
    live, outcome = spiff.start(program, CASE, {}, ports)
    path = [s.element_id for s in outcome.path if s.what == "completed"]
    open_tasks = list(outcome.opened)
    while open_tasks:
        task = open_tasks.pop(0)
        outcome = spiff.complete(live, task.id, {}, ports)
        path.extend(s.element_id for s in outcome.path if s.what == "completed")
        open_tasks.extend(outcome.opened)
    return path, outcome.state, outcome.values


@settings(max_examples=120, deadline=None, derandomize=True)
@given(st.integers(0, 2**32))
def test_random_diagrams_do_what_the_token_game_does(seed: int) -> None:
    graph = model(seed)
    content = file_of(graph)
    game = Game(Random(seed))
    game.play(graph, {})

    run = spiff.run_in_memory(content, max_steps=5_000)

    assert run.error is None
    assert run.state == "completed"
    assert Counter(run.path) == game.done


@settings(max_examples=120, deadline=None, derandomize=True)
@given(st.integers(0, 2**32))
def test_tangled_diagrams_end_or_wait_for_ever_where_the_token_game_does(seed: int) -> None:
    random = Random(seed)
    graph = tangle(random, random.choice([4, 7, 10, 14]))
    games = [ending(graph, Random(seed + turn)) for turn in range(4)]
    assume(all(game == games[0] for game in games))  # An inclusive join may depend on the order; then nothing is right.

    run = spiff.run_in_memory(file_of(graph), max_steps=5_000)

    assert (run.state, Counter(run.path)) == games[0]


def ending(graph: Graph, random: Random) -> tuple[str, Counter[str]]:
    game = Game(random)
    try:
        game.play(graph, {})
    except Stuck:
        return "waiting", game.done
    return "completed", game.done


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 2**32))
def test_saving_and_loading_between_all_steps_changes_nothing(seed: int) -> None:
    content = file_of(model(seed))

    path, state, values = run_held(content)
    run = spiff.run_in_memory(content, max_steps=5_000)

    assert (Counter(run.path), run.state, run.values) == (Counter(path), state, values)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(0, 2**32))
def test_digests_windows_and_ids_are_the_same_when_a_case_is_run_again(seed: int) -> None:
    content = file_of(model(seed))

    assert trace(content) == trace(content)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 2**32))
def test_a_case_held_in_memory_has_the_digests_of_one_saved_and_loaded(seed: int) -> None:
    content = file_of(model(seed))
    program = spiff.parse(content, "model").processes["p"]
    ports = spiff.Ports(NOW)
    live, outcome = spiff.start(program, CASE, {}, ports)
    digests, open_tasks = [outcome.digest], list(outcome.opened)
    while open_tasks:
        outcome = spiff.complete(live, open_tasks.pop(0).id, {}, ports)
        digests.append(outcome.digest)
        open_tasks.extend(outcome.opened)

    assert digests == [digest for digest, _, _ in trace(content)]


def trace(content: bytes) -> list[tuple[str, bytes, list[str]]]:
    """Run with a window saved and loaded between the steps; return each step's digest, window and opened ids."""
    program = spiff.parse(content, "model").processes["p"]
    ports = spiff.Ports(NOW)
    live, outcome = spiff.start(program, CASE, {}, ports)
    made, open_tasks = [], []
    while True:
        blob = spiff.dump(live)
        made.append((outcome.digest, blob, [o.id for o in outcome.opened]))
        open_tasks.extend(o.id for o in outcome.opened)
        if not open_tasks:
            return made
        live = spiff.load(program, blob, orjson.loads(orjson.dumps(outcome.values)), CASE)
        assert spiff.digest(live) == outcome.digest
        assert spiff.dump(live) == blob
        outcome = spiff.complete(live, open_tasks.pop(0), {}, ports)
