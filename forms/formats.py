"""Checks of `format` values: those of this field of work, and those where forms accept more than RFC 3339 does."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, time

from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError as NumberError

MONEY = re.compile(r"-?[0-9]{1,16}(\.[0-9]{1,2})?")
DECIMAL = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,20})?")
PHONE = re.compile(
    r"(\+?86)?1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{3,4}-?[0-9]{4}(-[0-9]{1,6})?|[48]00-?[0-9]{3}-?[0-9]{4}|1[0-9]{2,4}"
)
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?(Z|z|[+-][0-9]{2}:[0-9]{2})?")
_PHONE_SPACES = re.compile(r"[\s（）()]")


def is_money(text: str) -> bool:
    """A decimal with at most two places, as text."""
    return MONEY.fullmatch(text) is not None


def is_decimal(text: str) -> bool:
    """A decimal as text, without exponent."""
    return DECIMAL.fullmatch(text) is not None


def is_time(text: str) -> bool:
    """Hours and minutes, with or without seconds and offset; `24:00` is not a time."""
    if _TIME.fullmatch(text) is None:
        return False
    try:
        time.fromisoformat(text.upper())
    except ValueError:
        return False
    return True


def is_phone(text: str) -> bool:
    """A mainland mobile, fixed-line, 400/800 or short service number; spaces and brackets do not count."""
    return PHONE.fullmatch(_PHONE_SPACES.sub("", text)) is not None


def is_resident_id(text: str) -> bool:
    """Eighteen characters with a birth date and check digit (GB 11643).

    The region is only looked at for its shape: sample data uses a reserved code on purpose.
    """
    if len(text) != 18 or not text[:17].isdecimal() or not text.isascii():
        return False
    try:
        ric.get_birth_date(text)
    except (NumberError, ValueError):
        return False
    return bool(ric.calc_check_digit(text) == text[17].upper())


def is_credit_code(text: str) -> bool:
    """A unified social credit code with its check character (GB 32100)."""
    return bool(uscc.is_valid(text)) and text.isascii()


def is_moment(text: str) -> bool:
    """A date and time; without an offset it is meant in the unit's zone."""
    if len(text) < 16 or text[10] not in "Tt ":
        return False
    try:
        datetime.fromisoformat(text.upper())
    except ValueError:
        return False
    return True


CHECKS: dict[str, Callable[[str], bool]] = {
    "money": is_money,
    "decimal": is_decimal,
    "phone": is_phone,
    "resident-id": is_resident_id,
    "credit-code": is_credit_code,
}

# What a form accepts, beyond what the standard asserts.
OF_FORMS: dict[str, Callable[[str], bool]] = {**CHECKS, "time": is_time, "date-time": is_moment}
