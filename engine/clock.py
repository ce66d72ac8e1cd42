"""The only reader of the time: everything else asks the session's clock.

A session carries its clock in `session.info["clock"]`; without one the system's is read. A clock that can be
set exists for seeds and tests, and only a database without a system-clock event accepts it (`use_clock`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

LOCAL_ZONE = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Anything that says what time it is, as an aware UTC datetime; `kind` goes into every event."""

    @property
    def kind(self) -> str: ...

    def now(self) -> datetime: ...


class HasInfo(Protocol):
    """The part of a database session this module needs."""

    @property
    def info(self) -> dict[Any, Any]: ...


class SystemClock:
    """The machine's clock."""

    kind = "system"

    def now(self) -> datetime:
        """Read the time in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is moved; for seeds and tests."""

    kind = "set"

    def __init__(self, at: datetime) -> None:
        self._at = _in_utc(at)

    def now(self) -> datetime:
        """Return the time it was last set to."""
        return self._at

    def move_to(self, at: datetime) -> None:
        """Set the clock to `at` (aware)."""
        self._at = _in_utc(at)

    def advance(self, by: timedelta | None = None, **amounts: float) -> datetime:
        """Move on by a duration, or by `days=`, `hours=`, `seconds=` …; return the new time."""
        self._at += by if by is not None else timedelta(**amounts)
        return self._at


SYSTEM_CLOCK = SystemClock()


def clock_of(session: HasInfo) -> Clock:
    """Return the clock the session works by."""
    clock: Clock = session.info.get("clock", SYSTEM_CLOCK)
    return clock


def now(session: HasInfo) -> datetime:
    """Read the session's clock (aware, UTC)."""
    return clock_of(session).now()


def local_year(at: datetime) -> int:
    """Return the calendar year `at` falls in where the deployment is."""
    return at.astimezone(LOCAL_ZONE).year


def _in_utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a clock is set to an aware time only")
    return at.astimezone(UTC)
