"""`qingche bench replay`: running a long case again, and checking many chains, values, leaves and heads."""

from __future__ import annotations

import os
import secrets
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from engine.bench import diagrams
from engine.bench.desk import Desk, Running, scratch
from engine.bench.turns import machine
from engine.canonical import canonical
from engine.clock import clock_of
from engine.history.chain import chained, committed_hash
from engine.history.choice import hash_of
from engine.history.hashing import SHA256, SM3, Hash
from engine.history.heads import Keys
from engine.history.proof import check_seals
from engine.history.replay import replay
from engine.history.seals import seal
from engine.history.verify import verify
from engine.store.base import writing

LONG = 5000
_CASE_EVENTS = 50
_PAYLOAD = "x" * 430
_EVENT = "INSERT INTO events (stream, seq, hash, kind, at, actor_id, body) VALUES (?, ?, ?, ?, ?, ?, ?)"
_VALUE = "INSERT INTO event_values (stream, seq, pointer, before, after, salt) VALUES (?, ?, ?, ?, ?, ?)"
_STREAM = "INSERT INTO streams (stream, head_seq, head_hash) VALUES (?, ?, ?)"


def run() -> dict[str, dict[str, Any]]:
    """Measure a case of 5,000 events and QINGCHE_BENCH_EVENTS events (200,000) in chains of 50; with SM3 a quarter."""
    figures: dict[str, Any] = machine()
    with scratch(durable=False) as desk:
        case = long_case(desk)
        best = min(_cpu_s(lambda: replay(desk.session, case.case_id)) for _ in range(3))
        found = replay(desk.session, case.case_id)
        figures["replay of a long case: events"] = found.events
        figures["replay of a long case: whole"] = found.ok
        figures["verified replay, events/s of CPU"] = round(found.events / best)
    events = int(os.environ.get("QINGCHE_BENCH_EVENTS", "200000"))
    figures |= _checking(events, SHA256) | {f"SM3: {name}": told for name, told in _checking(events // 4, SM3).items()}
    return {"figures": figures, "versus": {}}


def long_case(desk: Desk) -> Running:
    """Work a case through 5,000 events."""
    desk.publish(loop=diagrams.loop("loop"))
    case = desk.start("loop", {**diagrams.PAYLOAD, "go": True})
    for turn in range(LONG - 1):
        case.tasks = [desk.complete(case.tasks[0], {"go": True, "turn": turn}).opened[0].id]
    return case


def _checking(events: int, by: Hash) -> dict[str, Any]:
    with (
        scratch(durable=False, hash_name=by.name) as desk,
        tempfile.TemporaryDirectory(prefix="qingche-bench-") as folder,
    ):
        keys = Keys(Path(folder))
        _fill(desk, events)
        sealing = _cpu_s(lambda: seal(desk.session, keys))
        chains = _cpu_s(lambda: _require(verify(desk.session).first_bad))
        seals = _cpu_s(lambda: _require(check_seals(desk.session, keys).first_bad))
        desk.session.rollback()
    per_million = 1e6 / events
    return {
        "checked: events": events,
        "verify chains and values, s of CPU per 1,000,000 events": round(chains * per_million, 1),
        "verify leaves, tree and heads, s of CPU per 1,000,000 events": round(seals * per_million, 1),
        "verify, s of CPU per 1,000,000 events": round((chains + seals) * per_million, 1),
        "sealing, s of CPU per 1,000,000 events": round(sealing * per_million, 1),
    }


def _require(bad: object) -> None:
    if bad is not None:
        raise AssertionError(f"an honest history was called altered: {bad}")


def _fill(desk: Desk, events: int) -> None:
    """Write honest chains of 50 events, a value each, straight into the tables."""
    at, by = clock_of(desk.session).now(), hash_of(desk.session)
    desk.session.rollback()
    for first in range(0, events, 50_000):
        with writing(desk.session) as session:
            cursor = session.connection().connection.cursor()
            for number in range(first, min(first + 50_000, events), _CASE_EVENTS):
                stream, before = f"bench:{number:09d}", ""
                rows, values = [], []
                for seq in range(1, _CASE_EVENTS + 1):
                    moment = (at + timedelta(seconds=seq)).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
                    salt, after = secrets.token_hex(16), canonical(f"{number}/{seq}")
                    body = canonical({
                        "stream": stream, "seq": seq, "kind": "task.completed", "at": moment, "clock": "system",
                        "who": {"id": "clerk", "name": "文书"}, "note": _PAYLOAD, "engine_semantics": 4,
                        "values": [["/subject", committed_hash(salt, "/subject", None, after, by)]],
                    })  # fmt: skip
                    before = chained(before, body, by)
                    rows.append((stream, seq, before, "task.completed", moment, "clerk", body))
                    values.append((stream, seq, "/subject", None, after, salt))
                cursor.execute(_STREAM, (stream, _CASE_EVENTS, before))
                cursor.executemany(_EVENT, rows)
                cursor.executemany(_VALUE, values)
            cursor.close()


def _cpu_s(work: Any) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
