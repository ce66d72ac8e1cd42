"""Registers 台账: rows with versions, read as of a moment, changed only here.

What the columns are is the published artifact of kind register with the register's name. Every change is an
event in the stream `register:<name>` that commits to each row before and after; the seq of that stream is the
version of the list as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jsonschema_rs

from engine import library
from engine.calendar import Calendar, from_rows
from engine.canonical import canonical, from_iso, iso, parse
from engine.clock import now
from engine.errors import Invalid, NotFound
from engine.history.chain import append_event
from engine.history.diff import ABSENT, Change, escape
from engine.model import Actor, Page, RegisterRow
from engine.register_csv import columns_of, parse_csv
from engine.store import events
from engine.store import registers as store
from engine.store.base import Session
from engine.store.registers import RegisterRowRow

# One event lists this many rows at most, so that no body grows without bound.
_ROWS_PER_EVENT = 2000
_SHOWN_ERRORS = 50
_MOST_DAYS = 5000


@dataclass(frozen=True, slots=True)
class Put:
    """What a change did: the register's version after it, and how many rows of each kind."""

    version: int
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    retired: int = 0


# ---- reading ---------------------------------------------------------------------------------


def read(session: Session, register: str, key: str, *, at: datetime | None = None) -> RegisterRow | None:
    """Return the row valid at `at` (default now), or None."""
    row = store.row_at(session, register, key, iso(at) if at else None)
    return _row(row) if row else None


def versions(session: Session, register: str, key: str) -> list[RegisterRow]:
    """Return all versions of a row, newest first; empty when there never was one."""
    return [_row(row) for row in store.rows_of(session, register, key)]


def search(
    session: Session,
    register: str,
    *,
    query: str | None = None,
    filters: Mapping[str, object] | None = None,
    after: str | None = None,
    limit: int = 50,
    at: datetime | None = None,
) -> Page[RegisterRow]:
    """Return rows in the register's order, as of `at` (default now).

    query: every word must occur in the row's text. filters: column -> value, compared as text.
    after: the next_key of the page before; a key made up by somebody starts from the beginning.
    """
    rows = store.rows_matching(
        session,
        register,
        at=iso(at) if at else None,
        words=(query or "").lower().split()[:8],
        filters={column: _as_text(value) for column, value in (filters or {}).items()},
        after=_read_key(after),
        limit=limit + 1,
    )
    more = len(rows) > limit
    last = rows[limit - 1] if more else None
    return Page([_row(row) for row in rows[:limit]], f"{last.position}:{last.key}" if last else None)


def version(session: Session, register: str) -> int:
    """Return the version of the list as a whole: how many changes it has seen; 0 before the first."""
    return events.stream_seq(session, stream_of(register))


def working_days(session: Session, register: str = "calendar", *, at: datetime | None = None) -> Calendar:
    """Return the deployment's calendar: statutory days, and what the register's rows {date, working} decide.

    at: as of when the rows are read; default now.
    """
    moment = iso(at) if at else None
    rows = store.rows_matching(session, register, at=moment, words=(), filters={}, after=None, limit=_MOST_DAYS)
    return from_rows(parse(row.values_json) for row in rows)


def stream_of(register: str) -> str:
    """Return the name of the register's event stream."""
    return f"register:{register}"


# ---- changing --------------------------------------------------------------------------------


def put_rows(
    session: Session,
    register: str,
    rows: Iterable[Mapping[str, Any]],
    *,
    actor: Actor,
    note: str = "",
    case_id: str | None = None,
    retire_missing: bool = False,
) -> Put:
    """Add rows, or give those that changed a new version; unchanged rows make none.

    rows: column -> value, the key among them. retire_missing: rows not given are retired, as when a whole list
    is imported. Nothing is written unless all rows are valid. Holds the register's stream until the
    transaction ends. Raises NotFound for an unpublished register, Invalid with `rows`: [{row, column, message}].
    """
    declared = columns(session, register)
    given = [dict(row) for row in rows]
    _require_valid(declared, given)
    events.lock_stream(session, stream_of(register))
    store.forget_read(session)
    keyed = {str(row[declared["key"]]): row for row in given}
    before = store.open_rows(session, register, list(keyed))
    at = iso(now(session))
    position = store.last_position(session, register)
    changes: list[tuple[str, int, Change]] = []
    added = changed = 0
    for key, values in keyed.items():
        old = before.get(key)
        living = old is not None and old.valid_to is None
        text = canonical(values)
        if old is not None and living and old.values_json == text:
            continue
        if old is None:
            position += 1
        made = _new_version(declared, register, key, values, text, at, old, position, actor, case_id)
        if old is not None and living:
            old.valid_to = at
        session.add(made)
        added, changed = added + (not living), changed + living
        changes.append(
            (key, made.version, Change(f"/{escape(key)}", parse(old.values_json) if old and living else ABSENT, values))
        )
    retired = (
        _retire(session, register, store.open_keys(session, register) - keyed.keys(), at) if retire_missing else []
    )
    session.flush()
    _record(session, register, changes, retired, actor=actor, note=note, case_id=case_id)
    return Put(version(session, register), added, changed, len(keyed) - added - changed, len(retired))


