"""The statements of one step, as SQL text through the session's connection.

Called by `engine.step` and the commands only. The text is the same on SQLite and PostgreSQL but for the row
lock. Everything comes back as the dataclasses below; nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import TextClause, TextualSelect, bindparam, column, text

from engine.store import registers
from engine.store.base import Session, one_or_many


@dataclass(frozen=True, slots=True)
class LockedCase:
    """A case whose row is locked: its columns as stored, `unit_path` as it is today, the window and values."""

    id: str
    root_unit_id: str
    number: str | None
    title: str
    definition: str
    artifact_id: str
    pins: str
    parent_case_id: str | None
    parent_task_id: str | None
    path: str
    unit_id: str
    unit_path: str
    state: str
    phase: str | None
    outcome: str | None
    facts: str
    readers: str | None
    started_by: str
    started_by_name: str
    starter_unit_id: str
    started_at: str
    updated_at: str
    ended_at: str | None
    due_at: str | None
    suspension: str | None
    revision: int
    head_seq: int
    head_hash: str
    window: bytes
    values_json: str


@dataclass(frozen=True, slots=True)
class LockedTask:
    """A task read under its case's lock."""

    id: str
    case_id: str
    element_id: str
    name: str
    kind: str
    state: str
    form: str | None
    locals: str | None
    candidates: str
    holder_id: str | None
    holder_name: str | None
    held_at: str | None
    created_at: str
    due_at: str | None
    sort_at: str
    done_at: str | None
    done_by: str | None
    done_by_name: str | None
    child_case_id: str | None


_CASE_NAMES = [field.name for field in fields(LockedCase)]
_TASK_NAMES = [field.name for field in fields(LockedTask)]
_FROM_ELSEWHERE = {"unit_path": "u.path", "window": 'w."window"', "values_json": "w.values_json"}
_CASE_SELECT = ", ".join(_FROM_ELSEWHERE.get(name, f"c.{name}") for name in _CASE_NAMES)
_TASK_SELECT = ", ".join(f"t.{name}" for name in _TASK_NAMES)
_CASE_FROM = "FROM cases c JOIN case_windows w ON w.case_id = c.id JOIN units u ON u.id = c.unit_id"
# NO KEY UPDATE: two steps exclude each other, while a child case may still name its parent. The case comes
# first in the list, so rows are locked in that order and what is read is as of the moment the lock was got.
_LOCK = {"postgresql": " FOR NO KEY UPDATE OF {}", "sqlite": ""}

_BY_TASK = f"SELECT {_CASE_SELECT}, {_TASK_SELECT} {_CASE_FROM} JOIN tasks t ON t.case_id = c.id WHERE t.id = :id"
_BY_CASE = f"SELECT {_CASE_SELECT} {_CASE_FROM} WHERE c.id = :id"


def _positional(statement: str, names: Iterable[str]) -> TextualSelect:
    # Declared columns let SQLAlchemy cache the result's shape: a third off the cost of a wide text statement.
    return text(statement).columns(*(column(name) for name in names))


_LOCKING = {
    dialect: (
        _positional(
            _BY_TASK + lock.format("c, w, t"),
            [f"c_{name}" for name in _CASE_NAMES] + [f"t_{name}" for name in _TASK_NAMES],
        ),
        _positional(_BY_CASE + lock.format("c, w"), [f"c_{name}" for name in _CASE_NAMES]),
    )
    for dialect, lock in _LOCK.items()
}


def lock_by_task(session: Session, task_id: str) -> tuple[LockedCase, LockedTask] | None:
    """Lock the case a task belongs to and read both in one statement; None when there is no such task."""
    row = session.execute(_locking(session)[0], {"id": task_id}).first()
    if row is None:
        return None
    return LockedCase(*row[: len(_CASE_NAMES)]), LockedTask(*row[len(_CASE_NAMES) :])


def lock_by_case(session: Session, case_id: str) -> LockedCase | None:
    """Lock a case and read it in one statement; None when there is no such case."""
    row = session.execute(_locking(session)[1], {"id": case_id}).first()
    return None if row is None else LockedCase(*row)


