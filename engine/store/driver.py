"""Statements sent straight to the driver, in the session's transaction.

SQLAlchemy's way from a text to a row costs several times what SQLite needs to answer it (19 us against 2 for an update
by key, 35 against 2 for a row), and a step has seven statements. What is said once per request stays with SQLAlchemy.
The same text serves both databases; listeners on `before_cursor_execute` see every statement.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import SessionTransaction

from engine.canonical import canonical
from engine.store.base import Session

_WIRE = "engine.store.driver.wire"  # session.info: the _Wire of its transaction
_NAME = re.compile(r"(?<![:\w]):(\w+)")


class Statement:
    """One SQL text with `:name` parameters; the drivers get them by position, which they bind several times as fast."""

    __slots__ = ("format", "many", "named", "qmark", "values")

    def __init__(self, sql: str, many: str | None = None) -> None:
        """Keep the text as SQLite takes it, and as psycopg does; `values` picks a row's parameters in their order.

        many: what psycopg is sent for several rows, which are its one parameter, a JSON text.
        """
        self.many = many
        self.named = sql
        self.qmark = _NAME.sub("?", sql)
        self.format = _NAME.sub("%s", sql.replace("%", "%%"))
        self.values = _picked(_NAME.findall(sql))

    def __str__(self) -> str:
        return self.named


def _picked(names: list[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    if len(names) > 1:
        return itemgetter(*names)
    return lambda binds: tuple(binds[name] for name in names)


@lru_cache(maxsize=512)
def listing(sql: str, **counts: int) -> Statement:
    """Return `sql` with every `IN :name` of `counts` spelled out for so many values: see `spread`."""
    for name, count in counts.items():
        sql = sql.replace(f"IN :{name}", f"IN ({', '.join(f':{name}_{index}' for index in range(count))})")
    return Statement(sql)


def spread(**lists: Sequence[str]) -> dict[str, str]:
    """Return the parameters of a `listing`: {"ids": ["a", "b"]} gives {"ids_0": "a", "ids_1": "b"}."""
    return {f"{name}_{index}": value for name, values in lists.items() for index, value in enumerate(values)}


def insertion(table: str, names: Iterable[str], tail: str = "") -> Statement:
    """Return an INSERT of these columns, parameters named like them; of several rows none may be bytes."""
    columns = list(names)
    # A word of SQL where it is a name of ours.
    quoted = ", ".join('"window"' if name == "window" else name for name in columns)
    values = ", ".join(f":{name}" for name in columns)
    head = f"INSERT INTO {table} ({quoted})"
    # psycopg sends a list row by row, and a form has dozens of values: all of them as one text cost it a sixth.
    rows = f"SELECT {quoted} FROM json_populate_recordset(NULL::{table}, %s::json)"  # noqa: S608
    return Statement(f"{head} VALUES ({values}){tail}", f"{head} {rows}{tail}")


def rows(session: Session, statement: Statement, binds: Mapping[str, Any]) -> list[Any]:
    """Return every row as a tuple in the order of the columns."""
    found: list[Any] = _sent(session, statement, binds).fetchall()
    return found


def first(session: Session, statement: Statement, binds: Mapping[str, Any]) -> Any:
    """Return the first row as a tuple, or None."""
    cursor = _sent(session, statement, binds)
    found = cursor.fetchone()
    cursor.close()  # An open cursor of SQLite keeps its read open.
    return found


def scalar(session: Session, statement: Statement, binds: Mapping[str, Any]) -> Any:
    """Return the first column of the first row, or None."""
    found = first(session, statement, binds)
    return None if found is None else found[0]


def write(session: Session, statement: Statement, binds: Mapping[str, Any] | list[Any]) -> int:
    """Run one statement, with a list once for each of its members; returns how many rows it changed."""
    # One row is sent as it is: what a list needs is dearer.
    one = binds[0] if isinstance(binds, list) and len(binds) == 1 else binds
    count: int = _sent(session, statement, one).rowcount
    return count


class _Wire:
    """The driver's connection of one transaction."""

    __slots__ = ("connection", "dbapi", "dialect", "error", "heard", "is_sqlite", "transaction")

    def __init__(self, session: Session) -> None:
        self.connection = session.connection()
        self.transaction = session.get_transaction()
        self.dialect = self.connection.dialect
        self.is_sqlite = self.dialect.name == "sqlite"
        self.error: Any = self.dialect.loaded_dbapi.Error
        self.dbapi: Any = self.connection.connection.dbapi_connection
        self.heard = self.connection.dispatch.before_cursor_execute


def _wire(session: Session) -> _Wire:
    # Asking the session for its connection costs more than a statement; it stays the same for a transaction.
    wire: _Wire | None = session.info.get(_WIRE)
    if wire is None or wire.transaction is not session.get_transaction():
        wire = session.info[_WIRE] = _Wire(session)
    return wire


def is_sqlite(session: Session) -> bool:
    """Say which of the two databases a session's transaction is on."""
    return _wire(session).is_sqlite


@event.listens_for(Session, "after_transaction_end")
def _cut(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(_WIRE, None)


def _sent(session: Session, statement: Statement, binds: Any) -> Any:
    wire = _wire(session)
    sql = statement.qmark if wire.is_sqlite else statement.format
    many = type(binds) is list
    values: Any
    if many and statement.many and not wire.is_sqlite:
        sql, many, values = statement.many, False, (canonical(binds),)
    else:
        values = [statement.values(row) for row in binds] if many else statement.values(binds)
    cursor: Any = wire.dbapi.cursor()
    if wire.heard:
        for heard in wire.heard:
            heard(wire.connection, cursor, sql, values, None, many)
    try:
        if many:
            cursor.executemany(sql, values)
        else:
            cursor.execute(sql, values)
    except wire.error as why:
        # Callers know SQLAlchemy's errors, whichever way a statement went; and a connection that is gone must not
        # be rolled back nor given to the next one.
        if wire.dialect.is_disconnect(why, wire.dbapi, cursor):
            wire.connection.invalidate(why)
        raise DBAPIError.instance(sql, binds, why, wire.error, dialect=wire.dialect) from why
    return cursor
