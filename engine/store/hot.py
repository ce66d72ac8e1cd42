"""The statements of one step, as SQL text through the session's connection.

Called by `engine.step` and the commands only. The text is the same on SQLite and PostgreSQL but for the row
lock. Everything comes back as the dataclasses below; nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from engine.store import driver, registers
from engine.store.base import Session
from engine.store.driver import Statement, insertion, listing, spread


class LockedCase(NamedTuple):
    """A case whose row is locked: its columns as stored, `unit_path` as it is today, the window and values.

    organisation: hash of the last change to units, posts and who holds them, as of the lock; "" where nobody asked.
    """

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
    organisation: str | None = ""


class LockedTask(NamedTuple):
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


_CASE_NAMES, _TASK_NAMES = LockedCase._fields, LockedTask._fields
_FROM_ELSEWHERE = {
    "unit_path": "u.path",
    "window": 'w."window"',
    "values_json": "w.values_json",
    "organisation": "(SELECT head_hash FROM streams WHERE stream = 'organisation')",
}
CASE_COLUMNS = tuple(name for name in _CASE_NAMES if name not in ("window", "values_json", "organisation"))
_CASE_SELECT = ", ".join(_FROM_ELSEWHERE.get(name, f"c.{name}") for name in _CASE_NAMES)
_TASK_SELECT = ", ".join(f"t.{name}" for name in _TASK_NAMES)
_CASE_FROM = "FROM cases c JOIN case_windows w ON w.case_id = c.id JOIN units u ON u.id = c.unit_id"
# NO KEY UPDATE: two steps exclude each other, while a child case may still name its parent. The case comes
# first in the list, so rows are locked in that order and what is read is as of the moment the lock was got.
_LOCK = {"postgresql": " FOR NO KEY UPDATE OF {}", "sqlite": ""}

_BY_TASK = f"SELECT {_CASE_SELECT}, {_TASK_SELECT} {_CASE_FROM} JOIN tasks t ON t.case_id = c.id WHERE t.id = :id"
_BY_CASE = f"SELECT {_CASE_SELECT} {_CASE_FROM} WHERE c.id = :id"


_LOCKING = {
    dialect: (Statement(_BY_TASK + lock.format("c, w, t")), Statement(_BY_CASE + lock.format("c, w")))
    for dialect, lock in _LOCK.items()
}


def lock_by_task(session: Session, task_id: str) -> tuple[LockedCase, LockedTask] | None:
    """Lock the case a task belongs to and read both in one statement; None when there is no such task."""
    row = driver.first(session, _locking(session)[0], {"id": task_id})
    if row is None:
        return None
    return LockedCase._make(row[: len(_CASE_NAMES)]), LockedTask._make(row[len(_CASE_NAMES) :])


def lock_by_case(session: Session, case_id: str) -> LockedCase | None:
    """Lock a case and read it in one statement; None when there is no such case."""
    row = driver.first(session, _locking(session)[1], {"id": case_id})
    return None if row is None else LockedCase._make(row)


def _locking(session: Session) -> tuple[Statement, Statement]:
    # Rows another part of this transaction added must be seen by driver-level statements too.
    session.flush()
    return _LOCKING["sqlite" if driver.is_sqlite(session) else "postgresql"]


CHANGING = (
    "number", "title", "unit_path", "state", "phase", "outcome", "facts", "readers",
    "updated_at", "ended_at", "due_at", "revision", "head_seq", "head_hash",
)  # fmt: skip
_changing = attrgetter(*CHANGING)
_UPDATE_HEAD = Statement(
    "UPDATE cases SET updated_at = :updated_at, head_seq = :head_seq, head_hash = :head_hash "
    "WHERE id = :id AND head_seq = :head_seq_before"
)
_REPIN = Statement("UPDATE cases SET artifact_id = :artifact_id, pins = :pins WHERE id = :id")
_RENAME_TASK = Statement("UPDATE tasks SET element_id = :element_id, name = :name, form = :form WHERE id = :id")
_SET_CANDIDATES = Statement("UPDATE tasks SET candidates = :candidates WHERE id = :id")
_CLEAR_DUE = Statement("UPDATE tasks SET due_at = NULL, sort_at = '9' || substr(created_at, 2) WHERE id = :id")
_SET_DUE = Statement("UPDATE tasks SET due_at = :due_at, sort_at = :sort_at WHERE id = :id")
_SUSPEND = Statement("UPDATE cases SET suspension = :suspension WHERE id = :id")
_CHILD_HELD = Statement("UPDATE tasks SET child_case_id = child_case_id WHERE id = :id RETURNING child_case_id")
_HELD = Statement("SELECT id, case_id FROM tasks WHERE holder_id = :user_id AND state = 'open' ORDER BY id")
_OPEN_CALLS = Statement(
    "SELECT id FROM tasks WHERE case_id = :case_id AND state = 'open' AND kind = 'call' ORDER BY id"
)
_INSERT_CASE = insertion("cases", CASE_COLUMNS)
_INSERT_WINDOW = insertion("case_windows", ("case_id", "revision", "window", "values_json"))
_UPDATE_WINDOW = Statement('UPDATE case_windows SET revision = :revision, "window" = :window WHERE case_id = :case_id')
_UPDATE_WINDOW_AND_VALUES = Statement(
    'UPDATE case_windows SET revision = :revision, "window" = :window, values_json = :values_json '
    "WHERE case_id = :case_id"
)
_TASK_COLUMNS = (
    "id", "root_unit_id", "case_id", "element_id", "name", "kind", "state", "form", "locals", "candidates",
    "created_at", "due_at", "sort_at", "done_at", "done_by", "done_by_name",
)  # fmt: skip
_UPSERT_TASK = insertion(
    "tasks",
    _TASK_COLUMNS,
    " ON CONFLICT (id) DO UPDATE SET state = excluded.state, done_at = excluded.done_at, "
    "done_by = excluded.done_by, done_by_name = excluded.done_by_name",
)
_HOLD = Statement(
    "UPDATE tasks SET holder_id = :holder_id, holder_name = :holder_name, held_at = :held_at WHERE id = :id"
)
_RESOLVE = (
    "SELECT u.id AS unit_id, u.code, u.root_unit_id, g.id AS grant_id, g.role, "
    "EXISTS (SELECT 1 FROM post_grants p JOIN holdings h ON h.post_id = p.post_id WHERE p.grant_id = g.id "
    "AND h.valid_from <= :at AND (h.valid_to IS NULL OR h.valid_to > :at)) AS held, "
    "(SELECT MIN(CASE WHEN h.valid_from > :at THEN h.valid_from ELSE h.valid_to END) FROM post_grants p "
    "JOIN holdings h ON h.post_id = p.post_id WHERE p.grant_id = g.id "
    "AND (h.valid_from > :at OR h.valid_to > :at)) AS until "
    "FROM units u LEFT JOIN grants g ON g.unit_id = u.id AND g.role IN :roles "
    "WHERE u.id IN :units OR u.code IN :units"
)
_INSERT_GRANT = insertion("grants", ("id", "root_unit_id", "role", "unit_id"), " ON CONFLICT DO NOTHING")
_NEXT_NUMBER = Statement(
    "INSERT INTO numbers (template, unit_id, year, last) VALUES (:template, :unit_id, :year, 1) "
    "ON CONFLICT (template, unit_id, year) DO UPDATE SET last = numbers.last + 1 RETURNING last"
)
_ROW_NOW = Statement(
    'SELECT version, "values" FROM register_rows WHERE register = :register AND key = :key '
    "AND valid_from <= :at AND (valid_to IS NULL OR valid_to > :at) ORDER BY version DESC LIMIT 1"
)
_ROW_VERSION = Statement(
    'SELECT version, "values" FROM register_rows WHERE register = :register AND key = :key AND version = :version'
)
_UNIT = Statement("SELECT id, path, root_unit_id FROM units WHERE id = :name OR code = :name")
_CHILD_VALUES = Statement("SELECT values_json FROM case_windows WHERE case_id = :case_id")
_TAKE_CALL = Statement(
    "UPDATE tasks SET child_case_id = :child_case_id WHERE id = :id AND state = 'open' AND child_case_id IS NULL "
    "RETURNING element_id"
)
_CHILD = Statement("SELECT child_case_id FROM tasks WHERE id = :id")
_KINDS = "SELECT id, kind FROM tasks WHERE id IN :ids"


class ResolvedUnit(NamedTuple):
    """A unit named by id or code, with one of the asked-for grants in it if that exists.

    held: somebody holds the grant now. until: when that is to be asked again although nothing was changed.
    """

    unit_id: str
    code: str
    root_unit_id: str
    grant_id: str | None
    role: str | None
    held: bool
    until: str | None


def find_unit(session: Session, id_or_code: str) -> tuple[str, str, str] | None:
    """Return (id, path, root unit id) of a unit named by id or code."""
    row = driver.first(session, _UNIT, {"name": id_or_code})
    return None if row is None else (row[0], row[1], row[2])


def read_case(session: Session, case_id: str) -> LockedCase | None:
    """Read a case without locking it: what is asked of it must not change while the case lives."""
    session.flush()
    row = driver.first(session, _LOCKING["sqlite"][1], {"id": case_id})
    return None if row is None else LockedCase._make(row)


def case_values(session: Session, case_id: str) -> str | None:
    """Return the values text of a case."""
    found: str | None = driver.scalar(session, _CHILD_VALUES, {"case_id": case_id})
    return found


def take_call(session: Session, task_id: str, child_case_id: str) -> str | None:
    """Name the child case of a call task and return its element; None when it closed or has its child already."""
    element_id: str | None = driver.scalar(session, _TAKE_CALL, {"id": task_id, "child_case_id": child_case_id})
    return element_id


def child_of(session: Session, task_id: str) -> str | None:
    """Return the child case a call task started."""
    found: str | None = driver.scalar(session, _CHILD, {"id": task_id})
    return found


def child_held(session: Session, task_id: str) -> str | None:
    """Return the child case of a call task as of when no start of one is under way; waits for that."""
    found: str | None = driver.scalar(session, _CHILD_HELD, {"id": task_id})
    return found


def held_tasks(session: Session, user_id: str) -> list[tuple[str, str]]:
    """Return (task id, case id) of the open tasks a person holds."""
    return [(row[0], row[1]) for row in driver.rows(session, _HELD, {"user_id": user_id})]


def open_calls(session: Session, case_id: str) -> list[str]:
    """Return the open call tasks of a case."""
    return [row[0] for row in driver.rows(session, _OPEN_CALLS, {"case_id": case_id})]


def set_suspension(session: Session, case_id: str, suspension: str | None) -> None:
    """Mark a locked case as suspended, or lift the mark."""
    driver.write(session, _SUSPEND, {"id": case_id, "suspension": suspension})


def rename_tasks(session: Session, rows: list[dict[str, Any]]) -> None:
    """Give open tasks (id) the element, name and form of another version."""
    if rows:
        driver.write(session, _RENAME_TASK, rows)


def set_candidates(session: Session, task_id: str, candidates: str) -> None:
    """Let others (a JSON list of ids) take an open task; who holds it keeps it."""
    driver.write(session, _SET_CANDIDATES, {"id": task_id, "candidates": candidates})


def clear_due(session: Session, task_id: str) -> None:
    """Take the deadline off a task and put it after all that have one."""
    driver.write(session, _CLEAR_DUE, {"id": task_id})


def set_due(session: Session, task_id: str, *, due_at: str | None, sort_at: str) -> None:
    """Give a task another deadline and its place in the inbox."""
    driver.write(session, _SET_DUE, {"id": task_id, "due_at": due_at, "sort_at": sort_at})


def repin(session: Session, case_id: str, *, artifact_id: str, pins: str) -> None:
    """Write which versions a locked case runs on from now on."""
    driver.write(session, _REPIN, {"id": case_id, "artifact_id": artifact_id, "pins": pins})


def insert_case(session: Session, columns: Mapping[str, Any]) -> None:
    """Insert a case row from the names of `LockedCase` but window and values."""
    driver.write(session, _INSERT_CASE, columns)


def update_case(session: Session, before: LockedCase, columns: Mapping[str, Any]) -> bool:
    """Write those of the columns a step changes that are not as they were; False when the row moved meanwhile."""
    changed = tuple([name for name, was in zip(CHANGING, _changing(before), strict=True) if columns[name] != was])
    own = {"id": before.id, "revision_before": before.revision, "head_seq_before": before.head_seq}
    return driver.write(session, _update_case(changed), {**own, **columns}) == 1


@lru_cache(maxsize=512)
def _update_case(changed: tuple[str, ...]) -> Statement:
    # A column that is set is written to its indexes, too, whether it changed or not.
    return Statement(
        f"UPDATE cases SET {', '.join(f'{name} = :{name}' for name in changed)} "  # noqa: S608
        "WHERE id = :id AND revision = :revision_before AND head_seq = :head_seq_before"
    )


def update_head(session: Session, columns: Mapping[str, Any]) -> bool:
    """Move the head of a case whose state did not change; False when it is not the one that was read."""
    return driver.write(session, _UPDATE_HEAD, columns) == 1


def insert_window(session: Session, case_id: str, revision: int, window: bytes, values_json: str) -> None:
    """Insert the window and values of a new case."""
    columns = {"case_id": case_id, "revision": revision, "window": window, "values_json": values_json}
    driver.write(session, _INSERT_WINDOW, columns)


def update_window(session: Session, case_id: str, revision: int, window: bytes, values_json: str | None) -> None:
    """Write the window, and the values unless None says they did not change."""
    columns = {"case_id": case_id, "revision": revision, "window": window}
    if values_json is None:
        driver.write(session, _UPDATE_WINDOW, columns)
    else:
        driver.write(session, _UPDATE_WINDOW_AND_VALUES, {**columns, "values_json": values_json})


def upsert_tasks(session: Session, rows: list[dict[str, Any]]) -> None:
    """Insert opened tasks and close finished ones in one statement; of a row that exists only the end is written."""
    if rows:
        driver.write(session, _UPSERT_TASK, rows)


def hold(session: Session, task_id: str, *, user_id: str | None, name: str | None, at: str | None) -> None:
    """Record who holds a task; None gives it back."""
    driver.write(session, _HOLD, {"id": task_id, "holder_id": user_id, "holder_name": name, "held_at": at})


def resolve(session: Session, *, units: list[str], roles: list[str], at: str) -> list[ResolvedUnit]:
    """Find units by id or code and their grants of these roles, and whether anybody holds each at `at`."""
    statement = listing(_RESOLVE, roles=len(roles), units=len(units))
    found = driver.rows(session, statement, {**spread(roles=roles, units=units), "at": at})
    return [
        ResolvedUnit(unit, code, root, grant, role, bool(held), end)
        for unit, code, root, grant, role, held, end in found
    ]


def insert_grants(session: Session, rows: list[dict[str, str]]) -> None:
    """Insert grant rows; those that exist stay."""
    driver.write(session, _INSERT_GRANT, rows)


def next_number(session: Session, template: str, unit_id: str, year: int) -> int:
    """Take the next number; its row stays locked until the transaction ends, so a rollback leaves no gap."""
    value: int = driver.scalar(session, _NEXT_NUMBER, {"template": template, "unit_id": unit_id, "year": year})
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
    return dict(driver.rows(session, listing(_KINDS, ids=len(task_ids)), spread(ids=task_ids)))


def _register_row(session: Session, statement: Statement, binds: dict[str, Any]) -> tuple[int, str] | None:
    row = driver.first(session, statement, binds)
    return None if row is None else (row[0], row[1])
