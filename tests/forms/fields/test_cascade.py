"""Choices narrowed step by step."""

from __future__ import annotations

import forms
from tests.forms.one import Office, form_of, message, posted, read_text, soup, value

TREE = [
    {"value": "a", "label": "甲", "children": [{"value": "a1", "label": "甲一"}, {"value": "a2", "label": "甲二"}]},
    {"value": "b", "label": "乙"},
]
FORM = form_of({"type": "string"}, {"ui:widget": "cascade", "ui:options": {"tree": TREE, "levels": ["大类", "小类"]}})
PATH = form_of({"type": "array", "items": {"type": "string"}}, {"ui:widget": "cascade", "ui:options": {"tree": TREE}})
LISTED = form_of({"type": "string"}, {"ui:widget": "cascade", "ui:options": {"register": "kinds", "parent": "above"}})
REGION = form_of({"type": "string"}, {"ui:widget": "region"})


def test_the_value_is_the_deepest_choice_or_the_path():
    assert value(FORM, "a", "a2") == "a2"
    assert value(PATH, "a", "a2") == ["a", "a2"]
    assert value(FORM, "b") == "b"
    assert value(FORM, "") is None


def test_the_next_level_follows_without_a_script():
    found = FORM.read(forms.Post({"f/x": ["a"], "_pick:/x": ["1"]}), None, {})
    page = soup(FORM.page(found.typed))
    assert [box["aria-label"] for box in page.select("select")] == ["甲：大类", "甲：小类"]
    assert page.select_one('noscript button[name="_pick:/x"]') is not None


def test_a_level_that_is_missing_is_asked_for():
    assert message(FORM, "a") == "甲还要往下选一级"
    partial = form_of({"type": "string"}, {"ui:widget": "cascade", "ui:options": {"tree": TREE, "partial": True}})
    assert value(partial, "a") == "a"


def test_what_stood_below_a_changed_choice_is_dropped():
    assert value(FORM, "b", "a2") == "b"


def test_what_is_not_offered_is_refused_and_kept_in_sight():
    found = posted(FORM, "zz")
    assert found.problems[0].message == "请在列出的选项里选甲"
    assert "zz" in FORM.page(found.typed)


def test_it_reads_as_a_path():
    assert read_text(FORM, "a2") == "甲 / 甲二"
    assert read_text(FORM, "gone") == "gone"


def test_a_register_gives_the_levels():
    assert value(LISTED, "a", "a1", ports=Office()) == "a1"
    assert "甲类" in LISTED.page({}, ports=Office())


def test_places_come_from_the_units():
    assert value(REGION, "p", "c", "v1", ports=Office()) == "v1"
    assert read_text(REGION, "v1", ports=Office()) == "样例省 / 样例县 / 样例村01"
    assert len(soup(REGION.page({"x": "v1"}, ports=Office())).select("select")) == 3
