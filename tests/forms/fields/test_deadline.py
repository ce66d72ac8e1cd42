"""Deadlines in working days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from forms.fields.deadline import TYPES
from tests.forms.one import Office, control, form_of, message, soup, value


class Week:
    """Five days a week are worked."""

    def is_working(self, day: date) -> bool:
        return day.weekday() < 5

    def add(self, day: date, working_days: int) -> date:
        while working_days:
            day += timedelta(days=1)
            working_days -= self.is_working(day)
        return day


class Desk(Office):
    """An office on a Thursday evening, as the calendar of China has it."""

    calendar = Week()
    now = datetime(2026, 11, 26, 2, tzinfo=UTC)


FORM = form_of(TYPES[0].schema, {"ui:widget": "deadline", "ui:options": {"least": 2, "most": 10, "onlyWorking": True}})


@pytest.mark.parametrize("typed", ["2026-11-30", "2026-12-10"])
def test_the_first_and_the_last_day_are_in(typed):
    assert value(FORM, typed, ports=Desk()) == typed


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2026-11-27", "最早是 2026年11月30日（2 个工作日后）"),
        ("2026-12-11", "最晚是 2026年12月10日（10 个工作日后）"),
        ("2026-12-05", "2026年12月5日 不上班"),
        ("那天", "要填日期"),
    ],
)
def test_other_days_are_refused_with_the_reason(typed, said):
    assert said in message(FORM, typed, ports=Desk())


def test_the_hint_says_the_days_and_the_input_holds_them():
    page = soup(FORM.page({}, ports=Desk()))
    assert "最早 2026年11月30日（2 个工作日后）、最晚 2026年12月10日（10 个工作日后）" in page.get_text()
    assert (control(FORM, ports=Desk())["min"], control(FORM, ports=Desk())["max"]) == ("2026-11-30", "2026-12-10")


def test_without_a_calendar_it_is_a_date():
    assert value(FORM, "2020-01-01") == "2020-01-01"
