"""Times of day."""

from __future__ import annotations

import pytest

from tests.forms.one import control, form_of, message, read_text, value

FORM = form_of({"type": "string", "format": "time"})


@pytest.mark.parametrize("typed", ["9:30", "09:30", "09:30:00", "9时30分", "9：30"])
def test_times_are_read_as_people_write_them(typed):
    assert value(FORM, typed) == "09:30:00"


def test_an_offset_is_kept():
    assert value(FORM, "09:30:00+08:00") == "09:30:00+08:00"


@pytest.mark.parametrize("typed", ["25:00", "9:61", "早上"])
def test_what_is_no_time_is_told(typed):
    assert message(FORM, typed) == "甲要填时间，例如 09:30"


def test_it_reads_without_empty_seconds():
    assert read_text(FORM, "09:30:00") == "09:30"
    assert control(FORM, "09:30:00")["type"] == "time"
