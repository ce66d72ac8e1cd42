"""From when until when, and in which units, a process may be begun; it holds for all its versions.

The roles that may start stand in the diagram. What is under way, and what other processes call, goes on outside.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from engine.canonical import parse
from engine.clock import LOCAL_ZONE, now
from engine.errors import NotForUnit, NotOpen, NotOpenYet, OpenNoLonger
from engine.store import terms as store
from engine.store.base import Session


@dataclass(frozen=True, slots=True)
class Terms:
    """The days on which a process may be begun, both included (None: no limit), and below which units (none: all)."""

    opens: date | None = None
    closes: date | None = None
    units: tuple[str, ...] = ()

    def include(self, unit_path: str) -> bool:
        """Say whether a unit is one of those that may, or below one."""
        return not self.units or any(f"/{unit_id}/" in unit_path for unit_id in self.units)

    def are_open(self, at: datetime) -> bool:
        """Say whether the moment is on one of the days."""
        day = at.astimezone(LOCAL_ZONE).date()
        return (self.opens is None or self.opens <= day) and (self.closes is None or day <= self.closes)


def terms_of(session: Session, keys: Iterable[str]) -> dict[str, Terms]:
    """Return the terms by process; one that has none is left out."""
    return {
        row.key: Terms(_day(row.opens), _day(row.closes), tuple(parse(row.units))) for row in store.every(session, keys)
    }


def why_not(session: Session, key: str, name: str, unit_path: str) -> NotOpen | None:
    """Say why a process may not be begun now in a unit; None when it may."""
    terms, at = terms_of(session, [key]).get(key, Terms()), now(session)
    if not terms.include(unit_path):
        return NotForUnit(name=name)
    if terms.are_open(at):
        return None
    if terms.opens is not None and at.astimezone(LOCAL_ZONE).date() < terms.opens:
        return NotOpenYet(name=name, day=terms.opens.isoformat())
    assert terms.closes is not None
    return OpenNoLonger(name=name, day=terms.closes.isoformat())


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
