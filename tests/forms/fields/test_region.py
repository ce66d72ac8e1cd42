"""省市县乡村."""

from __future__ import annotations

from tests.forms.one import Office, form_of, message, soup, value

FORM = form_of({"type": "string"}, {"ui:widget": "region", "ui:options": {"levels": ["省", "县", "村"]}}, required=True)


def test_the_levels_are_named_and_open_one_after_the_other():
    page = soup(FORM.page({}, ports=Office()))
    assert [box["aria-label"] for box in page.select("select")] == ["甲：省"]
    assert value(FORM, "p", "c", "v1", ports=Office()) == "v1"


def test_a_place_in_between_is_not_enough():
    assert message(FORM, "p", "c", ports=Office()) == "甲还要往下选一级"


def test_without_ports_nothing_is_offered():
    assert message(FORM, "p") == "请在列出的选项里选甲"
