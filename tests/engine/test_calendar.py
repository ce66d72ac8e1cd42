"""Working days, with the holidays the State Council announced and days a place decides itself."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from engine.calendar import Calendar, from_rows

PLAIN = Calendar()


def test_a_friday_plus_one_working_day_is_monday() -> None:
    assert PLAIN.add(date(2026, 11, 20), 1) == date(2026, 11, 23)


def test_national_day_week_is_free_and_its_make_up_day_is_worked() -> None:
    assert not PLAIN.is_working(date(2026, 10, 1))
    assert PLAIN.is_working(date(2026, 10, 10))


def test_years_not_yet_announced_follow_the_week() -> None:
    assert PLAIN.is_working(date(2031, 11, 24))
    assert not PLAIN.is_working(date(2031, 11, 23))


def test_an_override_wins_over_the_week() -> None:
    calendar = from_rows([{"date": "2026-11-23", "working": False}, {"date": "2026-11-22", "working": True}])
    assert not calendar.is_working(date(2026, 11, 23))
    assert calendar.is_working(date(2026, 11, 22))


def test_counting_and_adding_agree() -> None:
    start = date(2026, 9, 20)
    for days in range(1, 40):
        assert PLAIN.count(start, PLAIN.add(start, days)) == days
        assert PLAIN.add(PLAIN.add(start, days), -days) <= start or PLAIN.is_working(start)


def test_counting_backwards_is_negative() -> None:
    assert PLAIN.count(date(2026, 11, 23), date(2026, 11, 19)) == -2


def test_zero_days_from_a_free_day_is_the_next_worked_day() -> None:
    assert PLAIN.add(date(2026, 11, 21), 0) == date(2026, 11, 23)
    assert PLAIN.add(date(2026, 11, 23), 0) == date(2026, 11, 23)


def test_a_deadline_day_ends_at_24_local_time() -> None:
    assert PLAIN.end_of(date(2026, 11, 23)) == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


def test_days_left_counts_the_day_that_ends_at_24() -> None:
    now = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    assert PLAIN.days_left(now, PLAIN.end_of(date(2026, 11, 23))) == 0
    assert PLAIN.days_left(now, PLAIN.end_of(date(2026, 11, 26))) == 3
    assert PLAIN.days_left(now, PLAIN.end_of(date(2026, 11, 20))) == -1


def test_a_register_that_frees_every_day_is_an_error_not_a_hang() -> None:
    nothing = Calendar({date.fromordinal(n): False for n in range(739000, 742000)})
    with pytest.raises(ValueError, match="no working day"):
        nothing.add(date.fromordinal(739500), 1)
