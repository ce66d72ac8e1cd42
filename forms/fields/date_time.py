"""A moment, stored with its offset (RFC 3339); shown in the unit's zone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from forms import html as widgets
from forms.fields.base import ABSENT, Entry, Wrong
from forms.fields.dates import read_moment, write_date
from forms.fields.types import TEXT, FieldType

if TYPE_CHECKING:
    from forms.scene import Scene
    from forms.spot import Spot


class DateTime(Entry):
    """A date-time input; a moment without offset is meant in the unit's zone."""

    kind = "date-time"
    narrow = True
    max_chars = 100
    widget = widgets.TextInput()

    def parse(self, raw: str) -> Any:
        if not raw.strip():
            return ABSENT
        if isinstance(self.object_data, str) and raw.strip() == self.shown(self.object_data):
            # Nobody changed it: the offset and the fractions it was written with are kept.
            return self.object_data
        moment = read_moment(raw)
        if moment is None:
            raise Wrong("date-time")
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self.scene.zone)
        return moment.isoformat()

    def shown(self, value: Any) -> str:
        moment = _moment(value)
        if moment is None:
            return super().shown(value)
        local = moment.astimezone(self.scene.zone) if moment.tzinfo else moment
        return local.replace(tzinfo=None).isoformat(timespec="minutes" if not local.second else "seconds")

    def control(self, attributes: dict[str, Any]) -> Markup:
        kind = "datetime-local" if self.data in (None, ABSENT, "") or _moment(self.data) else "text"
        return super().control({**attributes, "type": kind, "autocomplete": "off"})

    @classmethod
    def text(cls, value: Any, spot: Spot, scene: Scene) -> str:
        moment = _moment(value)
        if moment is None:
            return "" if value is None else str(value)
        local = moment.astimezone(scene.zone) if moment.tzinfo else moment
        return f"{write_date(local.date(), scene.locale)} {local:%H:%M}"


def _moment(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


TYPES = (
    FieldType(
        "date-time", "日期和时间", "Date and time", "date", "calendar-plus", DateTime,
        {"type": "string", "format": "date-time"},
        widgets=("datetime", "date-time", "alt-datetime"), formats=("date-time",), on=TEXT,
    ),
)  # fmt: skip
