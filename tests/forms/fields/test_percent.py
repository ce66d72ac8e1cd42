"""Percentages."""

from __future__ import annotations

from tests.forms.one import form_of, message, read_text, value

FORM = form_of({"type": "number", "format": "percent", "maximum": 100})


def test_the_sign_may_be_typed():
    assert value(FORM, "27.8%") == 27.8
    assert value(FORM, "27.8％") == 27.8


def test_the_sign_stands_beside_the_input_and_in_the_text():
    assert '<span class="input-group-text">%</span>' in FORM.page({})
    assert read_text(FORM, 27.8) == "27.8%"


def test_more_than_the_whole_is_told():
    assert message(FORM, "101") == "甲不能大于 100"
    assert message(FORM, "一半") == "甲要填百分数，例如 27.8"
