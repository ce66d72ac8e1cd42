"""The options of a choice: from `enum`, from `oneOf`/`anyOf` of `const`s, or yes and no."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forms.messages import word
from forms.uischema import Ui, option

if TYPE_CHECKING:
    from forms.scene import Scene
    from forms.spot import Spot

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Option:
    """One option: the JSON value, its text in the post, its label and what choosing it leads to."""

    value: Any
    token: str
    label: str
    hint: str = ""
    disabled: bool = False


def is_choice(schema: Schema) -> bool:
    """Tell whether a schema lists the values it allows."""
    if isinstance(schema.get("enum"), list) and schema["enum"]:
        return True
    return any(_consts(schema.get(keyword)) is not None for keyword in ("oneOf", "anyOf"))


def _consts(parts: Any) -> list[tuple[Any, str, str]] | None:
    """Read (value, title, description) of branches that are all one constant each."""
    if not isinstance(parts, list) or not parts:
        return None
    found: list[tuple[Any, str, str]] = []
    for part in parts:
        if not isinstance(part, dict):
            return None
        if "const" in part and "properties" not in part:
            value = part["const"]
        elif isinstance(part.get("enum"), list) and len(part["enum"]) == 1 and "properties" not in part:
            value = part["enum"][0]
        elif part.get("type") == "null" and len(part) <= 2:
            value = None
        else:
            return None
        found.append((value, str(part.get("title", "")), str(part.get("description", ""))))
    return found


def options_of(schema: Schema, ui: Ui, locale: str) -> list[Option]:
    """List the options in order; `ui:enumNames`, `ui:enumHints`, `ui:enumOrder` and `ui:enumDisabled` are obeyed."""
    listed = _consts(schema.get("oneOf")) or _consts(schema.get("anyOf"))
    if listed is None:
        values = schema.get("enum")
        if not isinstance(values, list):
            values = [True, False] if schema.get("type") == "boolean" else _steps(schema)
        names = schema.get("enumNames")
        listed = [(value, _title(names, index), "") for index, value in enumerate(values)]
    only_text = all(isinstance(value, str) for value, _, _ in listed)
    names, hints = option(ui, "enumNames"), option(ui, "enumHints")
    locked = option(ui, "enumDisabled", [])
    found = []
    for index, (value, title, hint) in enumerate(listed):
        # Nothing chosen is posted as empty text, so an option that is empty text is written as JSON.
        token = value if only_text and value != "" else json.dumps(value, ensure_ascii=False, sort_keys=True)
        label = _named(names, index, value) or title or _plain(value, locale)
        is_locked = isinstance(locked, list) and value in locked
        found.append(Option(value, token, label, _named(hints, index, value) or hint, is_locked))
    return _sorted(found, option(ui, "enumOrder"))


def _steps(schema: Schema) -> list[Any]:
    """List the whole numbers of a scale (`ui:widget: rating`), 1 to 5 unless the bounds say otherwise."""
    if schema.get("type") not in ("integer", "number"):
        return []
    least, most = schema.get("minimum", 1), schema.get("maximum", 5)
    if not isinstance(least, int) or not isinstance(most, int) or not 0 <= most - least <= 20:
        return []
    return list(range(least, most + 1))


def _title(names: Any, index: int) -> str:
    return str(names[index]) if isinstance(names, list) and index < len(names) else ""


def _named(names: Any, index: int, value: Any) -> str:
    if isinstance(names, dict):
        return str(names.get(str(value), ""))
    return _title(names, index)


def _plain(value: Any, locale: str) -> str:
    if isinstance(value, bool):
        return word("yes" if value else "no", locale)
    if value is None:
        return word("none", locale)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _sorted(found: list[Option], order: Any) -> list[Option]:
    if not isinstance(order, list):
        return found
    placed = [entry for value in order if value != "*" for entry in found if same(entry.value, value)]
    rest = [entry for entry in found if entry not in placed]
    at = order.index("*") if "*" in order else len(order)
    return [*placed[:at], *rest, *placed[at:]]


def same(first: Any, second: Any) -> bool:
    """Compare two JSON values: `true` is not 1, but 1.0 is 1."""
    if isinstance(first, bool) or isinstance(second, bool):
        return first is second
    return bool(first == second)


def left_of(options: list[Option], spot: Spot) -> list[Option]:
    """Keep the options that the rule `qc:options` leaves; FEEL's numbers are decimals, which compare as numbers."""
    allowed = spot.scope.allowed(spot.ui.get("qc:options")) if spot.scope is not None else None
    return options if allowed is None else [one for one in options if any(same(one.value, each) for each in allowed)]


def label_for(value: Any, spot: Spot, scene: Scene) -> str:
    """Name a stored value; one that is no option (any more) reads as it is."""
    for entry in options_of(spot.schema, spot.ui, scene.locale):
        if same(entry.value, value):
            return entry.label
    return _plain(value, scene.locale)
