"""FEEL values as JSON, for command lines and logs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.feel.number import is_integer
from engine.feel.run import Run
from engine.feel.text import string_of
from engine.feel.values import Value


def to_json(value: Value) -> Any:
    """Turn a value into what `json.dumps` takes: whole numbers as int, others as float, dates as ISO text.

    Weigh the value first: a structure of shared lists is written out in full.
    """
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, Decimal):
        return int(value) if is_integer(value) else float(value)
    if isinstance(value, list):
        return [to_json(part) for part in value]
    if isinstance(value, dict):
        return {name: to_json(part) for name, part in value.items()}
    return string_of(Run(), value)
