"""A value as FEEL text: what `string()` answers, and what would read back as the value.

Source: DMN 1.5 clause 10.3.4.1, `string`.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

from engine.feel.durations import YearMonthDuration, day_time_text
from engine.feel.lexer import escape
from engine.feel.names import is_special, normalize, split_name
from engine.feel.number import to_text
from engine.feel.run import Run
from engine.feel.temporal import temporal_text
from engine.feel.values import Function, Range, Value


def string_of(run: Run, value: Value) -> str | None:
    """Write a value as `string()` does; a string is itself, null stays null."""
    if value is None or isinstance(value, str):
        return value
    text = _scalar(value)
    return text if text is not None else literal_of(run, value)


def _scalar(value: Value) -> str | None:
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return to_text(value)
    if isinstance(value, (date, time)):
        return temporal_text(value)
    if isinstance(value, timedelta):
        return day_time_text(value)
    return str(value) if isinstance(value, YearMonthDuration) else None


def literal_of(run: Run, value: Value) -> str:
    """Write a value inside a list or context: strings in quotes. Each piece of text is charged."""
    run.charge(4)
    if value is None:
        text = "null"
    elif isinstance(value, str):
        text = escape(value)
    elif isinstance(value, list):
        text = f"[{', '.join([literal_of(run, part) for part in value])}]"
    elif isinstance(value, dict):
        text = f"{{{', '.join([f'{key_of(name)}: {literal_of(run, part)}' for name, part in value.items()])}}}"
    elif isinstance(value, Range):
        text = _range(run, value)
    elif isinstance(value, Function):
        text = f"function({', '.join(value.parameters)})"
    else:
        text = _scalar(value) or ""
    run.hold(len(text))
    return text


def key_of(name: str) -> str:
    """Write the key of a context entry: as a name where it is a plain one, else in quotes."""
    return name if name and name == normalize(split_name(name)) and not is_special(name) else escape(name)


def _range(run: Run, value: Range) -> str:
    start = "" if value.start is None else literal_of(run, value.start)
    end = "" if value.end is None else literal_of(run, value.end)
    return f"{'[' if value.start_included else '('}{start}..{end}{']' if value.end_included else ')'}"
