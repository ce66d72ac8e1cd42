"""Conditions that many statements share: below a path, valid at a moment, containing a text."""

from __future__ import annotations

from typing import Any, TypeAlias

from sqlalchemy import JSON, ColumnElement, String, and_, case, cast, func, literal, or_, true, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from engine.store.base import Session

Column = InstrumentedAttribute[Any]
# The type parameters of a select differ between SQLAlchemy 2.0 and 2.1; we run on both.
Statement: TypeAlias = Any
_FIRST_AFTER_SLASH = "0"


def path_end(path: str) -> str:
    """Return the first text after everything below `path`, in code-point order."""
    return path[:-1] + _FIRST_AFTER_SLASH


def below(column: Column, path: str) -> ColumnElement[bool]:
    """Say that a materialised path is `path` or below it; a range, so an index serves it."""
    return and_(column >= path, column < path_end(path))


def valid_at(valid_from: Column, valid_to: Column, at: str) -> ColumnElement[bool]:
    """Say that valid_from <= at < valid_to, null meaning for ever."""
    return and_(valid_from <= at, or_(valid_to.is_(None), valid_to > at))


def contains(column: Column, query: str) -> ColumnElement[bool]:
    """Say that a text contains `query`, whatever the case of Latin letters; % and _ stand for themselves."""
    escaped = query.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return func.lower(column).like(f"%{escaped}%", escape="\\")


def after_key(
    first: Column, second: Column, key: tuple[str, str] | None, *, descending: bool = False
) -> ColumnElement[bool]:
    """Say that (first, second) comes after `key` in keyset order; true without a key."""
    if key is None:
        return true()
    here, there = tuple_(first, second), tuple_(literal(key[0]), literal(key[1]))
    return here < there if descending else here > there


def member_text(session: Session, column: Column, name: str) -> ColumnElement[str]:
    """Return one member of a JSON object column as text: strings as they are, true and false, null when absent."""
    if session.get_bind().dialect.name == "sqlite":
        path = '$."' + name.replace('"', "") + '"'
        kind = func.json_type(column, path)
        value = cast(func.json_extract(column, path), String)
        return case((kind.in_(("true", "false")), kind), else_=value)
    member: ColumnElement[str] = cast(column, JSON)[name].as_string()
    return member
