"""Colours."""

from __future__ import annotations

from tests.forms.one import control, form_of, read_text, value

FORM = form_of({"type": "string", "format": "color"})


def test_a_colour_is_picked_once_there_is_one():
    assert control(FORM, "#ff0000")["type"] == "color"
    assert control(FORM)["type"] == "text"
    assert value(FORM, "#0b5563") == "#0b5563"


def test_it_reads_with_a_swatch():
    assert read_text(FORM, "#0b5563") == "#0b5563"
    assert 'fill="#0b5563"' in FORM.page({"x": "#0b5563"}, readonly=True)
    assert "<svg" not in FORM.page({"x": 'red"/><script>'}, readonly=True)
