"""Frozen records the engine hands out and takes in; nothing here knows a database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a signed-in person with the grants held now, or the system.

    grants: (role, unit id) pairs; grant_ids: the same rows' ids, what tasks name as candidates.
    on_behalf_of: user id of the person deputised for. via: web, api, cli, worker, seed.
    """

    user_id: str
    name: str
    unit_id: str
    unit_path: str
    root_unit_id: str
    grants: frozenset[tuple[str, str]] = frozenset()
    grant_ids: frozenset[str] = frozenset()
    unit_name: str = ""
    on_behalf_of: str | None = None
    via: str = "web"
    ip: str | None = None

    def holds(self, role: str, unit_id: str | None = None) -> bool:
        """Say whether the role is held, in `unit_id` or anywhere."""
        return any(held == role and (unit_id is None or at == unit_id) for held, at in self.grants)


@dataclass(frozen=True, slots=True)
class Definition:
    """A published artifact version; body is left out of lists."""

    id: str
    kind: str
    key: str
    version: int
    name: str
    sha256: str
    published_at: datetime
    published_by_name: str
    note: str = ""
    pack: str | None = None
    meta: dict[str, Any] = field(default_factory=dict)
    suspended: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """A case as its page needs it; values are read apart, by right."""

    id: str
    number: str | None
    title: str
    definition: str
    artifact_id: str
    parent_case_id: str | None
    path: str
    unit_id: str
    unit_path: str
    state: str
    phase: str | None
    outcome: str | None
    facts: dict[str, Any]
    readers: list[dict[str, str]] | None
    started_by: str
    started_by_name: str
    starter_unit_id: str
    started_at: datetime
    updated_at: datetime
    ended_at: datetime | None
    due_at: datetime | None
    revision: int
    head_seq: int
    pins: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Task:
    """A task as inbox and task page need it."""

    id: str
    case_id: str
    element_id: str
    name: str
    kind: str
    state: str
    form: dict[str, Any] | None
    locals: dict[str, Any]
    candidates: list[str]
    holder_id: str | None
    holder_name: str | None
    held_at: datetime | None
    created_at: datetime
    due_at: datetime | None
    done_at: datetime | None
    done_by: str | None
    done_by_name: str | None
    child_case_id: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a stream with its body parsed."""

    stream: str
    seq: int
    hash: str
    kind: str
    at: datetime
    actor_id: str | None
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One keyset page: `next_key` is opaque and None at the end."""

    items: list[T]
    next_key: str | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """What a step left behind: the case, the tasks opened by it, and whether it ended."""

    case: Case
    opened: list[Task]
