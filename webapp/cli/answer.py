"""How a command answers: one JSON document, or lines for a person."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

import click


def plain(value: Any) -> Any:
    """Turn a value into what JSON can say: numbers as numbers, dates as ISO text."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)


def answer(document: Any, *, ok: bool = True) -> NoReturn:
    """Print one JSON document and leave with 0, or 1 when the answer is no."""
    click.echo(json.dumps(plain(document), ensure_ascii=False, indent=2))
    sys.exit(0 if ok else 1)


def refuse(message: str) -> NoReturn:
    """Say on standard error why the question cannot be answered, and leave with 2."""
    click.echo(message, err=True)
    sys.exit(2)


def read_json(text: str | None, *, what: str) -> Any:
    """Read JSON given as text, as `@file` or as a path; None gives an empty object."""
    if text is None:
        return {}
    source = text.removeprefix("@")
    if text.startswith("@") or (not text.lstrip().startswith(("{", "[", '"')) and Path(source).is_file()):
        try:
            text = Path(source).read_text(encoding="utf-8-sig")
        except OSError as error:
            refuse(f"{what}: {error}")
    try:
        return json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        refuse(f"{what} is not JSON: {error}")
