"""Several of several options."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.forms.one import form_of, message, posted, read_text, soup, value

FIELD = {"type": "array", "uniqueItems": True, "items": {"enum": ["数据", "培训", "授权"]}}
BOXES = form_of(FIELD)


def test_ticked_options_are_stored_in_the_order_of_the_form():
    assert value(BOXES, "授权", "数据") == ["数据", "授权"]


def test_nothing_ticked_is_nothing():
    assert posted(BOXES).values == {}


def test_required_means_at_least_one():
    assert message(form_of({**FIELD, "minItems": 1}, required=True)) == "请选择甲"


def test_an_unknown_option_is_refused():
    assert message(BOXES, "数据", "别的") == "请在列出的选项里选甲"


def test_it_is_a_group_with_a_legend():
    page = soup(BOXES.page({"x": ["培训"]}))
    assert page.fieldset.legend.get_text() == "甲"
    assert [box["value"] for box in page.select("input[checked]")] == ["培训"]


def test_select_takes_more_than_one():
    form = form_of(FIELD, {"ui:widget": "select"})
    assert soup(form.page({})).find("select").has_attr("multiple")
    assert value(form, "培训") == ["培训"]


def test_it_reads_as_a_list():
    assert read_text(BOXES, ["数据", "授权"]) == "数据、授权"


@settings(max_examples=30)
@given(st.sets(st.sampled_from(["数据", "培训", "授权"]), min_size=1))
def test_choices_round_trip(chosen):
    page = soup(BOXES.page({"x": sorted(chosen)}))
    assert set(value(BOXES, *[box["value"] for box in page.select("input[checked]")])) == chosen
