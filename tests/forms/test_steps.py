"""Forms in steps and in tabs, all without a script."""

from __future__ import annotations

import forms
from tests.forms.browse import post_of
from tests.forms.one import soup

SCHEMA = {
    "type": "object",
    "required": ["name", "amount"],
    "properties": {
        "name": {"type": "string", "title": "事项"},
        "kind": {"enum": ["甲", "乙"], "title": "种类"},
        "amount": {"type": "string", "format": "money", "title": "经费"},
        "note": {"type": "string", "title": "备注"},
    },
}
GROUPS = [
    {"title": "基本情况", "fields": ["name", "kind"]},
    {"title": "经费", "fields": ["amount"]},
    {"title": "补充", "fields": ["note"]},
]
WIZARD = forms.compile(SCHEMA, {"ui:options": {"groups": "steps"}, "qc:groups": GROUPS})
TABS = forms.compile(SCHEMA, {"ui:options": {"groups": "tabs"}, "qc:groups": GROUPS})


def _panels(html: str) -> list[bool]:
    return [panel.has_attr("hidden") for panel in soup(html).select("[data-qc-page]")]


def test_the_first_step_is_shown_and_says_where_one_is():
    page = soup(WIZARD.page({}))
    assert _panels(str(page)) == [False, True, True]
    assert page.ol["aria-label"] == "第 1 步，共 3 步"
    assert page.select_one("[aria-current=step]").get_text() == "基本情况"
    assert [button["name"] for button in page.select("button")] == ["_step:1"]
    assert page.select_one("[data-qc-more]") is not None


def test_going_on_needs_this_step_to_be_right():
    post = post_of(WIZARD.page({}), **{"_step:1": "1"})
    found = WIZARD.read(post, None, {})
    assert [problem.pointer for problem in found.problems] == ["/name"]
    assert (found.action, _panels(WIZARD.page(found.typed, problems=found.problems))[0]) == ("step:1", False)


def test_what_was_typed_travels_with_every_step():
    post = post_of(WIZARD.page({}), **{"_step:1": "1"})
    post["f/name"] = ["入户走访"]
    second = WIZARD.read(post, None, {})
    assert second.problems == []
    html = WIZARD.page(second.typed)
    assert _panels(html) == [True, False, True]
    post = post_of(html, **{"_step:2": "1"})
    post["f/amount"] = ["300"]
    third = WIZARD.page(WIZARD.read(post, None, {}).typed)
    assert _panels(third) == [True, True, False]
    assert soup(third).select_one("[data-qc-more]") is None
    done = WIZARD.read(post_of(third), None, {})
    assert (done.problems, done.action) == ([], None)
    assert done.values == {"name": "入户走访", "amount": "300.00"}


def test_going_back_asks_nothing():
    post = post_of(WIZARD.page({}), **{"_step:0": "1"})
    post["f!step"] = ["1"]
    found = WIZARD.read(post, None, {})
    assert (found.problems, found.typed.step) == ([], 0)


def test_submitting_leads_to_the_step_with_the_first_problem():
    post = post_of(WIZARD.page({}))
    post["f!step"], post["f/name"] = ["2"], ["入户走访"]
    found = WIZARD.read(post, None, {})
    assert _panels(WIZARD.page(found.typed, problems=found.problems)) == [True, False, True]


def test_a_step_nobody_sees_is_left_out():
    ui = {**WIZARD.ui, "qc:views": {"v": {"/name": "write", "/note": "write"}}}
    page = soup(forms.compile(SCHEMA, ui, view="v").page({}))
    assert [mark.get_text() for mark in page.select("ol li")] == ["基本情况", "补充"]


def test_a_step_hidden_by_its_rules_is_left_out():
    ui = {**WIZARD.ui, "amount": {"qc:visible": 'kind = "甲"'}}
    form = forms.compile(SCHEMA, ui)
    assert [m.get_text() for m in soup(form.page({"kind": "乙"})).select("ol li")] == ["基本情况", "补充"]
    assert len(soup(form.page({"kind": "甲"})).select("ol li")) == 3


def test_odd_step_numbers_harm_nothing():
    for raw in ("-1", "99999", "x", "²", ""):
        post = post_of(WIZARD.page({}), **{f"_step:{raw}": "1"})
        post["f!step"] = [raw]
        assert "data-qc-page" in WIZARD.page(WIZARD.read(post, None, {}).typed)


def test_tabs_are_links_to_panels_that_all_stand_open():
    page = soup(TABS.page({}))
    assert _panels(str(page)) == [False, False, False]
    assert [link["href"] for link in page.select("nav a")] == [f"#{p['id']}" for p in page.select("[data-qc-page]")]


def test_a_tab_says_how_much_is_wrong_in_it():
    found = TABS.read(forms.Post({}), None, {})
    page = soup(TABS.page(found.typed, problems=found.problems))
    assert [link.get_text(" ", strip=True) for link in page.select("nav a")] == ["基本情况 1", "经费 1", "补充"]


def test_a_wizard_is_read_as_tabs():
    assert _panels(WIZARD.page({"name": "a"}, readonly=True)) == [False, False, False]
