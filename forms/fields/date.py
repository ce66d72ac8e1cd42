"""A calendar day, stored as `YYYY-MM-DD`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from forms import html as widgets
from forms.fields.base import ABSENT, Entry, Wrong
from forms.fields.dates import read_date, write_date
from forms.fields.types import TEXT, FieldType

if TYPE_CHECKING:
    from forms.scene import Scene
    from forms.spot import Spot


class Date(Entry):
    """A date input; without one, text in any usual way of writing a date."""

    kind = "date"
    narrow = True
    max_chars = 100
    widget = widgets.TextInput()

    def parse(self, raw: str) -> Any:
        if not raw.strip():
            return ABSENT
        day = read_date(raw)
        if day is None:
            raise Wrong("date")
        return day.isoformat()

    def control(self, attributes: dict[str, Any]) -> Markup:
        shown = self.shown(self.data)
        # A date input drops what is no date; text keeps it, so that it can be mended.
        kind = "date" if not shown or _is_iso(shown) else "text"
        schema = self.spot.schema
        bounds = {
            key: schema[keyword]
            for key, keyword in (("min", "formatMinimum"), ("max", "formatMaximum"))
            if isinstance(schema.get(keyword), str)
        }
        return super().control({**attributes, **bounds, "type": kind, "autocomplete": "off"})

    @classmethod
    def text(cls, value: Any, spot: Spot, scene: Scene) -> str:
        if isinstance(value, str) and _is_iso(value):
            return write_date(date.fromisoformat(value), scene.locale)
        return "" if value is None else str(value)


def _is_iso(text: str) -> bool:
    try:
        return len(text) == 10 and date.fromisoformat(text) is not None
    except ValueError:
        return False


TYPES = (
    FieldType(
        "date", "日期", "Date", "date", "calendar3", Date, {"type": "string", "format": "date"},
        widgets=("date", "alt-date"), formats=("date",), on=TEXT,
    ),
)  # fmt: skip
