"""Frozen records the engine hands out and takes in; nothing here knows a database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Deputed:
    """What a person may do for another now; definition: in cases of that definition only, None for all."""

    user_id: str
    definition: str | None
    grants: frozenset[tuple[str, str]]
    grant_ids: frozenset[str]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a signed-in person with the grants held now, or the system.

    grants: (role, unit id) pairs; grant_ids: the same rows' ids, what tasks name as candidates; both include what is
    deputised for all definitions. own_grant_ids: those of own posts. deputed: for whom the person may act.
    on_behalf_of: user id of the person deputised for, once it is clear that this act is theirs; on_behalf_name: their
    post. via: web, api, cli, worker, seed.
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
    own_grant_ids: frozenset[str] = frozenset()
    on_behalf_name: str = ""
    deputed: tuple[Deputed, ...] = ()

    def holds(self, role: str, unit_id: str | None = None) -> bool:
        """Say whether the role is held, in `unit_id` or anywhere."""
        return any(held == role and (unit_id is None or at == unit_id) for held, at in self.grants)


@dataclass(frozen=True, slots=True)
class Suspension:
    """Since when, by whom and why something waits; source: what it follows ("" for itself)."""

    at: datetime
    by: str
    why: str
    source: str = ""


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
    suspension: Suspension | None = None


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
    suspension: Suspension | None = None


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


class Completion:
    """What a step left behind: the tasks opened by it, and the case after it, made when somebody asks for it."""

    def __init__(self, case: Callable[[], Case], opened: list[Task]) -> None:
        self._case = case
        self.opened = opened

    @cached_property
    def case(self) -> Case:
        return self._case()


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of the organisation tree; `path` is "/root id/…/own id/"."""

    id: str
    root_unit_id: str
    code: str
    name: str
    short_name: str
    level: str
    parent_id: str | None
    path: str
    position: int
    valid_from: datetime
    valid_to: datetime | None
    successor_id: str | None


@dataclass(frozen=True, slots=True)
class HeldGrant:
    """A right a person has at a moment, and why: an own post, or somebody's they deputise for."""

    grant_id: str | None
    role: str | None
    grant_unit_id: str | None
    post_name: str
    unit_id: str
    unit_name: str
    unit_path: str
    root_unit_id: str
    on_behalf_of: str | None = None
    definition: str | None = None


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One version of one register row; valid_from <= moment < valid_to."""

    register: str
    key: str
    version: int
    label: str
    values: dict[str, Any]
    position: int
    valid_from: datetime
    valid_to: datetime | None
    case_id: str | None


@dataclass(frozen=True, slots=True)
class CaseItem:
    """A case as lists, figures and search show it."""

    id: str
    number: str | None
    title: str
    definition: str
    parent_case_id: str | None
    unit_id: str
    unit_name: str
    starter_unit_id: str
    starter_unit_name: str
    state: str
    phase: str | None
    outcome: str | None
    facts: dict[str, Any]
    started_at: datetime
    ended_at: datetime | None
    due_at: datetime | None
    suspension: Suspension | None = None


@dataclass(frozen=True, slots=True)
class InboxItem:
    """One inbox row: the case, and the task that waits or was done (null in the box `started`).

    at: what the row is about: the claim, the completion, the saving of a draft or the start of the case.
    locals: what tells instances of one step apart: the item each is about.
    """

    case: CaseItem
    at: datetime
    task_id: str | None = None
    task_name: str | None = None
    element_id: str | None = None
    due_at: datetime | None = None
    holder_id: str | None = None
    holder_name: str | None = None
    locals: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attachment:
    """One use of a stored file; rights follow from `case_id` and `uploaded_by`, never from the hash."""

    id: str
    sha256: str
    name: str
    media_type: str
    size_bytes: int
    case_id: str | None
    task_id: str | None
    element_id: str | None
    pointer: str | None
    uploaded_by: str
    uploaded_at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """One value an event changed; `erased` says the values were taken away while the chain still holds."""

    pointer: str
    before: Any
    after: Any
    erased: bool = False


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One event as a person reads it: who, for which unit, when, what, and what changed."""

    seq: int
    kind: str
    at: datetime
    actor_id: str | None
    actor_name: str
    unit_name: str
    on_behalf_of: str | None
    element_id: str | None
    element_name: str
    note: str
    changes: list[Change]
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Verification:
    """What `verify` found: first_bad is {"stream", "case", "seq", "why"} of the first break, else null.

    older: events before those it was asked to check, which it did not read.
    """

    ok: bool
    streams: int
    cases: int
    events: int
    erased: int
    first_bad: dict[str, Any] | None
    older: int = 0
