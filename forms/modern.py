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
_OLD = ("draft-03", "draft-04", "draft-06", "draft-07")


def modernise(schema: Any) -> Any:
    """Rewrite a schema to 2020-12; everything unknown is kept."""
    if not isinstance(schema, dict):
        return schema
    changed: Schema = {}
    for key, value in schema.items():
        changed[key] = _inside(key, value)
    _mend(changed)
    same = len(changed) == len(schema) and all(changed.get(key) is value for key, value in schema.items())
    return schema if same else changed


def _inside(key: str, value: Any) -> Any:
    if key in _NAMED and isinstance(value, dict):
        named = {name: modernise(part) for name, part in value.items()}
        return value if all(named[name] is part for name, part in value.items()) else named
    if key in _MANY and isinstance(value, list):
        many = [modernise(part) for part in value]
        return value if all(new is old for new, old in zip(many, value, strict=True)) else many
    if key in _ONE:
        return modernise(value)
    return value


def _mend(schema: Schema) -> None:
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
