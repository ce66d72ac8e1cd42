"""From one day to another."""

from __future__ import annotations

import pytest

from forms.fields.date_range import TYPES
from tests.forms.one import form_of, message, posted, read_text, soup, value

FORM = form_of(TYPES[0].schema, TYPES[0].ui)
TEXT = form_of({"type": "string"}, {"ui:widget": "date-range"})


def test_two_days_are_one_value():
    assert value(FORM, "2026-11-01", "2026-11-30") == {"from": "2026-11-01", "to": "2026-11-30"}
    assert value(TEXT, "2026年11月1日", "2026-11-30") == "2026-11-01:::2026-11-30"


def test_nothing_typed_is_nothing():
    assert value(FORM, "", "") is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("2026-11-01", ""), "起止两天"),
        (("2026-11-30", "2026-11-01"), "不能早于"),
        (("昨天", "2026-11-01"), "要填日期"),
        (("9" * 101, "2026-11-01"), "内容太长"),
    ],
)
def test_what_is_no_range_comes_back_as_typed(typed, said):
    found = posted(FORM, *typed)
    assert said in found.problems[0].message
    page = soup(FORM.page(found.typed, problems=found.problems))
    assert [box["value"] for box in page.select('[name="f/x"]')] == list(typed)


def test_both_inputs_have_a_name_and_the_group_a_legend():
    page = soup(FORM.page({"x": {"from": "2026-11-01", "to": "2026-11-30"}}))
    assert [(box["type"], box["value"]) for box in page.select('[name="f/x"]')] == [
        ("date", "2026-11-01"),
        ("date", "2026-11-30"),
    ]
    assert page.legend.get_text() == "甲"
    assert all(box["aria-label"] for box in page.select("input"))


def test_it_reads_in_words():
    assert read_text(FORM, {"from": "2026-11-01", "to": "2026-11-30"}) == "2026年11月1日 至 2026年11月30日"


def test_a_missing_end_is_told_at_the_field():
    found = FORM.check({"x": {"from": "2026-11-01"}})
    assert [problem.pointer for problem in found] == ["/x"]


def test_a_required_range_is_asked_for():
    assert message(form_of(TYPES[0].schema, TYPES[0].ui, required=True), "", "") == "请填写甲"
