"""Signing in and out: the statements behind the login page and behind every request's "who is this?"."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_login import UserMixin
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from engine.canonical import iso as stamp
from engine.ids import new_id
from engine.store import driver
from engine.store.rights import Right, listing_rights, sorted_rights
from webapp.accounts.tables import AccountRow, AttemptRow, SignInRow

_MAKE_ATTEMPTS = text(
    "INSERT INTO sign_in_attempts (login, failed, last_at) VALUES (:login, 0, :at) ON CONFLICT (login) DO NOTHING"
)


@dataclass(frozen=True)
class SignIn(UserMixin):  # type: ignore[misc]
    """The signed-in account as one statement read it; `token` is what the browser's session carries.

    rights: what the person may do, as of the same moment.
    """

    token: str
    account_id: str
    user_id: str
    login: str
    name: str
    must_change: bool
    language: str | None
    theme: str | None
    started_at: str
    rights: list[Right]

    def get_id(self) -> str:
        """Return the token: Flask-Login keeps it in the session."""
        return self.token


@dataclass(frozen=True)
class Account:
    """What the login page needs to know of the account behind a name."""

    id: str
    user_id: str
    login: str
    name: str
    password_hash: str
    session_version: int


@dataclass(frozen=True)
class Attempts:
    """Wrong passwords in a row for one name: how many, and until when it is locked."""

    failed: int
    locked_until: str | None


def spelled(login: str) -> str:
    """Return the one spelling of a login name: NFKC, trimmed, lower case, at most 100 characters."""
    return unicodedata.normalize("NFKC", login).strip().casefold()[:100]


def add_account(
    session: Session,
    *,
    login: str,
    user_id: str,
    name: str,
    password_hash: str,
    at: datetime,
    must_change: bool = False,
) -> str:
    """Add an account for the person `user_id` and return its id; a login that exists raises IntegrityError at flush."""
    row = AccountRow(
        id=new_id(at),
        login=spelled(login),
        user_id=user_id,
        name=name,
        password_hash=password_hash,
        must_change=must_change,
        created_at=stamp(at),
    )
    session.add(row)
    session.flush()
    return row.id


def find_account(session: Session, login: str) -> Account | None:
    """Return the enabled account of that name."""
    query = select(
        AccountRow.id,
        AccountRow.user_id,
        AccountRow.login,
        AccountRow.name,
        AccountRow.password_hash,
        AccountRow.session_version,
    ).where(AccountRow.login == spelled(login), AccountRow.disabled_at.is_(None))
    row = session.execute(query).one_or_none()
    return Account(*row) if row else None


def attempts(session: Session, login: str, *, at: datetime) -> Attempts:
    """Return the wrong passwords in a row for that name; a lock that has run out counts from nothing again.

    Holds the name's row until the transaction ends: who guesses many at once is counted one after the other.
    """
    session.execute(_MAKE_ATTEMPTS, {"login": spelled(login), "at": stamp(at)})
    query = select(AttemptRow.failed, AttemptRow.locked_until).where(AttemptRow.login == spelled(login))
    row = session.execute(query.with_for_update()).one()
    if row.locked_until is not None and row.locked_until <= stamp(at):
        return Attempts(0, None)
    return Attempts(row.failed, row.locked_until)


def record_failure(session: Session, login: str, *, at: datetime, lock_after: int, lock_for: timedelta) -> Attempts:
    """Count one more wrong password and lock the name at the limit; old rows of any name are swept."""
    known = attempts(session, login, at=at)
    if known.locked_until is not None:
        return known
    failed = known.failed + 1
    locked_until = stamp(at + lock_for) if failed >= lock_after else None
    counted = {"failed": failed, "last_at": stamp(at), "locked_until": locked_until}
    session.execute(update(AttemptRow).where(AttemptRow.login == spelled(login)).values(**counted))
    session.execute(delete(AttemptRow).where(AttemptRow.last_at < stamp(at - timedelta(days=1))))
    return Attempts(failed, locked_until)


def start_sign_in(session: Session, account: Account, *, at: datetime, ip: str | None) -> str:
    """Forget wrong passwords, write the sign-in and return its fresh token."""
    session.execute(delete(AttemptRow).where(AttemptRow.login == account.login))
    token = secrets.token_urlsafe(32)
    session.add(
        SignInRow(
            token_sha256=_digest(token),
            account_id=account.id,
            session_version=account.session_version,
            started_at=stamp(at),
            ip=ip,
        )
    )
    session.flush()
    return token


_WHO = listing_rights(
    "sign_ins s JOIN accounts a ON a.id = s.account_id",
    "WHERE s.token_sha256 = :token AND s.ended_at IS NULL AND s.session_version = a.session_version "
    "AND a.disabled_at IS NULL",
    "a.id, a.user_id, a.login, a.name, a.must_change, a.language, a.theme, s.started_at, ",
)
_OF_ACCOUNT = 8


def load_sign_in(session: Session, token: str, *, at: datetime) -> SignIn | None:
    """Return who holds `token` and what they may do at a moment, in one statement.

    None once the sign-in ended, or is overtaken by a new session_version, or the account is disabled.
    """
    rows = driver.rows(session, _WHO, {"token": _digest(token), "at": stamp(at)})
    if not rows:
        return None
    account_id, user_id, login, name, must_change, language, theme, started_at = rows[0][:_OF_ACCOUNT]
    rights = sorted_rights(row[_OF_ACCOUNT:] for row in rows)
    # SQLite has no true and false of its own.
    return SignIn(token, account_id, user_id, login, name, bool(must_change), language, theme, started_at, rights)


def end_sign_in(session: Session, token: str, *, at: datetime) -> None:
    """End one sign-in; its token is worth nothing from then on."""
    session.execute(update(SignInRow).where(SignInRow.token_sha256 == _digest(token)).values(ended_at=stamp(at)))


def change_password(session: Session, account_id: str, password_hash: str) -> int:
    """Set a new hash and end every sign-in of the account; return the new session_version."""
    session.execute(
        update(AccountRow)
        .where(AccountRow.id == account_id)
        .values(password_hash=password_hash, must_change=False, session_version=AccountRow.session_version + 1)
    )
    return session.execute(select(AccountRow.session_version).where(AccountRow.id == account_id)).scalar_one()


def rehash(session: Session, account_id: str, password_hash: str) -> None:
    """Replace the hash by one of today's cost for the same password; sign-ins stay."""
    session.execute(update(AccountRow).where(AccountRow.id == account_id).values(password_hash=password_hash))


def set_preference(session: Session, account_id: str, *, language: str | None = None, theme: str | None = None) -> None:
    """Keep the language or theme the person chose; None leaves it."""
    chosen = {name: value for name, value in (("language", language), ("theme", theme)) if value is not None}
    if chosen:
        session.execute(update(AccountRow).where(AccountRow.id == account_id).values(**chosen))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
