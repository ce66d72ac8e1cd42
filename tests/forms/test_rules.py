"""Rules: shown, required and computed, by FEEL over the values."""

from __future__ import annotations

import forms
from tests.forms.one import soup

SCHEMA = {
    "type": "object",
    "required": ["list"],
    "properties": {
        "list": {"enum": ["履职", "赋能"], "title": "清单"},
        "fund": {"type": "string", "format": "money", "title": "每村经费"},
        "villages": {"type": "integer", "title": "村数"},
        "total": {"type": "string", "format": "money", "title": "合计"},
        "until": {"type": "string", "format": "date", "title": "期限"},
        "why": {"type": "string", "title": "为什么这么急"},
        "lines": {
            "type": "array",
            "title": "明细",
            "items": {
                "type": "object",
                "properties": {
                    "n": {"type": "number", "title": "数量"},
                    "price": {"type": "string", "format": "money", "title": "单价"},
                    "sum": {"type": "string", "format": "money", "title": "小计"},
                    "note": {"type": "string", "title": "说明"},
                },
            },
        },
    },
}
UI = {
    "fund": {"qc:visible": 'list = "赋能"', "qc:required": 'list = "赋能"'},
    "total": {"qc:computed": "fund * villages"},
    "why": {"qc:visible": 'until < date("2026-12-01")', "qc:required": True},
    "lines": {"items": {"sum": {"qc:computed": "n * price"}, "note": {"qc:required": 'n > 10 and list = "赋能"'}}},
}
FORM = forms.compile(SCHEMA, UI)


def read(post, base=None):
    return FORM.read(forms.Post({key: [val] for key, val in post.items()}), None, base or {})


def test_a_field_hidden_by_its_rule_is_in_the_page_but_hidden():
    field = soup(FORM.page({})).select_one('[data-qc-pointer="/fund"]')
    assert field.has_attr("hidden")
    assert field["data-qc-visible"] == 'list = "赋能"'
    assert not soup(FORM.page({"list": "赋能"})).select_one('[data-qc-pointer="/fund"]').has_attr("hidden")


def test_what_a_rule_hides_is_dropped_and_not_asked_for():
    found = read({"f/list": "履职", "f/fund": "300"})
    assert (found.values, found.problems) == ({"list": "履职"}, [])
    assert found.typed["fund"] == "300"


def test_a_stored_value_that_a_rule_hides_is_cleared():
    assert read({"f/list": "履职", "f/fund": "300"}, {"list": "赋能", "fund": "300.00"}).values["fund"] is None


def test_what_a_rule_requires_is_asked_for():
    assert [(p.pointer, p.message) for p in read({"f/list": "赋能"}).problems] == [("/fund", "请填写每村经费")]


def test_amounts_are_computed_exactly_and_the_post_does_not_count():
    found = read({"f/list": "赋能", "f/fund": "0.10", "f/villages": "3", "f/total": "999"})
    assert found.values["total"] == "0.30"


def test_what_can_no_longer_be_computed_is_cleared():
    assert read({"f/list": "履职"}, {"list": "赋能", "total": "5.00"}).values["total"] is None


def test_dates_are_compared_as_dates():
    assert [p.pointer for p in read({"f/list": "履职", "f/until": "2026-11-30"}).problems] == ["/why"]
    assert read({"f/list": "履职", "f/until": "2026-12-02"}).problems == []


def test_rules_of_a_row_see_the_row_before_the_form():
    post = {
        "f/list": "赋能",
        "f/fund": "1",
        "f/lines/0/n": "12",
        "f/lines/0/price": "2.50",
        "f/lines/1/n": "2",
        "f/lines/1/price": "1",
    }
    found = read(post)
    assert [row["sum"] for row in found.values["lines"]] == ["30.00", "2.00"]
    assert [(p.pointer, p.message) for p in found.problems] == [("/lines/0/note", "请填写明细第 1 行的说明")]


def test_a_rule_that_cannot_be_evaluated_hides():
    form = forms.compile(
        {"type": "object", "properties": {"a": {"type": "string"}}}, {"a": {"qc:visible": "nobody.knows > 1"}}
    )
    assert soup(form.page({})).select_one('[data-qc-pointer="/a"]').has_attr("hidden")


def test_names_with_blanks_and_chinese_are_known():
    form = forms.compile(
        {"type": "object", "properties": {"每村 经费": {"type": "number"}, "b": {"type": "string"}}},
        {"b": {"qc:visible": "每村 经费 > 100"}},
    )
    assert not soup(form.page({"每村 经费": 200})).select_one('[data-qc-pointer="/b"]').has_attr("hidden")


def test_check_applies_the_rules_too():
    assert [p.pointer for p in forms.check(SCHEMA, UI, {"list": "赋能"})] == ["/fund"]
    assert forms.check(SCHEMA, UI, {"list": "履职"}) == []


def test_a_chain_of_computed_fields_settles():
    form = forms.compile(
        {"type": "object", "properties": {name: {"type": "number"} for name in "abc"}},
        {"a": {"qc:computed": "b + 1"}, "b": {"qc:computed": "c * 2"}},
    )
    assert form.read(forms.Post({"f/c": ["3"]}), None, {}).values == {"a": 7, "b": 6, "c": 3}


def test_fields_hidden_from_the_view_are_not_cleared_by_a_rule():
    form = forms.compile(SCHEMA, {**UI, "qc:views": {"v": {"/villages": "write"}}}, view="v")
    base = {"list": "履职", "fund": "300.00"}
    assert form.read(forms.Post({"f/villages": ["2"]}), None, base).values == {**base, "villages": 2}


CHECKED = forms.compile(
    {
        "type": "object",
        "properties": {
            "until": {"type": "string", "format": "date"},
            "n": {"type": "integer"},
            "done": {"type": "boolean"},
        },
    },
    {
        "until": {
            "qc:checks": [
                {"when": 'until <= date("2026-11-26")', "message": "办理期限要晚于今天"},
                {"when": 'until > date("2027-01-01")', "message": "期限很长，确定吗", "level": "warning"},
            ]
        },
        "n": {"qc:readonly": "done"},
    },
)


def test_a_check_says_in_its_own_words_what_is_wrong():
    found = CHECKED.read(forms.Post({"f/until": ["2026-11-20"]}), None, {})
    assert [(p.pointer, p.code, p.message) for p in found.problems] == [("/until", "rule", "办理期限要晚于今天")]


def test_a_warning_is_no_problem():
    data = {"until": "2027-02-01"}
    assert CHECKED.check(data) == []
    assert [p.message for p in CHECKED.warnings(data)] == ["期限很长，确定吗"]


def test_what_a_rule_freezes_keeps_its_value():
    found = CHECKED.read(forms.Post({"f/done": ["true"], "f/n": ["9"]}), None, {"n": 3})
    assert found.values == {"done": True, "n": 3}
    assert CHECKED.read(forms.Post({"f/n": ["9"]}), None, {"n": 3}).values["n"] == 9
    assert "f/n" not in CHECKED.page({"done": True, "n": 3})


def test_without_a_script_a_button_shows_what_the_rules_ask_for():
    button = soup(FORM.page({})).select_one("noscript button")
    found = read({"f/list": "赋能", button["name"]: "1"})
    assert found.action == "pick:"
    assert not soup(FORM.page(found.typed)).select_one('[data-qc-pointer="/fund"]').has_attr("hidden")
    assert not soup(forms.render({"type": "object", "properties": {"a": {"type": "string"}}})).select("noscript")
