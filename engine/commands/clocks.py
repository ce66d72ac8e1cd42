"""Let a session work by another clock than the system's."""

from __future__ import annotations

from engine.clock import Clock
from engine.errors import Refused
from engine.store.base import Session
from engine.store.events import has_system_events


def use_clock(session: Session, clock: Clock) -> None:
    """Make this session's commands read `clock`; for seeds and tests.

    Every event says by which kind of clock it was written. Raises Refused for a clock that can be set when the
    database holds an event written by the system's clock.
    """
    if clock.kind != "system" and has_system_events(session):
        raise Refused(what="clock", why="the database is in use")
    session.info["clock"] = clock
