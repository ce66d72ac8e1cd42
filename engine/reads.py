"""What people may read of cases: one case, its tasks and values, lists, trees, search, the rows behind figures.

Everything goes by `engine.store.readable`: what may not be read is not there. Each function is one statement
unless it says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, tzinfo
from typing import Any

from engine.canonical import iso, parse
from engine.errors import NotFound
from engine.inbox import case_item, read_key, wanted, write_key
from engine.model import Actor, Case, CaseItem, Page, Task
from engine.records import case_of, task_of
from engine.store import case_lists, one_case
from engine.store.base import Session
from engine.store.readable import may_read as may_read_row

FIGURES_LIMIT = 50_000
TREE_LIMIT = 5_000


def may_read(session: Session, actor: Actor, case_id: str) -> bool:
    """Say whether the actor may read a case; false for one that does not exist."""
    return may_read_row(session, actor, case_id)


def case(session: Session, actor: Actor, case_id: str) -> Case:
    """Return a case the actor may read; raises NotFound."""
    row = one_case.case_row(session, actor, case_id)
    if row is None:
        raise NotFound(what="case", id=case_id)
    return case_of(row)


def case_and_values(session: Session, actor: Actor, case_id: str) -> tuple[Case, dict[str, Any]]:
    """Return a case the actor may read and the values of its process; raises NotFound."""
    row = one_case.case_row(session, actor, case_id)
    if row is None:
        raise NotFound(what="case", id=case_id)
    values: dict[str, Any] = parse(row.values_json)
    return case_of(row), values


def task_and_case(session: Session, actor: Actor, task_id: str) -> tuple[Task, Case, dict[str, Any]]:
    """Return a task, its case and the case's values, for who may read the case; raises NotFound.

    Whether the actor may act on the task is `engine.assignment.usable_candidate` and the holder.
    """
    found = one_case.task_and_case(session, actor, task_id)
    if found is None:
        raise NotFound(what="task", id=task_id)
    task, row = found
    values: dict[str, Any] = parse(row.values_json)
    return task_of(task), case_of(row), values


def tasks(session: Session, case_id: str, *, open_only: bool = False) -> list[Task]:
    """Return the tasks of a case the caller has read, oldest first."""
    return [task_of(row) for row in one_case.tasks_of(session, case_id, open_only=open_only)]


def cases(
    session: Session,
    actor: Actor,
    *,
    definition: str | None = None,
    query: str | None = None,
    state: str | None = None,
    phase: str | None = None,
    unit_id: str | None = None,
    facts: Mapping[str, object] | None = None,
    after: str | None = None,
    limit: int = 50,
    at: datetime | None = None,
) -> Page[CaseItem]:
    """Return a page of readable cases started until `at`, newest first; after: the next_key of the page before."""
    rows = case_lists.case_rows(
        session,
        actor,
        wanted(query, phase, state, facts),
        definitions=None if definition is None else [definition],
        unit_id=unit_id,
        until=iso(at) if at else None,
        after=read_key(after),
        limit=limit + 1,
    )
    next_key = write_key(rows[limit - 1].started_at, rows[limit - 1].id) if len(rows) > limit else None
    return Page([case_item(row) for row in rows[:limit]], next_key)


def case_numbered(session: Session, actor: Actor, number: str) -> CaseItem | None:
    """Return the readable case of exactly this number, the newest where definitions share it; None for none."""
    rows = case_lists.case_rows(session, actor, case_lists.Wanted(number=number), limit=1)
    return case_item(rows[0]) if rows else None


def unit_cases(
    session: Session,
    actor: Actor,
    unit_id: str,
    *,
    state: str | None = None,
    limit: int = 50,
    at: datetime | None = None,
) -> list[CaseItem]:
    """Return readable cases of one unit, newest first."""
    return cases(session, actor, unit_id=unit_id, state=state, limit=limit, at=at).items


def figure_cases(
    session: Session,
    actor: Actor,
    *,
    definitions: Iterable[str],
    since: date,
    zone: tzinfo,
    at: datetime | None = None,
) -> list[CaseItem]:
    """Return the readable cases of these definitions started from the local day `since` until `at`, newest first."""
    rows = case_lists.case_rows(
        session,
        actor,
        wanted(None, None, None, None),
        definitions=definitions,
        since=iso(datetime.combine(since, time(), tzinfo=zone)),
        until=iso(at) if at else None,
        limit=FIGURES_LIMIT,
    )
    return [case_item(row) for row in rows]


def tree(session: Session, actor: Actor, case: Case) -> list[CaseItem]:
    """Return what the actor may read of a case's descendants, parents before children, without the case itself."""
    rows = case_lists.tree_rows(session, actor, case.path, TREE_LIMIT)
    return [case_item(row) for row in rows if row.id != case.id]
