"""The organisation's face: units, posts, and what rights follow for a person at a moment.

Users are known here by id only: names and passwords are accounts, not organisation. Rights are read for
every request and never cached in a process.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from engine.canonical import iso
from engine.clock import now
from engine.errors import NotFound
from engine.model import Actor, Deputed, HeldGrant
from engine.posts import (
    Deputy,
    Held,
    Post,
    colleagues,
    deputies_of,
    end_deputy,
    hold_post,
    leave_post,
    name_deputy,
    posts,
    posts_below,
    put_post,
)
from engine.store import holdings as held
from engine.store.base import Session
from engine.store.rights import Right, held_rights
from engine.units import close_unit, put_unit, search, unit, units_under

__all__ = [
    "Deputy",
    "Held",
    "Post",
    "actor_of",
    "actor_with",
    "close_unit",
    "colleagues",
    "deputies_of",
    "end_deputy",
    "grant_labels",
    "grants_of",
    "hold_post",
    "holders",
    "leave_post",
    "name_deputy",
    "posts",
    "posts_below",
    "put_post",
    "put_unit",
    "rights_of",
    "search",
    "unit",
    "units_under",
]


def grants_of(session: Session, user_id: str, at: datetime) -> list[HeldGrant]:
    """Return what a person may do at a moment: own posts in order of taking them up, then deputised ones.

    One statement. A post that gives nothing is one entry with null grant, so the unit of the post is known.
    """
    return rights_of(held_rights(session, user_id, iso(at)))


def rights_of(rights: Iterable[Right]) -> list[HeldGrant]:
    """Return rights that were read as the records that are handed out."""
    return [HeldGrant(*right[:-1]) for right in rights]


def actor_of(
    session: Session,
    user_id: str,
    *,
    name: str,
    at: datetime | None = None,
    via: str = "web",
    ip: str | None = None,
    on_behalf_of: str | None = None,
    definition: str | None = None,
) -> Actor:
    """Build who acts, with the grants held at `at` (default now); one statement, nothing cached.

    Without `on_behalf_of`: own posts and everybody deputised for. With it: only that person's rights, and
    NotFound when there is no such arrangement now. Arrangements for one definition count only when
    `definition` names it. Unit and root are empty text for a person who holds no post.
    """
    rights = grants_of(session, user_id, at or now(session))
    return actor_with(rights, user_id, name=name, via=via, ip=ip, on_behalf_of=on_behalf_of, definition=definition)


def actor_with(
    held: Iterable[HeldGrant],
    user_id: str,
    *,
    name: str,
    via: str = "web",
    ip: str | None = None,
    on_behalf_of: str | None = None,
    definition: str | None = None,
) -> Actor:
    """Build who acts from rights that were read already; see `actor_of`."""
    held_now = list(held)
    rights = [
        right
        for right in held_now
        if (right.definition is None or right.definition == definition)
        and (on_behalf_of is None or right.on_behalf_of == on_behalf_of)
    ]
    if on_behalf_of is not None and not rights:
        raise NotFound(what="deputy", id=on_behalf_of)
    first = rights[0] if rights else None
    return Actor(
        user_id=user_id,
        name=name,
        unit_id=first.unit_id if first else "",
        unit_path=first.unit_path if first else "",
        unit_name=first.unit_name if first else "",
        root_unit_id=first.root_unit_id if first else "",
        grants=frozenset((right.role, right.grant_unit_id) for right in rights if right.role and right.grant_unit_id),
        grant_ids=frozenset(right.grant_id for right in rights if right.grant_id),
        on_behalf_of=on_behalf_of,
        via=via,
        ip=ip,
        own_grant_ids=frozenset(right.grant_id for right in rights if right.grant_id and right.on_behalf_of is None),
        deputed=() if on_behalf_of is not None else _deputed(held_now),
    )


def _deputed(rights: Iterable[HeldGrant]) -> tuple[Deputed, ...]:
    """Return for whom a person may act, and in what: one entry per person and definition."""
    found: dict[tuple[str, str | None], list[HeldGrant]] = {}
    for right in rights:
        if right.on_behalf_of is not None:
            found.setdefault((right.on_behalf_of, right.definition), []).append(right)
    return tuple(
        Deputed(
            user_id,
            definition,
            frozenset((one.role, one.grant_unit_id) for one in own if one.role and one.grant_unit_id),
            frozenset(one.grant_id for one in own if one.grant_id),
            f"{own[0].unit_name} {own[0].post_name}",
        )
        for (user_id, definition), own in found.items()
    )


def holders(session: Session, grant_ids: Iterable[str], at: datetime | None = None) -> dict[str, list[tuple[str, str]]]:
    """Return grant id -> [(user id, post name), …] of who holds each grant by a post at a moment (default now)."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in held.holders_of(session, sorted(set(grant_ids)), iso(at or now(session))):
        found.setdefault(row.grant_id, []).append((row.user_id, row.name))
    return found


def grant_labels(session: Session, grant_ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return grant id -> (role, unit name); ids that are no grant (users) are left out."""
    return {row.grant_id: (row.role, row.unit_name) for row in held.grant_labels(session, sorted(set(grant_ids)))}
