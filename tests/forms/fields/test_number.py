"""Numbers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.forms.one import control, form_of, message, posted, read_text, value

NUMBER = form_of({"type": "number"})
INTEGER = form_of({"type": "integer", "minimum": 0})


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("12", 12), (" 12.5 ", 12.5), ("-3", -3), ("1,234", 1234), ("１２", 12), ("1e3", 1000.0), (".5", 0.5), ("0", 0)],
)
def test_numbers_are_read_as_people_write_them(typed, stored):
    assert value(NUMBER, typed) == stored


@pytest.mark.parametrize("typed", ["abc", "1.2.3", "NaN", "Infinity", "0x10", "1e999", "12,34", "一"])
def test_what_is_no_number_comes_back_as_typed(typed):
    found = posted(NUMBER, typed)
    assert found.problems[0].message == "甲要填数字，例如 12.5"
    assert 'value="' + typed in NUMBER.page(found.typed, problems=found.problems)


def test_a_big_whole_number_stays_exact():
    assert value(INTEGER, "123456789012345678901234567890") == 123456789012345678901234567890


def test_a_fraction_is_no_whole_number():
    assert message(INTEGER, "1.5") == "甲要填整数，例如 12"
    assert value(INTEGER, "2.0") == 2


def test_bounds_are_named():
    assert message(INTEGER, "-1") == "甲不能小于 0"
    assert message(form_of({"type": "number", "exclusiveMaximum": 5}), "5") == "甲要小于 5"
    assert message(form_of({"type": "number", "multipleOf": 0.5}), "1.3") == "甲要是 0.5 的倍数"


def test_range_is_a_slider_when_both_ends_are_known():
    form = form_of({"type": "integer", "minimum": 0, "maximum": 10}, {"ui:widget": "range"})
    assert (control(form, 3)["type"], control(form, 3)["max"], control(form, 3)["class"]) == (
        "range",
        "10",
        ["form-range"],
    )


def test_unit_of_measure_stands_beside_the_input_and_in_the_text():
    form = form_of({"type": "number"}, {"ui:options": {"suffix": "小时"}})
    assert '<span class="input-group-text">小时</span>' in form.page({})
    assert read_text(form, 6) == "6 小时"


@settings(max_examples=60)
@given(st.integers(-(10**25), 10**25))
def test_whole_numbers_round_trip(number):
    form = form_of({"type": "integer"})
    assert value(form, str(control(form, number)["value"])) == number


@settings(max_examples=60)
@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_numbers_round_trip(number):
    assert value(NUMBER, str(control(NUMBER, number)["value"])) == number
