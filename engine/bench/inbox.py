"""`qingche bench inbox`: one page of an inbox and its counts, in a long list and in one of a thousand tasks."""

from __future__ import annotations

from functools import partial
from typing import Any

from engine import inbox
from engine.bench import diagrams
from engine.bench.desk import Desk, scratch
from engine.bench.turns import Spent, Stopwatch, in_turns, machine, times
from engine.store.base import writing

FEW, MANY = 1_000, 10_000
_PAGES = 20


def run(rounds: int = 9) -> dict[str, dict[str, Any]]:
    """Measure the first page, a page in the middle, and the counts."""
    figures: dict[str, Any] = machine()
    versus: dict[str, Any] = {}
    with scratch(durable=False) as small, scratch(durable=False) as large:
        middles = {}
        for desk, tasks in ((small, FEW), (large, MANY)):
            _fill(desk, tasks)
            middles[desk] = _middle(desk, tasks // 2)
        figures["pragmas"] = small.pragma()
        for name, act in (
            ("first page", lambda desk: inbox.inbox(desk.session, desk.clerk, box="todo")),
            ("page in the middle", lambda desk: _page(desk, middles[desk])),
            ("counts", lambda desk: inbox.counts(desk.session, desk.clerk)),
        ):
            turns = {"small": partial(_measure, small, act), "large": partial(_measure, large, act)}
            found = in_turns(turns, rounds)
            figures |= found["small"].figures(f"{name}, {FEW:,} tasks") | found["large"].figures(
                f"{name}, {MANY:,} tasks"
            )
            versus |= times(found["large"], found["small"], f"{name}: {MANY:,} tasks / {FEW:,}")
    return {"figures": figures, "versus": versus}


def _fill(desk: Desk, tasks: int) -> None:
    desk.publish(one=diagrams.sequence("one", 1))
    for _ in range(0, tasks, 500):
        with writing(desk.session) as session:
            for number in range(500):
                desk.begin(session, "one", {"number": number})


def _middle(desk: Desk, skip: int) -> str | None:
    key = None
    for _ in range(0, skip, 500):
        key = inbox.inbox(desk.session, desk.clerk, box="todo", after=key, limit=500).next_key
    desk.session.rollback()
    return key


def _page(desk: Desk, key: str | None) -> object:
    page = inbox.inbox(desk.session, desk.clerk, box="todo", after=key)
    assert len(page.items) == 50
    return page


def _measure(desk: Desk, act: Any) -> Spent:
    watch = Stopwatch()
    with watch:
        for _ in range(_PAGES):
            act(desk)
            desk.session.rollback()
    return watch.spent(_PAGES)
