"""A day counted in working days from today: not too soon for those who have to do the work, not too far away."""

from __future__ import annotations

from datetime import date
from typing import Any, Protocol

from forms.fields.base import ABSENT, Wrong
from forms.fields.date import Date
from forms.fields.dates import write_date
from forms.fields.types import TEXT, FieldType
from forms.messages import word
from forms.uischema import option


class WorkingDays(Protocol):
    """What the port's `calendar` answers."""

    def is_working(self, day: date) -> bool:
        """Tell whether a day is worked."""

    def add(self, day: date, working_days: int) -> date:
        """Count working days on from a day."""


class Deadline(Date):
    """A date; `ui:options` {least, most, onlyWorking} in working days from today, which the port's clock tells.

    Without a calendar or clock in the ports it is a plain date.
    """

    kind = "deadline"

    def parse(self, raw: str) -> Any:
        found = super().parse(raw)
        if found is ABSENT:
            return found
        day, locale = date.fromisoformat(found), self.scene.locale
        first, last = self._bound("least"), self._bound("most")
        if first is not None and day < first:
            raise Wrong("deadline-soon", day=write_date(first, locale), days=option(self.spot.ui, "least"))
        if last is not None and day > last:
            raise Wrong("deadline-far", day=write_date(last, locale), days=option(self.spot.ui, "most"))
        calendar = self._calendar()
        if calendar is not None and option(self.spot.ui, "onlyWorking") is True and not calendar.is_working(day):
            raise Wrong("deadline-free", day=write_date(day, locale))
        return found

    def hint(self) -> str:
        first, last = self._bound("least"), self._bound("most")
        said = []
        if first is not None:
            said.append(word("not-before", self.scene.locale, day=write_date(first, self.scene.locale),
                             n=option(self.spot.ui, "least")))  # fmt: skip
        if last is not None:
            said.append(word("not-after", self.scene.locale, day=write_date(last, self.scene.locale),
                             n=option(self.spot.ui, "most")))  # fmt: skip
        return word("and", self.scene.locale).join(said)

    def control(self, attributes: dict[str, Any]) -> Any:
        bounds = {
            name: day.isoformat() for name, key in (("min", "least"), ("max", "most")) if (day := self._bound(key))
        }
        return super().control({**attributes, **bounds})

    def _bound(self, key: str) -> date | None:
        calendar, count = self._calendar(), option(self.spot.ui, key)
        if calendar is None or self.scene.now is None or not isinstance(count, int) or not 0 <= count <= 1000:
            return None
        return calendar.add(self.scene.now.astimezone(self.scene.zone).date(), count)

    def _calendar(self) -> WorkingDays | None:
        return getattr(self.scene.ports, "calendar", None)


TYPES = (
    FieldType(
        "deadline", "办理期限", "Working-day deadline", "date", "hourglass-split", Deadline,
        {"type": "string", "format": "date"}, {"ui:widget": "deadline", "ui:options": {"least": 5}},
        {
            "least": {"type": "integer", "minimum": 0, "title": "至少几个工作日后"},
            "most": {"type": "integer", "minimum": 0, "title": "最多几个工作日后"},
            "onlyWorking": {"type": "boolean", "title": "只能是工作日"},
        },
        widgets=("deadline",), on=TEXT,
    ),
)  # fmt: skip
