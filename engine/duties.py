"""三员分立: who keeps the system, who gives rights and who audits are three people, and none does another's part.

What counts is everything not ended yet: posts held or to be held, and the posts of those deputised for.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine.assignment import AUDITOR
from engine.canonical import iso
from engine.clock import now
from engine.errors import DutiesApart, Refused
from engine.model import Actor
from engine.store import holdings as held
from engine.store.base import Session

SYSTEM_ADMIN = "system_admin"
SECURITY_ADMIN = "security_admin"
APART = (SYSTEM_ADMIN, SECURITY_ADMIN, AUDITOR)


class OtherDuty(Refused):
    """No fields. Whoever sets a password could sign in with it: not that of another administrator's duty."""

    code = "other-duty"
    zh = "三员分立：这个账号担任三员之一，密码只能由担任同一员的另一个人重设；没有第二个人的，由管服务器的人用命令重设"
    en = (
        "This account is one of the three administrators: only another holder of the same duty resets its password, "
        "or whoever runs the server, by the command line"
    )


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


def duties_of(session: Session, user_id: str) -> set[str]:
    """Return which of the three duties a person has or will have, by own posts or as a deputy."""
    return held.roles_of(session, user_id, iso(now(session))) & set(APART)


def may_reset(duties: set[str], actor: Actor) -> bool:
    """Say whether the actor may set the password of who has these duties: of the same one, over the whole tree.

    Who has none of the three is the system administrator's.
    """
    return all(actor.holds(duty, actor.root_unit_id) for duty in duties or {SYSTEM_ADMIN})
