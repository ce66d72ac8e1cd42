"""Values written as text are read back, whatever they are."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from decimal import Context, Decimal, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.feel import BudgetExceeded, YearMonthDuration, evaluate, weigh
from engine.feel.run import Run
from engine.feel.text import literal_of, string_of

OFFSETS = st.integers(-18 * 60, 18 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
ZONES = st.none() | OFFSETS
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=6)
PLAIN = NUMBERS | st.text(max_size=12) | st.booleans() | st.none()
VALUES = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(alphabet="abc 中-'\"", min_size=1, max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None)
@given(VALUES)
def test_written_value_is_read_as_itself(value: object) -> None:
    assert evaluate(literal_of(Run(), value), {}) == value


@settings(max_examples=60, deadline=None)
@given(st.datetimes(min_value=datetime(1900, 1, 1), timezones=ZONES))
def test_moment_is_read_as_itself(value: datetime) -> None:
    assert evaluate(f'date and time("{string_of(Run(), value)}")', {}) == value


@settings(max_examples=40, deadline=None)
@given(st.times(timezones=ZONES))
def test_time_is_read_as_itself(value: time) -> None:
    found = evaluate(f'@"{string_of(Run(), value)}"', {})
    assert (found, found.utcoffset()) == (value, value.utcoffset())


@settings(max_examples=60, deadline=None)
@given(st.timedeltas() | st.integers(-100_000, 100_000).map(YearMonthDuration))
def test_duration_is_read_as_itself(value: timedelta | YearMonthDuration) -> None:
    assert evaluate(f'duration("{string_of(Run(), value)}")', {}) == value


@settings(max_examples=60, deadline=None)
@given(st.dates(), st.integers(-5000, 5000))
def test_moving_a_date_by_months_keeps_the_day_or_ends_the_month(day: date, months: int) -> None:
    found = evaluate("d + m", {"d": day, "m": YearMonthDuration(months)})
    if found is not None:
        assert found.day == day.day or (found + timedelta(days=1)).day == 1
        assert (found.year - day.year) * 12 + found.month - day.month == months


def test_numbers_do_not_depend_on_the_callers_context() -> None:
    with localcontext(Context(prec=3)):
        assert evaluate("1 / 3", {}) == Decimal("0.3333333333333333333333333333333333")
        assert evaluate("-123456.789", {}) == Decimal("-123456.789")
        assert evaluate("abs(x) + modulo(x, 100000)", {"x": Decimal("123456.789")}) == Decimal("146913.578")
        assert evaluate("-x", {"x": 123456}) == -123456
        assert evaluate("for i in 123456..123457 return i", {}) == [123456, 123457]


def test_shared_parts_weigh_each_time() -> None:
    part = ["x" * 100]
    assert weigh([part] * 10) > 10 * weigh(part)


@pytest.mark.parametrize("depth", [201, 5000])
def test_what_nests_too_deeply_is_not_weighed(depth: int) -> None:
    value: object = 1
    for _ in range(depth):
        value = [value]
    with pytest.raises(BudgetExceeded):
        weigh(value)
