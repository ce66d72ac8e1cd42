"""`qingche bench lookup`: one row of a register by its key, and a search, in a large register and in a small one."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from engine import library, registers
from engine.bench.desk import Desk, scratch
from engine.bench.turns import Spent, Stopwatch, in_turns, machine, times
from engine.model import Actor
from engine.store.base import writing

FEW, MANY = 1_000, 20_000
_READS = 50
_SYSTEM = Actor("system", "系统", "", "", "", via="cli")
_REGISTER = {
    "name": "houses",
    "title": "房屋",
    "key": "code",
    "label": "{code} {name}",
    "columns": {
        "type": "object",
        "required": ["code", "name"],
        "properties": {name: {"type": "string", "title": name} for name in ("code", "name", "unit")},
    },
}


def run(rounds: int = 9) -> dict[str, dict[str, Any]]:
    """Measure reading a row by key, and the first page of a search that few rows answer."""
    figures: dict[str, Any] = machine()
    versus: dict[str, Any] = {}
    with scratch(durable=False) as small, scratch(durable=False) as large:
        _fill(small, FEW)
        _fill(large, MANY)
        for name, act in (("row by key", _read), ("search", _search)):
            turns = {"small": partial(_measure, small, FEW, act), "large": partial(_measure, large, MANY, act)}
            found = in_turns(turns, rounds)
            figures |= found["small"].figures(f"{name}, {FEW:,} rows") | found["large"].figures(
                f"{name}, {MANY:,} rows"
            )
            versus |= times(found["large"], found["small"], f"{name}: {MANY:,} rows / {FEW:,}")
    return {"figures": figures, "versus": versus}


def _fill(desk: Desk, rows: int) -> None:
    with writing(desk.session) as session:
        library.publish(session, "register", "houses", json.dumps(_REGISTER).encode(), actor=_SYSTEM)
    for start in range(0, rows, 5000):
        some = [
            {"code": f"h{number}", "name": f"样例村{number:05} 号房", "unit": f"v{number % 558}"}
            for number in range(start, min(start + 5000, rows))
        ]
        with writing(desk.session) as session:
            registers.put_rows(session, "houses", some, actor=_SYSTEM)


def _read(desk: Desk, rows: int, number: int) -> None:
    found = registers.read(desk.session, "houses", f"h{number * 97 % rows}")
    assert found is not None


def _search(desk: Desk, rows: int, number: int) -> None:
    page = registers.search(desk.session, "houses", query=f"{number * 97 % rows:05}", limit=20)
    assert page.items


def _measure(desk: Desk, rows: int, act: Any) -> Spent:
    watch = Stopwatch()
    with watch:
        for number in range(_READS):
            act(desk, rows, number)
            desk.session.rollback()
    return watch.spent(_READS)
