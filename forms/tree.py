"""Grow the tree of places of a form for given values: what is there, what it is called, who may do what with it."""

from __future__ import annotations

from collections.abc import Collection
from copy import copy
from typing import Any, NamedTuple

from forms import branches, fields, rules, uischema
from forms import pointer as pointers
from forms.kinds import Member, extra_schema, item_schema, kind_at, known_at, label_of, laid
from forms.messages import word
from forms.pointer import Path
from forms.rules import Scope
from forms.scene import Scene
from forms.spot import Spot
from forms.uischema import Ui, option
from forms.views import Right

DEEPEST = 24
MAP_TOKEN = "~2"  # noqa: S105 - no RFC 6901 token starts like this, so no property can have this input name


class Place(NamedTuple):
    """Where a subschema stands: what its parent knows about it."""

    path: Path = ()
    pointer: str = ""
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
        # In the order of the fields: it is done for every place of every form.
        return Place(
            (*self.path, key), f"{self.pointer}/{pointers.escape_token(key)}", f"{self.name}/{token}", label,
            full_label, required, self.depth + 1, self.frozen, False, self.is_new, self.chain, self.scope,
        )  # fmt: skip

    def at(self, member: Member, full_label: str) -> Place:
        """Step to a property."""
        return Place(
            (*self.path, member.key), f"{self.pointer}/{member.token}", f"{self.name}/{member.token}", member.label,
            full_label, member.required, self.depth + 1, self.frozen, False, self.is_new, self.chain, self.scope,
        )  # fmt: skip

    def around(self, *, chain: tuple[int, ...], frozen: bool, scope: Scope | None, is_new: bool) -> Place:
        """Return the same place as its children see it."""
        return Place(
            self.path, self.pointer, self.name, self.label, self.full_label, self.required, self.depth, frozen,
            self.in_row, is_new, chain, scope,
        )  # fmt: skip


def grow(scene: Scene, schema: Any, ui: Ui, value: Any) -> Spot:
    """Grow the tree of a whole form."""
    scope = rules.root_scope(value, schema, scene.names, scene.now) if scene.has_rules else None
    label = label_of(scene, schema, ui, "")
    return spot_at(scene, schema, ui, value, Place(label=label, full_label=label, scope=scope))


def regrow(scene: Scene, schema: Any, ui: Ui, value: Any, root: Spot, changed: Collection[str]) -> Spot:
    """Grow the tree anew after values below the `changed` names of the first level were put or dropped.

    What neither changed nor follows what did is taken from `root`, the tree of the values before.
    """
    known = known_at(scene, schema, ui)
    if (
        known is None
        or not isinstance(value, dict)
        or root.shape != "section"
        or known.ui is not root.ui
        or not rules.HERE.isdisjoint(root.ui)
    ):
        return grow(scene, schema, ui, value)
    grown = copy(root)
    grown.value = value
    grown.scope = rules.root_scope(value, schema, scene.names, scene.now) if scene.has_rules else None
    before = {child.path[0]: child for child in root.children}
    place = Place(label=root.label, full_label=root.full_label, frozen=known.kind.closed, scope=grown.scope)
    grown.children = []
    for member in known.kind.members:
        stays = known_at(scene, member.schema, member.ui) is not None
        if stays and member.key not in changed and not any(map(member.follows, changed)):
            grown.children += [before[member.key]] if member.key in before else []
        else:
            grown.children += _member(scene, member, value, place)
    return grown


def spot_at(scene: Scene, schema: Any, ui: Ui, value: Any, place: Place) -> Spot:
    """Grow the tree of one place."""
    known = known_at(scene, schema, ui)
    labels: list[str] = []
    index = 0
    if known is not None:
        folded, ui, kind, nullable = known.schema, known.ui, known.kind, known.nullable
    else:
        choice = branches.choose(scene, scene.resolver.at(schema, value), laid(scene, ui), value, place.pointer)
        folded, ui, labels, index = choice.schema, choice.ui, choice.labels, choice.index
        kind = kind_at(scene, folded, ui)
        nullable = choice.nullable or kind.nullable
    shape, entry = kind.shape, kind.entry
    if shape != "leaf" and (
        place.depth > DEEPEST or not scene.spend() or (value is None and id(schema) in place.chain)
    ):
        shape, entry = "leaf", fields.JSON_BOX
    right, frozen = right_of(scene, ui, place, closed=kind.closed)
    spot = Spot(
        path=place.path, pointer=place.pointer, name=place.name, schema=folded, ui=ui, value=value, label=place.label,
        full_label=place.full_label, required=place.required, right=right, depth=place.depth, shape=shape,
        nullable=nullable, entry=entry, branches=labels, branch=index,
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
        if scope is not None and kind.ruled and place.path and shape != "rows":
            scope = scope.inside(spot.value, folded)
        is_new = scene.fills_new and value is None and bool(place.path)
        inner = place.around(chain=chain, frozen=frozen, scope=scope, is_new=is_new)
        spot.children = children_of(scene, spot, inner)
    return spot


def children_of(scene: Scene, spot: Spot, place: Place) -> list[Spot]:
    """Grow what lies directly below a section, table or list of named values."""
    if spot.shape == "rows":
        return [row for row in _rows(scene, spot, place) if seen(scene, row)]
    found = _members(scene, spot, place)
    if spot.shape == "map":
        found += [extra for extra in _extras(scene, spot, place) if seen(scene, extra)]
    return found


def _members(scene: Scene, spot: Spot, place: Place) -> list[Spot]:
    value = spot.value if isinstance(spot.value, dict) else {}
    found = []
    for member in kind_at(scene, spot.schema, spot.ui).members:
        found += _member(scene, member, value, place)
    return found


def _member(scene: Scene, member: Member, values: Any, place: Place) -> list[Spot]:
    """Grow one property of a section, unless nothing of it may be seen."""
    label = member.label
    full = word("cell-of", scene.locale, row=place.full_label, label=label) if place.in_row else label
    below = place.at(member, full)
    if scene.rights.shuts(below.path):
        return []
    spot = spot_at(scene, member.schema, member.ui, values.get(member.key), below)
    return [spot] if seen(scene, spot) else []


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
    return spot_at(scene, part, ui, value, below._replace(in_row=True))


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


def seen(scene: Scene, spot: Spot) -> bool:
    """Tell whether anything of a place is shown in this view."""
    if spot.right != "hidden":
        return True
    if spot.shape == "leaf":
        return False
    return bool(spot.children) or (spot.shape == "rows" and scene.rights.opens_below(spot.path))


def right_of(scene: Scene, ui: Ui, place: Place, *, closed: bool) -> tuple[Right, bool]:
    """Tell the right on a place, and whether all below it is frozen; closed: see `is_closed`."""
    frozen = (
        place.frozen
        or closed
        or (rules.FROZEN in ui and place.scope is not None and place.scope.holds(ui[rules.FROZEN]))
    )
    right = scene.rights.of(place.path)
    return ("read" if right == "write" and frozen else right), frozen


def row_floor(spot: Spot) -> int:
    """Tell how many rows a table shows at least."""
    least, wished = spot.schema.get("minItems", 0), option(spot.ui, "rows", 0)
    floor = max(least if isinstance(least, int) else 0, wished if isinstance(wished, int) else 0)
    return min(floor, 100)
