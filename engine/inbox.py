"""The inbox of a person: what waits, what is held, what was done, started and left half-filled.

Boxes: todo (mine to do: held by me, or unclaimed and mine to take), claimable (unclaimed, by a grant of mine), doing
(held by me), done (each step I did), started (cases I started), drafts (tasks with my half-filled input). The first
three come most urgent first (no deadline last), the others newest first. Each page is one statement.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from engine.canonical import from_iso, parse
from engine.errors import Invalid
from engine.model import Actor, CaseItem, InboxItem, Page
from engine.records import suspension_of
from engine.store import inbox as store
from engine.store.base import Session
from engine.store.case_lists import Key, Wanted

_KEY = re.compile(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)\.([0-9A-Za-z-]{1,40})$")
LONGEST_PAGE = 500


def inbox(
    session: Session,
    actor: Actor,
    *,
    box: str,
    after: str | None = None,
    limit: int = 50,
    query: str | None = None,
    phase: str | None = None,
    facts: Mapping[str, object] | None = None,
    newest_first: bool = False,
) -> Page[InboxItem]:
    """Return one page of a box; after: the next_key of the page before, anything else starts from the beginning.

    query: every word must be in title or number. facts: fact of the case -> value. newest_first: the first three
    boxes by when the task came instead of when it is due; keys of one order are not for the other.
    """
    if box not in store.BOXES:
        raise Invalid(why=f"没有“{box}”这一格")
    limit = max(1, min(limit, LONGEST_PAGE))
    asked = store.Asked(session, actor, wanted(query, phase, None, facts), read_key(after), limit + 1, newest_first)
    rows = store.inbox_rows(asked, box)
    next_key = write_key(rows[limit - 1].sort_key, rows[limit - 1].row_id) if len(rows) > limit else None
    return Page([_item(row) for row in rows[:limit]], next_key)


def counts(session: Session, actor: Actor) -> dict[str, int]:
    """Count todo, claimable, doing and drafts in one statement; 1000 means that many or more."""
    return store.count_boxes(session, actor)


def wanted(query: str | None, phase: str | None, state: str | None, facts: Mapping[str, object] | None) -> Wanted:
    """Make the filters of a list from what a page asks for."""
    told = {
        name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in (facts or {}).items()
    }
    return Wanted((query or "").strip() or None, phase, state, told)


def read_key(text: str | None) -> Key | None:
    """Read a page key; None for none and for what is not one."""
    found = _KEY.match(text or "")
    return (found[1], found[2]) if found else None


def write_key(at: str, row_id: str) -> str:
    """Write the key of the last row of a page."""
    return f"{at}.{row_id}"


def case_item(row: Any) -> CaseItem:
    """Return the record of a listed case."""
    return CaseItem(
        id=row.id,
        number=row.number,
        title=row.title,
        definition=row.definition,
        parent_case_id=row.parent_case_id,
        unit_id=row.unit_id,
        unit_name=row.unit_name,
        starter_unit_id=row.starter_unit_id,
        starter_unit_name=row.starter_unit_name,
        state=row.state,
        phase=row.phase,
        outcome=row.outcome,
        facts=parse(row.facts),
        started_at=from_iso(row.started_at),
        ended_at=from_iso(row.ended_at) if row.ended_at else None,
        due_at=from_iso(row.due_at) if row.due_at else None,
        suspension=suspension_of(row.suspension),
    )


def _item(row: Any) -> InboxItem:
    return InboxItem(
        case=case_item(row),
        at=from_iso(row.at),
        task_id=row.task_id,
        task_name=row.task_name,
        element_id=row.element_id,
        due_at=from_iso(row.task_due_at) if row.task_due_at else None,
        holder_id=row.holder_id,
        holder_name=row.holder_name,
        locals=parse(row.task_locals) if row.task_locals else {},
    )
