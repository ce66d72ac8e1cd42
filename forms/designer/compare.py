"""What a new version of a form changes, in words a clerk reads, and what of it breaks values that are there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from forms import rules, uischema
from forms.designer.outline import Item, outline
from forms.errors import FormError
from forms.uischema import Ui
from forms.views import Rights, rights_of

What = Literal[
    "added", "removed", "renamed", "type", "required", "optional", "limits", "options", "rule", "rights", "words",
    "order", "view-added", "view-removed",
]  # fmt: skip

_LIMITS = (
    "minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
    "minItems", "maxItems", "uniqueItems", "format", "const",
)  # fmt: skip
_WORDS = ("title", "description")
_UI_WORDS = ("title", "description", "help", "placeholder")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference at one place; before and after are short texts, empty where there was nothing.

    breaks: values that were right may be wrong now, or are no longer shown.
    """

    what: What
    pointer: str
    title: str
    before: str = ""
    after: str = ""
    breaks: bool = False


def compare(old: tuple[Any, Ui | None], new: tuple[Any, Ui | None]) -> list[Change]:
    """List what changed from one (schema, ui) to another: fields first, in the order of the new form, then rights.

    A field that is gone while one of the same title and type came at the same level counts as renamed.
    """
    before = {item.pointer: item for item in outline(*old)}
    after = {item.pointer: item for item in outline(*new)}
    renamed = _renamed(before, after)
    found: list[Change] = []
    for pointer, item in after.items():
        was = before.get(renamed.get(pointer, pointer))
        if was is None:
            needed = item.required and "default" not in item.schema
            found.append(Change("added", pointer, item.title, "", item.kind, breaks=needed))
            continue
        if was.pointer != pointer:
            found.append(Change("renamed", pointer, item.title, was.key, item.key, breaks=True))
        found += _of_field(was, item)
    gone = set(before) - set(after) - set(renamed.values())
    found += [Change("removed", p, i.title, i.kind, "", breaks=True) for p, i in before.items() if p in gone]
    kept = [pointer for pointer in after if pointer in before]
    if kept != [pointer for pointer in before if pointer in after]:
        found.append(Change("order", "", ""))
    return found + _of_views(old[1] or {}, new[1] or {}, after)


def _renamed(before: Mapping[str, Item], after: Mapping[str, Item]) -> dict[str, str]:
    """Pair new pointers with old ones where title, type and level are the same and nothing else could be meant."""
    gone = [item for pointer, item in before.items() if pointer not in after]
    come = [item for pointer, item in after.items() if pointer not in before]
    pairs = {}
    for item in come:
        alike = [o for o in gone if (o.title, o.kind, o.parent) == (item.title, item.kind, item.parent)]
        rivals = [o for o in come if (o.title, o.kind, o.parent) == (item.title, item.kind, item.parent)]
        if len(alike) == 1 and len(rivals) == 1:
            pairs[item.pointer] = alike[0].pointer
    return pairs


def _of_field(old: Item, new: Item) -> list[Change]:
    at = (new.pointer, new.title)
    found: list[Change] = []
    if (old.kind, _type(old)) != (new.kind, _type(new)):
        found.append(Change("type", *at, old.kind, new.kind, breaks=_type(old) != _type(new)))
    if old.required != new.required:
        found.append(Change("required" if new.required else "optional", *at, breaks=new.required))
    limits = [(_said(old.schema.get(word)), _said(new.schema.get(word)), word) for word in _LIMITS]
    for was, now, word in limits:
        if was != now:
            shown = (f"{word} {was}" if was else "", f"{word} {now}" if now else "")
            found.append(Change("limits", *at, *shown, breaks=bool(now)))
    was_options, now_options = _options(old), _options(new)
    if was_options != now_options:
        lost = any(option not in now_options for option in was_options)
        found.append(Change("options", *at, "、".join(was_options), "、".join(now_options), breaks=lost))
    for rule in rules.KEYS:
        was, now = _said(old.ui.get(rule)), _said(new.ui.get(rule))
        if was != now:
            found.append(Change("rule", *at, was, now, breaks=rule == rules.REQUIRED and bool(now)))
    if _words(old) != _words(new):
        found.append(Change("words", *at, " ".join(_words(old)), " ".join(_words(new))))
    return found


def _of_views(old: Ui, new: Ui, places: Mapping[str, Item]) -> list[Change]:
    was, now = _views(old), _views(new)
    found = [Change("view-added", "", view, "", view) for view in now if view not in was]
    found += [Change("view-removed", "", view, view, "", breaks=True) for view in was if view not in now]
    for view in (view for view in now if view in was and was[view] != now[view]):
        before, after = _rights(was, view), _rights(now, view)
        if before is None or after is None:
            continue
        for pointer, item in places.items():
            rights = before.of_pointer(pointer), after.of_pointer(pointer)
            if rights[0] != rights[1]:
                lost = rights[0] == "write"
                found.append(Change("rights", pointer, f"{item.title} · {view}", *rights, breaks=lost))
    return found


def _views(ui: Ui) -> Mapping[str, Any]:
    views = ui.get("qc:views")
    return views if isinstance(views, Mapping) else {}


def _rights(views: Mapping[str, Any], view: str) -> Rights | None:
    try:
        return rights_of(views, view)
    except FormError:  # a view that cannot be read is told by the check of the files
        return None


def _type(item: Item) -> str:
    return json.dumps([item.schema.get("type"), item.schema.get("format")])


def _options(item: Item) -> list[str]:
    schema: Any = item.schema
    rows = schema.get("items")
    if schema.get("type") == "array" and isinstance(rows, Mapping):
        schema = rows
    listed = schema.get("oneOf")
    if isinstance(listed, list) and all(isinstance(each, Mapping) and "const" in each for each in listed):
        return [_said(each.get("title", each["const"])) for each in listed]
    return [_said(each) for each in schema.get("enum", [])] if isinstance(schema.get("enum"), list) else []


def _words(item: Item) -> list[str]:
    own = [_said(item.schema.get(word)) for word in _WORDS]
    return own + [_said(uischema.option(item.ui, word)) for word in _UI_WORDS]


def _said(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
