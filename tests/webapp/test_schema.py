"""Migrations make exactly the database the code declares, and running them again changes nothing."""

from __future__ import annotations

import pytest
from alembic import command
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


def test_candidates_of_before_are_kept_apart(database_url: str) -> None:
    """0009: an open task keeps its rows for the inbox, a closed one only says who took part."""
    engine = open_engine(database_url, durable=False)
    with engine.connect() as connection:
        command.upgrade(schema._config(connection), "0008")
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))  # rows without all they refer to
        else:
            connection.commit()
            connection.connection.execute("PRAGMA foreign_keys = OFF")
        task = (
            "INSERT INTO tasks (id, root_unit_id, case_id, element_id, name, kind, state, candidates, created_at, "
            "sort_at) VALUES (:id, 'u', 'c', 'e', 'n', 'user', :state, :candidates, 'at', 's')"
        )
        for id_, state in (("open", "open"), ("closed", "completed")):
            connection.execute(text(task), {"id": id_, "state": state, "candidates": '["g1", "g2"]'})
        old = "INSERT INTO task_candidates (task_id, candidate_id, case_id) VALUES (:task, :candidate, 'c')"
        for task_id, candidate in (("open", "g1"), ("open", "g2"), ("closed", "g1"), ("closed", "g0")):
            connection.execute(text(old), {"task": task_id, "candidate": candidate})
        connection.commit()
    schema.upgrade(engine)
    with engine.connect() as connection:
        asked = connection.execute(text("SELECT candidate_id, case_id FROM case_candidates ORDER BY 1")).all()
        free = connection.execute(text("SELECT candidate_id, sort_at, task_id FROM task_candidates ORDER BY 1")).all()
    assert asked == [("g0", "c"), ("g1", "c"), ("g2", "c")]
    assert free == [("g1", "s", "open"), ("g2", "s", "open")]
    engine.dispose()
