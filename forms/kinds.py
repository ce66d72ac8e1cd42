"""What a place of a form is by its schema and ui alone, whatever its value: decided once for a compiled form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forms import branches, fields, rules, uischema
from forms import pointer as pointers
from forms.scene import Scene
from forms.spot import Schema, Shape
from forms.uischema import Ui, option


@dataclass(frozen=True, slots=True)
class Member:
    """A property of a section; `token` names it in inputs and pointers, `ruled_by` is all that its ui says."""

    key: str
    token: str
    schema: Any
    ui: Ui
    label: str
    required: bool
    ruled_by: str

    def follows(self, name: str) -> bool:
        """Tell whether a rule here may read a value of that name; rarely yes where it does not."""
        return name in self.ruled_by or not name.isidentifier()


@dataclass(frozen=True, slots=True)
class Kind:
    """What follows from a folded schema and its ui.

    closed: see `is_closed`. nullable: null may be given. ruled: a rule stands at the place or below it.
    members: its properties, in the order they are shown.
    """

    shape: Shape
    entry: Any
    closed: bool
    nullable: bool
    ruled: bool
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """A place whose schema folds the same for every value and has no branches to choose from."""

    schema: Schema
    ui: Ui
    kind: Kind
    nullable: bool


def kind_at(scene: Scene, schema: Schema, ui: Ui) -> Kind:
    """Return the kind of a place with a folded schema."""
    key = (id(schema), id(ui))
    found = scene.resolver.places.get(key)
    if found is None:
        # Both are kept beside it, so that their ids stay theirs.
        found = scene.resolver.places[key] = (schema, ui, _kind(scene, schema, ui))
    kind: Kind = found[2]
    return kind


def laid(scene: Scene, ui: Ui) -> Ui:
    """Lay `ui:globalOptions` under the ui of a place; the same object for the same ui."""
    if not scene.everywhere:
        return ui
    found = scene.resolver.laid.get(id(ui))
    if found is None:
        found = scene.resolver.laid[id(ui)] = (ui, uischema.with_globals(ui, scene.everywhere))
    made: Ui = found[1]
    return made


def known_at(scene: Scene, schema: Any, ui: Ui) -> Known | None:
    """Return what is known of a place before its value is; None where the value decides. ui: as the parent has it."""
    key = (id(schema), id(ui))
    found = scene.resolver.known.get(key)
    if found is None:
        found = scene.resolver.known[key] = (schema, ui, _known(scene, schema, ui))
    known: Known | None = found[2]
    return known


def _known(scene: Scene, schema: Any, ui: Ui) -> Known | None:
    folded = scene.resolver.plain(schema)
    if folded is None or branches.may_choose(folded):
        return None
    ui = laid(scene, ui)
    choice = branches.choose(scene, folded, ui, None, "")
    kind = kind_at(scene, folded, ui)
    return Known(folded, ui, kind, choice.nullable or kind.nullable)


def _kind(scene: Scene, schema: Schema, ui: Ui) -> Kind:
    shape, entry = shape_of(schema, ui)
    needed = required_names(schema)
    members = []
    for key in property_order(schema, ui) if shape in ("section", "map") else ():
        part, own = schema["properties"][key], uischema.child(ui, key)
        label = label_of(scene, part, own, key)
        members.append(Member(key, pointers.escape_token(key), part, own, label, key in needed, str(own)))
    return Kind(shape, entry, is_closed(schema, ui), allows_null(schema), rules.any_in(ui), tuple(members))


def is_closed(schema: Schema, ui: Ui) -> bool:
    """Tell whether `readOnly`, `ui:readonly` or a computation closes a place to everybody."""
    return (
        schema.get("readOnly") is True
        or option(ui, "readonly") is True
        or option(ui, "disabled") is True
        or rules.COMPUTED in ui
    )


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


def allows_null(schema: Schema) -> bool:
    """Tell whether a schema says that null may be given."""
    kinds = schema.get("type")
    return kinds == "null" or (isinstance(kinds, list) and "null" in kinds)


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
