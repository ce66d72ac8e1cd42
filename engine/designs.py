"""Working copies: a designer's unpublished form or diagram, saved as it is drawn, never overwritten unseen.

They are drafts, not history: only publishing (`engine.library`) writes an event.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.canonical import from_iso, iso, parse
from engine.clock import now
from engine.errors import NotFound, Refused
from engine.model import Actor
from engine.store import designs as store
from engine.store.base import Session


@dataclass(frozen=True, slots=True)
class Design:
    """One working copy as of `revision`; body is the designer's JSON, based_on {published file: version}."""

    kind: str
    key: str
    title: str
    body: dict[str, Any]
    based_on: dict[str, int]
    revision: int
    saved_at: datetime
    saved_by: str
    saved_by_name: str


@dataclass(frozen=True, slots=True)
class Head:
    """A working copy in a list, without its body."""

    key: str
    title: str
    revision: int
    saved_at: datetime
    saved_by_name: str


class Overtaken(Refused):
    """fields: who, at (ISO). Somebody else saved since the copy was opened; nothing was overwritten."""

    code = "overtaken"
    zh = "“{who}”刚刚改过这份草稿，您的改动没有存，请先看过对方的改动"
    en = "{who} has just changed this draft; yours was not saved, look at theirs first"


class AlreadyThere(Refused):
    """fields: key."""

    code = "design-exists"
    zh = "已经有一份名为“{key}”的草稿，请打开它或换一个名字"
    en = "There is already a draft named {key}; open it or choose another name"


def create(
    session: Session,
    kind: str,
    key: str,
    *,
    title: str,
    body: dict[str, Any],
    actor: Actor,
    based_on: dict[str, int] | None = None,
) -> Design:
    """Begin a working copy; raises AlreadyThere.

    Revisions never repeat for a key: an editor left open on a copy since thrown away must not save over this one.
    """
    if store.read(session, kind, key) is not None:
        raise AlreadyThere(key=key)
    row = store.DesignRow(
        kind=kind, key=key, title=title[:200], body=_text(body), based_on=_text(based_on or {}),
        revision=store.last_revision(session, kind, key) + 1, saved_at=iso(now(session)),
        saved_by=actor.user_id, saved_by_name=actor.name,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return _design(row)


def save(
    session: Session, kind: str, key: str, *, title: str, body: dict[str, Any], revision: int, actor: Actor
) -> Design:
    """Save over `revision`. Holds the row until the transaction ends; raises NotFound, Overtaken."""
    row = store.read(session, kind, key, lock=True)
    if row is None:
        raise NotFound(what="design", id=key)
    if row.revision != revision:
        raise Overtaken(who=row.saved_by_name, at=row.saved_at)
    row.title, row.body, row.revision = title[:200], _text(body), revision + 1
    row.saved_at, row.saved_by, row.saved_by_name = iso(now(session)), actor.user_id, actor.name
    session.flush()
    return _design(row)


def read(session: Session, kind: str, key: str) -> Design:
    """Return a working copy; raises NotFound."""
    row = store.read(session, kind, key)
    if row is None:
        raise NotFound(what="design", id=key)
    return _design(row)


def listed(session: Session, kind: str) -> list[Head]:
    """Return every working copy of a kind, last saved first."""
    return [Head(r.key, r.title, r.revision, from_iso(r.saved_at), r.saved_by_name) for r in store.heads(session, kind)]


def discard(session: Session, kind: str, key: str) -> None:
    """Throw a working copy away, after it was published or because nobody wants it."""
    store.remove(session, kind, key)


def _design(row: store.DesignRow) -> Design:
    return Design(
        kind=row.kind, key=row.key, title=row.title, body=parse(row.body), based_on=parse(row.based_on),
        revision=row.revision, saved_at=from_iso(row.saved_at), saved_by=row.saved_by, saved_by_name=row.saved_by_name,
    )  # fmt: skip


def _text(value: dict[str, Any]) -> str:
    # Not the canonical form: the order in which a designer put the fields is theirs to keep.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
