"""A percentage, stored as the number that is typed: 27.8 is 27.8 %."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forms.fields.number import Number
from forms.fields.types import NUMBERS, FieldType

if TYPE_CHECKING:
    from forms.scene import Scene
    from forms.spot import Spot


class Percent(Number):
    """`format: percent` or `ui:widget: percent` on a number; the sign may be typed."""

    kind = "percent"
    wrong = "percent"

    def parse(self, raw: str) -> Any:
        return super().parse(raw.replace("%", "").replace("％", ""))

    def unit(self) -> str:
        return "%"

    @classmethod
    def text(cls, value: Any, spot: Spot, scene: Scene) -> str:
        return "" if value is None else f"{value}%"


TYPES = (
    FieldType(
        "percent", "百分数", "Percentage", "number", "bar-chart", Percent, {"type": "number", "format": "percent"},
        widgets=("percent",), formats=("percent",), on=NUMBERS,
    ),
)  # fmt: skip
