"""Test data of a form: of the schema's own examples and within its bounds; nothing that cannot be guessed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import forms

TEMPLATES = sorted(Path("forms/templates").glob("*.json"))


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ({"type": "string"}, "样例"),
        ({"type": "string", "maxLength": 1}, "样"),
        ({"type": "string", "minLength": 5}, "样例样例样例"),
        ({"type": "string", "examples": ["甲", "乙"]}, "甲"),
        ({"enum": ["路", "水"]}, "路"),
        ({"oneOf": [{"const": "road", "title": "路"}]}, "road"),
        ({"type": "string", "format": "date"}, "2026-01-15"),
        ({"type": "integer"}, 1),
        ({"type": "integer", "minimum": 7, "multipleOf": 5}, 10),
        ({"type": "number", "exclusiveMinimum": 2}, 3),
        ({"type": ["number", "null"], "maximum": -4}, -4),
        ({"type": "boolean"}, True),
        ({"const": 0}, 0),
        ({"$ref": "#/$defs/name"}, "丙"),
        ({"type": "array", "items": {"type": "object", "properties": {"n": {"type": "string"}}}}, [{"n": "样例"}]),
    ],
)
def test_a_value_is_within_what_the_schema_says(part: dict[str, Any], value: Any) -> None:
    form = forms.compile({"type": "object", "properties": {"x": part}, "$defs": {"name": {"default": "丙"}}})
    made = form.example()
    assert made == {"x": value}
    assert form.check(made) == []


@pytest.mark.parametrize("part", [{"type": "string", "pattern": "^1"}, {"type": "string", "format": "phone"}])
def test_what_cannot_be_guessed_is_left_empty(part: dict[str, Any]) -> None:
    assert forms.compile({"type": "object", "properties": {"x": part}}).example() == {}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_a_template_is_filled_in(path: Path) -> None:
    made = json.loads(path.read_text("utf-8"))
    form = forms.compile(made["schema"], made.get("ui"))
    assert len(form.example()) >= 2 and form.page(form.example())
