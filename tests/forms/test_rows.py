"""Repeating rows, with buttons and without a script."""

from __future__ import annotations

import forms
from tests.forms.one import soup

LINES = {
    "type": "array",
    "title": "支持",
    "minItems": 1,
    "maxItems": 3,
    "items": {
        "type": "object",
        "required": ["kind"],
        "properties": {
            "kind": {"enum": ["资金", "人员"], "title": "种类"},
            "amount": {"type": "string", "format": "money", "title": "金额"},
        },
    },
}
FORM = forms.compile({"type": "object", "properties": {"support": LINES}})
NAMES = forms.compile(
    {"type": "object", "properties": {"names": {"type": "array", "title": "村", "items": {"type": "string"}}}}
)


def read(post, base=None, form=FORM):
    return form.read(
        forms.Post({key: val if isinstance(val, list) else [val] for key, val in post.items()}), None, base or {}
    )


def test_small_cells_make_a_table_with_labels():
    page = soup(FORM.page({"support": [{"kind": "资金"}]}))
    assert [head.get_text() for head in page.select("th[scope=col]")] == ["#", "种类必填", "金额", "操作"]
    for box in page.select("tbody select, tbody input[type=text]"):
        assert page.select_one(f'label[for="{box["id"]}"]').get_text().startswith("支持第 1 行的")


def test_the_least_number_of_rows_is_shown():
    assert len(soup(FORM.page({})).select("tbody tr")) == 1


def test_a_tall_cell_makes_cards():
    form = forms.compile(
        {
            "type": "object",
            "properties": {
                "a": {"type": "array", "items": {"type": "object", "properties": {"t": {"type": "string"}}}}
            },
        },
        {"a": {"items": {"t": {"ui:widget": "textarea"}}}},
    )
    page = soup(form.page({"a": [{"t": "x"}]}))
    assert not page.select("table")
    assert page.select_one("[data-qc-rows] > [data-qc-row] h3").get_text() == "第 1 行"


def test_an_empty_table_says_how_to_begin():
    page = soup(NAMES.page({}))
    assert page.select_one("[data-qc-empty]").get_text() == "还没有写，点“加一行”开始"
    assert page.select_one("button")["name"] == "_add:/names"


def test_adding_a_row_keeps_what_was_typed():
    found = read({"_add:/support": "1", "f/support[]": ["0="], "f/support/0/kind": "资金", "f/support/0/amount": "abc"})
    assert (found.action, found.problems) == ("add:/support", [])
    page = soup(FORM.page(found.typed))
    assert page.find(id="f-support-0-amount")["value"] == "abc"
    assert page.find(id="f-support-1-kind") is not None


def test_removing_a_row_moves_the_others_up_and_keeps_their_origin():
    base = {"support": [{"kind": "资金"}, {"kind": "人员"}]}
    found = read(
        {
            "_remove:/support/0": "1",
            "f/support[]": ["0=0", "1=1"],
            "f/support/0/kind": "资金",
            "f/support/1/kind": "人员",
        },
        base,
    )
    page = soup(FORM.page(found.typed))
    assert page.select_one('input[name="f/support[]"]')["value"] == "0=1"
    assert page.select_one("#f-support-0-kind option[selected]")["value"] == "人员"


def test_rows_can_be_moved():
    found = read(
        {"_down:/support/0": "1", "f/support[]": ["0=", "1="], "f/support/0/kind": "资金", "f/support/1/kind": "人员"}
    )
    assert [row["kind"] for row in found.typed["support"]] == ["人员", "资金"]


def test_no_row_is_added_beyond_the_most():
    base = {"support": [{"kind": "资金"}] * 3}
    post = {"f/support[]": ["0=0", "1=1", "2=2"], **{f"f/support/{i}/kind": "资金" for i in range(3)}}
    assert "_add:/support" not in FORM.page(base)
    assert len(read({"_add:/support": "1", **post}, base).typed["support"]) == 3


def test_the_order_of_the_markers_is_the_order_of_the_rows():
    found = read({"f/support[]": ["7=", "3="], "f/support/3/kind": "资金", "f/support/7/kind": "人员"})
    assert [row["kind"] for row in found.values["support"]] == ["人员", "资金"]


def test_rows_without_markers_are_read_in_the_order_of_their_numbers():
    found = read({"f/support/10/kind": "人员", "f/support/2/kind": "资金"})
    assert [row["kind"] for row in found.values["support"]] == ["资金", "人员"]


def test_blank_rows_at_the_end_are_dropped():
    found = read(
        {"f/support[]": ["0=", "1="], "f/support/0/kind": "资金", "f/support/1/kind": "", "f/support/1/amount": " "}
    )
    assert found.values == {"support": [{"kind": "资金"}]}


def test_a_blank_row_between_others_is_told_by_its_number():
    found = read({"f/support[]": ["0=", "1="], "f/support/0/kind": "", "f/support/1/kind": "资金"})
    assert [(p.pointer, p.message) for p in found.problems] == [("/support/0/kind", "请选择支持第 1 行的种类")]


def test_a_row_with_something_wrong_is_not_blank():
    found = read({"f/support[]": ["0=", "1="], "f/support/0/kind": "资金", "f/support/1/amount": "abc"})
    assert "/support/1/amount" in [problem.pointer for problem in found.problems]


def test_too_few_rows_are_asked_for():
    assert read({}, {"support": []}).problems[0].message == "请至少写一行支持"


def test_a_list_of_texts_is_one_input_a_row():
    found = read(
        {"f/names[]": ["0=", "1=", "2="], "f/names/0": "甲村", "f/names/1": "", "f/names/2": "乙村"}, form=NAMES
    )
    assert found.values == {"names": ["甲村", "乙村"]}


def test_reading_shows_a_plain_table():
    page = soup(FORM.page({"support": [{"kind": "资金", "amount": "300.00"}]}, readonly=True))
    assert [cell.get_text() for cell in page.select("tbody td")] == ["资金", "300.00 元"]
    assert not page.select("input, button, template")


def test_ten_thousand_rows_in_a_post_do_not_hang():
    found = read({f"f/support/{i}/kind": "资金" for i in range(10_000)})
    assert len(found.values["support"]) <= 2000


def test_columns_are_added_up_exactly():
    form = forms.compile(
        {"type": "object", "properties": {"support": LINES}}, {"support": {"ui:options": {"totals": ["amount"]}}}
    )
    rows = [{"kind": "资金", "amount": "0.10"}, {"kind": "资金", "amount": "0.20"}, {"kind": "资金"}]
    page = soup(form.page({"support": rows}, readonly=True))
    assert [cell.get_text() for cell in page.select("tfoot th, tfoot td")] == ["合计", "", "0.30 元"]
    assert soup(form.page({"support": [{"amount": "abc"}]})).select_one("[data-qc-total]").get_text() == "0.00 元"


def test_a_new_row_has_its_defaults_and_an_emptied_one_does_not():
    item = {"type": "object", "properties": {"n": {"type": "integer", "default": 1}, "t": {"type": "string"}}}
    form = forms.compile({"type": "object", "properties": {"a": {"type": "array", "items": item}}})
    found = form.read(forms.Post({"_add:/a": ["1"], "f/a[]": ["0="], "f/a/0/n": [""], "f/a/0/t": ["x"]}), None, {})
    page = soup(form.page(found.typed))
    assert (page.find(id="f-a-0-n")["value"], page.find(id="f-a-1-n")["value"]) == ("", "1")
