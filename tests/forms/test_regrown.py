"""After rules changed values only what follows them is grown anew; the tree must be that of growing the whole."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import forms
from forms import tree
from forms.spot import Spot

TICKET = Path(__file__).parents[2] / "forms/library/admission/ticket"
SCHEMA = json.loads(TICKET.with_suffix(".schema.json").read_text("utf-8"))
UI = json.loads(TICKET.with_suffix(".ui.json").read_text("utf-8"))
WORDS = st.sampled_from(["m1", "funds", "staff", "加强", "2026-12-01", "100.00", ""])


def values_of(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Make values that have the shape of a schema and any content."""
    if "properties" in schema:
        return st.fixed_dictionaries(
            {}, optional={name: values_of(part) for name, part in schema["properties"].items()}
        )
    if schema.get("type") == "array":
        return st.lists(values_of(schema["items"]), max_size=2)
    return {"boolean": st.booleans(), "integer": st.integers(0, 3)}.get(str(schema.get("type")), WORDS)


def told(root: Spot) -> list[Any]:
    return [
        (spot.pointer, spot.value, spot.shown, spot.required, spot.right, spot.shape, spot.full_label, spot.nullable)
        for spot in root.walk()
    ]


@given(st.sampled_from([None, "draft", "revise", "village"]), values_of(SCHEMA), values_of(SCHEMA))
def test_is_what_growing_the_whole_gives(view: str | None, before: dict[str, Any], after: dict[str, Any]) -> None:
    form = forms.compile(SCHEMA, UI, view=view)
    scene = form._scene(None)
    root = tree.grow(scene, form.schema, form.ui, deepcopy(before))
    # Names that did not change keep the very object, as values do that rules change in place.
    changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    now = {name: after[name] if name in changed else before[name] for name in after}
    assert told(tree.regrow(scene, form.schema, form.ui, now, root, changed)) == told(
        tree.grow(scene, form.schema, form.ui, now)
    )


def test_a_rule_of_another_field_follows() -> None:
    ui = {"b": {"qc:visible": "a = 1"}, "c": {"qc:required": "b != null"}}
    schema = {"properties": {name: {"type": "integer"} for name in "abc"}}
    form = forms.compile(schema, ui)
    scene = form._scene(None)
    root = tree.grow(scene, form.schema, form.ui, {"a": 1, "b": 2, "c": 3})
    again = tree.regrow(scene, form.schema, form.ui, {"a": 2, "c": 3}, root, {"a", "b"})
    assert [(spot.pointer, spot.shown, spot.required) for spot in again.children] == [
        ("/a", True, False), ("/b", False, False), ("/c", True, False)
    ]  # fmt: skip
    assert again.children[2] is not root.children[2]


def test_what_follows_nothing_is_taken_over() -> None:
    schema = {"properties": {name: {"type": "integer"} for name in "ab"}}
    form = forms.compile(schema, {"b": {"qc:visible": "a = 1"}})
    root = tree.grow(form._scene(None), form.schema, form.ui, {"a": 1, "b": 2})
    again = tree.regrow(form._scene(None), form.schema, form.ui, {"a": 1}, root, {"b"})
    assert again.children[0] is root.children[0]
