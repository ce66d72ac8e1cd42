"""Sliders and numbers with arrows."""

from __future__ import annotations

import pytest

from tests.forms.one import control, form_of, message, posted, value

HUNDRED = {"type": "integer", "minimum": 0, "maximum": 100}
SLIDER = form_of(HUNDRED, {"ui:widget": "range"})
ARROWS = form_of({"type": "number", "multipleOf": 0.5}, {"ui:widget": "updown"})


def test_a_slider_runs_between_its_bounds_and_shows_its_number():
    box = control(SLIDER, 40)
    assert (box["type"], box["min"], box["max"], box["step"], box["value"]) == ("range", "0", "100", "1", "40")
    assert '<output for="f-x" data-qc-shows>40</output>' in SLIDER.page({"x": 40})


def test_without_bounds_it_is_a_number():
    assert control(form_of({"type": "number"}, {"ui:widget": "range"}))["type"] == "text"


def test_arrows_step_by_what_the_schema_says():
    box = control(ARROWS, 1.5)
    assert (box["type"], box["step"]) == ("number", "0.5")
    assert value(ARROWS, "2.5") == 2.5


@pytest.mark.parametrize("form", [SLIDER, ARROWS])
def test_what_is_no_number_comes_back_as_typed(form):
    found = posted(form, "许多")
    assert found.problems
    assert control(form, found.typed["x"])["value"] == "许多"


def test_a_slider_over_integers_gives_integers():
    assert value(SLIDER, "40") == 40
    assert "整数" in message(SLIDER, "4.5")
