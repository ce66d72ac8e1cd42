"""Hidden values and constants."""

from __future__ import annotations

import forms
from tests.forms.one import control, form_of, posted, value


def test_a_hidden_value_travels_as_json():
    form = form_of({"type": "object", "properties": {"k": {"type": "integer"}}}, {"ui:widget": "hidden"})
    box = control(form, {"k": 1})
    assert box["type"] == "hidden"
    assert value(form, box["value"]) == {"k": 1}


def test_hidden_text_travels_as_it_is():
    form = form_of({"type": "string"}, {"ui:widget": "hidden"})
    assert value(form, '"') == '"'


def test_broken_hidden_json_is_a_problem_and_no_crash():
    form = form_of({"type": "object"}, {"ui:widget": "hidden"})
    assert posted(form, "{").problems[0].code == "type"


def test_a_constant_is_set_by_the_server():
    form = form_of({"const": "v1"})
    assert value(form, "crafted") == "v1"
    assert control(form).has_attr("readonly")


def test_hidden_values_are_not_read_aloud():
    form = forms.compile({"type": "object", "properties": {"x": {"type": "string"}}}, {"x": {"ui:widget": "hidden"}})
    assert form.summary({"x": "secret"}) == []
    assert "secret" not in form.page({"x": "secret"}, readonly=True)