def retire_row(
    session: Session, register: str, key: str, *, actor: Actor, note: str = "", case_id: str | None = None
) -> None:
    """End a row now; what it was stays readable as of before. Raises NotFound when it is not valid now."""
    events.lock_stream(session, stream_of(register))
    store.forget_read(session)
    retired = _retire(session, register, {key}, iso(now(session)))
    if not retired:
        raise NotFound(what="row", id=key)
    session.flush()
    _record(session, register, [], retired, actor=actor, note=note, case_id=case_id)


def load_csv(
    session: Session,
    register: str,
    content: bytes,
    *,
    actor: Actor,
    note: str = "",
    retire_missing: bool = False,
) -> Put:
    """Put the rows of a CSV file (UTF-8 or GB18030; the header names columns by key or title).

    Raises Invalid with `rows`: [{row: line in the file, column, message}]; nothing is written then.
    """
    rows, errors = parse_csv(content, columns_of(columns(session, register)["columns"]))
    if errors:
        raise Invalid(why=_summary(errors), rows=errors)
    return put_rows(session, register, rows, actor=actor, note=note, retire_missing=retire_missing)


def columns(session: Session, register: str) -> dict[str, Any]:
    """Return the register as published: name, title, key, label, columns; raises NotFound."""
    return library.load_json(session, library.current(session, "register", register).id)


def _new_version(
    declared: Mapping[str, Any],
    register: str,
    key: str,
    values: Mapping[str, Any],
    text: str,
    at: str,
    old: RegisterRowRow | None,
    position: int,
    actor: Actor,
    case_id: str | None,
) -> RegisterRowRow:
    label = _label(declared["label"], values)
    return RegisterRowRow(
        register=register,
        key=key,
        version=old.version + 1 if old else 1,
        root_unit_id=actor.root_unit_id,
        position=old.position if old else position,
        label=label[:500],
        search=" ".join([key, label, *_texts(values)]).lower(),
        values_json=text,
        valid_from=at,
        valid_to=None,
        case_id=case_id,
    )


def _retire(session: Session, register: str, keys: Collection[str], at: str) -> list[tuple[str, int, Change]]:
    retired = []
    for key, row in sorted(store.open_rows(session, register, keys).items()):
        if row.valid_to is None:
            row.valid_to = at
            retired.append((key, row.version, Change(f"/{escape(key)}", parse(row.values_json), ABSENT)))
    return retired


def _record(
    session: Session,
    register: str,
    put: Sequence[tuple[str, int, Change]],
    retired: Sequence[tuple[str, int, Change]],
    *,
    actor: Actor,
    note: str,
    case_id: str | None,
) -> None:
    for kind, changes in (("rows-put", put), ("rows-retired", retired)):
        for start in range(0, len(changes), _ROWS_PER_EVENT):
            part = changes[start : start + _ROWS_PER_EVENT]
            body: dict[str, Any] = {"rows": [[key, number] for key, number, _ in part], "note": note}
            if case_id is not None:
                body["case"] = case_id
            values = [change for _, _, change in part]
            append_event(session, stream_of(register), kind=kind, actor=actor, body=body, values=values)


def _require_valid(declared: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> None:
    validator = jsonschema_rs.Draft202012Validator(declared["columns"], offline=True)
    key, seen = declared["key"], set[str]()
    errors: list[dict[str, Any]] = []
    for number, row in enumerate(rows, 1):
        name = row.get(key)
        if not isinstance(name, str | int) or isinstance(name, bool) or str(name) == "" or len(str(name)) > 200:
            errors.append({"row": number, "column": key, "message": "没有填，或不能作编号"})
        elif str(name) in seen:
            errors.append({"row": number, "column": key, "message": f"“{name}”出现了两次"})
        seen.add(str(name))
        if not validator.is_valid(row):
            errors += [
                {"row": number, "column": "/".join(map(str, fault.instance_path)), "message": fault.message[:200]}
                for fault in validator.iter_errors(row)
            ]
        if len(errors) >= _SHOWN_ERRORS:
            break
    if errors:
        raise Invalid(why=_summary(errors), rows=errors[:_SHOWN_ERRORS])


def _summary(errors: Sequence[Mapping[str, Any]]) -> str:
    first = errors[0]
    return f"第 {first['row']} 行“{first['column']}”：{first['message']}（共 {len(errors)} 处）"


def _label(template: str, values: Mapping[str, Any]) -> str:
    if "{" not in template:
        return _as_text(values.get(template))
    return re.sub(r"\{([^{}]+)\}", lambda found: _as_text(values.get(found[1])), template).strip()


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, Mapping):
        for member in value.values():
            yield from _texts(member)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def _as_text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read_key(after: str | None) -> tuple[int, str] | None:
    position, _, key = (after or "").partition(":")
    return (int(position), key) if position.isdecimal() and len(position) < 10 and key else None


def _row(row: RegisterRowRow | store.ReadRow) -> RegisterRow:
    return RegisterRow(
        register=row.register,
        key=row.key,
        version=row.version,
        label=row.label,
        values=parse(row.values_json),
        position=row.position,
        valid_from=from_iso(row.valid_from),
        valid_to=from_iso(row.valid_to) if row.valid_to else None,
        case_id=row.case_id,
    )
