"""From one number to another."""

from __future__ import annotations

import pytest

from forms.fields.number_range import TYPES
from tests.forms.one import form_of, message, read_text, value

FORM = form_of(TYPES[0].schema, TYPES[0].ui)


def test_two_numbers_are_one_value():
    assert value(FORM, "1", "1,000.5") == {"min": 1, "max": 1000.5}


@pytest.mark.parametrize(
    ("typed", "said"), [(("1", ""), "最小值和最大值"), (("3", "1"), "不能小于"), (("a", "b"), "要填数字")]
)
def test_what_is_no_range_is_refused(typed, said):
    assert said in message(FORM, *typed)


def test_it_reads_in_words():
    assert read_text(FORM, {"min": 0, "max": 5}) == "0 至 5"
