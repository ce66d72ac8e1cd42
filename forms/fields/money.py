"""An amount in yuan, stored as text with two places; never a binary fraction."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from forms import html as widgets
from forms.fields.base import ABSENT, Entry, Wrong
from forms.fields.number import plain
from forms.messages import word

if TYPE_CHECKING:
    from forms.scene import Scene
    from forms.spot import Spot

_AMOUNT = re.compile(r"-?[0-9]{1,16}(\.[0-9]{0,2})?|-?\.[0-9]{1,2}")


class Money(Entry):
    """A text input with the unit after it; 元, ￥ and grouping commas may be typed."""

    kind = "money"
    figure = True
    narrow = True
    max_chars = 100
    widget = widgets.TextInput()

    def parse(self, raw: str) -> Any:
        text = plain(raw).strip("¥￥元 ").strip()
        if not text:
            return ABSENT
        if _AMOUNT.fullmatch(text) is None:
            raise Wrong("money")
        return f"{Decimal(text):.2f}"

    def control(self, attributes: dict[str, Any]) -> Any:
        return super().control({**attributes, "inputmode": "decimal", "autocomplete": "off"})

    @classmethod
    def text(cls, value: Any, spot: Spot, scene: Scene) -> str:
        if value is None:
            return ""
        try:
            return f"{Decimal(str(value)):,.2f} {word('yuan', scene.locale)}"
        except (InvalidOperation, ValueError):
            return str(value)


class DecimalText(Entry):
    """An exact decimal stored as text (`format: decimal`)."""

    kind = "decimal"
    figure = True
    narrow = True
    max_chars = 100
    widget = widgets.TextInput()

    def parse(self, raw: str) -> Any:
        text = plain(raw)
        if not text:
            return ABSENT
        if re.fullmatch(r"-?[0-9]{1,40}(\.[0-9]{1,20})?", text) is None:
            raise Wrong("decimal")
        return text
