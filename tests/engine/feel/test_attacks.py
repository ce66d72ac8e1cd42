"""Nothing a designer writes may cost more than half a second or 64 MB."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.feel import BudgetExceeded, FeelError, FeelSyntaxError, compile, evaluate, unary_test, weigh  # noqa: A004
from tests.engine.feel.attacks import DEAR, ENDLESS, TESTS, attempt
from tests.timing import within

MOST_SECONDS = 0.5
MOST_KILOBYTES = 64 * 1024


@pytest.mark.parametrize("attack", ENDLESS)
def test_endless_text_ends_in_an_error_in_time(attack: str) -> None:
    with within(MOST_SECONDS):
        found = attempt(ENDLESS[attack])
    assert isinstance(found, FeelError), found


@pytest.mark.parametrize("attack", DEAR)
def test_dear_text_ends_in_time(attack: str) -> None:
    with within(MOST_SECONDS):
        attempt(DEAR[attack])


@pytest.mark.parametrize("attack", TESTS)
def test_dear_cell_ends_in_time(attack: str) -> None:
    with within(MOST_SECONDS):
        attempt(TESTS[attack], is_test=True)


@pytest.mark.slow
def test_every_attack_stays_within_memory() -> None:
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-m", "tests.engine.feel.attacks"], cwd=root, capture_output=True, text=True, check=True
    )
    grown = [int(size) for size in re.findall(r"(-?\d+) kB", done.stdout)]
    assert len(grown) == len(ENDLESS) + len(DEAR) + len(TESTS)
    assert max(grown) < MOST_KILOBYTES


def test_deep_context_is_refused() -> None:
    deep: list[object] = []
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(BudgetExceeded):
        compile("x = 1")({"x": deep})


def test_context_that_contains_itself_is_refused() -> None:
    loop: list[object] = []
    loop.append(loop)
    with pytest.raises(BudgetExceeded):
        compile("x")({"x": loop})


def test_shared_context_is_taken_once_but_weighed_in_full() -> None:
    value: object = ["x"]
    for _ in range(60):
        value = [value, value]
    assert weigh(value) > 2**60
    with pytest.raises(BudgetExceeded):
        compile("x")({"x": value})
    assert compile("count(x)")({"x": value}) == 2


def at_depth(frames: int, call: Callable[[], object]) -> object:
    return call() if frames == 0 else at_depth(frames - 1, call)


@pytest.mark.parametrize("frames", [700, 800, 850, 880, 900, 910, 920, 930, 940])
def test_no_room_on_the_stack_is_a_feel_error(frames: int) -> None:
    text = "(" * 60 + f"{frames} + sum([[1], [x]][1])" + ")" * 60
    nested: list[object] = [1]
    for _ in range(90):
        nested = [nested]
    for call in (
        lambda: evaluate(text, {"x": 1}),
        lambda: evaluate("{f: function(n) if n = 0 then 0 else f(n - 1), r: f(90)}.r", {}),
        lambda: evaluate("x", {"x": nested}),
        lambda: unary_test("count(?) = 1", nested, {}),
    ):
        with contextlib.suppress(FeelError):
            at_depth(frames, call)


def test_attack_beside_leaves_other_evaluations_right() -> None:
    condition = compile('amount > 100 and kind = "a"')
    attackers = [threading.Thread(target=attempt, args=(text,)) for text in list(ENDLESS.values())[:12]]
    for attacker in attackers:
        attacker.start()
    found = [condition({"amount": amount, "kind": "a"}) for amount in range(2000)]
    for attacker in attackers:
        attacker.join()
    assert found == [amount > 100 for amount in range(2000)]


def test_host_objects_do_not_come_in() -> None:
    warnings: list[object] = []
    assert compile("x.y")({"x": object()}, warnings=warnings) is None
    assert compile("x[1].real")({"x": [1j]}) is None
    assert warnings


def test_numbers_of_the_context_are_bounded() -> None:
    assert compile("x")({"x": 10**100_000}) is None
    assert compile("x")({"x": float("nan")}) is None
    assert compile("x")({"x": float("inf")}) is None


@pytest.mark.parametrize("text", ["(" * 1000, "{a:" * 1000, "-" * 1000, "[" * 1000, "f(" * 1000, "1 in (" * 1000])
def test_deep_nesting_is_a_syntax_error(text: str) -> None:
    with pytest.raises(FeelSyntaxError):
        compile(text)
