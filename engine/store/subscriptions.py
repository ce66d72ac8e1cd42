"""Who waits for what from outside their case: messages by key and signals, cases under way and definitions to start.

Also messages nobody waited for when they came, kept until their time is up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Index, String, Text, bindparam, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.bpmn import LONGEST_NAME
from engine.store.base import Base, Session


class SubscriptionRow(Base):
    """One that waits; `kind`: message or signal.

    A case: `case_id`, and for a message `task_id` and the `key` it waits under (null: any); for a signal one row a
    name. A definition that a case begins from: `definition` and `element_id`, its start event.
    """

    __tablename__ = "subscriptions"
    __table_args__ = (
        Index("ix_subscriptions_name", "kind", "name", "key"),
        Index("ix_subscriptions_case", "case_id"),
        Index("ix_subscriptions_definition", "definition"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    key: Mapped[str | None] = mapped_column(String(500))
    case_id: Mapped[str | None] = mapped_column(String(36))
    task_id: Mapped[str | None] = mapped_column(String(36))
    definition: Mapped[str | None] = mapped_column(String(200))
    element_id: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[str] = mapped_column(String(27))


class KeptMessageRow(Base):
    """A message nobody waited for; taken by the first that comes to wait for it before `expires_at`."""

    __tablename__ = "kept_messages"
    __table_args__ = (Index("ix_kept_messages_name", "name", "expires_at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    key: Mapped[str | None] = mapped_column(String(500))
    payload: Mapped[str] = mapped_column(Text)
    kept_at: Mapped[str] = mapped_column(String(27))
    expires_at: Mapped[str] = mapped_column(String(27))


@dataclass(frozen=True, slots=True)
class Waiting:
    """One subscription as it was found; unit_path: of the case that waits."""

    id: str
    key: str | None
    case_id: str | None
    task_id: str | None
    definition: str | None
    element_id: str
    unit_path: str | None


_INSERT = text(
    "INSERT INTO subscriptions (id, kind, name, key, case_id, task_id, definition, element_id, created_at) VALUES "
    "(:id, :kind, :name, :key, :case_id, :task_id, :definition, :element_id, :created_at)"
)
_END_TASKS = text("DELETE FROM subscriptions WHERE case_id = :case_id AND task_id IN :task_ids").bindparams(
    bindparam("task_ids", expanding=True)
)
_SIGNALS = text("SELECT name FROM subscriptions WHERE case_id = :case_id AND kind = 'signal'")
_END_SIGNALS = text(
    "DELETE FROM subscriptions WHERE case_id = :case_id AND kind = 'signal' AND name IN :names"
).bindparams(bindparam("names", expanding=True))
_END_DEFINITION = text("DELETE FROM subscriptions WHERE definition = :definition")
_FOUND = (
    "SELECT s.id, s.key, s.case_id, s.task_id, s.definition, s.element_id, c.unit_path FROM subscriptions s "
    "LEFT JOIN cases c ON c.id = s.case_id WHERE s.name = :name AND s.kind = "
)
_MESSAGES = text(
    f"{_FOUND} 'message' AND (:key IS NULL OR s.key IS NULL OR s.key = :key) ORDER BY s.created_at, s.id"
).bindparams(bindparam("key", type_=String()))
_HEARING = text(f"{_FOUND} 'signal' ORDER BY s.created_at, s.id")
_KEPT = text(
    "DELETE FROM kept_messages WHERE id = (SELECT id FROM kept_messages WHERE name = :name AND expires_at > :now "
    "AND (:key IS NULL OR key IS NULL OR key = :key) ORDER BY kept_at, id LIMIT 1) RETURNING payload, expires_at"
).bindparams(bindparam("key", type_=String()))
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 7))")
_FORGET = text("DELETE FROM kept_messages WHERE expires_at <= :now")


def insert(session: Session, rows: list[dict[str, Any]]) -> None:
    """Write subscriptions; columns that do not apply are None."""
    if rows:
        session.execute(_INSERT, rows)


def end_tasks(session: Session, case_id: str, task_ids: list[str]) -> None:
    """End the subscriptions of tasks that closed."""
    session.execute(_END_TASKS, {"case_id": case_id, "task_ids": task_ids})


def signals_of(session: Session, case_id: str) -> set[str]:
    """Return the names of the signals a case is known to wait for."""
    return set(session.scalars(_SIGNALS, {"case_id": case_id}))


def end_signals(session: Session, case_id: str, names: list[str]) -> None:
    """End what a case waited for."""
    session.execute(_END_SIGNALS, {"case_id": case_id, "names": names})


def end_definition(session: Session, definition: str) -> None:
    """Let nothing more begin from a definition by message or signal."""
    session.execute(_END_DEFINITION, {"definition": definition})


def lock_names(session: Session, names: list[str]) -> None:
    """Keep others from keeping, or coming to wait for, messages of these names until the transaction ends.

    The last lock a transaction takes: without it a message and who waits for it could miss each other. SQLite has one
    writer at a time.
    """
    if session.get_bind().dialect.name == "postgresql":
        for name in sorted(set(names)):
            session.execute(_LOCK, {"name": name})


def for_message(session: Session, name: str, key: str | None) -> list[Waiting]:
    """Return who may take a message of this name and key, the longest waiting first."""
    return [Waiting(*row) for row in session.execute(_MESSAGES, {"name": name, "key": key})]


def for_signal(session: Session, name: str) -> list[Waiting]:
    """Return who waits for a signal, the longest waiting first."""
    return [Waiting(*row) for row in session.execute(_HEARING, {"name": name})]


def keep(session: Session, row: dict[str, Any]) -> None:
    """Keep a message until somebody waits for it or its time is up."""
    session.execute(_FORGET, {"now": row["kept_at"]})
    session.add(KeptMessageRow(**row))
    session.flush()


def take_kept(session: Session, name: str, key: str | None, now: str) -> tuple[str, str] | None:
    """Take the oldest kept message for somebody who waits under this key now; returns (payload, kept until)."""
    found = session.execute(_KEPT, {"name": name, "key": key, "now": now}).first()
    return None if found is None else (found[0], found[1])
