"""Text that nobody looking on may read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from forms.fields.base import ABSENT
from forms.fields.text import Text
from forms.fields.types import TEXT, FieldType

if TYPE_CHECKING:
    from forms.scene import Scene
    from forms.spot import Spot

DOTS = "••••••"


class Secret(Text):
    """A password input; a stored value is never printed, and an empty input leaves it as it is."""

    kind = "secret"

    def process_formdata(self, valuelist: Any) -> None:
        held = self.data
        super().process_formdata(valuelist)
        if self.data is ABSENT and valuelist and isinstance(held, str):
            self.data = self.typed = held

    def control(self, attributes: dict[str, Any]) -> Markup:
        return super().control({**attributes, "type": "password", "value": ""})

    @classmethod
    def text(cls, value: Any, spot: Spot, scene: Scene) -> str:
        return DOTS if value else ""


TYPES = (
    FieldType(
        "password", "保密文字", "Password", "text", "slash-circle", Secret, {"type": "string"},
        {"ui:widget": "password"}, widgets=("password",), formats=("password",), on=TEXT,
    ),
)  # fmt: skip
