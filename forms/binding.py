"""Put the WTForms field of a place into a WTForms form."""

from __future__ import annotations

from typing import Any

from wtforms.form import BaseForm

from forms import pointer as pointers
from forms.fields.base import Entry
from forms.scene import Scene
from forms.spot import Spot


def bind(form: BaseForm, spot: Spot, scene: Scene) -> Entry:
    """Put the WTForms field of a leaf into a WTForms form; its id comes from the pointer, its name from the page."""
    kind = spot.entry
    if kind is None:
        raise TypeError(f"{spot.pointer} is no leaf")
    name = scene.name(spot.name)
    own_id = pointers.element_id(spot.pointer, scene.prefix)
    unbound: Any = kind(spot.label, name=name, spot=spot, scene=scene, id=own_id)
    form[name] = unbound
    entry = form[name]
    if not isinstance(entry, Entry):
        raise TypeError(f"{spot.pointer} has no entry")
    return entry
