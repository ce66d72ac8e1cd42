"""Fill fields from the register record that another field names (`qc:from: "village.population"`).

A field that may be written is filled on the page while it is empty, for the person to check; one that may not be
written always has what the register has. The record comes through the port, so its rights apply.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms import pointer as pointers
from forms import uischema, values
from forms.scene import Scene
from forms.spot import Spot

FROM = "qc:from"


def fill(scene: Scene, data: Any, root: Spot, *, blanks: bool) -> set[str]:
    """Fill `data` in place; answers the names of the first level below which it changed.

    blanks: also empty fields that may be written.
    """
    changed = set[str]()
    if scene.ports is None or not scene.has_prefill:
        return changed
    places = {spot.pointer: spot for spot in root.walk()}
    for spot in places.values():
        source = spot.ui.get(FROM)
        if not isinstance(source, str) or not spot.path or scene.rights.of(spot.path) != "write" or not spot.shown:
            continue
        is_locked = spot.right != "write"
        if not is_locked and not (blanks and spot.value is None):
            continue
        value = _looked_up(scene, places, spot, source)
        if value != spot.value and (is_locked or value is not None):
            changed.add(spot.path[0])
            _set(data, spot, value)
    return changed


def _looked_up(scene: Scene, places: Mapping[str, Spot], spot: Spot, source: str) -> Any:
    field, _, column = source.partition(".")
    for depth in range(len(spot.path) - 1, -1, -1):
        picker = places.get(pointers.of((*spot.path[:depth], field)))
        if picker is None:
            continue
        register = uischema.text_option(picker.ui, "register")
        if scene.ports is None or register is None or not isinstance(picker.value, str) or not picker.value:
            return None
        row = scene.ports.row(register, picker.value)
        held = row["values"] if row is not None and isinstance(row.get("values"), dict) else row
        return held.get(column) if held is not None else None
    return None


def _set(data: Any, spot: Spot, value: Any) -> None:
    if value is None:
        values.drop(data, spot.path)
    else:
        values.put(data, spot.path, value)
