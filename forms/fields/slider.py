"""Numbers by slider and by small steps."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from forms.fields.base import number_bounds
from forms.fields.number import Number, whole
from forms.fields.types import NUMBERS, FieldType
from forms.html import tag


class Range(Number):
    """A slider between `minimum` and `maximum`, with its number beside it; without both bounds a plain number."""

    kind = "range"
    narrow = False

    def convert(self, text: str) -> Any:
        return whole(text) if self.spot.schema.get("type") == "integer" else super().convert(text)

    def control(self, attributes: dict[str, Any]) -> Markup:
        bounds = number_bounds(self.spot.schema)
        shown = self.shown(self.data)
        if len(bounds) != 2 or (shown and not _is_number(shown)):
            return super().control(attributes)
        classes = str(attributes.get("class_", "")).replace("form-control", "form-range")
        step = self.spot.schema.get("multipleOf", 1 if self.spot.schema.get("type") == "integer" else "any")
        slider = Markup(self(**{**attributes, **bounds, "type": "range", "step": step, "class_": classes}))  # noqa: S704
        return tag(
            '<div class="d-flex gap-3 align-items-center">{}<output for="{}" data-qc-shows>{}</output></div>'
        ).format(slider, attributes.get("id", self.id), shown)


class UpDown(Number):
    """A number input with arrows."""

    kind = "updown"

    def convert(self, text: str) -> Any:
        return whole(text) if self.spot.schema.get("type") == "integer" else super().convert(text)

    def control(self, attributes: dict[str, Any]) -> Markup:
        shown = self.shown(self.data)
        if shown and not _is_number(shown):
            return super().control(attributes)
        step = self.spot.schema.get("multipleOf", 1 if self.spot.schema.get("type") == "integer" else "any")
        bounds = number_bounds(self.spot.schema)
        return Markup(self(**{**attributes, **bounds, "type": "number", "step": step, "autocomplete": "off"}))  # noqa: S704


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


_HUNDRED = {"type": "integer", "minimum": 0, "maximum": 100}
TYPES = (
    FieldType("range", "滑块", "Slider", "number", "dash-lg", Range, _HUNDRED, {"ui:widget": "range"},
              widgets=("range",), on=NUMBERS),
    FieldType("updown", "带箭头的数字", "Number with arrows", "number", "arrow-up", UpDown, {"type": "integer"},
              {"ui:widget": "updown"}, widgets=("updown",), on=NUMBERS),
)  # fmt: skip
