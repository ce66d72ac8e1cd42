"""Statements of the inbox: each box is one statement that walks an index and stops at the limit.

A restricted case appears only to who may read it, also when a task of it names somebody else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, literal_column, null, or_, select, union

from engine.model import Actor
from engine.store.base import Session
from engine.store.case_lists import CASE_COLUMNS, Key, Wanted, filtered, page, with_units
from engine.store.cases import CaseRow
from engine.store.conditions import Statement
from engine.store.readable import candidate_ids, open_to, scoped_candidates, users_of
from engine.store.tasks import TaskCandidateRow, TaskDraftRow, TaskRow

COUNT_LIMIT = 1000
_TASK_COLUMNS = (
    TaskRow.id.label("task_id"),
    TaskRow.name.label("task_name"),
    TaskRow.element_id,
    TaskRow.due_at.label("task_due_at"),
    TaskRow.holder_id,
    TaskRow.holder_name,
    TaskRow.locals.label("task_locals"),
)
_NO_TASK = tuple(
    null().label(name)
    for name in ("task_id", "task_name", "element_id", "task_due_at", "holder_id", "holder_name", "task_locals")
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One page of a box: whose, which filters, after which key, how many, newest instead of most urgent first."""

    session: Session
    actor: Actor
    wanted: Wanted
    after: Key | None
    limit: int
    newest_first: bool = False


def inbox_rows(asked: Asked, box: str) -> list[Any]:
    """Return rows of one box: case columns, task columns, `at`, and the keyset order `sort_key`, `row_id`."""
    return list(asked.session.execute(_BOXES[box](asked)))


def count_boxes(session: Session, actor: Actor) -> dict[str, int]:
    """Count the boxes that wait for the person in one statement; no count goes beyond COUNT_LIMIT."""
    held = _of_open_cases(select(TaskRow.id), TaskRow.case_id, actor).where(*_is_held(actor))
    picks = {
        "todo": union(held, _free_ids(actor, candidate_ids(actor))),
        "claimable": select(_free_ids(actor, sorted(actor.grant_ids)).distinct().subquery()),
        "doing": held,
        "drafts": select(TaskDraftRow.task_id).where(TaskDraftRow.user_id == actor.user_id),
    }
    row = session.execute(select(*(_bounded_count(pick).label(box) for box, pick in picks.items()))).one()
    return {box: int(getattr(row, box)) for box in picks}


def _bounded_count(pick: Statement) -> Any:
    some = select(literal_column("1").label("one")).select_from(pick.subquery()).limit(COUNT_LIMIT).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _free_ids(actor: Actor, candidates: list[str]) -> Statement:
    statement = _of_open_cases(select(TaskCandidateRow.task_id), TaskCandidateRow.case_id, actor)
    named = or_(
        TaskCandidateRow.candidate_id.in_(candidates),
        *(
            and_(CaseRow.definition == definition, TaskCandidateRow.candidate_id.in_(ids))
            for definition, ids in scoped_candidates(actor)
        ),
    )
    return statement.where(named)


def _of_open_cases(statement: Statement, case_id: Any, actor: Actor) -> Statement:
    return statement.join(CaseRow, CaseRow.id == case_id).where(open_to(actor))


def _is_held(actor: Actor) -> tuple[Any, Any]:
    mine = or_(
        TaskRow.holder_id.in_(users_of(actor)),
        *(
            and_(CaseRow.definition == definition, TaskRow.holder_id == ids[0])
            for definition, ids in scoped_candidates(actor)
        ),
    )
    return mine, TaskRow.state == "open"


# ---- the boxes -------------------------------------------------------------------------------


def _todo(asked: Asked) -> Statement:
    return _tasks_of([_held(asked), *_free(asked, candidate_ids(asked.actor))], asked)


def _claimable(asked: Asked) -> Statement:
    # Without a grant there is one branch that finds nothing, so that the statement stays one.
    return _tasks_of(_free(asked, sorted(asked.actor.grant_ids) or [""]), asked)


def _doing(asked: Asked) -> Statement:
    return _tasks_of([_held(asked)], asked)


def _held(asked: Asked) -> Statement:
    order = TaskRow.created_at if asked.newest_first else TaskRow.sort_at
    statement = select(TaskRow.id.label("row_id"), order.label("sort_key"))
    statement = _of_open_cases(statement, TaskRow.case_id, asked.actor).where(*_is_held(asked.actor))
    return _branch(statement, order, TaskRow.id, asked)


