"""Figures for `qingche bench feel`: what one evaluation costs here and now.

The peer is SpiffWorkflow's default script engine, which compiles and evaluates Python on every call. It
runs in a process of its own, because this package imports nothing of it.
"""

from __future__ import annotations

import subprocess
import sys
import timeit
from collections.abc import Callable

from engine.feel.compiled import compile, compile_tests, evaluate  # noqa: A004

CONDITION = 'amount > 100 and kind = "a"'
VALUES: dict[str, object] = {
    "amount": 150,
    "kind": "a",
    "name": "样例村03",
    "items": [{"n": index, "price": index * 3} for index in range(20)],
}
# Answers one line per line read, so that both sides are measured in turns under the same load.
_PEER = """
import sys, timeit
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import TaskDataEnvironment
engine = PythonScriptEngine(TaskDataEnvironment({}))
class Task:
    data = {"amount": 150, "kind": "a", "name": "x", "items": [{"n": i, "price": i * 3} for i in range(20)]}
call = lambda: engine.evaluate(Task, 'amount > 100 and kind == "a"')
assert call() is True
for line in sys.stdin:
    print(timeit.timeit(call, number=2000) / 2000 * 1e6, flush=True)
"""
_ROUNDS = 15


def run() -> dict[str, dict[str, float]]:
    """Measure; microseconds, except where the name says otherwise. The peer is left out if it is not installed."""
    condition = compile(CONDITION)
    assert condition(VALUES) is True
    rows = [[compile_tests(text) for text in _cells(index)] for index in range(100)]
    inputs = (50, "b", 7, True, "样例村03")
    figures = {
        "warm condition": _best(lambda: condition(VALUES)),
        "evaluate, text looked up": _best(lambda: evaluate(CONDITION, VALUES)),
        "sum over a filtered list of 20": _best(lambda: evaluate("sum(items[price > 30].price)", VALUES), number=2000),
        "compile a condition": _compile_time(),
        "100 rules x 5 columns, tests only, ms": _best(
            lambda: [all(test(value, VALUES) for test, value in zip(row, inputs, strict=True)) for row in rows],
            number=100,
        )
        / 1000,
    }
    versus: dict[str, float] = {}
    turns = _in_turns(lambda: condition(VALUES))
    if turns is not None:
        figures["warm condition"], figures["SpiffWorkflow default engine, condition"] = turns
        versus["times faster than SpiffWorkflow's default engine"] = round(turns[1] / turns[0], 1)
    return {"figures": {name: round(value, 3) for name, value in figures.items()}, "versus": versus}


def _best(call: Callable[[], object], *, number: int = 20_000) -> float:
    return min(timeit.repeat(call, number=number, repeat=5)) / number * 1e6


def _compile_time() -> float:
    texts = iter([f"amount > {index} and kind = {index}" for index in range(1000)])
    return timeit.timeit(lambda: compile(next(texts)), number=1000) * 1000


def _cells(index: int) -> tuple[str, ...]:
    return (f"[{index}..{index + 60}]", '"a", "b"', f"< {index}", "-", 'starts with(?, "样例")')


def _in_turns(call: Callable[[], object]) -> tuple[float, float] | None:
    """Measure a call and the peer's in turns, the best of each; None if the peer is not installed."""
    ours, theirs = [], []
    pipe = subprocess.PIPE
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", _PEER], stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True
    ) as peer:
        assert peer.stdin is not None
        assert peer.stdout is not None
        for _ in range(_ROUNDS):
            try:
                peer.stdin.write("\n")
                peer.stdin.flush()
            except BrokenPipeError:
                return None
            answer = peer.stdout.readline()
            if not answer:
                return None
            theirs.append(float(answer))
            ours.append(timeit.timeit(call, number=10_000) / 10_000 * 1e6)
        peer.stdin.close()
    return min(ours), min(theirs)
