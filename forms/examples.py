"""Values to try a form with: by its own examples, defaults and bounds; a field nothing is known of stays empty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms import kinds
from forms.scene import Scene

_DEEPEST = 6
_WORD = "样例"
_BY_FORMAT = {
    "date": "2026-01-15",
    "time": "09:30:00",
    "date-time": "2026-01-15T09:30:00+08:00",
    "email": "example@example.org",
    "uri": "https://example.org/",
}


def example(scene: Scene, schema: Any, depth: int = 0) -> Any:
    """Make a value of a schema, tables with one row; None where none can be guessed (a pattern, another format)."""
    folded = scene.resolver.at(schema, None)
    stated = _stated(folded)
    if stated is not None or depth > _DEEPEST:
        return stated
    if isinstance(folded.get("properties"), dict):
        made = {name: example(scene, part, depth + 1) for name, part in folded["properties"].items()}
        return {name: value for name, value in made.items() if value is not None}
    if kinds.shape_of(folded, {})[0] == "rows":
        row = example(scene, kinds.item_schema(folded, 0), depth + 1)
        return None if row is None else [row]
    told = folded.get("type")
    return _plain(folded, told[0] if isinstance(told, list) and told else told)


def _stated(folded: Mapping[str, Any]) -> Any:
    """Return the first value the schema itself names."""
    for key in ("const", "default"):
        if folded.get(key) is not None:
            return folded[key]
    for key in ("examples", "enum"):
        if isinstance(folded.get(key), list) and folded[key]:
            return folded[key][0]
    choices = folded.get("oneOf")
    first = choices[0] if isinstance(choices, list) and choices else None
    return first.get("const") if isinstance(first, Mapping) else None


def _plain(folded: Mapping[str, Any], kind: Any) -> Any:
    if kind == "boolean":
        return True
    if kind in ("integer", "number"):
        return _number(folded)
    if kind != "string" or "pattern" in folded:
        return None
    if "format" in folded:
        return _BY_FORMAT.get(str(folded["format"]))
    least, most = folded.get("minLength"), folded.get("maxLength")
    text = _WORD * (1 + (least if isinstance(least, int) and least <= 1000 else 0) // len(_WORD))
    return text[:most] if isinstance(most, int) else text


def _number(folded: Mapping[str, Any]) -> int | float:
    above, least, most, step = (_limit(folded, key) for key in ("exclusiveMinimum", "minimum", "maximum", "multipleOf"))
    given: int | float = 1
    if above is not None:
        given = above + 1
    elif least is not None:
        given = least
    elif most is not None and most < 1:
        given = most
    return given + step - given % step if step and given % step else given


def _limit(folded: Mapping[str, Any], key: str) -> int | float | None:
    value = folded.get(key)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
