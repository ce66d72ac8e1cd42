"""`qingche bench engine`: what a completed task costs, persisted with everything that belongs to it.

Contenders: stock SpiffWorkflow in memory, persisting nothing; the plain user who serialises the whole case each step;
and `commands.complete_task` with values, tasks, candidates, event, commitments and digest, one commit each. Three tasks
in sequence, 792 bytes of values, candidates by role and unit.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from engine.bench import diagrams
from engine.bench.desk import Desk, scratch
from engine.bench.plain import Plain
from engine.bench.turns import Spent, Stopwatch, in_turns, machine, times
from engine.spiff.stock import Stock

KEY = "sequence"
_CASES = 20  # per turn
_NOTE = {"note": "同意"}


def run(rounds: int = 15) -> dict[str, dict[str, Any]]:
    """Measure under both levels of durability; wall clock and CPU time."""
    content = diagrams.sequence(KEY, 3)
    figures: dict[str, Any] = machine()
    versus: dict[str, Any] = {}
    for durable, level in ((False, "NORMAL"), (True, "FULL")):
        with scratch(durable=durable) as desk:
            desk.publish(**{KEY: content})
            stock = Stock(content, KEY)
            turns = {
                "stock": partial(_stock, stock),
                "plain": partial(_plain, Plain(desk, stock)),
                "ours": partial(_ours, desk),
            }
            found = in_turns(turns, rounds)
            figures[f"{level}: pragmas"] = desk.pragma()
        figures |= found["stock"].figures(f"{level}: stock SpiffWorkflow in memory")
        figures |= found["plain"].figures(f"{level}: full serialise and reload")
        figures |= found["ours"].figures(f"{level}: persisted completion")
        versus |= times(found["stock"], found["ours"], f"{level}: persisted / in memory", digits=3)
        versus |= times(found["plain"], found["ours"], f"{level}: times faster than full serialise")
    return {"figures": figures, "versus": versus}


def _stock(stock: Stock) -> Spent:
    cases = [stock.start(dict(diagrams.PAYLOAD)) for _ in range(_CASES)]
    watch = Stopwatch()
    with watch:
        for case in cases:
            while stock.complete(case, _NOTE):
                pass
    return watch.spent(3 * _CASES)


def _plain(plain: Plain) -> Spent:
    ids = [plain.start(KEY, diagrams.PAYLOAD) for _ in range(_CASES)]
    watch = Stopwatch()
    with watch:
        for case_id in ids:
            while plain.complete(case_id, _NOTE):
                pass
    return watch.spent(3 * _CASES)


def _ours(desk: Desk) -> Spent:
    first = [desk.start(KEY, diagrams.PAYLOAD).tasks[0] for _ in range(_CASES)]
    watch = Stopwatch()
    with watch:
        for task_id in first:
            done = desk.complete(task_id, _NOTE)
            while done.opened:
                done = desk.complete(done.opened[0].id, _NOTE)
    return watch.spent(3 * _CASES)
