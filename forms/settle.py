"""After a post was read: what is computed, what a rule hides, what a rule freezes."""

from __future__ import annotations

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
        changed |= _compute(scene, data, root) | _freeze(scene, data, held, root) | _drop_hidden(scene, data, root)
        if not changed:
            break
        root = tree.grow(scene, schema, ui, data)
    return root


def _parts(root: Spot) -> list[Spot]:
    """List the places below the form itself, which no rule can hide or compute."""
    return [spot for spot in root.walk() if spot.path]


def _drop_hidden(scene: Scene, data: Any, root: Spot) -> bool:
    changed = False
    for spot in _parts(root):
        if not spot.shown and spot.value is not None and scene.rights.of(spot.path) != "hidden":
            values.drop(data, spot.path)
            changed = True
    return changed


def _freeze(scene: Scene, data: Any, held: Any, root: Spot) -> bool:
    changed = False
    for spot in _parts(root):
        if rules.FROZEN not in spot.ui or spot.scope is None or scene.rights.of(spot.path) != "write":
            continue
        was = pointers.get(held, spot.pointer)
        if spot.scope.holds(spot.ui[rules.FROZEN]) and spot.value != was:
            changed = True
            _set(data, spot, was)
    return changed


def _compute(scene: Scene, data: Any, root: Spot) -> bool:
    changed = False
    for spot in _parts(root):
        text = spot.ui.get(rules.COMPUTED)
        if not isinstance(text, str) or spot.scope is None or not spot.shown or scene.rights.of(spot.path) == "hidden":
            continue
        value = values.to_json(spot.scope.evaluate(text), spot.schema)
        if value != spot.value:
            changed = True
            _set(data, spot, value)
    return changed


def _set(data: Any, spot: Spot, value: Any) -> None:
    if value is None:
        values.drop(data, spot.path)
    else:
        values.put(data, spot.path, value)
