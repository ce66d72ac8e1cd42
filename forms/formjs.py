"""Read a form-js form (`{"type": "default", "components": […]}`) as JSON Schema and ui.

Its conditions and expressions are FEEL already. What has no counterpart (pictures, frames, buttons) becomes a notice
or is left out, and the field stays in the data either way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

Parts = tuple[dict[str, Any], dict[str, Any]]
_COLUMNS = 16
TYPES: Mapping[str, tuple[dict[str, Any], str | None]] = {
    "textfield": ({"type": "string"}, None),
    "textarea": ({"type": "string"}, "textarea"),
    "number": ({"type": "number"}, None),
    "checkbox": ({"type": "boolean"}, None),
    "radio": ({}, "radio"),
    "select": ({}, "select"),
    "checklist": ({"type": "array", "uniqueItems": True}, "checkboxes"),
    "taglist": ({"type": "array", "uniqueItems": True}, "select"),
    "filepicker": ({"type": "array", "items": {"type": "object"}}, "files"),
}
_MOMENTS = {"date": "date", "time": "time", "datetime": "date-time"}
_BOUNDS = {"minLength": "minLength", "maxLength": "maxLength", "pattern": "pattern", "min": "minimum", "max": "maximum"}
_CHECKED = {"email": "email", "phone": "phone"}
_TEXTS = ("text", "html", "image", "iframe", "separator", "spacer", "button", "documentPreview")
_MARKS = re.compile(r"<[^<>]*>|^#+\s*|\*\*|__", re.MULTILINE)
_LABELS = (
    ("label", "ui:title"),
    ("dateLabel", "ui:title"),
    ("timeLabel", "ui:title"),
    ("description", "ui:description"),
)
_DEEPEST = 20


def is_formjs(schema: Any) -> bool:
    """Tell whether a schema is a form-js form."""
    return isinstance(schema, Mapping) and isinstance(schema.get("components"), list) and "properties" not in schema


def convert(form: Mapping[str, Any]) -> Parts:
    """Turn a form-js form into a schema and a ui."""
    schema, ui = _object(form["components"], 0)
    if isinstance(form.get("id"), str):
        schema["$comment"] = form["id"]
    return schema, ui


def _object(components: Any, depth: int) -> Parts:
    schema: dict[str, Any] = {"type": "object", "properties": {}}
    ui: dict[str, Any] = {}
    order: list[str] = []
    for number, component in enumerate(_listed(components)):
        path, part, own = _component(component, number, depth)
        if not path:
            # A group without a path is only a frame: its fields belong here.
            _merge(schema, ui, order, part, own)
            continue
        here, look = _ensure(schema, ui, order, path[:-1])
        here["properties"][path[-1]] = part
        look[path[-1]] = own
        (order if len(path) == 1 else look.setdefault("ui:order", [])).append(path[-1])
        if _validate(component).get("required") is True:
            here.setdefault("required", []).append(path[-1])
    ui["ui:order"] = [*dict.fromkeys(order), "*"]
    return schema, ui


def _listed(components: Any) -> Iterator[Mapping[str, Any]]:
    for component in components if isinstance(components, list) else ():
        if isinstance(component, Mapping):
            yield component


def _component(
    component: Mapping[str, Any], number: int, depth: int
) -> tuple[list[str], dict[str, Any], dict[str, Any]]:
    kind = str(component.get("type"))
    key = component.get("key", component.get("path"))
    path = [part for part in str(key).split(".") if part] if key is not None else []
    if kind in ("group", "dynamiclist"):
        part, own = _object(component.get("components"), depth + 1) if depth < _DEEPEST else ({}, {})
        if kind == "dynamiclist":
            part, own = {"type": "array", "items": part}, {"items": own, "ui:options": _list_options(component)}
            path = path or [f"list{number}"]
    elif kind in _TEXTS:
        text = _MARKS.sub("", str(component.get("text", component.get("content", component.get("alt", "")))))
        part, own, path = {"type": "null"}, {"ui:widget": "notice", "ui:options": {"text": text}}, [f"text{number}"]
    else:
        part, own = _field(component, kind)
        path = path or [f"field{number}"]
    _dress(component, part, own)
    return path, part, own


def _list_options(component: Mapping[str, Any]) -> dict[str, Any]:
    rows = component.get("defaultRepetitions", 1)
    fixed = component.get("allowAddRemove") is False
    return {"rows": rows if isinstance(rows, int) else 1, "addable": not fixed, "removable": not fixed}


def _field(component: Mapping[str, Any], kind: str) -> Parts:
    base, widget = TYPES.get(kind, ({}, None))
    part: dict[str, Any] = dict(base)
    own: dict[str, Any] = {"ui:widget": widget} if widget else {}
    if kind == "datetime":
        part = {"type": "string", "format": _MOMENTS.get(str(component.get("subtype", "date")), "date")}
    elif kind == "table":
        columns = [column for column in _listed(component.get("columns")) if "key" in column]
        properties = {str(c["key"]): {"title": str(c.get("label", c["key"]))} for c in columns}
        part, own = {"type": "array", "items": {"type": "object", "properties": properties}}, {"ui:readonly": True}
    elif kind == "expression":
        own = {"qc:computed": _feel(component.get("expression")) or "null"}
    elif kind in ("radio", "select", "checklist", "taglist"):
        listed = _options(component)
        if base.get("type") == "array":
            part["items"] = listed
        else:
            part |= listed
    elif kind == "number" and component.get("decimalDigits") == 0:
        part = {"type": "integer"}
    for key, keyword in _BOUNDS.items():
        bound = _validate(component).get(key)
        if keyword == "pattern":
            if isinstance(bound, str) and bound and not bound.startswith("="):
                part[keyword] = bound
        elif (figure := _figure(bound)) is not None:
            part[keyword] = figure
    checked = _CHECKED.get(str(_validate(component).get("validationType")))
    return (part | {"format": checked} if checked else part), own


def _figure(bound: Any) -> int | float | None:
    """Read a bound; older files write it as text, and one that is a formula is none."""
    if isinstance(bound, int | float) and not isinstance(bound, bool):
        return bound
    try:
        return int(bound) if isinstance(bound, str) else None
    except ValueError:
        return None


def _options(component: Mapping[str, Any]) -> dict[str, Any]:
    values = component.get("values")
    if isinstance(values, list):
        listed = [each for each in _listed(values) if "value" in each]
        return {"oneOf": [{"const": each["value"], "title": str(each.get("label", each["value"]))} for each in listed]}
    key = component.get("valuesKey")
    return {"qc:optionsFrom": key} if isinstance(key, str) else {}


def _dress(component: Mapping[str, Any], part: dict[str, Any], own: dict[str, Any]) -> None:
    for key, place in (
        ("label", "ui:title"),
        ("dateLabel", "ui:title"),
        ("timeLabel", "ui:title"),
        ("description", "ui:description"),
    ):
        text = component.get(key)
        if isinstance(text, str) and text and not text.startswith("=") and place not in own:
            own[place] = text
    if "defaultValue" in component and part.get("type") != "null":
        part["default"] = component["defaultValue"]
    for key in ("readonly", "disabled"):
        if component.get(key) is True:
            own["ui:readonly"] = True
        elif (rule := _feel(component.get(key))) is not None:
            own["qc:readonly"] = rule
    hide = component.get("conditional")
    rule = _feel(hide.get("hide")) if isinstance(hide, Mapping) else None
    if rule is not None:
        own["qc:visible"] = f"not(({rule}) = true)"
    appearance = component.get("appearance")
    look = appearance if isinstance(appearance, Mapping) else {}
    texts = (("suffix", look.get("suffixAdorner")), ("prefix", look.get("prefixAdorner")))
    options: dict[str, Any] = {key: text for key, text in texts if isinstance(text, str) and not text.startswith("=")}
    layout = component.get("layout")
    columns = layout.get("columns") if isinstance(layout, Mapping) else None
    if isinstance(columns, int) and 1 <= columns < _COLUMNS:
        options["width"] = max(1, columns * 12 // _COLUMNS)
    if options:
        own["ui:options"] = {**own.get("ui:options", {}), **options}


def _feel(text: Any) -> str | None:
    return text[1:].strip() or None if isinstance(text, str) and text.startswith("=") else None


def _validate(component: Mapping[str, Any]) -> Mapping[str, Any]:
    found = component.get("validate")
    return found if isinstance(found, Mapping) else {}


def _ensure(schema: dict[str, Any], ui: dict[str, Any], order: list[str], path: list[str]) -> Parts:
    here, look = schema, ui
    for depth, name in enumerate(path):
        here = here["properties"].setdefault(name, {"type": "object", "properties": {}})
        here.setdefault("properties", {})
        look = look.setdefault(name, {})
        if depth == 0:
            order.append(name)
    return here, look


def _merge(
    schema: dict[str, Any], ui: dict[str, Any], order: list[str], part: dict[str, Any], own: dict[str, Any]
) -> None:
    names = [name for name in own.get("ui:order", []) if name != "*"]
    title = own.get("ui:title")
    if isinstance(title, str) and names:
        ui.setdefault("qc:groups", []).append({"title": title, "fields": names})
    schema["properties"].update(part.get("properties", {}))
    if part.get("required"):
        schema.setdefault("required", []).extend(part["required"])
    rule = own.get("qc:visible")
    for name in names:
        ui[name] = own.get(name, {})
        if rule is not None and "qc:visible" not in ui[name]:
            ui[name] = {**ui[name], "qc:visible": rule}
    order.extend(names)
