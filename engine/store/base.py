"""The metadata every table hangs on, and how a database is opened.

Webapp, worker and command line all open databases through `open_engine`, so that SQLite and
PostgreSQL behave alike: writing transactions take their lock before the first read.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, MetaData, String, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from engine.store.triggers import trigger_statements

__all__ = [
    "Base",
    "MaterialisedPath",
    "Session",
    "begin_writing",
    "guard_events",
    "guard_statements",
    "open_engine",
    "sessionmaker",
    "writing",
]

# Paths are compared by range ("all below /a/b/"), which only holds where text is ordered by code point.
MaterialisedPath = String(1000).with_variant(String(1000, collation="C"), "postgresql")

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


# A step touches some twenty pages, most of them again in the next one: at a checkpoint every 8000 pages (32 MB) instead
# of every 1000 each is copied into the database once for many steps. It changes nothing about what a commit promises.
# 16 MB of cache instead of 2: a step of a case nobody touched lately finds its pages.
_PRAGMAS = ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=15000", "wal_autocheckpoint=8000", "cache_size=-16000")


_RESTED_S = 1.0


class Base(DeclarativeBase):
    """Declarative base of engine and webapp tables: one metadata, one migration history."""

    metadata = MetaData(naming_convention=_NAMES)


def open_engine(url: str, *, durable: bool = True, **options: Any) -> Engine:
    """Open `url` with the settings the engine relies on.

    durable: SQLite runs with `synchronous=FULL`, so an acknowledged commit survives power loss;
    False (tests, seeding) uses NORMAL. Transactions are begun explicitly: see `writing`.
    """
    if url.startswith("postgresql://"):
        url = "postgresql+psycopg://" + url.removeprefix("postgresql://")
    engine = create_engine(url, **options)
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine, "FULL" if durable else "NORMAL")
    else:
        _ask_rested(engine)
    return engine


def _ask_rested(engine: Engine) -> None:
    """Ask a connection that rested whether its server is still there, and take a new one if not.

    After a restart of the database nobody is told of an error then. A ping before every use would cost each request a
    round trip; while connections are busy the first to fail has the pool renew them all.
    """

    @event.listens_for(engine, "checkin")
    def remember(_connection: Any, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def ask(connection: Any, record: Any, _proxy: object) -> None:
        if time.monotonic() - record.info.get("rests_since", time.monotonic()) < _RESTED_S:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as why:
            raise DisconnectionError from why


def _prepare_sqlite(engine: Engine, synchronous: str) -> None:
    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: object) -> None:
        # The driver must not begin transactions by itself: BEGIN IMMEDIATE is ours to send.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (*_PRAGMAS, f"synchronous={synchronous}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # A transaction that will write takes the write lock before it reads anything: a later
        # upgrade of a read lock can fail at once, busy_timeout or not.
        writes = connection.get_execution_options().get("writing", False)
        sql = "BEGIN IMMEDIATE" if writes else "BEGIN"
        cursor = connection.connection.dbapi_connection.cursor()
        for heard in connection.dispatch.before_cursor_execute:
            heard(connection, cursor, sql, (), None, False)
        # Straight to the driver, as `engine.store.driver` does: every request begins with this.
        cursor.execute(sql)


def begin_writing(session: Session) -> None:
    """Begin the session's transaction as a writer; to be called before anything is read."""
    session.connection(execution_options={"writing": True})


@contextmanager
def writing(session: Session) -> Iterator[Session]:
    """Run one writing transaction: commit at the end, roll back on any exception.

    For the worker, the command line and tests; a web request has its own boundary.
    """
    try:
        begin_writing(session)
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise


def guard_events(engine: Engine) -> None:
    """Create the triggers: events are append-only, their hash stays, candidates are listed (after `create_all`)."""
    with engine.begin() as connection:
        for statement in guard_statements(engine.dialect.name):
            # Driver-level: a colon in PL/pgSQL is not a bind parameter.
            connection.exec_driver_sql(statement)


def guard_statements(dialect: str) -> list[str]:
    """Return the DDL of the triggers for `sqlite` or `postgresql`."""
    return trigger_statements(dialect)
