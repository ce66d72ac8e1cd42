"""A colour as `#rrggbb`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from forms.fields.text import Text
from forms.fields.types import TEXT, FieldType
from forms.html import tag

if TYPE_CHECKING:
    from forms.scene import Scene
    from forms.spot import Spot

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_SWATCH = tag(
    '<svg class="swatch" viewBox="0 0 16 16" aria-hidden="true"><rect width="16" height="16" fill="{}"/></svg> {}'
)


class Color(Text):
    """The browser's colour input once there is a colour, text before: a colour input cannot be empty."""

    kind = "color"
    narrow = True
    max_chars = 100

    def control(self, attributes: dict[str, Any]) -> Markup:
        shown = self.shown(self.data)
        if _HEX.fullmatch(shown):
            classes = f"{attributes.get('class_', '')} form-control-color".strip()
            return super().control({**attributes, "type": "color", "class_": classes})
        return super().control({"placeholder": "#0b5563", **attributes, "type": "text"})

    @classmethod
    def display(cls, value: Any, spot: Spot, scene: Scene) -> Markup:
        if isinstance(value, str) and _HEX.fullmatch(value):
            return _SWATCH.format(value, value)
        return super().display(value, spot, scene)


TYPES = (
    FieldType(
        "color", "颜色", "Colour", "special", "eraser", Color, {"type": "string", "format": "color"},
        widgets=("color",), formats=("color",), on=TEXT,
    ),
)  # fmt: skip
