"""Where a form takes from registers, and how a field that is typed becomes one that is filled."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from forms import uischema
from forms.designer.outline import Item, outline
from forms.pointer import Path


@dataclass(frozen=True, slots=True)
class Source:
    """A place that reads a register; column: the one a field is filled from, None for the picker itself."""

    item: Item
    register: str
    column: str | None


def sources(items: Iterable[Item]) -> Iterator[Source]:
    """List the pickers of registers and the fields filled from them, in the order of the form."""
    listed = list(items)
    register_of = {
        (item.parent, item.key): name
        for item in listed
        if item.kind == "register" and isinstance(name := uischema.option(item.ui, "register"), str)
    }
    for item in listed:
        own = register_of.get((item.parent, item.key))
        if own is not None:
            yield Source(item, own, None)
        filled = item.ui.get("qc:from")
        picker, _, column = filled.partition(".") if isinstance(filled, str) else ("", "", "")
        found = register_of.get((item.parent, picker)) or register_of.get(("", picker))
        if found is not None and column:
            yield Source(item, found, column.split(".")[0])


def fill_from(
    schema: Any, ui: Any, pointer: str, *, register: str, title: str, column: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a form in which a field is filled from a register: by the picker that is there, or by a new one before it.

    Raises KeyError for a field the form does not have.
    """
    schema, ui = copy.deepcopy(schema), copy.deepcopy(ui)
    items = outline(schema, ui)
    item = next((each for each in items if each.pointer == pointer), None)
    if item is None:
        raise KeyError(pointer)
    there = (source.item.key for source in sources(items) if source.column is None and source.register == register)
    beside = {each.key for each in items if each.parent == item.parent}
    picker = next((key for key in there if key in beside), None)
    if picker is None:
        picker = _add_picker(schema, ui, item, beside, register, title)
    _reach(ui, item.ui_at)["qc:from"] = f"{picker}.{column}"
    return schema, ui


def _add_picker(schema: Any, ui: Any, item: Item, taken: set[str], register: str, title: str) -> str:
    wish = f"{register}_row"
    key = next(name for n in range(1, len(taken) + 3) if (name := wish if n == 1 else f"{wish}_{n}") not in taken)
    holder = _reach(schema, item.schema_at[:-1])
    order = [name for name in holder if name != key]
    holder[key] = {"type": "string", "title": title}
    home = _reach(ui, item.ui_at[:-1])
    home[key] = {"ui:widget": "register", "ui:options": {"register": register}}
    stated = home.get("ui:order")
    order = list(stated) if isinstance(stated, list) else order
    at = order.index(item.key) if item.key in order else len(order)
    home["ui:order"] = [*order[:at], key, *order[at:]]
    for group in ui.get("qc:groups", []) if item.parent == "" else ():
        names = group.get("fields") if isinstance(group, dict) else None
        if isinstance(names, list) and item.key in names:
            names.insert(names.index(item.key), key)
    return key


def _reach(root: Any, path: Path) -> dict[str, Any]:
    here: dict[str, Any] = root
    for name in path:
        here = here.setdefault(name, {})
    return here
