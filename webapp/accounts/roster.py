"""The accounts as their administrator sees them: who has one, and opening, closing and resetting it.

Every change is an event of the stream `organisation`; passwords and their hashes are in none.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from engine import duties, posts
from engine.assignment import is_system
from engine.canonical import iso
from engine.errors import Invalid, NotFound
from engine.ids import new_id
from engine.model import Actor
from webapp.accounts.sign_in import add_account, spelled
from webapp.accounts.tables import AccountRow, AttemptRow

# No letters or digits that look alike when they are read off a sheet of paper.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class Listed:
    """One account: `locked_until` is ISO text while wrong passwords lock it."""

    id: str
    user_id: str
    login: str
    name: str
    disabled: bool
    must_change: bool
    locked_until: str | None


def initial_password() -> str:
    """Make a password to hand over once; it must be changed at the first sign-in."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def listed(
    session: Session, query: str, *, at: datetime, user_ids: Collection[str] | None = None, limit: int = 50
) -> list[Listed]:
    """Return accounts whose login or name contains `query`, by login; only those of `user_ids` when given."""
    statement = (
        select(AccountRow, AttemptRow.locked_until)
        .outerjoin(AttemptRow, AttemptRow.login == AccountRow.login)
        .order_by(AccountRow.login)
        .limit(limit)
    )
    if query:
        statement = statement.where(
            or_(
                AccountRow.login.contains(spelled(query), autoescape=True),
                AccountRow.name.contains(query.strip(), autoescape=True),
            )
        )
    if user_ids is not None:
        statement = statement.where(AccountRow.user_id.in_(user_ids))
    return [_listed(row, locked, at) for row, locked in session.execute(statement)]


def account(session: Session, account_id: str, *, at: datetime) -> Listed:
    """Return one account; raises NotFound."""
    row = _row(session, account_id)
    locked = session.scalar(select(AttemptRow.locked_until).where(AttemptRow.login == row.login))
    return _listed(row, locked, at)


def names_of(session: Session, user_ids: Collection[str]) -> dict[str, str]:
    """Return user id -> name of the account; users without an account are left out. One statement, none for nobody."""
    if not user_ids:
        return {}
    rows = session.execute(select(AccountRow.user_id, AccountRow.name).where(AccountRow.user_id.in_(user_ids)))
    return {row.user_id: row.name for row in rows}


def open_account(
    session: Session, login: str, name: str, *, password_hash: str, actor: Actor, at: datetime
) -> tuple[str, str]:
    """Add an account of a new person, whose password must be changed first; return (account id, user id).

    Raises Invalid for an empty or taken login or an empty name.
    """
    wanted, called = spelled(login), name.strip()[:200]
    if not wanted or not called:
        raise Invalid(why=_("账号和名称都要填"))
    if session.scalar(select(AccountRow.id).where(AccountRow.login == wanted)) is not None:
        raise Invalid(why=_("账号“%(login)s”已经有了，请换一个", login=wanted))
    user_id = new_id(at)
    made = add_account(
        session, login=wanted, user_id=user_id, name=called, password_hash=password_hash, at=at, must_change=True
    )
    posts.record(session, "account-added", actor, {"login": wanted, "user": user_id, "name": called})
    return made, user_id


def set_enabled(session: Session, account_id: str, *, enabled: bool, actor: Actor, at: datetime) -> None:
    """Open or close an account; closing ends its sign-ins at once. Unchanged writes nothing. Raises NotFound."""
    row = _row(session, account_id)
    if (row.disabled_at is None) == enabled:
        return
    row.disabled_at = None if enabled else iso(at)
    row.session_version += 1
    kind = "account-enabled" if enabled else "account-disabled"
    posts.record(session, kind, actor, {"login": row.login, "user": row.user_id})


def reset_password(session: Session, account_id: str, password_hash: str, *, actor: Actor) -> None:
    """Give an account a new first password, lift its lock and end its sign-ins. Raises NotFound, OtherDuty."""
    row = _row(session, account_id)
    if not is_system(actor) and not duties.may_reset(duties.duties_of(session, row.user_id), actor):
        raise duties.OtherDuty
    row.password_hash, row.must_change = password_hash, True
    row.session_version += 1
    session.execute(delete(AttemptRow).where(AttemptRow.login == row.login))
    posts.record(session, "password-reset", actor, {"login": row.login, "user": row.user_id})


def unlock(session: Session, account_id: str, *, actor: Actor) -> None:
    """Forget the wrong passwords of an account. Raises NotFound."""
    row = _row(session, account_id)
    session.execute(update(AttemptRow).where(AttemptRow.login == row.login).values(failed=0, locked_until=None))
    posts.record(session, "account-unlocked", actor, {"login": row.login, "user": row.user_id})


def _row(session: Session, account_id: str) -> AccountRow:
    row = session.get(AccountRow, account_id)
    if row is None:
        raise NotFound(what="account", id=account_id)
    return row


def _listed(row: AccountRow, locked_until: str | None, at: datetime) -> Listed:
    locked = locked_until if locked_until is not None and locked_until > iso(at) else None
    return Listed(row.id, row.user_id, row.login, row.name, row.disabled_at is not None, row.must_change, locked)
