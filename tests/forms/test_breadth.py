"""Whatever a schema describes is printed, comes back as it was, and is checked; nothing is left out of a page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import forms
from tests.forms.browse import again, post_of
from tests.forms.one import soup

S, NUMBER, BOOL = {"type": "string"}, {"type": "number"}, {"type": "boolean"}
CASES = {case["name"]: case for case in json.loads(Path("tests/cases/forms/breadth.json").read_text("utf-8"))}


@pytest.mark.parametrize("name", CASES)
def test_values_come_back_as_they_were_printed(name):
    schema, data = CASES[name]["schema"], CASES[name]["data"]
    ui = {"a": {"ui:widget": "textarea"}} if "line" in name else {}
    assert forms.check(schema, ui, data) == []
    found = again(schema, ui, data)
    assert found.problems == []
    assert found.values == data


@pytest.mark.parametrize(
    ("schema", "data", "typed", "value"),
    [
        (S, "一", ["二"], "二"),
        (NUMBER, 1.5, ["2"], 2),
        ({"type": "integer"}, 3, ["4"], 4),
        (BOOL, True, [], False),
        ({"enum": ["x", "y"]}, "x", ["y"], "y"),
        ({**S, "format": "date"}, "2026-11-26", ["2026-11-27"], "2026-11-27"),
        ({"type": ["integer", "string"]}, 3, ['"4"'], "4"),
        ({}, {"a": [1]}, ["[2]"], [2]),
    ],
)
def test_the_outermost_value_need_not_be_an_object(schema, data, typed, value):
    assert again(schema, {}, data).values == data
    found = forms.compile(schema).read(forms.Post({"f": typed}), None, data)
    assert (found.values, found.problems) == (value, [])


def test_an_outermost_list_has_rows():
    schema = {"type": "array", "items": {"type": "object", "properties": {"a": S}, "required": ["a"]}, "minItems": 1}
    form = forms.compile(schema)
    assert again(schema, {}, [{"a": "x"}, {"a": "y"}]).values == [{"a": "x"}, {"a": "y"}]
    found = form.read(post_of(form.page([{"a": "x"}]), **{"_add:": "1"}), None, [{"a": "x"}])
    assert found.typed.whole == [{"a": "x"}, None]
    page = form.page(found.typed)
    assert len(soup(page).select("[data-qc-row]")) == 2
    post = post_of(page)
    post["f/1/a"] = ["z"]
    assert form.read(post, None, [{"a": "x"}]).values == [{"a": "x"}, {"a": "z"}]
    removed = form.read(post_of(page, **{"_remove:/0": "1"}), None, [{"a": "x"}])
    assert removed.typed.whole == [{"a": ""}]


def test_an_outermost_list_may_start_empty():
    form = forms.compile({"type": "array", "items": S})
    assert form.read(forms.Post({}), None, None).values in ([], None)
    assert form.read(forms.Post({"f/0": ["a"]}), None, None).values == ["a"]


def test_what_is_wrong_at_the_outermost_value_is_told_there():
    found = forms.compile({"type": "integer", "title": "数"}).read(forms.Post({"f": ["许多"]}), None, None)
    assert [(problem.pointer, problem.message) for problem in found.problems] == [("", "数要填整数，例如 12")]
    page = soup(forms.compile({"type": "integer", "title": "数"}).page(found.typed, problems=found.problems))
    assert page.find(id="f")["value"] == "许多"


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object"},
        {"type": "array"},
        {"type": ["string", "object", "array"]},
        {"not": {"type": "string"}},
        {"type": "array", "items": False},
        {"type": "array", "items": True},
        {"propertyNames": {"pattern": "^a"}},
        {"anyOf": [{"required": ["x"]}, {"required": ["y"]}]},
    ],
)
def test_what_has_no_widget_is_a_box(schema):
    page = forms.render({"type": "object", "properties": {"x": {"title": "甲", **schema}}}, {}, {})
    assert soup(page).select_one('[name="f/x"], [data-qc-array="/x"]') is not None
    assert "甲" in page


def test_an_unresolvable_reference_is_a_box_too():
    page = forms.render({"type": "object", "properties": {"x": {"$ref": "https://a.example/b"}}}, {}, {})
    assert soup(page).select_one('[name="f/x"]') is not None
    assert [problem.code for problem in forms.check({"$ref": "https://a.example/b"}, {}, 1)] == ["bad-form"]
