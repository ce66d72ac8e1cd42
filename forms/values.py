"""Values between JSON and FEEL, and small acts on trees of values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from forms.absent import Absent, Raw

Schema = dict[str, Any]

_DURATION = re.compile(r"(-)?P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")


class Typed(dict[str, Any]):
    """Values as a person typed them, for the next rendering of the same page.

    picks: pointer -> chosen branch of a `oneOf`/`anyOf`. origins: pointer of a table -> for each row the index
    it had in the base values, or None for a new row. Both are known only while a page goes back and forth.
    root: what was typed where the outermost value of a form is no object. step: the page of a form in steps.
    """

    picks: dict[str, int]
    origins: dict[str, list[int | None]]
    root: Any
    step: int | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.picks = {}
        self.origins = {}
        self.root = None
        self.step = None

    @property
    def whole(self) -> Any:
        """Give what was typed as it is shown again."""
        return self if self.root is None else self.root

    def rows(self, path: tuple[str, ...]) -> Any:
        """Find the rows of a table, made if there are none yet."""
        if not path and not isinstance(self.root, list):
            self.root = []
        return ensure(self.whole, path, [])


def to_feel(value: Any, schema: Any) -> Any:
    """Type a JSON value by its schema: dates become dates, money and decimals Decimal; what does not fit stays."""
    if not isinstance(schema, Mapping):
        schema = {}
    if isinstance(value, dict):
        properties = schema.get("properties")
        named = properties if isinstance(properties, Mapping) else {}
        return {key: to_feel(part, named.get(key)) for key, part in value.items()}
    if isinstance(value, list):
        return [to_feel(part, schema.get("items")) for part in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return Decimal(str(value))
    is_typed = isinstance(value, str) and ("format" in schema or schema.get("type") in ("number", "integer"))
    if (is_typed or isinstance(value, Raw)) and not value.strip():
        # An input left empty is no value.
        return None
    if isinstance(value, str) and "format" in schema:
        return _by_format(value, str(schema["format"]))
    if isinstance(value, str) and schema.get("type") in ("number", "integer"):
        # What is being typed is text; rules follow it as the number it is going to be.
        return _number(value)
    return value


def _number(text: str) -> Any:
    try:
        number = Decimal(text.strip().replace(",", ""))
    except InvalidOperation:
        return text
    return number if number.is_finite() else text


def _by_format(text: str, format_name: str) -> Any:
    try:
        if format_name == "date":
            return date.fromisoformat(text)
        if format_name == "date-time":
            return datetime.fromisoformat(text)
        if format_name == "time":
            return time.fromisoformat(text)
        if format_name in ("money", "decimal"):
            return _number(text)
        if format_name == "duration":
            return _duration(text)
    except (ValueError, InvalidOperation):
        return text
    return text


def _duration(text: str) -> timedelta | str:
    hit = _DURATION.fullmatch(text)
    if hit is None or text.endswith(("P", "T")):
        return text
    sign, days, hours, minutes, seconds = hit.groups()
    span = timedelta(days=int(days or 0), hours=int(hours or 0), minutes=int(minutes or 0), seconds=float(seconds or 0))
    return -span if sign else span


def to_json(value: Any, schema: Any) -> Any:
    """Turn a FEEL value into the JSON its schema asks for; the counterpart of `to_feel`."""
    format_name = schema.get("format") if isinstance(schema, Mapping) else None
    kinds = schema.get("type") if isinstance(schema, Mapping) else None
    if isinstance(value, Decimal):
        if format_name == "money":
            return f"{value.quantize(Decimal('0.01')):f}"
        if format_name == "decimal" or kinds == "string":
            return f"{value:f}"
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return _iso_duration(value)
    if isinstance(value, dict):
        properties = schema.get("properties", {}) if isinstance(schema, Mapping) else {}
        return {key: to_json(part, properties.get(key)) for key, part in value.items()}
    if isinstance(value, list):
        items = schema.get("items") if isinstance(schema, Mapping) else None
        return [to_json(part, items) for part in value]
    return value


def _iso_duration(span: timedelta) -> str:
    sign, span = ("-", -span) if span < timedelta() else ("", span)
    hours, rest = divmod(span.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    clock = "".join(f"{number}{unit}" for number, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if number)
    days = f"{span.days}D" if span.days or not clock else ""
    return f"{sign}P{days}{'T' + clock if clock else ''}"


def put(data: Any, path: tuple[str, ...], value: Any) -> None:
    """Set the value at a path, making the sections around it; a plain value in the way stays."""
    holder = ensure(data, path[:-1], {})
    if isinstance(holder, dict):
        holder[path[-1]] = value
    elif isinstance(holder, list) and path[-1].isdecimal() and int(path[-1]) < len(holder):
        holder[int(path[-1])] = value


def drop(data: Any, path: tuple[str, ...]) -> None:
    """Remove a key of an object, if it is there; rows of a list are never removed."""
    for part in path[:-1]:
        if isinstance(data, dict) and part in data:
            data = data[part]
        elif isinstance(data, list) and part.isdecimal() and int(part) < len(data):
            data = data[int(part)]
        else:
            return
    if isinstance(data, dict):
        data.pop(path[-1], None)


def without_nulls(value: Any) -> Any:
    """Drop nulls of objects: a cleared value is no value, and most schemas do not allow null."""
    if isinstance(value, dict):
        return {key: without_nulls(part) for key, part in value.items() if part is not None}
    if isinstance(value, list):
        return [without_nulls(part) for part in value]
    return value


def ensure(data: Any, path: tuple[str, ...], empty: Any) -> Any:
    """Find the list or object at a path, making the sections around it."""
    for index, part in enumerate(path):
        is_last = index == len(path) - 1
        if isinstance(data, list):
            if not part.isdecimal() or int(part) >= len(data):
                return None
            if data[int(part)] is None:
                data[int(part)] = empty if is_last else {}
            data = data[int(part)]
        elif isinstance(data, dict):
            if data.get(part) is None:
                data[part] = empty if is_last else {}
            data = data[part]
        else:
            return None
    return data


def is_blank(value: Any) -> bool:
    """Tell whether a row holds nothing that a person would miss; an unticked box is nothing."""
    if isinstance(value, Mapping):
        return all(is_blank(part) for part in value.values())
    if isinstance(value, list):
        return all(is_blank(part) for part in value)
    return value is None or value is False or isinstance(value, Absent) or value == ""
