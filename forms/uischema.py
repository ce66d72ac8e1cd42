"""Reading rjsf's uiSchema: `ui:x` and `ui:options: {x}` mean the same, children lie under their property name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Ui = Mapping[str, Any]
NO_UI: Ui = {}


def option(ui: Ui, key: str, default: Any = None) -> Any:
    """Read one option, wherever it stands."""
    found = ui.get(f"ui:{key}")
    if found is not None:
        return found
    options = ui.get("ui:options")
    if isinstance(options, Mapping):
        found = options.get(key)
        if found is not None:
            return found
    return default


def text_option(ui: Ui, key: str) -> str | None:
    """Read an option that must be text; anything else counts as absent."""
    found = option(ui, key)
    return found if isinstance(found, str) else None


def with_globals(ui: Ui, everywhere: Mapping[str, Any]) -> Ui:
    """Lay `ui:globalOptions` under the options of one field."""
    options = ui.get("ui:options")
    return {**ui, "ui:options": {**everywhere, **(options if isinstance(options, Mapping) else {})}}


def child(ui: Ui, key: str) -> Ui:
    """Step into the ui of a property, of `items` or of `additionalProperties`."""
    found = ui.get(key)
    return found if isinstance(found, Mapping) else NO_UI


def item(ui: Ui, index: int) -> Ui:
    """Step into the ui of one item; a list under `items` speaks of `prefixItems`."""
    found = ui.get("items")
    if isinstance(found, list):
        return found[index] if index < len(found) and isinstance(found[index], Mapping) else NO_UI
    return found if isinstance(found, Mapping) else NO_UI


def overlaid(ui: Ui, over: Any) -> Ui:
    """Lay the ui of a chosen branch over that of its field."""
    return {**ui, **over} if isinstance(over, Mapping) else ui


def ordered(names: Iterable[str], order: Any) -> list[str]:
    """Sort property names by `ui:order`; `*` stands for all that are not named, which otherwise come last."""
    present = list(names)
    if not isinstance(order, list):
        return present
    named = [name for name in order if name in present]
    rest = [name for name in present if name not in named]
    if "*" not in order:
        return [*named, *rest]
    before = [name for name in order[: order.index("*")] if name in present]
    after = [name for name in named if name not in before]
    return [*before, *rest, *after]
