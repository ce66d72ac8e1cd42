"""Grow the tree of places of a form for given values: what is there, what it is called, who may do what with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from forms import branches, fields, rules, uischema
from forms import pointer as pointers
from forms.messages import word
from forms.pointer import Path
from forms.rules import Scope
from forms.scene import Scene
from forms.spot import Schema, Shape, Spot
from forms.uischema import Ui, option
from forms.views import Right

DEEPEST = 24
MAP_TOKEN = "~2"  # noqa: S105 - no RFC 6901 token starts like this, so no property can have this input name


@dataclass(frozen=True, slots=True)
class Place:
    """Where a subschema stands: what its parent knows about it."""

    path: Path = ()
    name: str = ""
    label: str = ""
    full_label: str = ""
    required: bool = False
    depth: int = 0
    frozen: bool = False
    in_row: bool = False
    is_new: bool = False
    chain: tuple[int, ...] = ()
    scope: Scope | None = None

    def below(self, key: str, token: str, label: str, full_label: str, *, required: bool) -> Place:
        """Step to a child; `token` names it in inputs, `key` in the values."""
        name = f"{self.name}/{token}"
        # In the order of the fields; `replace` would take four times as long, for every place of every form.
        return Place(
            (*self.path, key), name, label, full_label, required, self.depth + 1, self.frozen, False, self.is_new,
            self.chain, self.scope,
        )  # fmt: skip

    def around(self, *, chain: tuple[int, ...], frozen: bool, scope: Scope | None, is_new: bool) -> Place:
        """Return the same place as its children see it."""
        return Place(
            self.path, self.name, self.label, self.full_label, self.required, self.depth, frozen, self.in_row, is_new,
            chain, scope,
        )  # fmt: skip


def grow(scene: Scene, schema: Any, ui: Ui, value: Any) -> Spot:
    """Grow the tree of a whole form."""
    scope = rules.root_scope(value, schema, scene.names, scene.now) if scene.has_rules else None
    label = label_of(scene, schema, ui, "")
    return spot_at(scene, schema, ui, value, Place(label=label, full_label=label, scope=scope))


def spot_at(scene: Scene, schema: Any, ui: Ui, value: Any, place: Place) -> Spot:
    """Grow the tree of one place."""
    if scene.everywhere:
        ui = uischema.with_globals(ui, scene.everywhere)
    pointer = pointers.of(place.path)
    folded = scene.resolver.at(schema, value)
    choice = branches.choose(scene, folded, ui, value, pointer)
    folded, ui = choice.schema, choice.ui
    kind = kind_at(scene, folded, ui)
    shape, entry = kind.shape, kind.entry
    if shape != "leaf" and (
        place.depth > DEEPEST or not scene.spend() or (value is None and id(schema) in place.chain)
    ):
        shape, entry = "leaf", fields.JSON_BOX
    right, frozen = right_of(scene, ui, place, closed=kind.closed)
    spot = Spot(
        path=place.path, pointer=pointer, name=place.name, schema=folded, ui=ui, value=value, label=place.label,
        full_label=place.full_label, required=place.required, right=right, depth=place.depth, shape=shape,
        nullable=choice.nullable or allows_null(folded), entry=entry, branches=choice.labels, branch=choice.index,
        in_row=place.in_row, computed=rules.COMPUTED in ui,
    )  # fmt: skip
    spot.scope = scope = place.scope
    if scope is not None:
        spot.shown = rules.VISIBLE not in ui or scope.holds(ui[rules.VISIBLE])
        spot.required = place.required or (rules.REQUIRED in ui and scope.holds(ui[rules.REQUIRED]))
    if (scene.use_defaults or place.is_new) and value is None and "default" in folded:
        spot.value = folded["default"]
    if shape != "leaf":
        chain = place.chain if value is not None else (*place.chain, id(schema))
        if scope is not None and place.path and shape != "rows":
            scope = scope.inside(spot.value, folded)
        is_new = scene.fills_new and value is None and bool(place.path)
        inner = place.around(chain=chain, frozen=frozen, scope=scope, is_new=is_new)
        spot.children = [child for child in children_of(scene, spot, inner) if seen(scene, child)]
    return spot


def children_of(scene: Scene, spot: Spot, place: Place) -> list[Spot]:
    """Grow what lies directly below a section, table or list of named values."""
    if spot.shape == "rows":
        return _rows(scene, spot, place)
    found = _members(scene, spot, place)
    return found + _extras(scene, spot, place) if spot.shape == "map" else found


def _members(scene: Scene, spot: Spot, place: Place) -> list[Spot]:
    value = spot.value if isinstance(spot.value, dict) else {}
    kind = kind_at(scene, spot.schema, spot.ui)
    found = []
    for key in kind.order:
        part, ui = spot.schema["properties"][key], uischema.child(spot.ui, key)
        label = label_of(scene, part, ui, key)
        full = word("cell-of", scene.locale, row=place.full_label, label=label) if place.in_row else label
        below = place.below(key, pointers.escape_token(key), label, full, required=key in kind.required)
        found.append(spot_at(scene, part, ui, value.get(key), below))
    return found


def _rows(scene: Scene, spot: Spot, place: Place) -> list[Spot]:
    value = spot.value if isinstance(spot.value, list) else []
    spot.fixed = len(spot.schema["prefixItems"]) if isinstance(spot.schema.get("prefixItems"), list) else 0
    count = max(len(value), spot.fixed)
    if scene.pad_rows and spot.right == "write":
        count = max(count, row_floor(spot))
    return [row_at(scene, spot, place, index, value[index] if index < len(value) else None) for index in range(count)]


def row_at(scene: Scene, spot: Spot, place: Place, index: int, value: Any) -> Spot:
    """Grow one row of a table."""
    part, ui = item_schema(spot.schema, index), uischema.item(spot.ui, index)
    own = label_of(scene, part, ui, "") if index < spot.fixed else ""
    row = own or word("row-of", scene.locale, label=spot.label, n=index + 1)
    label = own or word("row", scene.locale, n=index + 1)
    below = place.below(str(index), str(index), label, row, required=index < spot.fixed)
    return spot_at(scene, part, ui, value, replace(below, in_row=True))


def _extras(scene: Scene, spot: Spot, place: Place) -> list[Spot]:
    value = spot.value if isinstance(spot.value, dict) else {}
    named = spot.schema.get("properties", {})
    ui = uischema.child(spot.ui, "additionalProperties")
    found = []
    for index, key in enumerate(key for key in value if key not in named):
        below = place.below(key, f"{MAP_TOKEN}{index}", key, key, required=False)
        child = spot_at(scene, extra_schema(spot.schema, key), ui, value[key], below)
        child.key_of = key
        found.append(child)
    return found


def item_schema(schema: Schema, index: int) -> Any:
    """Find the schema of an item of an array."""
    fixed = schema.get("prefixItems")
    if isinstance(fixed, list) and index < len(fixed):
        return fixed[index]
    return schema.get("items", {})


def extra_schema(schema: Schema, name: str) -> Any:
    """Find the schema of a property that is not named: `patternProperties` first, then `additionalProperties`."""
    patterns = schema.get("patternProperties")
    patterns = patterns if isinstance(patterns, dict) else {}
    for pattern, part in patterns.items():
        if branches.pattern_hits(pattern, name):
            return part
    extra = schema.get("additionalProperties", True)
    if not isinstance(extra, dict) and patterns:
        return next(iter(patterns.values()))
    return extra


def seen(scene: Scene, spot: Spot) -> bool:
    """Tell whether anything of a place is shown in this view."""
    if spot.right != "hidden":
        return True
    if spot.shape == "leaf":
        return False
    return bool(spot.children) or (spot.shape == "rows" and scene.rights.opens_below(spot.path))


@dataclass(frozen=True, slots=True)
class Kind:
    """What never changes about a place: it follows from schema and ui alone.

    closed: see `is_closed`. order: names of its properties as shown; required: those its schema requires.
    """

    shape: Shape
    entry: Any
    closed: bool
    order: list[str]
    required: frozenset[str]


def kind_at(scene: Scene, schema: Schema, ui: Ui) -> Kind:
    """Return the kind of a place, decided once for a form."""
    key = (id(schema), id(ui))
    known = scene.resolver.places.get(key)
    if known is None:
        shape, entry = shape_of(schema, ui)
        made = Kind(shape, entry, is_closed(schema, ui), property_order(schema, ui), required_names(schema))
        known = scene.resolver.places[key] = (schema, ui, made)
    kind: Kind = known[2]
    return kind


def is_closed(schema: Schema, ui: Ui) -> bool:
    """Tell whether `readOnly`, `ui:readonly` or a computation closes a place to everybody."""
    return (
        schema.get("readOnly") is True
        or option(ui, "readonly") is True
        or option(ui, "disabled") is True
        or rules.COMPUTED in ui
    )


def right_of(scene: Scene, ui: Ui, place: Place, *, closed: bool) -> tuple[Right, bool]:
    """Tell the right on a place, and whether all below it is frozen; closed: see `is_closed`."""
    frozen = (
        place.frozen
        or closed
        or (rules.FROZEN in ui and place.scope is not None and place.scope.holds(ui[rules.FROZEN]))
    )
    right = scene.rights.of(place.path)
    return ("read" if right == "write" and frozen else right), frozen


def label_of(scene: Scene, schema: Any, ui: Ui, name: str) -> str:
    """Name a field: `ui:title`, then the schema's title, then the property's name."""
    own = uischema.text_option(ui, "title")
    if own is not None:
        return own
    title = schema.get("title") if isinstance(schema, dict) else None
    if not isinstance(title, str) and isinstance(schema, dict) and ("$ref" in schema or "allOf" in schema):
        title = scene.resolver.at(schema, None).get("title")
    return title if isinstance(title, str) and title else name


def required_names(schema: Schema) -> frozenset[str]:
    """List the property names that a folded schema requires."""
    needed = schema.get("required")
    return frozenset(name for name in needed if isinstance(name, str)) if isinstance(needed, list) else frozenset()


def property_order(schema: Schema, ui: Ui) -> list[str]:
    """List the property names of a section in the order they are shown."""
    properties = schema.get("properties")
    return uischema.ordered(properties, option(ui, "order")) if isinstance(properties, Mapping) else []


def row_floor(spot: Spot) -> int:
    """Tell how many rows a table shows at least."""
    least, wished = spot.schema.get("minItems", 0), option(spot.ui, "rows", 0)
    floor = max(least if isinstance(least, int) else 0, wished if isinstance(wished, int) else 0)
    return min(floor, 100)


def allows_null(schema: Schema) -> bool:
    """Tell whether a schema says that null may be given."""
    kinds = schema.get("type")
    return kinds == "null" or (isinstance(kinds, list) and "null" in kinds)


def shape_of(schema: Schema, ui: Ui) -> tuple[Shape, Any]:
    """Decide what a place is: a field of some type, a section, a table or a list of named values."""
    entry = fields.pick(schema, ui)
    if entry is not None:
        return "leaf", entry
    kind = fields.kind_of(schema)
    if kind == "object":
        extra = schema.get("additionalProperties")
        if isinstance(extra, dict) or extra is True or schema.get("patternProperties"):
            return "map", None
        return ("section", None) if isinstance(schema.get("properties"), dict) else ("leaf", fields.JSON_BOX)
    if kind == "array" and (isinstance(schema.get("items"), dict) or isinstance(schema.get("prefixItems"), list)):
        return "rows", None
    return "leaf", fields.JSON_BOX
