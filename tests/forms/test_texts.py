"""Translations kept with a form."""

from __future__ import annotations

import pytest

import forms
from tests.forms.one import soup

SCHEMA = {
    "type": "object",
    "required": ["kind"],
    "properties": {
        "kind": {"enum": ["fund", "staff"], "title": "支持种类"},
        "rows": {
            "type": "array",
            "title": "明细",
            "items": {"type": "object", "properties": {"n": {"type": "string", "title": "名称"}}},
        },
    },
}
UI = {
    "kind": {"ui:enumNames": ["资金", "人员"]},
    "qc:texts": {
        "en": {
            "/kind": {"title": "Kind of support", "enumNames": ["Funds", "Staff"], "help": "One of two"},
            "/rows/*/n": {"title": "Name"},
        }
    },
}


@pytest.mark.parametrize("locale", ["en", "en-GB", "en_US"])
def test_a_language_has_its_own_texts(locale):
    form = forms.compile(SCHEMA, UI, locale=locale)
    page = soup(form.page({"rows": [{}]}))
    assert page.select_one('label[for="f-kind"]').get_text() == "Kind of supportrequired"
    assert [option.get_text() for option in page.select("#f-kind option")] == ["Choose", "Funds", "Staff"]
    assert form.titles()["/rows/*/n"] == "Name"
    assert form.read(forms.Post(), None, {}).problems[0].message == "Choose Kind of support"


def test_what_is_not_translated_stays():
    assert forms.compile(SCHEMA, UI, locale="en").titles()["/rows"] == "明细"
    assert forms.compile(SCHEMA, UI).titles()["/kind"] == "支持种类"


def test_texts_that_make_no_sense_are_left_out():
    for texts in (1, {"en": 2}, {"en": {"/kind": 3}}, {"en": {"/a/b": {"title": "x"}}}):
        assert forms.compile(SCHEMA, {"qc:texts": texts}, locale="en").page({}) != ""
