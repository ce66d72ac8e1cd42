"""Fixed text."""

from __future__ import annotations

import forms
from tests.forms.one import form_of, soup

FORM = form_of(
    {"type": "null", "title": "说明", "description": "费随事转\n<b>人</b>随事走"}, {"ui:options": {"tone": "amber"}}
)


def test_it_is_a_banner_with_escaped_lines():
    banner = soup(FORM.page({})).select_one("div.banner.t-amber")
    assert banner.h3.get_text() == "说明"
    assert [line.get_text() for line in banner.select("p")] == ["费随事转", "<b>人</b>随事走"]


def test_it_has_no_value():
    assert FORM.read(forms.Post({"f/x": ["1"]}), None, {}).values == {}


def test_an_unknown_tone_is_grey():
    assert "t-grey" in form_of({"type": "null"}, {"ui:options": {"tone": "x onload=y"}}).page({})


def test_it_is_shown_on_a_page_for_reading():
    assert "费随事转" in FORM.page({}, readonly=True)
