"""From one day to another, both included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from forms.fields.base import Wrong
from forms.fields.dates import read_date, write_date
from forms.fields.parts import Parts
from forms.fields.types import FieldType
from forms.messages import word

if TYPE_CHECKING:
    from forms.scene import Scene
    from forms.spot import Spot

_BETWEEN = ":::"


class DateRange(Parts):
    """Two date inputs: {from, to} in an object, or `from:::to` where the schema asks for text."""

    kind = "date-range"

    def asked(self) -> Sequence[str]:
        return word("from", self.scene.locale), word("to", self.scene.locale)

    def join(self, texts: Sequence[str]) -> Any:
        days = [read_date(text) for text in texts]
        if any(day is None for day in days):
            raise Wrong("range-half" if "" in texts else "date")
        start, end = (day.isoformat() for day in days if day is not None)
        if end < start:
            raise Wrong("range-order")
        return f"{start}{_BETWEEN}{end}" if self.spot.schema.get("type") == "string" else {"from": start, "to": end}

    def split(self, value: Any) -> Sequence[str]:
        return ends_of(value)

    def input_params(self, index: int, text: str) -> dict[str, Any]:
        # A date input drops what is no date; text keeps it, so that it can be mended.
        day = read_date(text)
        return {"type": "date" if not text or (day and day.isoformat() == text) else "text", "autocomplete": "off"}

    @classmethod
    def text(cls, value: Any, spot: Spot, scene: Scene) -> str:
        ends = [text for text in ends_of(value) if text]
        days = [(read_date(text), text) for text in ends]
        said = [write_date(day, scene.locale) if day else text for day, text in days]
        return word("until", scene.locale).join(said)


def ends_of(value: Any) -> Sequence[str]:
    """Read first and last day of a stored range, whatever else it may be."""
    if isinstance(value, Mapping):
        return [str(value.get(name) or "") for name in ("from", "to")]
    start, _, end = str(value or "").partition(_BETWEEN)
    return [start, end]


_DAY = {"type": "string", "format": "date"}
TYPES = (
    FieldType(
        "date-range", "起止日期", "Date range", "date", "calendar3", DateRange,
        {"type": "object", "properties": {"from": _DAY, "to": _DAY}, "required": ["from", "to"]},
        {"ui:widget": "date-range"}, widgets=("date-range",), on=("object", "string"),
    ),
)  # fmt: skip
