"""The small seeds of the admission pack in a database of their own, and the people in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from engine import organisation
from engine.model import Actor
from engine.store.base import guard_events, open_engine
from engine.store.cases import CaseRow
from engine.store.tables import metadata
from webapp import seeding
from webapp.accounts.sign_in import find_account

UNTIL = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@dataclass
class SmallCity:
    """A loaded database; `factory` makes sessions on it."""

    engine: Engine
    factory: sessionmaker[Session]

    @classmethod
    def load(cls, folder: Path) -> SmallCity:
        """Load the small seeds into a new SQLite file."""
        engine = open_engine(f"sqlite:///{folder / 'small.db'}", durable=False)
        metadata.create_all(engine)
        guard_events(engine)
        factory = sessionmaker(engine)
        seeding.load(factory, "admission", password=seeding.DEMO_PASSWORD, until=UNTIL)
        return cls(engine, factory)


def person(session: Session, login: str) -> Actor:
    """Return who signs in under a login, with the rights held at the end of the seeds."""
    account = find_account(session, login)
    assert account is not None, login
    return organisation.actor_of(session, account.user_id, name=account.name, at=UNTIL)


def cases(session: Session, definition: str, **columns: object) -> list[CaseRow]:
    """List the cases of a definition whose columns have these values, oldest first."""
    wanted = [getattr(CaseRow, name) == value for name, value in columns.items()]
    return list(session.scalars(select(CaseRow).where(CaseRow.definition == definition, *wanted).order_by(CaseRow.id)))
