"""JSON Schema 2020-12 keyword by keyword, through the face that `qingche validate` calls."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import forms

CASES = json.loads(Path("tests/cases/forms/draft2020.json").read_text("utf-8"))
EACH = [
    pytest.param(case["schema"], case.get("resources"), value, valid, id=f"{number}-{case['keyword']}")
    for number, case in enumerate(CASES)
    for valid in (True, False)
    for value in case["valid" if valid else "invalid"]
]


@pytest.mark.parametrize(("schema", "resources", "value", "valid"), EACH)
def test_a_value_is_judged_as_the_standard_says(schema, resources, value, valid):
    assert forms.validate(schema, value, resources=resources) is valid


@pytest.mark.parametrize(
    "schema", [{"$ref": "#/$defs/none"}, {"$ref": "https://a.example/nowhere"}, {"type": "integr"}]
)
def test_what_cannot_be_used_is_said(schema):
    with pytest.raises(ValueError, match=r"."):
        forms.validate(schema, 1)


def test_circles_of_references_end():
    schema = {
        "$defs": {"a": {"allOf": [{"$ref": "#/$defs/b"}]}, "b": {"properties": {"x": {"$ref": "#/$defs/a"}}}},
        "$ref": "#/$defs/a",
    }
    assert forms.validate(schema, {"x": {"x": {"x": 1}}})
    assert "data-qc-pointer" in forms.render(schema, {}, {"x": {}})
