"""Tasks that wait for a person, who may take them, and half-filled drafts."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base, Session


def _where_set(name: str, first: str, *rest: str) -> Index:
    """Index the rows whose first column is not null: most tasks are not held, open ones are done by nobody."""
    condition = text(f"{first} IS NOT NULL")
    return Index(name, first, *rest, sqlite_where=condition, postgresql_where=condition)


class TaskRow(Base):
    """One waiting or finished task of a case.

    `id` is uuid5(parent, element id, occurrence), so replay and pruning keep it. `kind`: user, manual,
    external, call, message, timer. `state`: open, completed, cancelled. `holder_id` is who claimed it.
    `candidates` (JSON list of grant ids and user ids) repeats task_candidates so one read of the task
    says who may act. `sort_at` orders the inbox: due_at, or without a deadline the moment of creation
    moved far into the future.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        Index("ix_tasks_case", "case_id", "state"),
        _where_set("ix_tasks_holder", "holder_id", "state", "sort_at", "id"),
        _where_set("ix_tasks_done_by", "done_by", "done_at", "id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    root_unit_id: Mapped[str] = mapped_column(String(36))
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    element_id: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    form: Mapped[str | None] = mapped_column(Text)  # JSON {schema, ui, view, context, context_view, variable}
    locals: Mapped[str | None] = mapped_column(Text)  # JSON: what a multi-instance overlay adds to the values
    candidates: Mapped[str] = mapped_column(Text, default="[]")
    holder_id: Mapped[str | None] = mapped_column(String(36))
    holder_name: Mapped[str | None] = mapped_column(String(200))
    held_at: Mapped[str | None] = mapped_column(String(27))
    created_at: Mapped[str] = mapped_column(String(27))
    due_at: Mapped[str | None] = mapped_column(String(27))
    sort_at: Mapped[str] = mapped_column(String(27))
    done_at: Mapped[str | None] = mapped_column(String(27))
    done_by: Mapped[str | None] = mapped_column(String(36))
    done_by_name: Mapped[str | None] = mapped_column(String(200))
    child_case_id: Mapped[str | None] = mapped_column(String(36))


class TaskCandidateRow(Base):
    """Who may take an open task that nobody holds: a grant id or a user id; the inbox reads these rows.

    Kept by triggers on `tasks`: a row is there while the task is open and unclaimed. `sort_at` is the task's.
    """

    __tablename__ = "task_candidates"
    __table_args__ = ({"sqlite_with_rowid": False},)

    candidate_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    sort_at: Mapped[str] = mapped_column(String(27), primary_key=True)
    task_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(String(36))


class CaseCandidateRow(Base):
    """Who was ever asked to do a task of a case, and so may read it; kept by triggers on `tasks`."""

    __tablename__ = "case_candidates"
    __table_args__ = ({"sqlite_with_rowid": False},)

    candidate_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(String(36), primary_key=True)


class TaskDraftRow(Base):
    """What a person typed and saved before submitting; not validated, not yet the case's values.

    Colleagues of one post each keep their own. `title` is what the case would be called with it. A trigger takes
    the rows away when the task closes.
    """

    __tablename__ = "task_drafts"
    __table_args__ = (Index("ix_task_drafts_user", "user_id", "saved_at"),)

    task_id: Mapped[str] = mapped_column(ForeignKey("tasks.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    typed: Mapped[str] = mapped_column(Text)
    title: Mapped[str | None] = mapped_column(String(500))
    saved_at: Mapped[str] = mapped_column(String(27))


_PUT_DRAFT = text(
    "INSERT INTO task_drafts (task_id, user_id, typed, title, saved_at) "
    "VALUES (:task_id, :user_id, :typed, :title, :saved_at) ON CONFLICT (task_id, user_id) DO UPDATE "
    "SET typed = excluded.typed, title = excluded.title, saved_at = excluded.saved_at"
)
_DRAFT = text("SELECT typed FROM task_drafts WHERE task_id = :task_id AND user_id = :user_id")


def put_draft(session: Session, *, task_id: str, user_id: str, typed: str, title: str | None, saved_at: str) -> None:
    """Keep what a person typed on a task; their newest draft replaces the one before."""
    row = {"task_id": task_id, "user_id": user_id, "typed": typed, "title": title, "saved_at": saved_at}
    session.execute(_PUT_DRAFT, row)


def draft_of(session: Session, task_id: str, user_id: str) -> str | None:
    """Return what a person typed on a task and saved, as text."""
    typed: str | None = session.execute(_DRAFT, {"task_id": task_id, "user_id": user_id}).scalar()
    return typed
