"""`qingche bench scale`, first half: cases that are wide, in one process.

500 tasks side by side in one case, against the plain user; 20 × 30 nested ones; a ticket with a child case for each of
558 villages. Only what a step changes is serialised and hashed again.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import partial
from typing import Any

from engine import spiff
from engine.bench import diagrams
from engine.bench.desk import Desk, Running, scratch
from engine.bench.plain import Plain
from engine.bench.turns import Spent, Stopwatch, in_turns, machine, times
from engine.spiff.face import CaseFacts, Ports
from engine.spiff.stock import Stock
from engine.worker import run_due

VILLAGES = 558
_SIDE_BY_SIDE = 500


def run(rounds: int = 5) -> dict[str, dict[str, Any]]:
    """Measure wide cases; SQLite with synchronous=NORMAL where something is persisted."""
    figures: dict[str, Any] = machine()
    versus: dict[str, Any] = {}
    for measure in (_parallel, _nested, _children):
        found, compared = measure(rounds)
        figures |= found
        versus |= compared
    return {"figures": figures, "versus": versus}


# ---- 500 side by side ------------------------------------------------------------------------


def _parallel(rounds: int) -> tuple[dict[str, Any], dict[str, Any]]:
    content = diagrams.several("several", _SIDE_BY_SIDE)
    with scratch(durable=False) as desk:
        desk.publish(several=content)
        plain = Plain(desk, Stock(content, "several"))
        theirs = plain.start("several", diagrams.PAYLOAD)
        turns = {
            "ours": partial(_some, desk, desk.start("several", diagrams.PAYLOAD), 10),
            "plain": partial(_plain, plain, theirs),
        }
        found = in_turns(turns, rounds)
    name = f"one of {_SIDE_BY_SIDE} parallel instances"
    return (
        {**found["ours"].figures(name), **found["plain"].figures(f"{name}, full serialise")},
        times(found["plain"], found["ours"], f"{name}: times faster than full serialise", digits=1),
    )


def _some(desk: Desk, case: Running, steps: int) -> Spent:
    watch = Stopwatch()
    with watch:
        for _ in range(steps):
            desk.complete(case.tasks.pop(), {"note": "同意"})
    return watch.spent(steps)


def _plain(plain: Plain, case_id: str) -> Spent:
    watch = Stopwatch()
    with watch:
        for _ in range(5):
            plain.complete(case_id, {"note": "同意"})
    return watch.spent(5)


# ---- 20 × 30 in one case, the engine alone --------------------------------------------------


class _Alone:
    """A case in memory, loaded and dumped around every step as a store would."""

    def __init__(self, content: bytes, key: str, values: dict[str, Any]) -> None:
        program = spiff.parse(content, key).processes[key]
        self._facts = CaseFacts(id="bench", unit="u", started_at=datetime(2026, 1, 1, tzinfo=UTC))
        self._program = program
        live, outcome = spiff.start(program, self._facts, values, self._ports())
        self._kept = spiff.dump(live), outcome.values
        self._tasks = [task.id for task in outcome.opened]

    def _ports(self) -> Ports:
        return Ports(now=datetime(2026, 1, 1, tzinfo=UTC))

    def steps(self, count: int) -> Spent:
        watch = Stopwatch()
        for _ in range(count):
            task_id = self._tasks.pop(0)
            with watch:
                live = spiff.load(self._program, *self._kept, self._facts)
                outcome = spiff.complete(live, task_id, {"reply": "收到"}, self._ports())
                self._kept = spiff.dump(live), outcome.values
            self._tasks += [task.id for task in outcome.opened]
        return watch.spent()


def _nested(rounds: int) -> tuple[dict[str, Any], dict[str, Any]]:
    towns = {
        "townships": [f"t{number}" for number in range(20)],
        "villages": [f"v{number}" for number in range(30)],
        **diagrams.PAYLOAD,
    }
    wide = _Alone(diagrams.nested("nested"), "nested", towns)

    def small() -> Spent:
        return _Alone(diagrams.sequence("small", 60), "small", dict(diagrams.PAYLOAD)).steps(30)

    found = in_turns({"small": small, "wide": lambda: wide.steps(30)}, rounds)
    return (
        {
            **found["small"].figures("engine alone, small case"),
            **found["wide"].figures("engine alone, one of 20 × 30 nested instances"),
        },
        times(found["wide"], found["small"], "one of 20 × 30 nested instances / small case"),
    )


# ---- 558 child cases ------------------------------------------------------------------------


def _children(rounds: int) -> tuple[dict[str, Any], dict[str, Any]]:
    village = diagrams.sequence("village", 1)
    with scratch(durable=False) as desk:
        places = desk.units(VILLAGES)
        desk.publish(village=village, ticket=diagrams.ticket("ticket", "village"))
        began = time.perf_counter()
        case = desk.start("ticket", {"asked": "报送", "places": places, **diagrams.PAYLOAD})
        desk.complete(case.tasks[0], {})
        run_due(desk.sessions, limit=10_000)
        dispatched = time.perf_counter() - began
        tasks = [row[0] for row in desk.asked(OPEN_IN_CHILDREN, case.case_id)]
        assert len(tasks) == VILLAGES, len(tasks)

        children = Running("", tasks)

        def twenty(*, lone: bool) -> Spent:
            # Both right after twenty starts: what they meet in the processor's caches is the same.
            started = Running("", [desk.start("village", {"asked": "报送"}).tasks[0] for _ in range(20)])
            return _some(desk, started if lone else children, 20)

        found = in_turns({"lone": partial(twenty, lone=True), "child": partial(twenty, lone=False)}, rounds)
        began = time.perf_counter()
        waiting = run_due(desk.sessions, limit=10_000)
        taken = (time.perf_counter() - began) / max(waiting, 1)
    return (
        {
            f"dispatch of {VILLAGES} child cases, s": round(dispatched, 2),
            "parent takes one child's answer, us": round(taken * 1e6),
            **found["lone"].figures("a lone case's completion"),
            **found["child"].figures(f"a village's completion, one of {VILLAGES}"),
        },
        times(found["child"], found["lone"], "a village's completion / a lone case's"),
    )


OPEN_IN_CHILDREN = (
    "SELECT t.id FROM tasks t JOIN cases c ON c.id = t.case_id WHERE c.parent_case_id = :id AND t.state = 'open'"
)
