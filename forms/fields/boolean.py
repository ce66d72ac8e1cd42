"""Yes or no: one tick box, or two radio buttons when nothing chosen must differ from no."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from forms import html as widgets
from forms.fields.base import Entry
from forms.fields.types import FieldType
from forms.messages import word

if TYPE_CHECKING:
    from forms.scene import Scene
    from forms.spot import Spot


class Boolean(Entry):
    """A tick box; no tick is `false`, or nothing when the form may only be ticked (`const: true`)."""

    kind = "boolean"
    ask = "required-tick"
    widget = widgets.CheckboxInput()

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = self.typed = "true" in valuelist

    def shown(self, value: Any) -> str:
        return "true"

    @property
    def checked(self) -> bool:
        """Tell WTForms' widget whether the box is ticked."""
        return self.data is True

    def control(self, attributes: dict[str, Any]) -> Markup:
        return super().control({**attributes, "value": "true", "checked": self.checked})

    @classmethod
    def text(cls, value: Any, spot: Spot, scene: Scene) -> str:
        if not isinstance(value, bool):
            return "" if value is None else str(value)
        return word("yes" if value else "no", scene.locale)


TYPES = (FieldType("boolean", "勾选", "Tick box", "choice", "check2", Boolean, {"type": "boolean"}),)
