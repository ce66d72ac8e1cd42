"""Numbers, durations and ranges from text. Source: DMN 1.5 clause 10.3.4.1."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from engine.feel.builtins.registry import FUNCTIONS, builtin
from engine.feel.compare import order
from engine.feel.durations import YearMonthDuration, months_between, parse_duration
from engine.feel.errors import FeelSyntaxError
from engine.feel.names import KnownNames
from engine.feel.number import from_text
from engine.feel.parser import parse
from engine.feel.run import Run, apply
from engine.feel.syntax import Call, Literal, Name, Node, RangeNode
from engine.feel.values import Range, Value

_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,5})?")
_MOST_DIGITS = 10_000
_MOST_CHARACTERS = 1_000
CONSTRUCTOR_NAMES = ("date", "time", "date and time", "duration")
_CONSTRUCTORS = KnownNames(CONSTRUCTOR_NAMES)


@builtin("number", "from: string, grouping separator: string?, decimal separator: string?")
def number(run: Run, text: str, grouping: str | None, point: str | None) -> Value:
    """转为数；可说明千分位符和小数点"""
    if grouping not in (None, " ", ",", ".") or point not in (None, ",", ".") or (point and point == grouping):
        return run.warn("argument-value", "number: separators are a space, a comma or a point, and differ")
    run.charge(1 + len(text) // 16)
    plain = text if grouping is None else text.replace(grouping, "")
    if point is not None and point != ".":
        plain = plain.replace(point, ".") if "." not in plain else ""
    if len(plain) > _MOST_DIGITS or not _NUMBER.fullmatch(plain):
        return run.warn("argument-value", "number: the text is no number")
    return from_text(plain)


@builtin("number", "from: number")
def number_of_number(run: Run, value: Decimal) -> Decimal:
    """数本身"""
    return value


@builtin("duration", "from: string")
def duration(run: Run, text: str) -> Value:
    """由 ISO 8601 写法得时长"""
    found = parse_duration(text)
    return run.warn("argument-value", "duration: the text is no duration") if found is None else found


@builtin("duration", "from: duration")
def duration_of_duration(run: Run, value: Value) -> Value:
    """时长本身"""
    return value


@builtin("years and months duration", "from: date or date and time, to: date or date and time")
def years_and_months(run: Run, start: date, end: date) -> YearMonthDuration:
    """两个日期之间的整年整月"""
    return months_between(_parts(start), _parts(end))


@builtin("range", "from: string")
def range_of_text(run: Run, text: str) -> Value:
    """由区间写法得区间；两端须是字面量"""
    run.charge(200 + 20 * len(text))
    found = _read_range(run, text.strip()) if len(text) <= _MOST_CHARACTERS else None
    if found is None or (found.start is None and found.end is None):
        return run.warn("argument-value", "range: the text is no range")
    if found.start is not None and found.end is not None and order(run, found.start, found.end) not in (-1, 0):
        return run.warn("argument-value", "range: the ends are of one ordered kind and go up")
    return found


def _read_range(run: Run, text: str) -> Range | None:
    inside = text[1:-1].strip()
    if not (text[:1] in ("[", "(", "]") and text[-1:] in ("]", ")", "[")):
        return None
    start_included, end_included = text[0] == "[", text[-1] == "]"
    try:
        if inside.startswith(".."):
            return Range(None, _read_end(run, parse(inside[2:], _CONSTRUCTORS).tree), False, end_included)
        if inside.endswith(".."):
            return Range(_read_end(run, parse(inside[:-2], _CONSTRUCTORS).tree), None, start_included, False)
        tree = parse(text, _CONSTRUCTORS).tree
        if not isinstance(tree, RangeNode):
            return None
        return Range(_read_end(run, tree.low), _read_end(run, tree.high), start_included, end_included)
    except (FeelSyntaxError, ValueError):
        return None


def _read_end(run: Run, node: Node) -> Value:
    """Read a literal, a negated one, or `date("…")` and its like; raises ValueError for anything else."""
    value = None
    if isinstance(node, Literal):
        value = node.value
    elif isinstance(node, Call) and isinstance(node.function, Name) and len(node.arguments) == 1:
        argument = node.arguments[0]
        if node.function.name in CONSTRUCTOR_NAMES and isinstance(argument, Literal):
            value = apply(run, FUNCTIONS[node.function.name], [argument.value])
    if value is None:
        raise ValueError("no literal")
    return value


def _parts(value: date) -> tuple[int, int, int]:
    return value.year, value.month, value.day
