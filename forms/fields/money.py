"""An amount in yuan, stored as text with two places; never a binary fraction."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from forms import html as widgets
from forms.fields.base import ABSENT, Entry, Wrong
from forms.fields.number import plain
from forms.fields.types import TEXT, FieldType
from forms.messages import word
from forms.uischema import option

if TYPE_CHECKING:
    from forms.scene import Scene
    from forms.spot import Spot

_AMOUNT = re.compile(r"-?[0-9]{1,16}(\.[0-9]{0,2})?|-?\.[0-9]{1,2}")


class Money(Entry):
    """A text input with the unit after it; 元, ￥ and grouping commas may be typed.

    `ui:options.words` adds the amount in capital numerals where it is read, as vouchers have it.
    """

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

    def unit(self) -> str:
        return super().unit() or word("yuan", self.scene.locale)

    def control(self, attributes: dict[str, Any]) -> Any:
        return super().control({**attributes, "inputmode": "decimal", "autocomplete": "off"})

    @classmethod
    def text(cls, value: Any, spot: Spot, scene: Scene) -> str:
        if value is None:
            return ""
        try:
            amount = Decimal(str(value))
        except (InvalidOperation, ValueError):
            return str(value)
        text = f"{amount:,.2f} {option(spot.ui, 'suffix') or word('yuan', scene.locale)}"
        return f"{text}（{in_capitals(amount)}）" if option(spot.ui, "words") is True else text


_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def in_capitals(amount: Decimal) -> str:
    """Write an amount below 10^16 in the capital numerals of vouchers: 1200.05 is 壹仟贰佰元零伍分."""
    cents = int((abs(amount) * 100).to_integral_value())
    whole, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    text = f"{_whole(whole)}元" if whole else ""
    if jiao:
        text += f"{_DIGITS[jiao]}角"
    elif fen and whole:
        text += "零"
    text += f"{_DIGITS[fen]}分" if fen else "整" if text else "零元整"
    return f"负{text}" if amount < 0 else text


def _whole(number: int) -> str:
    text, gap = "", False
    digits = str(number)
    for index, digit in enumerate(digits):
        place = len(digits) - index - 1
        if digit == "0":
            gap = bool(text)
        else:
            text += ("零" if gap else "") + _DIGITS[int(digit)] + _PLACES[place % 4]
            gap = False
        if place and place % 4 == 0 and number // 10**place % 10_000:
            text += _GROUPS[place // 4] if place < 12 else "万"
            gap = gap and digit == "0"
        if place == 8 and number >= 10**12 and not number // 10**8 % 10_000:
            text += "亿"
    return text


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


TYPES = (
    FieldType(
        "money", "金额（元）", "Amount in yuan", "number", "gift", Money, {"type": "string", "format": "money"},
        options={"words": {"type": "boolean", "title": "读时写出大写"}},
        widgets=("money",), formats=("money",), on=TEXT,
    ),
    FieldType(
        "decimal", "精确小数", "Exact decimal", "number", "123", DecimalText, {"type": "string", "format": "decimal"},
        formats=("decimal",), on=TEXT,
    ),
)  # fmt: skip
