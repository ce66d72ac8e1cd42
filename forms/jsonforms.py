"""Read the UI schema of JSON Forms (layouts, groups, controls, rules) as the rjsf-like ui this package prints.

Controls become fields in their order, a horizontal layout shares its row, groups become titled sections, categories
too. A rule becomes `qc:visible`; one whose condition is more than constants, bounds and patterns is left out, so that
nothing is hidden that should be seen.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from forms import pointer as pointers

_LAYOUTS = frozenset(
    ("VerticalLayout", "HorizontalLayout", "Group", "Categorization", "Category", "Control", "Label", "ListWithDetail")
)
_BOUNDS = {"minimum": ">=", "maximum": "<=", "exclusiveMinimum": ">", "exclusiveMaximum": "<"}


def is_layout(ui: Any) -> bool:
    """Tell whether a ui was written for JSON Forms."""
    return (
        isinstance(ui, Mapping) and ui.get("type") in _LAYOUTS and ("elements" in ui or "scope" in ui or "text" in ui)
    )


def convert(ui: Mapping[str, Any]) -> dict[str, Any]:
    """Turn a JSON Forms UI schema into ours."""
    made: dict[str, Any] = {}
    order: dict[tuple[str, ...], list[str]] = {}
    groups: list[dict[str, Any]] = []
    for control, around in _controls(ui, ()):
        path = path_of(control.get("scope"))
        if not path:
            continue
        for depth, name in enumerate(path):
            names = order.setdefault(path[:depth], [])
            if name not in names:
                names.append(name)
        _apply(_under(made, path), control, around)
        _join_group(groups, path, around)
    for path, names in order.items():
        _under(made, path)["ui:order"] = [*names, "*"]
    if groups:
        made["qc:groups"] = groups
    return made


def _controls(
    element: Any, around: tuple[Mapping[str, Any], ...]
) -> Iterator[tuple[Mapping[str, Any], tuple[Mapping[str, Any], ...]]]:
    if not isinstance(element, Mapping) or len(around) > 30:
        return
    if element.get("type") == "Control" or ("scope" in element and "elements" not in element):
        yield element, around
    elements = element.get("elements")
    for inner in elements if isinstance(elements, list) else ():
        yield from _controls(inner, (*around, element))


def path_of(scope: Any) -> tuple[str, ...]:
    """Read `#/properties/a/properties/b` as the path a, b."""
    parts = pointers.split(scope) if isinstance(scope, str) else ()
    return tuple(part for index, part in enumerate(parts) if not (part == "properties" and index % 2 == 0))


def _under(made: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    for name in path:
        made = made.setdefault(name, {})
    return made


def _apply(own: dict[str, Any], control: Mapping[str, Any], around: tuple[Mapping[str, Any], ...]) -> None:
    label = control.get("label")
    if isinstance(label, Mapping):
        label = label.get("text", True) if label.get("show") is not False else False
    if isinstance(label, str):
        own["ui:title"] = label
    elif label is False:
        own["ui:options"] = {**own.get("ui:options", {}), "label": False}
    options = control.get("options")
    options = options if isinstance(options, Mapping) else {}
    if options.get("format") == "radio":
        own["ui:widget"] = "radio"
    elif options.get("multi") is True:
        own["ui:widget"] = "textarea"
    elif options.get("slider") is True:
        own["ui:widget"] = "range"
    elif options.get("format") == "password":
        own["ui:widget"] = "password"
    if options.get("readonly") is True or options.get("readOnly") is True:
        own["ui:readonly"] = True
    if isinstance(options.get("placeholder"), str):
        own["ui:placeholder"] = options["placeholder"]
    detail = options.get("detail")
    if isinstance(detail, Mapping) and is_layout(detail):
        own["items"] = {**own.get("items", {}), **convert(detail)}
    row = next((box for box in reversed(around) if box.get("type") == "HorizontalLayout"), None)
    if row is not None and around[-1] is row:
        width = max(3, 12 // max(1, len(row.get("elements", ()))))
        own["ui:options"] = {**own.get("ui:options", {}), "width": width}
    rules = [rule for element in (*around, control) if (rule := visible(element.get("rule"))) is not None]
    if rules:
        own["qc:visible"] = " and ".join(f"({rule})" for rule in rules)


def _join_group(groups: list[dict[str, Any]], path: tuple[str, ...], around: tuple[Mapping[str, Any], ...]) -> None:
    """Note which top-level fields stand under which heading."""
    box = next((box for box in reversed(around) if box.get("type") in ("Group", "Category") and box.get("label")), None)
    if box is None or len(path) != 1:
        return
    title = str(box["label"])
    if not groups or groups[-1]["title"] != title:
        groups.append({"title": title, "fields": []})
    groups[-1]["fields"].append(path[0])


def visible(rule: Any) -> str | None:
    """Write a SHOW or HIDE rule as FEEL; None for what cannot be said."""
    if not isinstance(rule, Mapping) or rule.get("effect") not in ("SHOW", "HIDE"):
        return None
    condition = _condition(rule.get("condition"))
    if condition is None:
        return None
    return condition if rule["effect"] == "SHOW" else f"not({condition})"


def _condition(condition: Any) -> str | None:
    if not isinstance(condition, Mapping):
        return None
    if condition.get("type") in ("AND", "OR"):
        inner = [_condition(part) for part in condition.get("conditions", ())]
        if not inner or any(part is None for part in inner):
            return None
        return f" {condition['type'].lower()} ".join(f"({part})" for part in inner)
    path = path_of(condition.get("scope"))
    if not path or not all(part.isidentifier() for part in path):
        return None
    value = ".".join(path)
    if "expectedValue" in condition:
        return f"({value} = {_literal(condition['expectedValue'])}) = true"
    schema = condition.get("schema")
    return _holds(value, schema) if isinstance(schema, Mapping) else None


def _holds(value: str, schema: Mapping[str, Any]) -> str | None:
    parts: list[str] = []
    for keyword, wanted in schema.items():
        if keyword == "const":
            parts.append(f"({value} = {_literal(wanted)}) = true")
        elif keyword == "enum" and isinstance(wanted, list):
            parts.append("(" + " or ".join(f"({value} = {_literal(each)}) = true" for each in wanted) + ")")
        elif keyword in _BOUNDS and isinstance(wanted, int | float):
            parts.append(f"({value} {_BOUNDS[keyword]} {wanted}) = true")
        elif keyword == "not" and isinstance(wanted, Mapping):
            inner = _holds(value, wanted)
            if inner is None:
                return None
            parts.append(f"not({inner})")
        elif keyword not in ("type", "title", "description"):
            return None
    return " and ".join(parts) or None


def _literal(value: Any) -> str:
    return "null" if value is None else json.dumps(value, ensure_ascii=False)
