"""三员分立: who keeps the system, who gives rights and who audits are three people, and none does another's part.

What counts is everything not ended yet: posts held or to be held, and the posts of those deputised for.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine.assignment import AUDITOR
from engine.canonical import iso
from engine.clock import now
from engine.errors import DutiesApart
from engine.store import holdings as held
from engine.store.base import Session

SYSTEM_ADMIN = "system_admin"
SECURITY_ADMIN = "security_admin"
APART = (SYSTEM_ADMIN, SECURITY_ADMIN, AUDITOR)


def check_apart(roles: Iterable[str]) -> None:
    """Refuse two of the three administrators' roles in one hand; raises DutiesApart."""
    given = set(roles)
    found = [role for role in APART if role in given]
    if len(found) > 1:
        raise DutiesApart(roles=" + ".join(found))


def check_person(session: Session, user_id: str) -> None:
    """Refuse what a change just flushed would put into one hand: this person's, or that of one who deputises for them.

    Raises DutiesApart; the caller's transaction is then given up.
    """
    moment = iso(now(session))
    for one in (user_id, *held.deputies_for(session, user_id, moment)):
        check_apart(held.roles_of(session, one, moment))
