"""A number that the platform gives when the form is submitted; nobody types it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from forms import html as widgets
from forms.fields.base import ABSENT, Entry
from forms.fields.types import TEXT, FieldType
from forms.html import tag
from forms.messages import word
from forms.uischema import text_option

if TYPE_CHECKING:
    from forms.spot import Spot

DEFAULT = "{year}-{seq:04d}"


class Serial(Entry):
    """Text by `ui:options.template`, as in `枣报〔{year}〕{seq:04d}号`: one sequence per template, unit and year."""

    kind = "serial"
    narrow = True
    widget = widgets.TextInput()

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """What is posted does not count: a number once given stays, and none can be asked for."""
        if self.data is None:
            self.data = self.typed = ABSENT

    def control(self, attributes: dict[str, Any]) -> Markup:
        given = self.shown(self.data)
        text = given or word("numbered", self.scene.locale)
        return tag('<output class="form-control-plaintext{}" id="{}">{}</output>').format(
            "" if given else " muted", attributes.get("id", self.id), text
        )


def template_of(spot: Spot) -> str:
    """Read the template of a serial number."""
    return text_option(spot.ui, "template") or DEFAULT


TYPES = (
    FieldType(
        "serial", "编号", "Serial number", "special", "123", Serial, {"type": "string"},
        {"ui:widget": "serial", "ui:options": {"template": DEFAULT}},
        {"template": {"type": "string", "pattern": "\\{seq(:0[0-9]{1,2}d)?\\}", "title": "样式"}},
        widgets=("serial",), on=TEXT,
    ),
)  # fmt: skip
