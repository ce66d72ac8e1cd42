"""Statements over posts, grants, holdings and deputies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, delete, literal, select

from engine.store.base import Session
from engine.store.conditions import valid_at
from engine.store.organisation import DeputyRow, GrantRow, HoldingRow, PostGrantRow, PostRow, UnitRow


@dataclass(frozen=True, slots=True)
class PostSeen:
    """A post with its unit and the roles it gives: (role, unit id)."""

    row: PostRow
    grants: list[tuple[str, str]]


def _held_at(at: str) -> Any:
    return valid_at(HoldingRow.valid_from, HoldingRow.valid_to, at)


def holders_of(session: Session, grant_ids: list[str], at: str) -> list[Row[Any]]:
    """Return (grant_id, user_id, post_id, post_name, unit_id) of who holds these grants by a post at a moment."""
    if not grant_ids:
        return []
    statement = (
        select(PostGrantRow.grant_id, HoldingRow.user_id, PostRow.id.label("post_id"), PostRow.name, PostRow.unit_id)
        .join(PostRow, PostRow.id == PostGrantRow.post_id)
        .join(HoldingRow, HoldingRow.post_id == PostRow.id)
        .where(PostGrantRow.grant_id.in_(grant_ids), _held_at(at))
        .order_by(PostGrantRow.grant_id, HoldingRow.valid_from, HoldingRow.user_id)
    )
    return list(session.execute(statement))


def grant_labels(session: Session, grant_ids: list[str]) -> list[Row[Any]]:
    """Return (grant_id, role, unit_id, unit_name) of grants."""
    if not grant_ids:
        return []
    statement = (
        select(GrantRow.id.label("grant_id"), GrantRow.role, GrantRow.unit_id, UnitRow.name.label("unit_name"))
        .join(UnitRow, UnitRow.id == GrantRow.unit_id)
        .where(GrantRow.id.in_(grant_ids))
    )
    return list(session.execute(statement))


def find_post(session: Session, post_id: str) -> PostRow | None:
    """Return a post by id."""
    return session.get(PostRow, post_id)


def post_names(session: Session, post_ids: list[str]) -> dict[str, str]:
    """Return post id -> name of these posts."""
    if not post_ids:
        return {}
    rows = session.execute(select(PostRow.id, PostRow.name).where(PostRow.id.in_(post_ids)))
    return {row.id: row.name for row in rows}


def post_named(session: Session, unit_id: str, name: str) -> PostRow | None:
    """Return the post of this name in a unit."""
    return session.scalars(select(PostRow).where(PostRow.unit_id == unit_id, PostRow.name == name)).first()


def posts_of(session: Session, unit_id: str) -> list[PostSeen]:
    """Return the posts of a unit with the roles they give, by name."""
    rows = session.execute(
        select(PostRow, GrantRow.role, GrantRow.unit_id)
        .outerjoin(PostGrantRow, PostGrantRow.post_id == PostRow.id)
        .outerjoin(GrantRow, GrantRow.id == PostGrantRow.grant_id)
        .where(PostRow.unit_id == unit_id)
        .order_by(PostRow.name, PostRow.id, GrantRow.role, GrantRow.unit_id)
    )
    posts: dict[str, PostSeen] = {}
    for post, role, granted_unit in rows:
        seen = posts.setdefault(post.id, PostSeen(post, []))
        if role is not None:
            seen.grants.append((role, granted_unit))
    return list(posts.values())


def posts_below(session: Session, path: str, at: str, role: str | None) -> list[Row[Any]]:
    """Return (post_id, post_name, unit_id, unit_name, user_id or null) of the posts at and below a path.

    In the order of the units, then by post and time of taking it up. role: only posts that give it.
    """
    held_now = and_(HoldingRow.post_id == PostRow.id, _held_at(at))
    statement = (
        select(
            PostRow.id.label("post_id"),
            PostRow.name.label("post_name"),
            UnitRow.id.label("unit_id"),
            UnitRow.name.label("unit_name"),
            HoldingRow.user_id,
        )
        .join(UnitRow, UnitRow.id == PostRow.unit_id)
        .outerjoin(HoldingRow, held_now)
        .where(UnitRow.path.startswith(path, autoescape=True), UnitRow.valid_to.is_(None))
        .order_by(UnitRow.path, PostRow.name, PostRow.id, HoldingRow.valid_from)
    )
    if role is not None:
        gives = select(PostGrantRow.post_id).join(GrantRow, GrantRow.id == PostGrantRow.grant_id)
        statement = statement.where(PostRow.id.in_(gives.where(GrantRow.role == role)))
    return list(session.execute(statement))


def post_grants(session: Session, post_id: str) -> list[tuple[str, str]]:
    """Return the (role, unit id) pairs a post gives, in order."""
    statement = (
        select(GrantRow.role, GrantRow.unit_id)
        .join(PostGrantRow, PostGrantRow.grant_id == GrantRow.id)
        .where(PostGrantRow.post_id == post_id)
        .order_by(GrantRow.role, GrantRow.unit_id)
    )
    return [(role, unit_id) for role, unit_id in session.execute(statement)]


def existing_grants(session: Session, grant_ids: list[str]) -> set[str]:
    """Return which of these grant rows exist."""
    return set(session.scalars(select(GrantRow.id).where(GrantRow.id.in_(grant_ids)))) if grant_ids else set()


def replace_post_grants(session: Session, post_id: str, grant_ids: list[str]) -> None:
    """Make a post give exactly these grants."""
    session.execute(delete(PostGrantRow).where(PostGrantRow.post_id == post_id))
    session.add_all(PostGrantRow(post_id=post_id, grant_id=grant_id) for grant_id in grant_ids)
    # The rows must be there before another statement of this transaction reads rights.
    session.flush()


def open_holding(session: Session, user_id: str, post_id: str, at: str) -> HoldingRow | None:
    """Return how a person holds a post at a moment or later on; None when not."""
    statement = (
        select(HoldingRow)
        .where(HoldingRow.user_id == user_id, HoldingRow.post_id == post_id)
        .where(and_(HoldingRow.valid_to.is_(None) | (HoldingRow.valid_to > literal(at))))
        .order_by(HoldingRow.valid_from)
    )
    return session.scalars(statement).first()


def deputies_of(session: Session, user_id: str, at: str) -> list[DeputyRow]:
    """Return the arrangements a person named or is named in that have not ended at a moment, the earliest first."""
    mine = (DeputyRow.user_id == user_id) | (DeputyRow.deputy_user_id == user_id)
    lasts = DeputyRow.valid_to.is_(None) | (DeputyRow.valid_to > at)
    return list(session.scalars(select(DeputyRow).where(mine, lasts).order_by(DeputyRow.valid_from, DeputyRow.id)))


def deputies_for(session: Session, user_id: str, at: str) -> list[str]:
    """Return who deputises for a person, now or later."""
    lasts = DeputyRow.valid_to.is_(None) | (DeputyRow.valid_to > at)
    found = select(DeputyRow.deputy_user_id).where(DeputyRow.user_id == user_id, lasts).distinct()
    return sorted(session.scalars(found))


def roles_of(session: Session, user_id: str, at: str) -> set[str]:
    """Return every role a person holds, or will: by own posts, and by those of the people deputised for."""
    lasts = DeputyRow.valid_to.is_(None) | (DeputyRow.valid_to > at)
    people = select(DeputyRow.user_id).where(DeputyRow.deputy_user_id == user_id, lasts)
    not_over = HoldingRow.valid_to.is_(None) | (HoldingRow.valid_to > at)
    statement = (
        select(GrantRow.role)
        .join(PostGrantRow, PostGrantRow.grant_id == GrantRow.id)
        .join(HoldingRow, HoldingRow.post_id == PostGrantRow.post_id)
        .where((HoldingRow.user_id == user_id) | HoldingRow.user_id.in_(people), not_over)
    )
    return set(session.scalars(statement.distinct()))


def holders_of_post(session: Session, post_id: str, at: str) -> list[HoldingRow]:
    """Return the holdings of a post that have not ended at a moment, the earliest first."""
    statement = select(HoldingRow).where(HoldingRow.post_id == post_id)
    lasts = HoldingRow.valid_to.is_(None) | (HoldingRow.valid_to > at)
    return list(session.scalars(statement.where(lasts).order_by(HoldingRow.valid_from, HoldingRow.id)))


def colleagues(session: Session, user_id: str, at: str) -> list[Row[Any]]:
    """Return (user_id, post name, unit_name) of who holds a post in a unit of the person's, without the person."""
    own = select(PostRow.unit_id).join(HoldingRow, HoldingRow.post_id == PostRow.id)
    own = own.where(HoldingRow.user_id == user_id, _held_at(at))
    statement = (
        select(HoldingRow.user_id, PostRow.name, UnitRow.name.label("unit_name"))
        .join(PostRow, PostRow.id == HoldingRow.post_id)
        .join(UnitRow, UnitRow.id == PostRow.unit_id)
        .where(PostRow.unit_id.in_(own), _held_at(at), HoldingRow.user_id != user_id)
        .order_by(UnitRow.name, PostRow.name, HoldingRow.user_id)
    )
    return list(session.execute(statement))


def roles(session: Session) -> list[tuple[str, str | None]]:
    """Return (role, post name or None) for every role that a grant names and every name of a post it is given to."""
    statement = (
        select(GrantRow.role, PostRow.name)
        .outerjoin(PostGrantRow, PostGrantRow.grant_id == GrantRow.id)
        .outerjoin(PostRow, PostRow.id == PostGrantRow.post_id)
        .distinct()
        .order_by(GrantRow.role, PostRow.name)
    )
    return [(row.role, row.name) for row in session.execute(statement)]
