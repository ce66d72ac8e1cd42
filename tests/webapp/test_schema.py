"""Migrations make exactly the database the code declares, and running them again changes nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from engine.store.base import open_engine
from webapp import schema


def test_migrations_lead_to_the_declared_tables(database_url: str) -> None:
    engine = open_engine(database_url, durable=False)
    schema.upgrade(engine)
    schema.upgrade(engine)
    assert schema.differences(engine) == []
    assert {"cases", "events", "tasks", "accounts"} <= set(inspect(engine).get_table_names())
    engine.dispose()


def test_a_migrated_database_refuses_to_change_an_event(database_url: str) -> None:
    engine = open_engine(database_url, durable=False)
    schema.upgrade(engine)
    row = "INSERT INTO events (stream, seq, hash, kind, at, body) VALUES ('s', 1, 'h', 'k', 'a', 'b')"
    with engine.begin() as connection:
        connection.execute(text(row))
    for change in ("UPDATE events SET body = 'c'", "DELETE FROM events"):
        with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
            connection.execute(text(change))
    engine.dispose()
