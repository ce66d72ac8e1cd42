"""Telephone numbers."""

from __future__ import annotations

import pytest

from tests.forms.one import control, form_of, message, value

FORM = form_of({"type": "string", "format": "phone"})


@pytest.mark.parametrize(
    "typed", ["13800000000", "0700-555-0132", "0700-5550132", "+8613800000000", "12345", "400-100-1234"]
)
def test_numbers_are_taken_as_people_write_them(typed):
    assert value(FORM, typed) == typed


@pytest.mark.parametrize("typed", ["1", "电话", "123456789012345", "138 0000"])
def test_what_is_no_number_is_told(typed):
    assert message(FORM, typed) == "甲要填电话号码，例如 0700-555-0132"


def test_phones_get_the_right_keyboard():
    assert control(FORM)["inputmode"] == "tel"
