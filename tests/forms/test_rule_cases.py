"""One table of rules: what values say, and what text being typed says on the page a script asks for, must agree."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import forms
from tests.forms.browse import post_of
from tests.forms.one import soup

CASES = json.loads(Path("tests/cases/forms/rules.json").read_text("utf-8"))
NUMBER, MONEY, DAY = {"type": "number"}, {"type": "string", "format": "money"}, {"type": "string", "format": "date"}
SCHEMA = {
    "type": "object",
    "properties": {
        "a": NUMBER, "b": NUMBER, "m": MONEY, "n": MONEY, "on": DAY, "until": DAY, "s": {"type": "string"},
        "l": {"type": "array", "items": {"enum": ["x", "y"]}, "uniqueItems": True},
        "t": {"type": "boolean"}, "f": {"type": "boolean"}, "note": {"type": "string"},
    },
}  # fmt: skip


def _shows(page: str) -> bool:
    return not soup(page).select_one('[data-qc-pointer="/note"]').has_attr("hidden")


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_rule_says_the_same_of_values_and_of_what_is_typed(case):
    form = forms.compile(SCHEMA, {"note": {"qc:visible": case["rule"]}})
    assert _shows(form.page(case["values"])) is case["result"]
    typed = form.read(post_of(form.page(case["values"])), None, {}).typed
    assert _shows(form.page(typed)) is case["result"]


def test_what_is_computed_is_shown_while_one_types():
    form = forms.compile(SCHEMA, {"b": {"qc:computed": "a * 2"}})
    found = form.read(forms.Post({"f/a": ["1,200"]}), None, {})
    assert found.values["b"] == 2400
    assert soup(form.page(found.typed)).dd.get_text() == "2400"


LIMITED = forms.compile(
    {"type": "object", "properties": {"a": NUMBER, "k": {"enum": ["x", "y", "z"]}, "l": SCHEMA["properties"]["l"]}},
    {"k": {"qc:options": 'if a > 10 then ["x", "y"] else null'}, "l": {"qc:options": 'if a > 10 then ["y"] else null'}},
)


def test_options_are_limited_by_a_rule():
    few = [option["value"] for option in soup(LIMITED.page({"a": 11})).select("select option")]
    assert few == ["", "x", "y"]
    assert len(soup(LIMITED.page({"a": 9})).select("select option")) == 4
    assert [box["value"] for box in soup(LIMITED.page({"a": 11})).select("input[type=checkbox]")] == ["y"]


def test_an_option_that_is_left_out_is_refused():
    found = LIMITED.read(forms.Post({"f/a": ["11"], "f/k": ["z"], "f/l": ["x"]}), None, {})
    assert [(problem.pointer, problem.code) for problem in found.problems] == [("/k", "enum"), ("/l", "enum")]
    assert LIMITED.check({"a": 9, "k": "z", "l": ["x"]}) == []


def test_a_value_is_set_as_long_as_the_condition_holds():
    form = forms.compile(
        {"type": "object", "properties": {"a": NUMBER, "b": {"type": "string"}}},
        {"b": {"qc:set": [{"when": "a > 10", "value": '"大额"'}, {"when": "a < 0", "value": "null"}]}},
    )
    assert form.read(forms.Post({"f/a": ["11"], "f/b": ["小"]}), None, {}).values == {"a": 11, "b": "大额"}
    assert form.read(forms.Post({"f/a": ["9"], "f/b": ["小"]}), None, {}).values == {"a": 9, "b": "小"}
    assert form.read(forms.Post({"f/a": ["-1"], "f/b": ["小"]}), None, {}).values == {"a": -1}
    typed = form.read(forms.Post({"f/a": ["11"], "f/b": ["小"]}), None, {}).typed
    assert soup(form.page(typed)).find(id="f-b")["value"] == "大额"


def test_a_view_that_only_reads_a_field_sets_nothing():
    form = forms.compile(
        {"type": "object", "properties": {"a": NUMBER, "b": {"type": "string"}}},
        {"b": {"qc:set": [{"when": "true", "value": '"x"'}]}, "qc:views": {"v": {"/a": "write", "/b": "read"}}},
        view="v",
    )
    assert form.read(forms.Post({"f/a": ["1"]}), None, {"b": "alt"}).values["b"] == "alt"


def test_a_soft_warning_is_shown_and_stops_nothing():
    check = {"when": "a > 100", "message": "比上年高很多，请核一遍", "level": "warning"}
    form = forms.compile({"type": "object", "properties": {"a": NUMBER}}, {"a": {"qc:checks": [check]}})
    found = form.read(forms.Post({"f/a": ["101"]}), None, {})
    assert found.problems == []
    assert soup(form.page(found.typed)).select_one(".warned").get_text(strip=True) == "比上年高很多，请核一遍"
    assert soup(form.page({"a": 5})).select_one(".warned") is None


def test_rules_that_cannot_be_read_are_found_before_publishing():
    ui = {"b": {"qc:set": [{"when": "a >", "value": "1"}], "qc:options": "("}}
    schema = {"type": "object", "properties": {"a": NUMBER, "b": NUMBER}}
    found = forms.check_definition(json.dumps(schema).encode(), json.dumps(ui).encode())
    assert [finding.code for finding in found] == ["feel-syntax", "feel-syntax"]
