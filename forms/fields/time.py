"""A time of day, stored as `HH:MM:SS` without an offset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from forms import html as widgets
from forms.fields.base import ABSENT, Entry, Wrong
from forms.fields.dates import read_time
from forms.fields.types import TEXT, FieldType
from forms.formats import is_time

if TYPE_CHECKING:
    from forms.scene import Scene
    from forms.spot import Spot


class Time(Entry):
    """A time input; a time that came with an offset keeps it."""

    kind = "time"
    narrow = True
    max_chars = 100
    widget = widgets.TextInput()

    def parse(self, raw: str) -> Any:
        if not raw.strip():
            return ABSENT
        clock = read_time(raw)
        if clock is not None:
            return clock.isoformat()
        if not is_time(raw.strip()):
            raise Wrong("time")
        return raw.strip()

    def control(self, attributes: dict[str, Any]) -> Markup:
        shown = self.shown(self.data)
        kind = "time" if not shown or read_time(shown) else "text"
        return super().control({**attributes, "type": kind, "autocomplete": "off"})

    @classmethod
    def text(cls, value: Any, spot: Spot, scene: Scene) -> str:
        text = "" if value is None else str(value)
        return text[:5] if len(text) == 8 and text.endswith(":00") else text


TYPES = (
    FieldType(
        "time", "时间", "Time of day", "date", "clock-history", Time, {"type": "string", "format": "time"},
        widgets=("time", "alt-time"), formats=("time",), on=TEXT,
    ),
)  # fmt: skip
