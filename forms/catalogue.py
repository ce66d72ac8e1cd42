"""The field types as data: what a designer offers, what the check of a form's files holds options against."""

from __future__ import annotations

from typing import Any

from forms import fields


def catalogue() -> list[dict[str, Any]]:
    """List the field types in the order of the palette.

    Each: key; title {zh, en}; group {key, zh, en}; icon of the sprite; schema and ui of a new field; options, the
    JSON Schema of its `ui:options`.
    """
    return [each.as_json() for each in fields.TYPES]
