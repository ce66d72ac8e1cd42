"""Put the WTForms field of a place into a WTForms form."""

from __future__ import annotations

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
    # Bound at once: by way of WTForms' unbound fields it takes twice as long, for every field of every form.
    return kind(spot.label, name=name, spot=spot, scene=scene, id=own_id, _form=form, _meta=form.meta)
