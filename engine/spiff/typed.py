"""Values between JSON, in which a case is kept, and FEEL, which knows numbers as decimals and dates as dates.

What FEEL computed and JSON cannot say (a date, a duration) is kept as ISO text together with its kind, so that it comes
back as what it was. What a form wrote is typed by its schema's `format`. Nothing is guessed from the look of a text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.feel.durations import YearMonthDuration, day_time_text, parse_duration
from engine.feel.temporal import parse_date, parse_date_time, parse_time, temporal_text

MAX_WEIGHT = 200_000

Schema = Mapping[str, Any]


def to_json(value: Any, schema: Schema | None = None) -> tuple[Any, Any]:
    """Return (JSON value, kind or None); raises ValueError for functions, ranges and values that weigh too much.

    Whole numbers become int and others float, unless `schema` keeps them as text (format decimal or money).
    """
    return _Weigher().to_json(value, schema)


class _Weigher:
    def __init__(self) -> None:
        self.weight = 0

    def to_json(self, value: Any, schema: Schema | None) -> tuple[Any, Any]:
        self.weight += 1
        if self.weight > MAX_WEIGHT:
            raise ValueError("the value is too large to be kept")
        if value is None or isinstance(value, bool):
            return value, None
        if isinstance(value, str):
            self.weight += len(value) >> 6
            return value, None
        if isinstance(value, Decimal):
            return _number(value, schema), None
        if isinstance(value, (int, float)):
            return _number(Decimal(repr(value)), schema), None
        if isinstance(value, dict):
            return self._context(value, schema)
        if isinstance(value, (list, tuple)):
            return self._list(value, schema)
        if isinstance(value, datetime):
            return temporal_text(value), "date-time"
        if isinstance(value, date):
            return temporal_text(value), "date"
        if isinstance(value, time):
            return temporal_text(value), "time"
        if isinstance(value, timedelta):
            return day_time_text(value), "duration"
        if isinstance(value, YearMonthDuration):
            return str(value), "duration"
        raise ValueError(f"a {type(value).__name__.lower()} cannot be kept as a value")

    def _context(self, value: dict[str, Any], schema: Schema | None) -> tuple[Any, Any]:
        parts = (schema or {}).get("properties") or {}
        made: dict[str, Any] = {}
        kinds: dict[str, Any] = {}
        for name, part in value.items():
            made[name], kind = self.to_json(part, parts.get(name))
            if kind is not None:
                kinds[name] = kind
        return made, {"of": kinds} if kinds else None

    def _list(self, value: list[Any] | tuple[Any, ...], schema: Schema | None) -> tuple[Any, Any]:
        item = (schema or {}).get("items")
        pairs = [self.to_json(part, item if isinstance(item, Mapping) else None) for part in value]
        kinds = [kind for _, kind in pairs]
        if not any(kinds):
            return [made for made, _ in pairs], None
        same = kinds[0] if all(kind == kinds[0] for kind in kinds) else None
        return [made for made, _ in pairs], {"all": same} if same is not None else {"each": kinds}


def _number(value: Decimal, schema: Schema | None) -> Any:
    if not value.is_finite():
        raise ValueError("a number that is not finite cannot be kept")
    if schema is not None and schema.get("format") in ("decimal", "money"):
        return format(value, "f")
    whole = value.to_integral_value() if abs(value) < Decimal(10) ** 40 else None
    if whole is not None and whole == value and abs(whole) < 2**63:
        return int(whole)
    return float(value)


def _back_date_time(text: str) -> Any:
    return parse_date_time(text) or parse_date(text)


_BACK: dict[str, Callable[[str], Any]] = {
    "date": parse_date,
    "date-time": _back_date_time,
    "time": parse_time,
    "duration": parse_duration,
}


def from_json(value: Any, kind: Any) -> Any:
    """Return the FEEL value that `to_json` kept with `kind`."""
    if value is None or kind is None:
        return value
    if isinstance(kind, str):
        return _BACK[kind](value) if isinstance(value, str) else value
    if "of" in kind and isinstance(value, dict):
        return {**value, **{name: from_json(value.get(name), part) for name, part in kind["of"].items()}}
    if isinstance(value, list):
        if "all" in kind:
            return [from_json(part, kind["all"]) for part in value]
        if "each" in kind:
            return [from_json(part, k) for part, k in zip(value, kind["each"], strict=False)]
    return value


def from_schema(value: Any, schema: Schema) -> Any:
    """Return a JSON value typed by the `format`s of a JSON schema; what does not fit stays as it is."""
    if value is None:
        return None
    if isinstance(value, str):
        return _typed_text(value, schema.get("format"))
    if isinstance(value, dict):
        parts = schema.get("properties")
        if not parts:
            return value
        return {name: from_schema(part, parts[name]) if name in parts else part for name, part in value.items()}
    if isinstance(value, list):
        item = schema.get("items")
        return [from_schema(part, item) for part in value] if isinstance(item, Mapping) else value
    return value


def _typed_text(value: str, form: str | None) -> Any:
    if form in ("decimal", "money"):
        try:
            return Decimal(value)
        except InvalidOperation:
            return value
    back = _BACK.get(form or "")
    found = back(value) if back is not None else None
    return value if found is None else found