def _locking(session: Session) -> tuple[TextualSelect, TextualSelect]:
    # Rows another part of this transaction added must be seen by driver-level statements too.
    session.flush()
    return _LOCKING[session.get_bind().dialect.name]


def _insert(table: str, names: Iterable[str], tail: str = "") -> TextClause:
    columns = list(names)
    quoted = ", ".join('"window"' if name == "window" else name for name in columns)
    values = ", ".join(f":{name}" for name in columns)
    return text(f"INSERT INTO {table} ({quoted}) VALUES ({values}){tail}")  # noqa: S608


CHANGING = (
    "number", "title", "unit_path", "state", "phase", "outcome", "facts", "readers",
    "updated_at", "ended_at", "due_at", "revision", "head_seq", "head_hash",
)  # fmt: skip
_UPDATE_CASE = text(
    f"UPDATE cases SET {', '.join(f'{name} = :{name}' for name in CHANGING)} "  # noqa: S608
    "WHERE id = :id AND revision = :revision_before AND head_seq = :head_seq_before"
)
_UPDATE_HEAD = text(
    "UPDATE cases SET updated_at = :updated_at, head_seq = :head_seq, head_hash = :head_hash "
    "WHERE id = :id AND head_seq = :head_seq_before"
)
_REPIN = text("UPDATE cases SET artifact_id = :artifact_id, pins = :pins WHERE id = :id")
_RENAME_TASK = text("UPDATE tasks SET element_id = :element_id, name = :name, form = :form WHERE id = :id")
_SET_DUE = text("UPDATE tasks SET due_at = :due_at, sort_at = :sort_at WHERE id = :id")
_SUSPEND = text("UPDATE cases SET suspension = :suspension WHERE id = :id")
_CHILD_HELD = text("UPDATE tasks SET child_case_id = child_case_id WHERE id = :id RETURNING child_case_id")
_OPEN_CALLS = text("SELECT id FROM tasks WHERE case_id = :case_id AND state = 'open' AND kind = 'call' ORDER BY id")
_INSERT_CASE = _insert("cases", [name for name in _CASE_NAMES if name not in ("window", "values_json")])
_INSERT_WINDOW = _insert("case_windows", ("case_id", "revision", "window", "values_json"))
_UPDATE_WINDOW = text('UPDATE case_windows SET revision = :revision, "window" = :window WHERE case_id = :case_id')
_UPDATE_WINDOW_AND_VALUES = text(
    'UPDATE case_windows SET revision = :revision, "window" = :window, values_json = :values_json '
    "WHERE case_id = :case_id"
)
_TASK_COLUMNS = (
    "id", "root_unit_id", "case_id", "element_id", "name", "kind", "state", "form", "locals", "candidates",
    "created_at", "due_at", "sort_at", "done_at", "done_by", "done_by_name",
)  # fmt: skip
_UPSERT_TASK = _insert(
    "tasks",
    _TASK_COLUMNS,
    " ON CONFLICT (id) DO UPDATE SET state = excluded.state, done_at = excluded.done_at, "
    "done_by = excluded.done_by, done_by_name = excluded.done_by_name",
)
_HOLD = text("UPDATE tasks SET holder_id = :holder_id, holder_name = :holder_name, held_at = :held_at WHERE id = :id")
_RESOLVE = text(
    "SELECT u.id AS unit_id, u.code, u.root_unit_id, g.id AS grant_id, g.role, "
    "EXISTS (SELECT 1 FROM post_grants p JOIN holdings h ON h.post_id = p.post_id WHERE p.grant_id = g.id "
    "AND h.valid_from <= :at AND (h.valid_to IS NULL OR h.valid_to > :at)) AS held "
    "FROM units u LEFT JOIN grants g ON g.unit_id = u.id AND g.role IN :roles "
    "WHERE u.id IN :units OR u.code IN :units"
).bindparams(bindparam("roles", expanding=True), bindparam("units", expanding=True))
_INSERT_GRANT = _insert("grants", ("id", "root_unit_id", "role", "unit_id"), " ON CONFLICT DO NOTHING")
_NEXT_NUMBER = text(
    "INSERT INTO numbers (template, unit_id, year, last) VALUES (:template, :unit_id, :year, 1) "
    "ON CONFLICT (template, unit_id, year) DO UPDATE SET last = numbers.last + 1 RETURNING last"
)
_ROW_NOW = text(
    'SELECT version, "values" FROM register_rows WHERE register = :register AND key = :key '
    "AND valid_from <= :at AND (valid_to IS NULL OR valid_to > :at) ORDER BY version DESC LIMIT 1"
)
_ROW_VERSION = text(
    'SELECT version, "values" FROM register_rows WHERE register = :register AND key = :key AND version = :version'
)
_UNIT = text("SELECT id, path, root_unit_id FROM units WHERE id = :name OR code = :name")
_CHILD_VALUES = text("SELECT values_json FROM case_windows WHERE case_id = :case_id")
_TAKE_CALL = text(
    "UPDATE tasks SET child_case_id = :child_case_id WHERE id = :id AND state = 'open' AND child_case_id IS NULL "
    "RETURNING element_id"
)
_CHILD = text("SELECT child_case_id FROM tasks WHERE id = :id")
_KINDS = text("SELECT id, kind FROM tasks WHERE id IN :ids").bindparams(bindparam("ids", expanding=True))


