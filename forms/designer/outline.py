"""The places of a form as a designer edits them: where each stands in schema and ui, and what it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from forms import kinds, modern, uischema
from forms import pointer as pointers
from forms.palette import type_of
from forms.pointer import Path
from forms.resolve import Resolver
from forms.uischema import Ui

MOST = 2_000
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Item:
    """One place: a field, section, table or column.

    pointer: of its value, rows as `*`; schema_at, ui_at: the keys that lead to it in schema and ui, so that an editor
    may change it there; kind: its key in the catalogue; shared: it stands under `$defs`, a change is felt elsewhere.
    schema, ui: as they count, references folded in; not to be changed.
    """

    pointer: str
    schema_at: Path
    ui_at: Path
    key: str
    title: str
    kind: str
    required: bool
    parent: str
    shared: bool
    schema: Mapping[str, Any]
    ui: Ui


def outline(schema: Any, ui: Ui | None) -> list[Item]:
    """List the places of a form, parents first, in the order they are shown.

    Conditions and branches are not followed: what stands under `if` or `oneOf` has no one place to edit.
    """
    current = modern.modernise(schema)
    if not isinstance(current, dict):
        return []
    found: list[Item] = []
    for item in _below(Resolver(current), current, (), (), ui or {}, "", depth=0):
        found.append(item)
        if len(found) >= MOST:
            break
    return found


def _below(
    resolver: Resolver, schema: Any, schema_at: Path, ui_at: Path, ui: Ui, pointer: str, *, depth: int
) -> Iterator[Item]:
    schema, schema_at = _followed(resolver, schema, schema_at)
    properties = schema.get("properties")
    if not isinstance(properties, Mapping) or depth > _DEEPEST:
        return
    needed = kinds.required_names(schema)
    for name in uischema.ordered(properties, uischema.option(ui, "order")):
        below, below_ui = properties[name], uischema.child(ui, name)
        at, ui_below = (*schema_at, "properties", name), (*ui_at, name)
        here = pointers.join(pointer, name)
        folded = resolver.at(below, None)
        kind = type_of(folded, below_ui)
        yield Item(
            here, at, ui_below, name, _title(folded, below_ui, name), kind, name in needed, pointer,
            "$defs" in at or "definitions" in at, folded, below_ui,
        )  # fmt: skip
        if kind == "section":
            yield from _below(resolver, below, at, ui_below, below_ui, here, depth=depth + 1)
        elif kind == "table":
            rows, rows_at = _followed(resolver, below, at)
            yield from _below(
                resolver, rows.get("items"), (*rows_at, "items"), (*ui_below, "items"),
                uischema.child(below_ui, "items"), pointers.join(here, "*"), depth=depth + 1,
            )  # fmt: skip


def _followed(resolver: Resolver, schema: Any, at: Path) -> tuple[Mapping[str, Any], Path]:
    """Follow plain references to where the subschema is written."""
    for _ in range(_DEEPEST):
        reference = schema.get("$ref") if isinstance(schema, Mapping) else None
        if not isinstance(reference, str) or not reference.startswith("#/"):
            break
        schema, at = resolver.target(reference), pointers.split(reference[1:])
    return (schema if isinstance(schema, Mapping) else {}), at


def _title(schema: Mapping[str, Any], ui: Ui, name: str) -> str:
    for title in (uischema.option(ui, "title"), schema.get("title")):
        if isinstance(title, str) and title:
            return title
    return name
