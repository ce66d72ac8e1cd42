"""The heat map: where the running cases are, how long steps take in working time, and the cases behind a number."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import pytest
from sqlalchemy.orm import Session

from engine import heat, organisation
from engine.calendar import ZONE, Calendar
from engine.heat import Worked
from engine.store.base import writing
from tests.build import SYSTEM
from tests.webapp.browser import Browser
from tests.webapp.desk import Desk

PAGE = "/studio/process/request/heat"


@pytest.fixture
def designer(desk: Desk) -> Browser:
    """Sign in who designs and reads no case of others."""
    with Session(desk.database) as session, writing(session):
        session.info["clock"] = desk.clock
        post = organisation.put_post(session, "city", "设计岗", grants=["designer"], actor=SYSTEM)
        organisation.hold_post(session, "admin@city", post.id, actor=SYSTEM)
    return desk.browser("admin@city")


def test_the_map_tells_where_cases_wait_and_how_long_steps_took(desk: Desk, designer: Browser) -> None:
    desk.submitted()
    desk.submitted()
    page = designer.get(PAGE).text
    assert "2 件" in page and "data-diagram" in page and "卡在这里" not in page.split("<table")[0]
    with Session(desk.database) as session:
        session.info["clock"] = desk.clock
        at = desk.clock.now()
        found = heat.heat(
            session, "request", desk.unit("city"), since=at - timedelta(days=9), until=at + timedelta(days=1)
        )
    assert (found.spots["review"].cases, found.spots["review"].passed) == (2, 0)
    assert (found.spots["draft"].cases, found.spots["draft"].passed, found.spots["draft"].again) == (0, 2, 0.0)
    assert not found.full


def test_the_cases_behind_a_number_are_shown_to_who_may_read_them(desk: Desk, designer: Browser) -> None:
    case, _review = desk.submitted()
    shown = designer.get(f"{PAGE}/review").text
    assert "1 件停在这一步" in shown
    assert case not in shown or designer.get(f"/case/{case}").status_code == 200
    assert designer.get("/studio/process/nothing/heat").status_code == 404


def test_who_does_not_design_finds_no_map(desk: Desk) -> None:
    assert desk.browser("clerk@d1").get(PAGE).status_code == 404


def test_working_time_is_counted_as_the_calendar_counts_it() -> None:
    calendar, random = Calendar(), Random(7)
    worked = Worked(calendar)
    first = datetime(2026, 1, 1, tzinfo=ZONE)
    for _ in range(300):
        start = first + timedelta(minutes=random.randint(0, 400_000))
        end = start + timedelta(minutes=random.randint(0, 30_000))
        assert worked.days(start, end) * 86400 == pytest.approx(calendar.between(start, end).total_seconds())
