"""One text for one value: canonical JSON and fixed-width times, what every hash is taken over."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson


def canonical(value: object) -> str:
    """Write a JSON value with sorted keys, no spaces and no escapes beyond JSON's own.

    Keys sort by code point. Raises TypeError for what is not JSON: values are turned into JSON types
    where they are made, never here.
    """
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME).decode()
    except TypeError:
        # orjson refuses integers beyond 64 bits and str subclasses as keys; the standard module does not.
        return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def parse(text: str | bytes) -> Any:
    """Read JSON text."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)


def sha256_hex(text: str | bytes) -> str:
    """Return the SHA-256 of text (as UTF-8) or bytes in hexadecimal."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


@lru_cache(maxsize=256)  # A step writes its moment several times.
def iso(at: datetime) -> str:
    """Write an aware time as fixed-width UTC: 2026-11-23T01:00:00.000000Z; text order is time order."""
    return f"{at.astimezone(UTC).isoformat(timespec='microseconds')[:26]}Z"


def from_iso(text: str) -> datetime:
    """Read what `iso` wrote."""
    return datetime.fromisoformat(text)
