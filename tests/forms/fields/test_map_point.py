"""Points on the map."""

from __future__ import annotations

import pytest

from forms.fields.map_point import TYPES
from tests.forms.one import form_of, message, read_text, soup, value

FORM = form_of(TYPES[0].schema, TYPES[0].ui)
DRAWN = form_of(TYPES[0].schema, {**TYPES[0].ui, "ui:options": {"bounds": [112, 30, 113, 32]}})


@pytest.mark.parametrize("typed", [("31.02", "112.2"), ("31.02, 112.2", ""), ("31.02，112.2", "")])
def test_latitude_and_longitude_are_one_value(typed):
    assert value(FORM, *typed) == {"lat": 31.02, "lng": 112.2}


@pytest.mark.parametrize("typed", [("91", "0"), ("0", "181"), ("这里", "0"), ("1", ""), ("1,2,3", "")])
def test_what_is_no_place_is_refused(typed):
    assert "纬度和经度" in message(FORM, *typed)


def test_the_area_is_drawn_with_the_point_in_it():
    page = soup(DRAWN.page({"x": {"lat": 31, "lng": 112.5}}))
    assert page.svg["data-qc-point"] == "112,30,113,32"
    assert (page.circle["cx"], page.circle["cy"]) == ("180.0", "110.0")
    assert soup(FORM.page({})).find("svg", {"class": "map-point"}) is None


def test_a_point_outside_the_area_is_not_drawn():
    assert soup(DRAWN.page({"x": {"lat": 1, "lng": 1}})).circle is None


def test_it_reads_as_two_numbers():
    assert read_text(FORM, {"lat": 31.02, "lng": 112.2}) == "31.02, 112.2"
