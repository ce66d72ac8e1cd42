"""Statements that go straight to the driver: same transaction, same errors, seen by whoever counts."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from engine.store import driver
from engine.store.base import open_engine, writing
from engine.store.counting import counted
from engine.store.driver import Statement, insertion, listing, spread
from tests.conftest import database_kind

NUMBERS = insertion("numbers", ("template", "unit_id", "year", "last"))
COUNT = Statement("SELECT count(*) FROM numbers WHERE template LIKE '%' || :part")


def _row(unit: str) -> dict[str, object]:
    return {"template": "请〔{year}〕", "unit_id": unit, "year": 2026, "last": 1}


def test_one_row_or_many_are_written_in_the_session_s_transaction(session: Session) -> None:
    with writing(session):
        assert driver.write(session, NUMBERS, _row("a")) == 1
        driver.write(session, NUMBERS, [_row("b"), _row("c")])
        driver.write(session, NUMBERS, [_row("d")])
    assert driver.scalar(session, COUNT, {"part": "〕"}) == 4
    driver.write(session, NUMBERS, _row("e"))
    session.rollback()
    assert driver.scalar(session, COUNT, {"part": "〕"}) == 4


def test_a_list_of_any_length_is_asked_for(session: Session) -> None:
    driver.write(session, NUMBERS, [_row("a"), _row("b"), _row("c")])
    sql = "SELECT unit_id FROM numbers WHERE unit_id IN :ids OR unit_id IN :more ORDER BY unit_id"
    ids, more = ["a", "x"], ["c"]
    found = driver.rows(session, listing(sql, ids=len(ids), more=len(more)), spread(ids=ids, more=more))
    assert [row[0] for row in found] == ["a", "c"]


def test_nothing_found_is_none(session: Session) -> None:
    statement = Statement("SELECT last FROM numbers WHERE unit_id = :id")
    assert driver.first(session, statement, {"id": "a"}) is None
    assert driver.scalar(session, statement, {"id": "a"}) is None


def test_errors_are_those_of_sqlalchemy(session: Session) -> None:
    driver.write(session, NUMBERS, _row("a"))
    with pytest.raises(IntegrityError):
        driver.write(session, NUMBERS, _row("a"))
    session.rollback()
    with pytest.raises(DBAPIError):
        driver.rows(session, Statement("SELECT nothing FROM nowhere"), {})


def test_a_new_transaction_gets_the_connection_of_its_own(session: Session) -> None:
    driver.write(session, NUMBERS, _row("a"))
    session.close()
    assert driver.scalar(session, COUNT, {"part": "〕"}) == 0


def test_who_counts_sees_statements_and_commits(session: Session, database: Engine) -> None:
    with counted(database) as found, writing(session):
        driver.write(session, NUMBERS, [_row("a"), _row("b")])
        driver.scalar(session, COUNT, {"part": "〕"})
    assert found == {"statements": 2, "commits": 1}


@pytest.mark.skipif(database_kind() == "sqlite", reason="a file has no connection to lose")
def test_a_lost_connection_is_rolled_back_and_replaced(session: Session, database: Engine) -> None:
    lost = driver.scalar(session, Statement("SELECT pg_backend_pid()"), {})
    with database.connect() as other:
        other.exec_driver_sql(f"SELECT pg_terminate_backend({lost})")
    with pytest.raises(DBAPIError):
        driver.write(session, NUMBERS, _row("a"))
    session.rollback()
    driver.write(session, NUMBERS, _row("a"))


@pytest.mark.skipif(database_kind() == "sqlite", reason="a file needs no server")
def test_a_connection_whose_server_went_while_it_rested_is_replaced(database_url: str) -> None:
    engine, other = open_engine(database_url), open_engine(database_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        before = connection.scalar(text("SELECT pg_backend_pid()"))
        record = connection._dbapi_connection._connection_record  # type: ignore[union-attr]
    with other.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": before})
    record.info["rests_since"] -= 60  # It has rested a minute.
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) != before
    engine.dispose()
    other.dispose()


def test_many_rows_keep_what_is_in_them(session: Session) -> None:
    texts = ["100% {year} :name", 'a "b" \\ \u0001', "é😀\u2028", "null", "[1, {}]"]
    rows = [{"template": text, "unit_id": str(at), "year": 2026, "last": at} for at, text in enumerate(texts)]
    assert driver.write(session, NUMBERS, rows) == len(rows)
    found = driver.rows(
        session, Statement("SELECT template, last FROM numbers WHERE year = :y ORDER BY last"), {"y": 2026}
    )
    assert [tuple(row) for row in found] == [(text, at) for at, text in enumerate(texts)]
