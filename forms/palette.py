"""The field types as data: what a designer offers, what the check of a form's files holds options against."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms import fields, kinds
from forms.fields.types import FieldType


def catalogue() -> list[dict[str, Any]]:
    """List the field types in the order of the palette.

    Each: key; title {zh, en}; group {key, zh, en}; icon of the sprite; schema and ui of a new field; options, the
    JSON Schema of its `ui:options`.
    """
    return [each.as_json() for each in fields.TYPES]


def type_of(schema: Mapping[str, Any], ui: Mapping[str, Any]) -> str:
    """Tell the key of the entry a place was made from: `section`, `table`, `pairs` or that of a field.

    Several entries may share a field; the one whose beginning the place still has most of is meant.
    """
    shape, entry = kinds.shape_of(dict(schema), ui)
    if shape != "leaf":
        return {"section": "section", "rows": "table", "map": "pairs"}[shape]
    alike = [each for each in fields.TYPES if each.entry is entry]
    return max(alike, key=lambda each: _likeness(each, schema, ui)).key if alike else "json"


def _likeness(each: FieldType, schema: Mapping[str, Any], ui: Mapping[str, Any]) -> int:
    parts = ((each.schema, schema), (each.ui, ui))
    return sum(1 if there.get(key) == value else -1 for began, there in parts for key, value in began.items())
