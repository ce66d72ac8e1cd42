"""Forms written for JSON Forms, form-js and spiff-arena print, submit and are checked as they stand."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import forms
from forms import conditions
from tests.forms.browse import again, post_of
from tests.forms.one import soup

PERSON = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 3},
        "vegetarian": {"type": "boolean"},
        "age": {"type": "integer"},
        "address": {"type": "object", "properties": {"city": {"type": "string"}, "zip": {"type": "string"}}},
        "orders": {
            "type": "array",
            "items": {"type": "object", "properties": {"title": {"type": "string"}, "n": {"type": "integer"}}},
        },
    },
}  # fmt: skip


def _control(scope: str, **more: Any) -> dict[str, Any]:
    return {"type": "Control", "scope": scope, **more}


def _page(ui: dict[str, Any], data: Any = None, schema: Any = PERSON) -> Any:
    return soup(forms.render(schema, ui, data or {}))


def test_controls_stand_in_their_order_and_share_a_row():
    row = {"type": "HorizontalLayout", "elements": [_control("#/properties/age"), _control("#/properties/name")]}
    page = _page({"type": "VerticalLayout", "elements": [row, _control("#/properties/vegetarian")]})
    names = [box["data-qc-pointer"] for box in page.select("[data-qc-pointer]")]
    assert names[:3] == ["/age", "/name", "/vegetarian"]
    assert len(page.select(".col-sm-6")) == 2


def test_a_label_stands_before_the_next_control():
    page = _page(
        {"type": "VerticalLayout", "elements": [{"type": "Label", "text": "请如实填写"}, _control("#/properties/name")]}
    )
    assert page.find("p", string="请如实填写").find_next("input")["id"] == "f-name"


@pytest.mark.parametrize(("options", "kind"), [({}, "data-qc-tabs"), ({"variant": "stepper"}, "data-qc-steps")])
def test_categories_are_tabs_or_steps(options, kind):
    ui = {
        "type": "Categorization",
        "options": options,
        "elements": [
            {"type": "Category", "label": "基本", "elements": [_control("#/properties/name")]},
            {"type": "Category", "label": "地址", "elements": [_control("#/properties/address/properties/city")]},
        ],
    }
    page = _page(ui)
    assert page.select_one(f"[{kind}]") is not None
    assert [panel.h2.get_text() for panel in page.select("[data-qc-page]")] == ["基本", "地址"]


def test_a_list_with_detail_has_cards_with_titles():
    detail = {"type": "VerticalLayout", "elements": [_control("#/properties/n"), _control("#/properties/title")]}
    ui = {
        "type": "VerticalLayout",
        "elements": [
            {"type": "ListWithDetail", "scope": "#/properties/orders",
             "options": {"detail": detail, "labelRef": "#/items/properties/title", "showSortButtons": True}},
        ],
    }  # fmt: skip
    page = _page(ui, {"orders": [{"title": "甲"}]})
    card = page.select_one("[data-qc-row]")
    assert card.h3.get_text() == "第 1 行 · 甲"
    assert [box["id"] for box in card.select("input[id]")] == ["f-orders-0-n", "f-orders-0-title"]
    assert card.select_one('[name="_up:/orders/0"]') is not None


@pytest.mark.parametrize(
    ("options", "tag", "kind"),
    [
        ({"multi": True}, "textarea", None),
        ({"format": "password"}, "input", "password"),
        ({"suggestion": ["甲", "乙"]}, "input", "text"),
        ({"focus": True}, "input", "text"),
    ],
)
def test_options_of_a_control(options, tag, kind):
    box = _page(_control("#/properties/name", options=options)).find(id="f-name")
    assert (box.name, box.get("type")) == (tag, kind)


def test_labels_may_be_objects_or_off():
    assert "全名" in str(_page(_control("#/properties/name", label={"text": "全名"})))
    assert _page(_control("#/properties/name", label=False)).select_one("label.visually-hidden") is not None


@pytest.mark.parametrize(
    ("effect", "schema", "data", "hidden", "locked"),
    [
        ("SHOW", {"const": True}, {"vegetarian": True}, False, False),
        ("SHOW", {"const": True}, {}, True, False),
        ("HIDE", {"const": True}, {"vegetarian": True}, True, False),
        ("HIDE", {"const": True}, {}, False, False),
        ("DISABLE", {"const": True}, {"vegetarian": True}, False, True),
        ("ENABLE", {"const": True}, {"vegetarian": True}, False, False),
        ("ENABLE", {"const": True}, {}, False, True),
    ],
)
def test_rules_show_hide_and_lock(effect, schema, data, hidden, locked):
    rule = {"effect": effect, "condition": {"scope": "#/properties/vegetarian", "schema": schema}}
    page = _page(_control("#/properties/name", rule=rule), data)
    place = page.select_one('[data-qc-pointer="/name"]')
    assert (place.has_attr("hidden"), page.find(id="f-name") is None) == (hidden, locked)


@pytest.mark.parametrize(
    ("schema", "value", "holds"),
    [
        ({"enum": ["a", "b"]}, "b", True),
        ({"enum": ["a", "b"]}, None, False),
        ({"minimum": 18}, 18, True),
        ({"minimum": 18}, 17, False),
        ({"exclusiveMaximum": 18}, 18, False),
        ({"minLength": 2}, "ab", True),
        ({"maxLength": 2}, "abc", False),
        ({"pattern": "^a"}, "ab", True),
        ({"pattern": "^a"}, "ba", False),
        ({"minItems": 2}, [1], False),
        ({"contains": {"const": 3}}, [1, 3], True),
        ({"contains": {"const": 3}}, [1], False),
        ({"not": {"const": "a"}}, "b", True),
        ({"anyOf": [{"const": "a"}, {"const": "b"}]}, "b", True),
        ({"allOf": [{"minimum": 1}, {"maximum": 3}]}, 4, False),
        ({"type": "null"}, None, True),
        ({"properties": {"x": {"const": 1}}, "required": ["x"]}, {"x": 1}, True),
        ({"properties": {"x": {"const": 1}}, "required": ["x"]}, {}, False),
        (True, "a", True),
        (False, "a", False),
    ],
)
def test_conditions_are_json_schema_over_one_value(schema, value, holds):
    rule = {"effect": "SHOW", "condition": {"scope": "#/properties/v", "schema": schema}}
    form = forms.compile(
        {"type": "object", "properties": {"v": {}, "w": {"type": "string"}}},
        {"type": "VerticalLayout", "elements": [_control("#/properties/v"), _control("#/properties/w", rule=rule)]},
    )
    page = soup(form.page({"v": value} if value is not None else {}))
    assert page.select_one('[data-qc-pointer="/w"]').has_attr("hidden") is not holds


def test_conditions_over_several_values_and_what_cannot_be_said():
    both = {
        "type": "AND",
        "conditions": [
            {"scope": "#/properties/a", "schema": {"const": 1}},
            {"scope": "#", "schema": {"required": ["b"]}},
        ],
    }
    assert conditions.visible({"effect": "SHOW", "condition": both}) == "((a = 1) = true) and (((b != null)))"
    for unsayable in ({"propertyNames": {}}, {"if": {}}):
        assert (
            conditions.visible({"effect": "HIDE", "condition": {"scope": "#/properties/a", "schema": unsayable}})
            is None
        )


def test_a_scope_may_lie_in_a_branch():
    schema = {
        "type": "object",
        "properties": {"kind": {"enum": ["Never", "Daily"]}},
        "anyOf": [
            {
                "if": {"properties": {"kind": {"const": "Never"}}},
                "then": {"properties": {"last": {"type": "string"}}},
            }
        ],
    }  # fmt: skip
    ui = {
        "type": "VerticalLayout",
        "elements": [_control("#/properties/kind"), _control("#/anyOf/0/then/properties/last")],
    }
    assert _page(ui, {"kind": "Never"}, schema).find(id="f-last") is not None
    assert _page(ui, {"kind": "Daily"}, schema).find(id="f-last") is None


_SAMPLE = json.loads(Path("tests/cases/forms/formjs.json").read_text("utf-8"))
FORM_JS, FILLED = _SAMPLE["form"], _SAMPLE["data"]


def test_a_formjs_form_prints_every_field():
    page = _page({}, FILLED, FORM_JS)
    text = page.get_text()
    for label in ("请填写", "单位", "户数", "类别", "支持", "日期", "理由", "同意", "地址", "路", "深", "明细"):
        assert label in text
    assert page.find(id="f-place-road")["value"] == "一路"
    assert page.select_one('[name="f/open"][value="y"]')["type"] == "radio"


def test_a_formjs_form_submits_and_is_checked():
    found = again(FORM_JS, {}, FILLED)
    assert found.problems == []
    assert {key: found.values.get(key) for key in FILLED if key != "choices"} == {
        key: value for key, value in FILLED.items() if key != "choices"
    }
    wrong = forms.check(FORM_JS, {}, {"who": "六个字的单位", "n": 0, "mail": "x"})
    assert [(problem.pointer, problem.code) for problem in wrong] == [
        ("/who", "maxLength"), ("/mail", "format"), ("/n", "minimum"),
    ]  # fmt: skip
    assert [problem.pointer for problem in forms.check(FORM_JS, {}, {})] == ["/who"]


def test_a_formjs_condition_hides_and_drops():
    hidden = again(FORM_JS, {}, {**FILLED, "kind": "a"})
    assert hidden.values.get("why") is None


SPIFF = {
    "title": "出差",
    "type": "object",
    "required": ["dates", "fruit"],
    "properties": {
        "dates": {
            "type": "string", "title": "起止", "pattern": "\\d{4}-\\d{2}-\\d{2}:::\\d{4}-\\d{2}-\\d{2}",
            "minimumDate": "today", "validationErrorMessage": "请选起止日期",
        },
        "back_on": {"type": "string", "format": "date", "title": "返回", "minimumDate": "field:dates:end"},
        "fruit": {"type": "string", "title": "水果", "anyOf": ["options_from_task_data_var:fruits"]},
        "who": {"type": "string", "title": "人"},
        "cost": {
            "type": "object",
            "title": "费用",
            "properties": {"min": {"type": "number"}, "max": {"type": "number"}},
        },
        "text": {"type": "string", "title": "说明"},
    },
}  # fmt: skip
SPIFF_UI = {
    "dates": {"ui:widget": "date-range", "ui:help": "起止两天"},
    "who": {"ui:widget": "typeahead", "ui:options": {"category": "people", "itemFormat": "{name}"}},
    "cost": {"ui:field": "numeric-range"},
    "text": {"ui:widget": "markdown"},
    "ui:submitButtonOptions": {"submitText": "提交"},
}
TRIP = {"dates": "2026-11-02:::2026-11-06", "back_on": "2026-11-06", "fruit": "apples", "who": "n1",
        "cost": {"min": 1, "max": 2}, "text": "**一**"}  # fmt: skip
FRUITS = {"fruits": [{"value": "apples", "label": "苹果"}, {"value": "pears", "label": "梨"}]}


def test_a_form_of_spiff_arena_prints_and_comes_back():
    page = _page(SPIFF_UI, {**TRIP, **FRUITS}, SPIFF)
    assert [option["value"] for option in page.select('[name="f/fruit"] option')] == ["", "apples", "pears"]
    assert page.find(id="f-text").name == "textarea"
    assert len(page.select('[name="f/dates"]')) == 2
    found = again(SPIFF, SPIFF_UI, {**TRIP, **FRUITS})
    assert found.problems == []
    assert {key: found.values[key] for key in TRIP} == TRIP


def test_dates_are_held_against_today_and_against_each_other():
    form = forms.compile(SPIFF, SPIFF_UI)
    ports = SimpleNamespace(now=datetime(2026, 11, 3, tzinfo=UTC))
    data = {**TRIP, **FRUITS, "back_on": "2026-11-05"}
    found = {problem.pointer: problem.message for problem in form.check(data, ports=ports)}
    assert found == {"/dates": "请选起止日期", "/back_on": "返回不能早于 2026-11-06"}


def test_options_that_the_data_lists_are_held():
    found = forms.compile(SPIFF, SPIFF_UI).read(forms.Post({"f/fruit": ["stones"]}), None, FRUITS)
    assert {"/dates", "/fruit"} <= {problem.pointer for problem in found.problems}


def test_long_widget_names_of_rjsf_are_known():
    for name, kind in (("PasswordWidget", "password"), ("TextareaWidget", None), ("ColorWidget", "text")):
        schema = {"type": "object", "properties": {"x": {"type": "string"}}}
        assert _page({"x": {"ui:widget": name}}, None, schema).find(id="f-x").get("type") == kind


def test_global_options_count_everywhere():
    schema = {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "string"}}}}
    ui = {"ui:globalOptions": {"addable": False, "orderable": True}}
    page = _page(ui, {"a": ["x"]}, schema)
    assert page.select_one('[name="_add:/a"]') is None
    assert page.select_one('[name="_up:/a/0"]') is not None
    assert _page({**ui, "a": {"ui:options": {"addable": True}}}, {}, schema).select_one('[name="_add:/a"]') is not None


def test_references_relative_to_the_id_are_followed():
    schema = {
        "$id": "https://a.example/schemas/form",
        "$defs": {"whole": {"$id": "https://a.example/mixins/whole", "type": "integer", "title": "数"}},
        "type": "object",
        "properties": {"n": {"$ref": "/mixins/whole"}, "m": {"$ref": "form#/properties/n"}},
    }  # fmt: skip
    page = _page({}, {"n": 3}, schema)
    assert page.find(id="f-n")["inputmode"] in ("text", "numeric")
    assert "数" in page.get_text()
    assert post_of(str(page))["f/m"] == [""]
