"""Dates."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.forms.one import control, form_of, posted, read_text, value

FORM = form_of({"type": "string", "format": "date"})


@pytest.mark.parametrize(
    "typed", ["2026-11-26", "2026/11/26", "2026年11月26日", "2026.11.26", "20261126", "２０２６-１１-２６"]
)
def test_dates_are_read_as_people_write_them(typed):
    assert value(FORM, typed) == "2026-11-26"


@pytest.mark.parametrize("typed", ["2026-02-30", "明天", "26-11-2026", "0000-01-01", "2026-13-01"])
def test_what_is_no_date_comes_back_in_a_text_input(typed):
    found = posted(FORM, typed)
    assert found.problems[0].message == "甲要填日期，例如 2026-11-26"
    box = control(FORM, found.typed["x"])
    assert (box["type"], box["value"]) == ("text", typed)


def test_a_stored_date_is_in_a_date_input():
    assert (control(FORM, "2026-11-26")["type"], control(FORM, "2026-11-26")["value"]) == ("date", "2026-11-26")


def test_it_reads_with_its_year():
    assert read_text(FORM, "2026-11-06") == "2026年11月6日"


@settings(max_examples=40)
@given(st.dates())
def test_dates_round_trip(day):
    assert value(FORM, control(FORM, day.isoformat())["value"]) == day.isoformat()
