"""One of several options."""

from __future__ import annotations

import pytest

from tests.forms.one import control, form_of, message, posted, read_text, soup, value

KINDS = {
    "oneOf": [{"const": "a", "title": "准予派发", "description": "进入乡镇派发"}, {"const": "b", "title": "退回补充"}]
}
SELECT = form_of({"type": "string", **KINDS})


def options(form):
    return [(option["value"], option.get_text()) for option in control(form).find_all("option")]


def test_titles_are_shown_and_constants_stored():
    assert options(SELECT) == [("", "请选择"), ("a", "准予派发"), ("b", "退回补充")]
    assert value(SELECT, "b") == "b"


def test_enum_names_label_an_enum():
    form = form_of({"enum": ["f", "s"]}, {"ui:enumNames": ["资金", "人员"]})
    assert options(form)[1:] == [("f", "资金"), ("s", "人员")]
    assert read_text(form, "s") == "人员"


def test_values_of_any_type_are_kept_apart():
    form = form_of({"enum": [1, "1", True, None, {"k": 1}]})
    for wanted, (token, _) in zip([1, "1", True, {"k": 1}], [options(form)[i] for i in (1, 2, 3, 5)], strict=True):
        stored = posted(form, token).values["x"]
        assert stored == wanted
        assert type(stored) is type(wanted)


def test_nothing_chosen_is_asked_for():
    assert message(form_of({"title": "结论", **KINDS}, required=True), "") == "请选择结论"


def test_a_value_that_is_no_option_is_refused_and_stays_visible():
    found = posted(SELECT, "zz")
    assert found.problems[0].message == "请在列出的选项里选甲"
    assert 'value="zz"' in SELECT.page(found.typed, problems=found.problems)


def test_a_stored_value_is_selected():
    assert control(SELECT, "b").find("option", selected=True)["value"] == "b"


def test_cards_state_the_consequence():
    form = form_of({"type": "string", **KINDS}, {"ui:widget": "decide"})
    page = soup(form.page({"x": "a"}))
    fieldset = page.select_one("fieldset.decide")
    assert fieldset.legend.get_text() == "甲"
    assert fieldset.select_one("label b").get_text() == "准予派发"
    assert fieldset.select_one("label small").get_text() == "进入乡镇派发"
    assert fieldset.select_one("input[checked]")["value"] == "a"


def test_radio_buttons_have_labels_and_the_first_one_has_the_id():
    page = soup(form_of({"type": "string", **KINDS}, {"ui:widget": "radio"}).page({}))
    assert [label["for"] for label in page.select("label")] == ["f-x", "f-x--1"]
    assert [button["name"] for button in page.select("input")] == ["f/x", "f/x"]


def test_disabled_options_cannot_be_posted():
    assert message(form_of({"enum": ["a", "b"]}, {"ui:enumDisabled": ["b"]}), "b") == "请在列出的选项里选甲"


@pytest.mark.parametrize("order", [["b", "*"], ["b", "a"]])
def test_order_can_be_changed(order):
    assert [token for token, _ in options(form_of({"enum": ["a", "b"]}, {"ui:enumOrder": order}))] == ["", "b", "a"]
