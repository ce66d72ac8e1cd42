"""Each widget that rjsf knows prints the input one expects, and what it prints can be posted."""

from __future__ import annotations

import pytest

import forms
from tests.forms.one import form_of, soup

TEXT, NUMBER, BOOLEAN = {"type": "string"}, {"type": "number", "minimum": 0, "maximum": 10}, {"type": "boolean"}
LISTED = {"enum": ["a", "b"]}


@pytest.mark.parametrize(
    ("schema", "widget", "tag", "kind", "typed", "stored"),
    [
        (TEXT, "text", "input", "text", "a", "a"),
        (TEXT, "textarea", "textarea", None, "a", "a"),
        (TEXT, "password", "input", "password", "a", "a"),
        (TEXT, "email", "input", "email", "a@b.cn", "a@b.cn"),
        (TEXT, "uri", "input", "url", "https://a.cn", "https://a.cn"),
        (TEXT, "hidden", "input", "hidden", "a", "a"),
        (TEXT, "date", "input", "date", "2026-11-26", "2026-11-26"),
        (TEXT, "alt-date", "input", "date", "2026-11-26", "2026-11-26"),
        (TEXT, "datetime", "input", "datetime-local", "2026-11-26T09:30", "2026-11-26T09:30:00+08:00"),
        (TEXT, "date-time", "input", "datetime-local", "2026-11-26T09:30", "2026-11-26T09:30:00+08:00"),
        (TEXT, "time", "input", "time", "09:30", "09:30:00"),
        (TEXT, "nobody-knows", "input", "text", "a", "a"),
        (NUMBER, "updown", "input", "number", "3", 3),
        (NUMBER, "range", "input", "range", "3", 3),
        (NUMBER, "hidden", "input", "hidden", "3", 3),
        (NUMBER, "rating", "input", "radio", "3", 3),
        (BOOLEAN, "checkbox", "input", "checkbox", "true", True),
        (BOOLEAN, "radio", "input", "radio", "false", False),
        (BOOLEAN, "select", "select", None, "true", True),
        (LISTED, "select", "select", None, "b", "b"),
        (LISTED, "radio", "input", "radio", "b", "b"),
        (LISTED, "hidden", "input", "hidden", "b", "b"),
        ({"type": "number", "enum": [1, 2]}, "radio", "input", "radio", "2", 2),
        ({"type": "array", "items": LISTED, "uniqueItems": True}, "checkboxes", "input", "checkbox", "b", ["b"]),
        ({"type": "array", "items": LISTED, "uniqueItems": True}, "select", "select", None, "b", ["b"]),
        ({"type": "string", "format": "data-url"}, "file", "input", "file", None, None),
    ],
)
def test_a_widget_prints_its_input_and_reads_it(schema, widget, tag, kind, typed, stored):
    form = form_of(schema, {"ui:widget": widget})
    box = soup(form.page({})).select_one('[name="f/x"]')
    assert (box.name, box.get("type")) == (tag, kind)
    if typed is not None:
        found = form.read(forms.Post({"f/x": [typed]}), None, {})
        assert (found.values, found.problems) == ({"x": stored}, [])


def test_a_colour_is_picked_once_there_is_one():
    form = form_of(TEXT, {"ui:widget": "color"})
    assert soup(form.page({"x": "#ff0000"})).find(id="f-x")["type"] == "color"
    assert soup(form.page({})).find(id="f-x")["type"] == "text"


@pytest.mark.parametrize(
    ("ui", "fact"),
    [
        ({"ui:title": "乙"}, '<label class="form-label" for="f-x">乙</label>'),
        ({"ui:description": "说明"}, ">说明</div>"),
        ({"ui:help": "帮助"}, ">帮助</div>"),
        ({"ui:placeholder": "例"}, 'placeholder="例"'),
        ({"ui:options": {"placeholder": "例"}}, 'placeholder="例"'),
        ({"ui:autofocus": True}, " autofocus"),
        ({"ui:options": {"inputType": "tel"}}, 'type="tel"'),
        ({"ui:autocomplete": "on"}, 'autocomplete="on"'),
        ({"ui:options": {"label": False}}, 'class="visually-hidden" for="f-x"'),
        ({"ui:options": {"width": 6}}, 'class="col-sm-6"'),
        ({"ui:options": {"prefix": "第"}}, '<span class="input-group-text">第</span>'),
    ],
)
def test_an_option_does_what_it_says(ui, fact):
    assert fact in form_of(TEXT, ui).page({})


@pytest.mark.parametrize("key", ["ui:readonly", "ui:disabled"])
def test_what_is_frozen_is_text(key):
    assert "<input" not in form_of(TEXT, {key: True}).page({"x": "甲"})


@pytest.mark.parametrize(("option", "button"), [("addable", "_add:/x"), ("removable", "_remove:/x/0")])
def test_row_buttons_can_be_left_out(option, button):
    field = {"type": "array", "items": {"type": "string"}}
    assert button in form_of(field).page({"x": ["a"]})
    assert button not in form_of(field, {"ui:options": {option: False}}).page({"x": ["a"]})


def test_rows_can_be_moved_only_on_request():
    field = {"type": "array", "items": {"type": "string"}}
    assert "_up:" not in form_of(field).page({"x": ["a", "b"]})
    assert "_up:/x/1" in form_of(field, {"ui:options": {"orderable": True}}).page({"x": ["a", "b"]})


def test_options_from_the_case_are_offered():
    schema = {
        "type": "object",
        "properties": {"fruit": {"type": "string", "anyOf": ["options_from_task_data_var:fruits"]}},
    }
    form = forms.compile(schema)
    data = {"fruits": [{"value": "a", "label": "苹果"}, {"value": "b", "label": "梨"}]}
    assert [option.get_text() for option in soup(form.page(data)).select("option")] == ["请选择", "苹果", "梨"]
    assert form.read(forms.Post({"f/fruit": ["zz"]}), None, data).problems[0].code == "choice"
    assert form.read(forms.Post({"f/fruit": ["b"]}), None, data).values == {"fruit": "b"}
