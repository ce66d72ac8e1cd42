"""A form as a whole: page, summary, changes, titles, types, cache and face."""

from __future__ import annotations

import subprocess
import sys

from hypothesis import given, settings
from hypothesis import strategies as st

import forms
from forms import bench, messages
from tests.forms.one import Office, soup

SCHEMA = {
    "type": "object",
    "required": ["subject"],
    "properties": {
        "subject": {"type": "string", "title": "事项", "description": "一句话"},
        "ask": {
            "type": "object",
            "title": "请基层做什么",
            "properties": {"what": {"type": "string", "title": "做的事"}, "hours": {"type": "number", "title": "小时"}},
        },
        "support": {
            "type": "array",
            "title": "支持",
            "items": {
                "type": "object",
                "properties": {"amount": {"type": "string", "format": "money", "title": "金额"}},
            },
        },
        "unit": {"type": "string", "title": "牵头单位"},
    },
}
UI = {"unit": {"ui:widget": "unit"}, "ask": {"ui:options": {"glyph": "二"}}}
DATA = {"subject": "走访", "ask": {"what": "每户 1 次", "hours": 6}, "support": [{"amount": "300.00"}], "unit": "v1"}
FORM = forms.compile(SCHEMA, UI)


def test_sections_are_panels_with_headings():
    page = soup(FORM.page({}))
    assert [panel.h2.get_text() for panel in page.select("section.panel") if panel.h2] == ["二请基层做什么", "支持"]
    assert page.select_one("section#f-ask .glyph").get_text() == "二"


def test_hint_stands_between_label_and_input_and_is_announced():
    field = soup(FORM.page({})).select_one('[data-qc-pointer="/subject"]')
    assert [child.name for child in field.find_all(recursive=False)] == ["label", "div", "input"]
    assert field.select_one(".req").get_text() == "必填"
    assert field.input["aria-describedby"] == "f-subject--h"


def test_a_problem_stands_above_the_input_and_is_announced():
    found = FORM.read(forms.Post(), None, {})
    field = soup(FORM.page(found.typed, problems=found.problems)).select_one('[data-qc-pointer="/subject"]')
    assert field.select_one(".invalid-feedback").get_text() == "请填写事项"
    assert field.input["aria-invalid"] == "true"
    assert field.input["aria-describedby"] == "f-subject--h f-subject--e"
    assert "is-invalid" in field.input["class"]


def test_every_problem_leads_to_an_element():
    found = FORM.read(forms.Post({"f/support[]": ["0="], "f/support/0/amount": ["x"], "f/ask/hours": ["y"]}), None, {})
    page = soup(FORM.page(found.typed, problems=found.problems))
    assert len(found.problems) == 3
    for problem in found.problems:
        assert page.find(id=forms.element_id(problem.pointer)) is not None


def test_nothing_is_styled_or_scripted_in_the_markup():
    html = FORM.page(DATA, ports=Office())
    assert " style=" not in html
    assert "<script" not in html
    assert " onclick" not in html


def test_ids_are_unique_and_labels_point_to_inputs():
    page = soup(FORM.page({**DATA, "support": [{}, {}]}, ports=Office()))
    ids = [tag["id"] for tag in page.select("[id]")]
    assert len(ids) == len(set(ids))
    assert {label["for"] for label in page.select("label")} <= set(ids)


def test_reading_prints_lists_and_no_input():
    page = soup(FORM.page(DATA, readonly=True, ports=Office()))
    assert not page.select("input, select, textarea, button")
    assert [dt.get_text() for dt in page.select("dl.pairs dt")] == ["事项", "做的事", "小时", "牵头单位"]
    assert "样例村01" in page.get_text()


def test_summary_lists_what_is_there():
    assert FORM.summary(DATA, ports=Office()) == [
        ("事项", "走访", "/subject"),
        ("做的事", "每户 1 次", "/ask/what"),
        ("小时", "6", "/ask/hours"),
        ("支持第 1 行的金额", "300.00 元", "/support/0/amount"),
        ("牵头单位", "样例村01", "/unit"),
    ]


def test_changes_show_before_and_after():
    after = {
        **DATA,
        "subject": "走访老人",
        "support": [{"amount": "300.00"}, {"amount": "5.00"}],
        "ask": {"what": "每户 1 次"},
    }
    assert FORM.changes(DATA, after) == [
        ("事项", "走访", "走访老人", "/subject"),
        ("支持第 2 行的金额", "", "5.00 元", "/support/1/amount"),
        ("小时", "6", "", "/ask/hours"),
    ]


def test_titles_name_columns_once():
    assert FORM.titles()["/support/*/amount"] == "金额"


def test_types_follow_references():
    schema = {
        "$defs": {"day": {"type": "string", "format": "date"}},
        "type": "object",
        "properties": {"d": {"$ref": "#/$defs/day"}},
    }
    assert forms.types(schema) == {"d": {"type": "string", "format": "date"}}


