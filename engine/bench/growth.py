"""`qingche bench growth`: what a step costs as the past of its case grows, and what stands in its hot row.

A loop of four engine tasks a turn with 792 bytes of values; the plain user's case is built up in memory, because saving
each of its steps would take minutes. Every turn of ours begins with steps that are not measured, as many as a young
case takes to become 50 tasks old: else an old one would be met by cold caches and a young one never. The plain user has
none: caches do not matter at a hundred times the work, and one more step would only add the collection of its rubbish.
"""

from __future__ import annotations

import time
from functools import partial
from itertools import count
from typing import Any

from engine.bench import diagrams
from engine.bench.desk import Desk, Running, scratch
from engine.bench.plain import Plain
from engine.bench.turns import Spent, Stopwatch, in_turns, machine, times
from engine.spiff.running import check_bytes, run_in_memory
from engine.spiff.stock import Stock

KEY = "loop"
_TASKS_A_TURN = 4
_STEPS = 15  # per turn of the measurement
_YOUNG = 50
_VALUES = {**diagrams.PAYLOAD, "go": True}
_numbers = count()


def run(rounds: int = 7) -> dict[str, dict[str, Any]]:
    """Measure at 50, 2,000 and 8,000 past tasks."""
    figures: dict[str, Any] = machine()
    versus: dict[str, Any] = {}
    content = diagrams.loop(KEY)
    with scratch(durable=False) as desk:
        desk.publish(loop=content)
        figures["pragmas"] = desk.pragma()
        middle, old = _aged(desk, 2000), _aged(desk, 8000)
        plain = Plain(desk, Stock(content, KEY, deep=True))
        found = in_turns(
            {
                "young": lambda: _steps(desk, desk.start(KEY, dict(_VALUES))),
                "old": partial(_steps, desk, old),
                "middle": partial(_steps, desk, middle),
                "plain": partial(_plain, plain, _plain_aged(desk, plain, 2000)),
            },
            rounds,
        )
        values = desk.asked("SELECT values_json FROM case_windows WHERE case_id = :id", middle.case_id)[0][0]
        figures["hot row at 2,000 tasks: window, bytes"] = len(desk.window(middle.case_id))
        figures["hot row at 2,000 tasks: window and values, bytes"] = len(desk.window(middle.case_id)) + len(values)
    figures |= found["young"].figures("step at 50 past tasks")
    figures |= found["middle"].figures("step at 2,000 past tasks")
    figures |= found["old"].figures("step at 8,000 past tasks")
    figures |= found["plain"].figures("full serialise and reload at 2,000 past tasks")
    versus |= times(found["old"], found["young"], "step at 8,000 past tasks / at 50")
    versus |= times(found["plain"], found["middle"], "2,000 tasks: times faster than full serialise", digits=1)
    figures |= _long_sequence()
    return {"figures": figures, "versus": versus}


def _aged(desk: Desk, tasks: int) -> Running:
    """Start a case and take it through so many tasks."""
    case = desk.start(KEY, dict(_VALUES))
    for _ in range(tasks // _TASKS_A_TURN):
        _step(desk, case)
    return case


def _step(desk: Desk, case: Running) -> None:
    done = desk.complete(case.tasks[0], {"go": True, "turn": next(_numbers)})
    case.tasks = [done.opened[0].id]


def _steps(desk: Desk, case: Running) -> Spent:
    for _ in range(_YOUNG // _TASKS_A_TURN):
        _step(desk, case)
    watch = Stopwatch()
    with watch:
        for _ in range(_STEPS):
            _step(desk, case)
    return watch.spent(_STEPS)


def _plain_aged(desk: Desk, plain: Plain, tasks: int) -> str:
    case = plain.stock.start(dict(_VALUES))
    for _ in range(tasks // _TASKS_A_TURN):
        plain.stock.complete(case, {"go": True})
    case_id = desk.start(KEY, {"go": True}).case_id
    plain.keep(case_id, plain.stock.dump(case), 2)
    return case_id


def _plain(plain: Plain, case_id: str) -> Spent:
    watch = Stopwatch()
    with watch:
        for _ in range(2):
            plain.complete(case_id, {"go": True})
    return watch.spent(2)


def _long_sequence() -> dict[str, Any]:
    content = diagrams.sequence("long", 5000, diagrams.manual)
    began = time.perf_counter()
    report = check_bytes(content, "long.bpmn")
    read = time.perf_counter()
    ran = run_in_memory(content, max_steps=6000)
    return {
        "5,000 tasks in sequence: accepted": report.ok,
        "5,000 tasks in sequence: read, s": round(read - began, 2),
        "5,000 tasks in sequence: run with save and load each step, s": round(time.perf_counter() - read, 2),
        "5,000 tasks in sequence: state": ran.state,
    }
