"""After a post was read: what is computed, what a rule hides, what a rule freezes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from forms import pointer as pointers
from forms import prefill, rules, tree, values
from forms.scene import Scene
from forms.spot import Spot
from forms.uischema import Ui

_ROUNDS = 5


def settle(scene: Scene, schema: Any, ui: Ui, data: Any, held: Any) -> Spot:
    """Compute what is computed, drop what a rule hides and keep what a rule freezes, until nothing changes.

    data: the values read, changed in place. held: the values before the post. Answers the tree of what came of it.
    """
    root = tree.grow(scene, schema, ui, data)
    if not scene.has_rules and not scene.has_prefill:
        return root
    for _ in range(_ROUNDS):
        changed = prefill.fill(scene, data, root, blanks=False)
        # The places below the form itself, which no rule can hide or compute.
        parts = [spot for spot in root.walk() if spot.path]
        changed |= _compute(scene, data, parts) | _freeze(scene, data, held, parts) | _drop_hidden(scene, data, parts)
        if not changed:
            break
        root = tree.regrow(scene, schema, ui, data, root, changed)
    return root


def _drop_hidden(scene: Scene, data: Any, parts: Sequence[Spot]) -> set[str]:
    changed = set()
    for spot in parts:
        if not spot.shown and spot.value is not None and scene.rights.of(spot.path) != "hidden":
            values.drop(data, spot.path)
            changed.add(spot.path[0])
    return changed


def _freeze(scene: Scene, data: Any, held: Any, parts: Sequence[Spot]) -> set[str]:
    changed = set()
    for spot in parts:
        if rules.FROZEN not in spot.ui or spot.scope is None or scene.rights.of(spot.path) != "write":
            continue
        was = pointers.get(held, spot.pointer)
        if spot.scope.holds(spot.ui[rules.FROZEN]) and spot.value != was:
            changed.add(spot.path[0])
            _set(data, spot, was)
    return changed


def compute(scene: Scene, data: Any, root: Spot) -> bool:
    """Work out what is computed or set by rules, in place; tell whether anything changed."""
    return bool(_compute(scene, data, [spot for spot in root.walk() if spot.path]))


def _worked_out(spot: Spot) -> tuple[bool, Any]:
    """Tell whether a rule gives this place its value now, and which."""
    text = spot.ui.get(rules.COMPUTED)
    if spot.scope is None:
        return False, None
    if isinstance(text, str):
        return True, spot.scope.evaluate(text)
    return spot.scope.forced(spot.ui.get(rules.SET))


def _compute(scene: Scene, data: Any, parts: Sequence[Spot]) -> set[str]:
    changed = set()
    for spot in parts:
        if not spot.shown or scene.rights.of(spot.path) == "hidden":
            continue
        is_given, given = _worked_out(spot)
        # What is computed is nobody's to write; what a rule sets must be this view's to write.
        if not is_given or (rules.COMPUTED not in spot.ui and scene.rights.of(spot.path) != "write"):
            continue
        value = values.to_json(given, spot.schema)
        if value != spot.value:
            changed.add(spot.path[0])
            _set(data, spot, value)
    return changed


def _set(data: Any, spot: Spot, value: Any) -> None:
    if value is None:
        values.drop(data, spot.path)
    else:
        values.put(data, spot.path, value)
