"""What has no input of its own."""

from __future__ import annotations

import pytest

import forms
from tests.forms.one import control, form_of, message, posted, value

ANY = form_of({})
OBJECT = form_of({"type": "object"})


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": "object"},
        {"type": "array"},
        {"type": ["number", "string"]},
        {"not": {"type": "null"}},
        {"type": "array", "items": True},
    ],
)
def test_whatever_has_no_widget_is_a_box(schema):
    assert control(form_of(schema)).name == "textarea"


def test_a_form_that_is_no_object_has_a_box_too():
    assert "<textarea" in forms.render(True, None, {"a": 1})
    assert "<input" in forms.render({"type": "string"}, None, "a")


@pytest.mark.parametrize("text", ['{"a": [1, null]}', "[]", "12", '"words"', "null", "true"])
def test_json_is_read(text):
    import json

    assert posted(ANY, text).values["x"] == json.loads(text)


def test_json_is_checked():
    assert message(OBJECT, "[1]") == "甲的内容类型不对"


def test_what_is_no_json_comes_back_as_typed_with_the_place():
    found = posted(OBJECT, '{"a":\n 1,}')
    assert "第 2 行第" in found.problems[0].message
    assert control(OBJECT, found.typed["x"]).get_text().strip() == '{"a":\n 1,}'


def test_plain_words_are_text_where_text_is_allowed():
    form = form_of({"type": ["number", "string"]})
    assert value(form, "三户") == "三户"
    assert value(form, "3") == 3


@pytest.mark.parametrize("text", ["[" * 5000, "NaN", "[" * 200 + "]" * 200, '{"a": Infinity}'])
def test_hostile_json_is_a_problem_and_no_crash(text):
    assert posted(ANY, text).problems


def test_a_stored_value_is_printed_readably():
    assert "&#34;a&#34;: 1" in OBJECT.page({"x": {"a": 1}})
