"""A ticket with many villages on PostgreSQL: they answer at once while a worker carries the answers to the parent."""

from __future__ import annotations

import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from engine.bench import diagrams
from engine.bench.desk import Desk
from engine.bench.wide import OPEN_IN_CHILDREN, VILLAGES
from engine.commands import complete_task
from engine.store.base import open_engine, writing
from engine.worker import run_due

_AT_ONCE = 4
_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


class Waits:
    """Looks every few milliseconds, while inside `with`, whether any session of a PostgreSQL waits for a lock."""

    def __init__(self, url: str) -> None:
        self.samples = self.waiting = 0
        self._engine = open_engine(url, isolation_level="AUTOCOMMIT")
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_why: object) -> None:
        self._ended.set()
        self._thread.join()
        self._engine.dispose()

    def _look(self) -> None:
        with self._engine.connect() as connection:
            while not self._ended.wait(0.01):
                self.samples += 1
                self.waiting += bool(connection.exec_driver_sql(_WAITING).scalar())


def measure(url: str) -> dict[str, Any]:
    """Dispatch to every village and let them answer; `url` is of a PostgreSQL in which a database may be made."""
    desk = Desk(_new_database(url), durable=True)
    try:
        places = desk.units(VILLAGES)
        desk.publish(village=diagrams.sequence("village", 1), ticket=diagrams.ticket("ticket", "village"))
        began = time.perf_counter()
        case = desk.start("ticket", {"asked": "报送", "places": places, **diagrams.PAYLOAD})
        desk.complete(case.tasks[0], {})
        run_due(desk.sessions, limit=10_000)
        dispatched = time.perf_counter() - began
        tasks = [row[0] for row in desk.asked(OPEN_IN_CHILDREN, case.case_id)]
        assert len(tasks) == VILLAGES, len(tasks)
        return {f"postgresql: dispatch of {VILLAGES} child cases, s": round(dispatched, 2), **_answers(desk, tasks)}
    finally:
        desk.close()


def _answers(desk: Desk, tasks: list[str]) -> dict[str, Any]:
    ended = threading.Event()

    def carry() -> None:
        while not ended.is_set():
            run_due(desk.sessions, limit=50)

    def answer(task_id: str) -> float:
        began = time.perf_counter()
        with desk.sessions() as session, writing(session):
            complete_task(session, task_id, {"reply": "收到"}, actor=desk.clerk)
        return time.perf_counter() - began

    waits = Waits(desk.database.url.render_as_string(hide_password=False))
    worker = threading.Thread(target=carry)
    worker.start()
    try:
        with waits, ThreadPoolExecutor(_AT_ONCE) as threads:
            taken = list(threads.map(answer, tasks))
    finally:
        ended.set()
        worker.join()
    return {
        f"postgresql: a village's completion, {_AT_ONCE} at once and a worker, median ms": round(
            statistics.median(taken) * 1000, 2
        ),
        "villages: samples of pg_stat_activity": waits.samples,
        "villages: samples with a wait for a lock": waits.waiting,
    }


def _new_database(url: str) -> str:
    admin = open_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE villages")
    admin.dispose()
    base, mark, query = url.partition("?")
    return f"{base.rpartition('/')[0]}/villages{mark}{query}"
