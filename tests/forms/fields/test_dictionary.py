"""Entries of a dictionary."""

from __future__ import annotations

from tests.forms.one import Office, form_of, message, read_text, soup, value

UI = {"ui:widget": "dictionary", "ui:options": {"dictionary": "matters"}}
FORM = form_of({"type": "string"}, UI)
RADIO = form_of({"type": "string"}, {**UI, "ui:options": {"dictionary": "matters", "style": "radio"}})
SEVERAL = form_of({"type": "array", "items": {"type": "string"}}, RADIO.ui["x"])


def test_the_code_is_stored_and_the_words_are_shown():
    assert value(FORM, "5", ports=Office()) == "5"
    assert read_text(FORM, "5", ports=Office()) == "居家养老入户走访"
    assert [box.get_text() for box in soup(FORM.page({}, ports=Office())).select("option")] == [
        "请选择",
        "灾害预警接收传递",
        "居家养老入户走访",
    ]


def test_entries_may_stand_open():
    assert [box["type"] for box in soup(RADIO.page({}, ports=Office())).select('[name="f/x"]')] == ["radio", "radio"]
    assert [box["type"] for box in soup(SEVERAL.page({}, ports=Office())).select('[name="f/x"]')] == ["checkbox"] * 2
    assert value(SEVERAL, "21", "5", ports=Office()) == ["21", "5"]


def test_an_unknown_code_is_refused():
    assert "从列表中选" in message(FORM, "99", ports=Office())
