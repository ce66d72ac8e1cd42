"""The numbers people see: allocated when a case is submitted, one sequence per template, unit and year."""

from __future__ import annotations

import re
from datetime import datetime

from engine.clock import local_year
from engine.store import hot
from engine.store.base import Session

_PLACE = re.compile(r"\{(year|seq)(?::0(\d{1,2})d)?\}")


def allocate(session: Session, template: str, *, unit_id: str, at: datetime) -> str:
    """Take the next number, as of the local year of `at`.

    template: text with {year} and {seq} or {seq:04d}. The sequence's row stays locked until the transaction ends.
    """
    year = local_year(at)
    return written(template, year=year, seq=hot.next_number(session, template, unit_id, year))


def written(template: str, *, year: int, seq: int) -> str:
    """Fill a template; only the two places are filled, so a template can reach nothing else."""
    values = {"year": year, "seq": seq}
    return _PLACE.sub(lambda place: f"{values[place[1]]:0{int(place[2] or 1)}d}", template)