def test_emptied_top_level_values_are_none():
    assert FORM.read(forms.Post({"f/subject": ["x"], "f/unit": [""]}), None, {"unit": "v1"}).values["unit"] is None


def test_a_stored_none_is_no_value():
    assert (
        forms.compile(SCHEMA, UI, view=None).read(forms.Post({"f/subject": ["x"]}), None, {"unit": None}).problems == []
    )


def test_defaults_fill_a_new_page_but_not_an_emptied_one():
    form = forms.compile({"type": "object", "properties": {"x": {"type": "string", "default": "甲"}}})
    assert 'value="甲"' in form.page({})
    assert 'value="甲"' not in form.page(form.read(forms.Post({"f/x": [""]}), None, {}).typed)


def test_fields_of_one_heading_stand_together():
    form = forms.compile(
        SCHEMA,
        {"qc:groups": [{"title": "基本情况", "fields": ["subject", "unit"]}], "ui:order": ["subject", "unit", "*"]},
    )
    page = soup(form.page({}))
    panel = page.find("h2", string="基本情况").find_parent("section")
    assert [box["name"] for box in panel.select("input")] == ["f/subject", "f/unit"]


def test_narrow_fields_share_a_line():
    page = soup(
        forms.render(
            {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "string", "format": "date"}}}
        )
    )
    assert [column["class"] for column in page.select(".row.g-3 > div")] == [["col-sm-4"], ["col-sm-4"]]


def test_the_same_content_is_the_same_form():
    assert forms.compile(dict(SCHEMA), dict(UI)) is FORM
    assert forms.compile(SCHEMA, UI, locale="en") is not FORM
    assert forms.content_hash(SCHEMA, UI) != forms.content_hash(SCHEMA, {})


def test_check_of_an_unusable_schema_is_a_problem():
    assert [problem.code for problem in forms.check({"type": "wat"}, None, {})] == ["bad-form"]


def test_every_message_has_two_languages_and_no_forbidden_words():
    for code in messages.codes():
        zh, en = messages.say(code, "zh", label="甲"), messages.say(code, "en", label="A")
        assert zh != en
        assert not any(bad in zh for bad in ("！", "失败", "非法", "务必", "抓紧", "该字段", "参数"))


def test_json_forms_layouts_are_understood():
    schema = {
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": "boolean"}, "c": {"type": "string"}},
    }
    ui = {
        "type": "VerticalLayout",
        "elements": [
            {
                "type": "Group",
                "label": "组",
                "elements": [{"type": "Control", "scope": "#/properties/c", "label": "丙"}],
            },
            {
                "type": "HorizontalLayout",
                "elements": [
                    {"type": "Control", "scope": "#/properties/b"},
                    {
                        "type": "Control",
                        "scope": "#/properties/a",
                        "rule": {"effect": "SHOW", "condition": {"scope": "#/properties/b", "schema": {"const": True}}},
                    },
                ],
            },
        ],
    }
    page = soup(forms.render(schema, ui, {}))
    assert [box["name"] for box in page.select("input")] == ["f/c", "f/b", "f/a"]
    assert page.h2.get_text() == "组"
    assert page.select_one('[data-qc-pointer="/a"]').has_attr("hidden")
    assert not soup(forms.render(schema, ui, {"b": True})).select_one('[data-qc-pointer="/a"]').has_attr("hidden")


def test_two_hundred_fields_are_printed_and_checked_in_time():
    figures = bench.run(rounds=8)["figures"]
    # The bars are 50 ms and 10 ms on a machine of its own; the tests share theirs.
    assert figures["render_ms"] < 150
    assert figures["validate_ms"] < 40


def test_importing_forms_loads_neither_sqlalchemy_nor_spiffworkflow_nor_flask():
    heavy = "('sqlalchemy', 'SpiffWorkflow', 'flask')"
    code = f"import forms, sys; forms.compile; print([m for m in {heavy} if m in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


_VALUES = st.fixed_dictionaries(
    {},
    optional={
        "subject": st.text(min_size=1).filter(lambda text: text.strip() and not set(text) & {"\r", "\0"}),
        "ask": st.fixed_dictionaries({"what": st.text(alphabet="甲乙丙", min_size=1), "hours": st.integers(0, 99)}),
        "support": st.lists(
            st.fixed_dictionaries({"amount": st.integers(0, 10**6).map(lambda n: f"{n / 100:.2f}")}),
            min_size=1,
            max_size=4,
        ),
    },
)


@settings(max_examples=40, deadline=None)
@given(_VALUES)
def test_a_page_posted_as_it_is_changes_nothing(data):
    page = soup(FORM.page(data))
    post = forms.Post()
    for box in page.select("input[name], select[name]"):
        post.setdefault(box["name"], []).append(box.get("value", ""))
    found = FORM.read(post, None, data)
    assert {key: value for key, value in found.values.items() if value not in ({}, [])} == data