def _free(asked: Asked, candidates: Iterable[str]) -> list[Statement]:
    """One branch per candidate: each walks along the inbox index."""
    branches = []
    scoped = [(each, definition) for definition, ids in scoped_candidates(asked.actor) for each in ids]
    for candidate, definition in [*((each, None) for each in candidates), *scoped]:
        order = TaskRow.created_at if asked.newest_first else TaskCandidateRow.sort_at
        statement: Statement = select(TaskCandidateRow.task_id.label("row_id"), order.label("sort_key"))
        if asked.newest_first:
            statement = statement.select_from(TaskCandidateRow).join(TaskRow, TaskRow.id == TaskCandidateRow.task_id)
        statement = _of_open_cases(statement, TaskCandidateRow.case_id, asked.actor)
        statement = statement.where(TaskCandidateRow.candidate_id == candidate)
        if definition is not None:
            statement = statement.where(CaseRow.definition == definition)
        branches.append(_branch(statement, order, TaskCandidateRow.task_id, asked))
    return branches


def _branch(statement: Statement, order: Any, row_id: Any, asked: Asked) -> Statement:
    statement = filtered(asked.session, statement, asked.wanted)
    return page(statement, order, row_id, asked.after, asked.limit, descending=asked.newest_first)


def _tasks_of(branches: list[Statement], asked: Asked) -> Statement:
    # A limited select inside a union must be wrapped: SQLite takes no parentheses there.
    wrapped = [select(branch.subquery()) for branch in branches]
    found = (union(*wrapped) if len(wrapped) > 1 else wrapped[0]).cte("found")
    statement = (
        select(*CASE_COLUMNS, *_TASK_COLUMNS, TaskRow.created_at.label("at"), found.c.sort_key, found.c.row_id)
        .select_from(found)
        .join(TaskRow, TaskRow.id == found.c.row_id)
        .join(CaseRow, CaseRow.id == TaskRow.case_id)
    )
    keys = (found.c.sort_key, found.c.row_id)
    order = tuple(key.desc() for key in keys) if asked.newest_first else keys
    return with_units(statement).order_by(*order).limit(asked.limit)


def _done(asked: Asked) -> Statement:
    statement = select(*CASE_COLUMNS, *_TASK_COLUMNS, *_keyed(TaskRow.done_at, TaskRow.id)).select_from(TaskRow)
    statement = _of_open_cases(statement, TaskRow.case_id, asked.actor)
    mine = (TaskRow.done_by == asked.actor.user_id, TaskRow.done_at.is_not(None))
    return _listed(statement.where(*mine), TaskRow.done_at, TaskRow.id, asked)


def _started(asked: Asked) -> Statement:
    statement = select(*CASE_COLUMNS, *_NO_TASK, *_keyed(CaseRow.started_at, CaseRow.id)).select_from(CaseRow)
    mine = (CaseRow.started_by == asked.actor.user_id, CaseRow.parent_case_id.is_(None), open_to(asked.actor))
    return _listed(statement.where(*mine), CaseRow.started_at, CaseRow.id, asked)


def _drafts(asked: Asked) -> Statement:
    keyed = _keyed(TaskDraftRow.saved_at, TaskDraftRow.task_id)
    # A draft goes by what its case would be called: "新建派单" ten times over tells nobody which is which.
    title = func.coalesce(TaskDraftRow.title, CaseRow.title)
    columns = [title.label("title") if column is CaseRow.title else column for column in CASE_COLUMNS]
    statement = select(*columns, *_TASK_COLUMNS, *keyed).select_from(TaskDraftRow)
    statement = statement.join(TaskRow, TaskRow.id == TaskDraftRow.task_id)
    statement = _of_open_cases(statement, TaskRow.case_id, asked.actor)
    statement = statement.where(TaskDraftRow.user_id == asked.actor.user_id, TaskRow.state == "open")
    return _listed(statement, TaskDraftRow.saved_at, TaskDraftRow.task_id, asked, title=title)


def _keyed(at: Any, row_id: Any) -> tuple[Any, Any, Any]:
    return at.label("at"), at.label("sort_key"), row_id.label("row_id")


def _listed(statement: Statement, at: Any, row_id: Any, asked: Asked, *, title: Any = CaseRow.title) -> Statement:
    statement = filtered(asked.session, with_units(statement), asked.wanted, title=title)
    return page(statement, at, row_id, asked.after, asked.limit, descending=True)


_BOXES: dict[str, Callable[[Asked], Statement]] = {
    "todo": _todo,
    "claimable": _claimable,
    "doing": _doing,
    "done": _done,
    "started": _started,
    "drafts": _drafts,
}
BOXES = tuple(_BOXES)
