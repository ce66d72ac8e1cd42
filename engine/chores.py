"""What is done at intervals beside the jobs, and what becomes known of it when it fails."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from engine.canonical import iso
from engine.store import chores as store
from engine.store.base import Session, sessionmaker, writing

Chore = Callable[[Session, datetime], None]
"""What is done, in a session of its own: (session, time). Its name is what `failing` tells."""

_log = logging.getLogger(__name__)


def do(session_factory: Callable[[], Session] | sessionmaker[Session], chore: Chore, at: datetime) -> None:
    """Do a chore; one that fails is logged and known as failing, to every process, until one of them has done it.

    Raises only what the database raises when not even that can be written.
    """
    name, why = chore.__name__, ""
    with session_factory() as session:
        try:
            chore(session, at)
        # Whatever it is, the others are to be done.
        except Exception as raised:  # noqa: BLE001
            _log.exception("chore_failed", extra={"chore": name})
            why = type(raised).__name__
    with session_factory() as session:
        if why:
            with writing(session):
                store.fail(session, name, iso(at), why)
        elif name in store.failing(session):
            session.rollback()
            with writing(session):
                store.recover(session, name)


def failing(session: Session) -> list[str]:
    """Return the names of chores that failed when they were last done."""
    return store.failing(session)
