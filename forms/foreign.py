"""Take over a form of another builder for good: as JSON Schema and our ui, with a list of what had no place in them.

form-js (`components`) and JSON Forms (a layout as ui) are read; a form of rjsf is ours already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from forms import conditions, formjs, jsonforms
from forms.findings import say

_DEEPEST = 20
_DRAWN = frozenset(("image", "iframe", "button", "documentPreview", "separator", "spacer"))
_CARRIED = frozenset(
    ("text", "html", "group", "dynamiclist", "datetime", "table", "expression", *formjs.TYPES, *_DRAWN)
)
_ELEMENTS = jsonforms.LAYOUTS


@dataclass(frozen=True)
class Converted:
    """A form in our words; missed: sentences on what did not fit, in the order of the form, empty = all of it did."""

    schema: Any
    ui: dict[str, Any]
    missed: tuple[str, ...]


def convert(schema: Any, ui: Any, *, locale: str = "zh") -> Converted:
    """Turn the files of another builder into ours; files that are ours come back as they are."""
    own: dict[str, Any] = dict(ui) if isinstance(ui, Mapping) else {}
    missed: list[str] = []
    if formjs.is_formjs(schema):
        missed += _of_formjs(schema["components"], locale, 0)
        schema, made = formjs.convert(schema)
        return Converted(schema, {**made, **own}, tuple(dict.fromkeys(missed)))
    if jsonforms.is_layout(own):
        missed += _of_layout(own, locale, 0)
        own = jsonforms.convert(own)
    return Converted(schema, own, tuple(dict.fromkeys(missed)))


def _of_formjs(components: Any, locale: str, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        yield say("miss-deep", locale)
        return
    for each in components if isinstance(components, list) else ():
        if not isinstance(each, Mapping):
            continue
        kind = str(each.get("type"))
        name = str(each.get("label") or each.get("text") or each.get("key") or kind)[:60]
        if kind in _DRAWN:
            yield say("miss-drawn", locale, name=name, kind=kind)
        elif kind not in _CARRIED:
            yield say("miss-kind", locale, name=name, kind=kind)
        if "valuesExpression" in each:
            yield say("miss-options", locale, name=name)
        if kind in ("text", "html") and "{{" in str(each.get("text", each.get("content", ""))):
            yield say("miss-template", locale, name=name)
        texts = [key for key in ("label", "description") if str(each.get(key, "")).startswith("=")]
        limits = each.get("validate")
        bounds = limits.items() if isinstance(limits, Mapping) else ()
        texts += [key for key, value in bounds if isinstance(value, str) and value.startswith("=")]
        for key in texts:
            yield say("miss-formula", locale, name=name, part=key)
        yield from _of_formjs(each.get("components"), locale, depth + 1)


def _of_layout(element: Any, locale: str, depth: int) -> Iterator[str]:
    if not isinstance(element, Mapping) or depth > _DEEPEST:
        return
    kind = str(element.get("type"))
    name = str(element.get("scope") or element.get("label") or element.get("text") or kind)[:60]
    if kind not in _ELEMENTS:
        yield say("miss-element", locale, name=name, kind=kind)
    rule = element.get("rule")
    if rule is not None and conditions.visible(rule) is None and conditions.frozen(rule) is None:
        yield say("miss-rule", locale, name=name)
    elements = element.get("elements")
    for inner in elements if isinstance(elements, list) else ():
        yield from _of_layout(inner, locale, depth + 1)
