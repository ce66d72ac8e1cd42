"""rjsf's `ui:layoutGrid`, read as an order of fields with widths of twelve columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_SIZES = ("sm", "md", "xs", "lg", "xl", "span", "width")
GRID = "ui:layoutGrid"


def spread(ui: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give every field that a grid names its place and width; a ui without a grid comes back as it is."""
    changed = {key: spread(part) for key, part in ui.items() if isinstance(part, Mapping) and not key.startswith("ui:")}
    grid = ui.get(GRID)
    if grid is None:
        return {**ui, **changed} if any(changed[key] is not ui[key] for key in changed) else ui
    made: dict[str, Any] = {**ui, **changed}
    order: list[str] = []
    for name, width in _fields(grid, 12, 0):
        head = name.split(".", 1)[0]
        if head not in order:
            order.append(head)
        _widen(made, name.split("."), width)
    made.setdefault("ui:order", [*order, "*"])
    return made


def _fields(part: Any, width: int, depth: int) -> Iterator[tuple[str, int]]:
    if depth > 20:
        return
    if isinstance(part, str):
        yield part, width
    elif isinstance(part, list):
        for each in part:
            yield from _fields(each, width, depth + 1)
    elif isinstance(part, Mapping):
        for key in ("ui:row", "ui:columns", "ui:col", "ui:condition"):
            if key in part:
                inner = part[key]
                yield from _fields(inner, _width(inner, width), depth + 1)
        if isinstance(part.get("name"), str):
            yield part["name"], width
        if "children" in part:
            yield from _fields(part["children"], width, depth + 1)


def _width(part: Any, around: int) -> int:
    for size in _SIZES:
        wished = part.get(size) if isinstance(part, Mapping) else None
        if isinstance(wished, int) and not isinstance(wished, bool) and 1 <= wished <= 12:
            return wished
    return around


def _widen(made: dict[str, Any], names: list[str], width: int) -> None:
    here: dict[str, Any] = made
    for name in names:
        held = here.get(name)
        here[name] = dict(held) if isinstance(held, Mapping) else {}
        here = here[name]
    options = here.get("ui:options")
    here["ui:options"] = {"width": width, **(options if isinstance(options, Mapping) else {})}