@dataclass(frozen=True, slots=True)
class ResolvedUnit:
    """A unit named by id or code, with one of the asked-for grants in it if that exists."""

    unit_id: str
    code: str
    root_unit_id: str
    grant_id: str | None
    role: str | None
    held: bool


def find_unit(session: Session, id_or_code: str) -> tuple[str, str, str] | None:
    """Return (id, path, root unit id) of a unit named by id or code."""
    row = session.execute(_UNIT, {"name": id_or_code}).first()
    return None if row is None else (row[0], row[1], row[2])


def read_case(session: Session, case_id: str) -> LockedCase | None:
    """Read a case without locking it: what is asked of it must not change while the case lives."""
    session.flush()
    row = session.execute(_LOCKING["sqlite"][1], {"id": case_id}).first()
    return None if row is None else LockedCase(*row)


def case_values(session: Session, case_id: str) -> str | None:
    """Return the values text of a case."""
    found: str | None = session.execute(_CHILD_VALUES, {"case_id": case_id}).scalar()
    return found


def take_call(session: Session, task_id: str, child_case_id: str) -> str | None:
    """Name the child case of a call task and return its element; None when it closed or has its child already."""
    element_id: str | None = session.execute(_TAKE_CALL, {"id": task_id, "child_case_id": child_case_id}).scalar()
    return element_id


def child_of(session: Session, task_id: str) -> str | None:
    """Return the child case a call task started."""
    found: str | None = session.execute(_CHILD, {"id": task_id}).scalar()
    return found


def child_held(session: Session, task_id: str) -> str | None:
    """Return the child case of a call task as of when no start of one is under way; waits for that."""
    found: str | None = session.execute(_CHILD_HELD, {"id": task_id}).scalar()
    return found


def open_calls(session: Session, case_id: str) -> list[str]:
    """Return the open call tasks of a case."""
    return list(session.execute(_OPEN_CALLS, {"case_id": case_id}).scalars())


def set_suspension(session: Session, case_id: str, suspension: str | None) -> None:
    """Mark a locked case as suspended, or lift the mark."""
    session.execute(_SUSPEND, {"id": case_id, "suspension": suspension})


def rename_tasks(session: Session, rows: list[dict[str, Any]]) -> None:
    """Give open tasks (id) the element, name and form of another version."""
    if rows:
        session.execute(_RENAME_TASK, one_or_many(rows))


def set_due(session: Session, task_id: str, *, due_at: str | None, sort_at: str) -> None:
    """Give a task another deadline and its place in the inbox."""
    session.execute(_SET_DUE, {"id": task_id, "due_at": due_at, "sort_at": sort_at})


def repin(session: Session, case_id: str, *, artifact_id: str, pins: str) -> None:
    """Write which versions a locked case runs on from now on."""
    session.execute(_REPIN, {"id": case_id, "artifact_id": artifact_id, "pins": pins})


