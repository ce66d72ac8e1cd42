"""Facts about a form that no values are needed for: the types of its values, the names of its places."""

from __future__ import annotations

from typing import Any

from forms import kinds, modern, tree
from forms import pointer as pointers
from forms.resolve import Resolver
from forms.scene import Scene
from forms.schemas import Schema
from forms.spot import Spot
from forms.uischema import Ui


def types(schema: Schema) -> dict[str, Schema]:
    """Give the folded schema of each top-level property: what the engine types values by."""
    current = modern.modernise(schema)
    if not isinstance(current, dict):
        return {}
    resolver = Resolver(current)
    properties = resolver.at(current, None).get("properties")
    return {name: _deep(resolver, part, 8) for name, part in properties.items()} if isinstance(properties, dict) else {}


def _deep(resolver: Resolver, schema: Any, depth: int) -> Schema:
    folded = dict(resolver.at(schema, None))
    if depth <= 0:
        return folded
    if isinstance(folded.get("properties"), dict):
        folded["properties"] = {name: _deep(resolver, part, depth - 1) for name, part in folded["properties"].items()}
    if isinstance(folded.get("items"), dict):
        folded["items"] = _deep(resolver, folded["items"], depth - 1)
    return folded


def titles(scene: Scene, schema: Any, ui: Ui) -> dict[str, str]:
    """Name every place: pointer -> label; the rows of tables stand as `*`."""
    found: dict[str, str] = {}
    for spot in tree.grow(scene, schema, ui, sample(scene, schema)).walk():
        path = tuple("*" if _is_row(spot, depth) else part for depth, part in enumerate(spot.path))
        found.setdefault(pointers.of(path), spot.label)
    return found


def _is_row(spot: Spot, depth: int) -> bool:
    """Tell whether the part of a path at `depth` is a row number."""
    return spot.path[depth] == "0" and depth > 0


def sample(scene: Scene, schema: Any, depth: int = 0) -> Any:
    """Make values in which every table has one row, so that the columns have names; None for a field."""
    folded = scene.resolver.at(schema, None)
    if depth > 6:
        return None
    if isinstance(folded.get("properties"), dict):
        made = {name: sample(scene, part, depth + 1) for name, part in folded["properties"].items()}
        return {name: value for name, value in made.items() if value is not None}
    if kinds.shape_of(folded, {})[0] == "rows":
        return [sample(scene, kinds.item_schema(folded, 0), depth + 1)]
    return None
