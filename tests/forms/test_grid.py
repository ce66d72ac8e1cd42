"""rjsf's layout grids."""

from __future__ import annotations

import forms
from tests.forms.one import soup

SCHEMA = {
    "type": "object",
    "properties": {
        "a": {"type": "string"},
        "b": {"type": "string"},
        "c": {"type": "string"},
        "s": {"type": "object", "properties": {"d": {"type": "string"}}},
    },
}
UI = {
    "ui:field": "LayoutGridField",
    "ui:layoutGrid": {
        "ui:row": {
            "children": [
                {"ui:col": {"sm": 8, "children": ["c"]}},
                {"ui:columns": {"xs": 4, "children": ["a", {"name": "s.d", "render": "X"}]}},
            ]
        }
    },
}


def test_a_grid_orders_fields_and_gives_them_width():
    page = soup(forms.render(SCHEMA, UI))
    assert [box["name"] for box in page.select("input")] == ["f/c", "f/a", "f/s/d", "f/b"]
    assert [column["class"][0] for column in page.select(".row > div")] == ["col-sm-8", "col-sm-4", "col-sm-4"]


def test_a_grid_that_makes_no_sense_shows_every_field():
    for grid in (1, "a", [], {"ui:row": {"children": [None, {"ui:col": "x"}]}}):
        assert len(soup(forms.render(SCHEMA, {"ui:layoutGrid": grid})).select("input")) == 4