def insert_case(session: Session, columns: Mapping[str, Any]) -> None:
    """Insert a case row from the names of `LockedCase` but window and values."""
    session.execute(_INSERT_CASE, columns)


def update_case(session: Session, columns: Mapping[str, Any]) -> bool:
    """Write the columns a step changes; False when revision or head are not those that were read."""
    return _count(session, _UPDATE_CASE, columns) == 1


def update_head(session: Session, columns: Mapping[str, Any]) -> bool:
    """Move the head of a case whose state did not change; False when it is not the one that was read."""
    return _count(session, _UPDATE_HEAD, columns) == 1


def insert_window(session: Session, case_id: str, revision: int, window: bytes, values_json: str) -> None:
    """Insert the window and values of a new case."""
    columns = {"case_id": case_id, "revision": revision, "window": window, "values_json": values_json}
    session.execute(_INSERT_WINDOW, columns)


def update_window(session: Session, case_id: str, revision: int, window: bytes, values_json: str | None) -> None:
    """Write the window, and the values unless None says they did not change."""
    columns = {"case_id": case_id, "revision": revision, "window": window}
    if values_json is None:
        session.execute(_UPDATE_WINDOW, columns)
    else:
        session.execute(_UPDATE_WINDOW_AND_VALUES, {**columns, "values_json": values_json})


def upsert_tasks(session: Session, rows: list[dict[str, Any]]) -> None:
    """Insert opened tasks and close finished ones in one statement; of a row that exists only the end is written."""
    if rows:
        session.execute(_UPSERT_TASK, one_or_many(rows))


def hold(session: Session, task_id: str, *, user_id: str | None, name: str | None, at: str | None) -> None:
    """Record who holds a task; None gives it back."""
    session.execute(_HOLD, {"id": task_id, "holder_id": user_id, "holder_name": name, "held_at": at})


def resolve(session: Session, *, units: list[str], roles: list[str], at: str) -> list[ResolvedUnit]:
    """Find units by id or code and their grants of these roles, and whether anybody holds each at `at`."""
    rows = session.execute(_RESOLVE, {"units": units, "roles": roles, "at": at})
    return [ResolvedUnit(r.unit_id, r.code, r.root_unit_id, r.grant_id, r.role, bool(r.held)) for r in rows]


def insert_grants(session: Session, rows: list[dict[str, str]]) -> None:
    """Insert grant rows; those that exist stay."""
    session.execute(_INSERT_GRANT, one_or_many(rows))


def next_number(session: Session, template: str, unit_id: str, year: int) -> int:
    """Take the next number; its row stays locked until the transaction ends, so a rollback leaves no gap."""
    value: int = session.execute(_NEXT_NUMBER, {"template": template, "unit_id": unit_id, "year": year}).scalar_one()
    return value


def register_row_at(session: Session, register: str, key: str, at: str) -> tuple[int, str] | None:
    """Return (version, values text) of a register row as of `at`; from memory if the transaction has read it."""
    row = registers.row_read(session, register, key, at)
    if row is not None:
        return row.version, row.values_json
    return _register_row(session, _ROW_NOW, {"register": register, "key": key, "at": at})


def register_row_version(session: Session, register: str, key: str, version: int) -> tuple[int, str] | None:
    """Return (version, values text) of one version of a register row."""
    return _register_row(session, _ROW_VERSION, {"register": register, "key": key, "version": version})


def kinds_of_tasks(session: Session, task_ids: list[str]) -> dict[str, str]:
    """Return the kind of each of these tasks."""
    rows = session.execute(_KINDS, {"ids": task_ids})
    return {row.id: row.kind for row in rows}


def _register_row(session: Session, statement: TextClause, binds: dict[str, Any]) -> tuple[int, str] | None:
    row = session.execute(statement, binds).first()
    return None if row is None else (row[0], row[1])


def _count(session: Session, statement: TextClause, columns: Mapping[str, Any]) -> int:
    count: int = session.connection().execute(statement, dict(columns)).rowcount
    return count
