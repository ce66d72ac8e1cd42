"""Write the conditions of other form languages as FEEL: those of JSON Forms are JSON Schemas over one value.

What cannot be said in FEEL is None; then nothing is hidden that should be seen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from forms import pointer as pointers

_BOUNDS = {"minimum": ">=", "maximum": "<=", "exclusiveMinimum": ">", "exclusiveMaximum": "<"}
# Text of a date or a time is a date or a time in FEEL: it is measured and compared as the text it was.
_LENGTHS = {"minLength": ("string length(string({}))", ">="), "maxLength": ("string length(string({}))", "<="),
            "minItems": ("count({})", ">="), "maxItems": ("count({})", "<=")}  # fmt: skip
_TEMPORAL = re.compile(r"\d{4}-\d\d-\d\d.*|\d\d:\d\d.*|-?P.+")
_SILENT = ("title", "description", "$schema", "$id", "default", "examples", "format")
_BRANCHES = {"allOf": " and ", "anyOf": " or "}
_SKIPPED = frozenset(("then", "else", "if", "items"))
_NAME = re.compile(r"[^\W\d]\w*( \w+)*")
_DEEPEST = 8


def path_of(scope: Any) -> tuple[str, ...]:
    """Read `#/properties/a/properties/b`, also below `anyOf/0/then`, as the path a, b."""
    parts = [part for part in pointers.split(scope) if part] if isinstance(scope, str) else []
    path: list[str] = []
    while parts:
        part = parts.pop(0)
        if part == "properties" and parts:
            path.append(parts.pop(0))
        elif part in ("anyOf", "oneOf", "allOf") and parts and parts[0].isdecimal():
            parts.pop(0)
        elif part not in _SKIPPED:
            path.append(part)
    return tuple(path)


def visible(rule: Any) -> str | None:
    """Write a SHOW or HIDE rule as the condition under which the element is seen."""
    return _ruled(rule, "SHOW", "HIDE")


def frozen(rule: Any) -> str | None:
    """Write an ENABLE or DISABLE rule as the condition under which the element cannot be changed."""
    return _ruled(rule, "DISABLE", "ENABLE")


def _ruled(rule: Any, holds: str, fails: str) -> str | None:
    if not isinstance(rule, Mapping) or rule.get("effect") not in (holds, fails):
        return None
    condition = _condition(rule.get("condition"), 0)
    if condition is None:
        return None
    return condition if rule["effect"] == holds else f"not({condition})"


def _condition(condition: Any, depth: int) -> str | None:
    if not isinstance(condition, Mapping) or depth > _DEEPEST:
        return None
    if condition.get("type") in ("AND", "OR"):
        parts = condition.get("conditions")
        inner = [_condition(part, depth + 1) for part in parts] if isinstance(parts, list) else []
        if not inner or any(part is None for part in inner):
            return None
        return f" {condition['type'].lower()} ".join(f"({part})" for part in inner)
    path = path_of(condition.get("scope"))
    if not all(_NAME.fullmatch(part) for part in path):
        return None
    value = ".".join(path)
    if "expectedValue" in condition:
        return _equals(value, condition["expectedValue"]) if value else None
    schema = condition.get("schema")
    found = _holds(value, schema, 0)
    if found is not None and value and condition.get("failWhenUndefined") is True:
        return f"{value} != null and ({found})"
    return found


def _holds(value: str, schema: Any, depth: int) -> str | None:
    """Write that a value is valid against a schema; a value that is not there is valid but for const and enum."""
    if isinstance(schema, bool):
        return "true" if schema else "false"
    if not isinstance(schema, Mapping) or depth > _DEEPEST:
        return None
    parts: list[str] = []
    for keyword, wanted in schema.items():
        found = "true" if keyword in _SILENT else _keyword(value, keyword, wanted, depth + 1)
        if found is None:
            return None
        if found != "true":
            parts.append(found)
    return " and ".join(parts) or "true"


def _keyword(value: str, keyword: str, wanted: Any, depth: int) -> str | None:
    if keyword == "properties" and isinstance(wanted, Mapping):
        return _all([_member(value, name, part, depth) for name, part in wanted.items()], " and ")
    if keyword == "required" and isinstance(wanted, list):
        named = [_below(value, name) for name in wanted]
        return _all([None if place is None else f"{place} != null" for place in named], " and ")
    if keyword in _BRANCHES and isinstance(wanted, list):
        return _all([_holds(value, part, depth) for part in wanted], _BRANCHES[keyword])
    if keyword == "not":
        inner = _holds(value, wanted, depth)
        return None if inner is None else f"not({inner})"
    return _plain(value, keyword, wanted) if value else "true" if keyword == "type" else None


def _plain(value: str, keyword: str, wanted: Any) -> str | None:
    if keyword == "const":
        return _equals(value, wanted)
    if keyword == "enum" and isinstance(wanted, list):
        return "(" + (" or ".join(_equals(value, each) for each in wanted) or "false") + ")"
    if keyword in _BOUNDS and isinstance(wanted, int | float):
        return f"({value} = null or ({value} {_BOUNDS[keyword]} {wanted}) = true)"
    if keyword in _LENGTHS and isinstance(wanted, int):
        measure, sign = _LENGTHS[keyword]
        return f"({value} = null or ({measure.format(value)} {sign} {wanted}) = true)"
    if keyword == "pattern" and isinstance(wanted, str):
        return f"({value} = null or matches(string({value}), {_literal(wanted)}) = true)"
    if keyword == "contains" and isinstance(wanted, Mapping):
        inner = _holds("item", wanted, 0)
        return None if inner is None else f"({value} = null or (some item in {value} satisfies {inner}) = true)"
    if keyword == "type":
        return f"{value} = null" if wanted == "null" else "true"
    return None


def _member(value: str, name: str, part: Any, depth: int) -> str | None:
    place = _below(value, name)
    return None if place is None else _holds(place, part, depth)


def _below(value: str, name: Any) -> str | None:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return None
    return f"{value}.{name}" if value else name


def _all(parts: list[str | None], joint: str) -> str | None:
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return "(" + joint.join(f"({part})" for part in known) + ")" if known else "true"


def _equals(value: str, wanted: Any) -> str:
    as_text = f"string({value})" if isinstance(wanted, str) and _TEMPORAL.fullmatch(wanted) else value
    return f"({as_text} = {_literal(wanted)}) = true"


def _literal(value: Any) -> str:
    return "null" if value is None else json.dumps(value, ensure_ascii=False)
