"""Makers of what tests need, through the paths production uses; never raw rows."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine import organisation
from engine.clock import Clock
from engine.model import Actor, Unit
from tests.once import made_once

SYSTEM = Actor("system", "系统", "", "", "", via="seed")


@dataclass(frozen=True)
class Organisation:
    """A small city: two departments, social work, two townships with two villages each.

    Users are named by their post: "clerk@v11" holds 文书 of village v11.
    """

    units: dict[str, Unit]

    def actor(self, session: Session, user_id: str) -> Actor:
        """Return a user with the grants held now."""
        return organisation.actor_of(session, user_id, name=f"{user_id} 岗", via="web")


_UNITS = (
    ("city", "样例市", "city", None),
    ("d1", "样例市林业局", "department", "city"),
    ("d2", "样例市民政局", "department", "city"),
    ("sw", "样例市社会工作部", "department", "city"),
    ("t1", "样例镇01", "township", "city"),
    ("v11", "样例村11", "village", "t1"),
    ("v12", "样例村12", "village", "t1"),
    ("t2", "样例镇02", "township", "city"),
    ("v21", "样例村21", "village", "t2"),
    ("v22", "样例村22", "village", "t2"),
)
_POSTS: dict[str, dict[str, list[str | tuple[str, str]]]] = {
    "city": {"admin": ["system", "operator"], "audit": ["auditor"]},
    "department": {"clerk": ["clerk"], "lead": ["lead"]},
    "township": {"clerk": ["clerk", "dispatcher"], "lead": ["lead"]},
    "village": {"clerk": ["clerk"]},
}


def an_organisation(session: Session, clock: Clock | None = None) -> Organisation:
    """Make the small city; every unit has the posts of its level, each held by one user."""
    if clock is not None:
        session.info["clock"] = clock
    return made_once(session, "organisation", lambda: _make_organisation(session))


def _make_organisation(session: Session) -> Organisation:
    made: dict[str, Unit] = {}
    for position, (code, name, level, parent) in enumerate(_UNITS):
        made[code] = organisation.put_unit(
            session, code, name=name, level=level, parent=parent, position=position, actor=SYSTEM
        )
        for post, grants in _POSTS[level].items():
            all_grants = [*grants, "reviewer"] if code == "sw" and post == "clerk" else grants
            row = organisation.put_post(session, code, post, grants=all_grants, actor=SYSTEM)
            organisation.hold_post(session, f"{post}@{code}", row.id, actor=SYSTEM)
    return Organisation(made)
