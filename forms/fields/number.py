"""Numbers and whole numbers, typed as text so that a wrong one can come back as it was typed."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from forms import html as widgets
from forms.fields.base import ABSENT, Entry, Wrong
from forms.fields.types import FieldType
from forms.uischema import text_option

if TYPE_CHECKING:
    from forms.scene import Scene
    from forms.spot import Spot

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_WIDE = str.maketrans("０１２３４５６７８９．－＋，", "0123456789.-+,")
_GROUPS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")


def plain(raw: str) -> str:
    """Write digits half-width and without grouping commas or blanks around."""
    return _GROUPS.sub("", raw.strip().translate(_WIDE))


def read_number(text: str) -> int | float | None:
    """Read a number as people write it; None for what is none."""
    digits = plain(text)
    if _NUMBER.fullmatch(digits) is None:
        return None
    if "." not in digits and "e" not in digits.lower():
        return int(digits)
    value = float(digits)
    return None if value in (float("inf"), float("-inf")) else value


class Number(Entry):
    """A JSON number."""

    kind = "number"
    figure = True
    widget = widgets.TextInput()
    narrow = True
    max_chars = 400
    wrong = "number"

    def parse(self, raw: str) -> Any:
        text = plain(raw)
        if not text:
            return ABSENT
        if _NUMBER.fullmatch(text) is None:
            raise Wrong(self.wrong)
        return self.convert(text)

    def convert(self, text: str) -> Any:
        """Turn checked digits into a number."""
        number = Decimal(text)
        if number == number.to_integral_value() and "." not in text and "e" not in text.lower():
            return int(number)
        value = float(number)
        if value in (float("inf"), float("-inf")):
            raise Wrong(self.wrong)
        return value

    def control(self, attributes: dict[str, Any]) -> Markup:
        return super().control({**attributes, "inputmode": self._keys(), "autocomplete": "off"})

    def _keys(self) -> str:
        least = self.spot.schema.get("minimum", self.spot.schema.get("exclusiveMinimum"))
        if not isinstance(least, int | float) or least < 0:
            return "text"
        return "numeric" if self.kind == "integer" else "decimal"

    @classmethod
    def text(cls, value: Any, spot: Spot, scene: Scene) -> str:
        if value is None:
            return ""
        suffix = text_option(spot.ui, "suffix")
        return f"{value} {suffix}" if suffix else str(value)


def whole(text: str) -> int:
    """Turn checked digits into a whole number of any size; raises Wrong."""
    number = Decimal(text)
    if number != number.to_integral_value() or abs(number.adjusted()) > Number.max_chars:
        raise Wrong("integer")
    return int(number)


class Integer(Number):
    """A whole JSON number of any size."""

    kind = "integer"
    wrong = "integer"

    def convert(self, text: str) -> Any:
        return whole(text)


TYPES = (
    FieldType("number", "数字", "Number", "number", "123", Number, {"type": "number"}),
    FieldType("integer", "整数", "Whole number", "number", "123", Integer, {"type": "integer"}),
)
