"""Marks on a short scale."""

from __future__ import annotations

from forms.fields.rating import TYPES
from tests.forms.one import form_of, message, read_text, soup, value

FORM = form_of(TYPES[0].schema, {**TYPES[0].ui, "ui:enumNames": {"1": "不满意", "5": "满意"}})


def test_each_mark_is_a_radio_button():
    page = soup(FORM.page({"x": 5}))
    assert [box["value"] for box in page.select('[name="f/x"]')] == ["1", "2", "3", "4", "5"]
    assert page.select_one("[checked]")["value"] == "5"
    assert value(FORM, "3") == 3


def test_it_reads_in_words_and_refuses_others():
    assert read_text(FORM, 5) == "满意"
    assert "选项里选" in message(FORM, "6")
