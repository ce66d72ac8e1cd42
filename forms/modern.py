"""Older drafts and foreign habits of JSON Schema, rewritten to 2020-12 so that one reader suffices.

Forms in circulation say `items: [..]`, `additionalItems`, `dependencies` or `exclusiveMinimum: true`, mostly
without a `$schema`. The meaning is kept; what is already 2020-12 comes back as the same object.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

_ONE = frozenset(
    (
        "items",
        "additionalItems",
        "additionalProperties",
        "unevaluatedProperties",
        "unevaluatedItems",
        "not",
        "if",
        "then",
        "else",
        "contains",
        "propertyNames",
        "contentSchema",
    )
)
_MANY = frozenset(("allOf", "anyOf", "oneOf", "prefixItems", "items"))
_NAMED = frozenset(("properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"))
OPTIONS_FROM = "qc:optionsFrom"
_PLACEHOLDER = "options_from_task_data_var:"
_OLD = ("draft-03", "draft-04", "draft-06", "draft-07")


def modernise(schema: Any) -> Any:
    """Rewrite a schema to 2020-12; everything unknown is kept."""
    if not isinstance(schema, dict):
        return schema
    changed: Schema = {}
    for key, value in schema.items():
        source = _options_source(key, value)
        if source is None:
            changed[key] = _inside(key, value)
        else:
            changed[OPTIONS_FROM] = source
    _mend(changed)
    same = len(changed) == len(schema) and all(changed.get(key) is value for key, value in schema.items())
    return schema if same else changed


def _options_source(key: str, value: Any) -> str | None:
    """Read spiff-arena's placeholder for options that only the case knows."""
    if key not in ("enum", "anyOf", "oneOf") or not isinstance(value, list) or len(value) != 1:
        return None
    text = value[0]
    return text[len(_PLACEHOLDER) :] if isinstance(text, str) and text.startswith(_PLACEHOLDER) else None


def _inside(key: str, value: Any) -> Any:
    if key in _NAMED and isinstance(value, dict):
        named = {name: modernise(part) for name, part in value.items()}
        return value if all(named[name] is part for name, part in value.items()) else named
    if key in _MANY and isinstance(value, list):
        many = [modernise(part) for part in value if isinstance(part, dict | bool)]
        if len(many) < len(value):
            return many
        return value if all(new is old for new, old in zip(many, value, strict=True)) else many
    if key in _ONE:
        return modernise(value)
    return value


def _mend(schema: Schema) -> None:
    for keyword in ("allOf", "anyOf", "oneOf"):
        if schema.get(keyword) == []:
            schema.pop(keyword)
    if isinstance(schema.get("items"), list):
        schema["prefixItems"] = schema.pop("items")
        if "additionalItems" in schema:
            schema["items"] = schema.pop("additionalItems")
    if isinstance(schema.get("dependencies"), dict):
        for name, needed in schema.pop("dependencies").items():
            keyword = "dependentRequired" if isinstance(needed, list) else "dependentSchemas"
            schema[keyword] = {**schema.get(keyword, {}), name: needed}
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and bound in schema:
            schema[exclusive] = schema.pop(bound)
    if isinstance(schema.get("required"), bool):
        schema.pop("required")
    if isinstance(schema.get("$schema"), str) and any(old in schema["$schema"] for old in _OLD):
        schema.pop("$schema")
        if isinstance(schema.get("id"), str):
            schema.pop("id")
