"""Python's own ways that FEEL has no operator for: truth, equality across kinds, positions from 0, formatting.

Their names (`py:len`) cannot be written in FEEL, so only translated trees reach them.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from engine.feel.arithmetic import operate
from engine.feel.budget import SLOT
from engine.feel.builtins.registry import FUNCTIONS, Registry
from engine.feel.compare import equal
from engine.feel.durations import from_seconds, seconds_of
from engine.feel.number import NUMBER, from_text, is_integer, to_index
from engine.feel.run import Run
from engine.feel.temporal import parse_date, parse_date_time, temporal_text
from engine.feel.text import literal_of, string_of
from engine.feel.values import Value

_PYTHON = Registry()
python = _PYTHON.declare
_FORMAT = re.compile(r"[<>^]?0?\d{0,2},?(?:\.\d{1,2})?[fds%]?", re.ASCII)
_DIRECTIVES = {"%Y": "%Y", "%m": "%m", "%d": "%d", "%H": "%H", "%M": "%M", "%S": "%S", "%%": "%%", "%y": "%y"}
_WRITTEN = {None: "None", True: "True", False: "False"}


def is_true(value: Value) -> bool:
    """Tell whether Python takes a value for true."""
    if isinstance(value, bool):
        return value
    return bool(value) if isinstance(value, (Decimal, str, list, dict, timedelta)) else value is not None


@python("py:truth", "value: any")
def truth(run: Run, value: Value) -> bool:
    return is_true(value)


@python("py:not", "value: any")
def is_false(run: Run, value: Value) -> bool:
    return not is_true(value)


@python("py:equal", "one: any, other: any")
def is_equal(run: Run, one: Value, other: Value) -> bool:
    return equal(run, one, other) is True


@python("py:in", "item: any, container: any")
def contains(run: Run, item: Value, container: Value) -> Value:
    if isinstance(container, str) and isinstance(item, str):
        run.charge(len(container) // 64)
        return item in container
    if isinstance(container, dict):
        return isinstance(item, str) and item in container
    if isinstance(container, list):
        run.charge(2 * len(container))
        return any(equal(run, item, part) is True for part in container)
    raise ValueError("in needs a list, a dict or a string")


@python("py:add", "one: any, other: any")
def add(run: Run, one: Value, other: Value) -> Value:
    if isinstance(one, list) and isinstance(other, list):
        return _held(run, one + other)
    return operate(run, "+", one, other, run.position or 0)


@python("py:mod", "one: number, other: number")
def modulo(run: Run, one: Decimal, other: Decimal) -> Value:
    return FUNCTIONS["modulo"].call(run, [one, other])


@python("py:item", "container: any, key: any")
def item(run: Run, container: Value, key: Value) -> Value:
    if isinstance(container, dict) and isinstance(key, str) and key in container:
        return container[key]
    index = to_index(key) if isinstance(key, Decimal) else None
    if isinstance(container, (list, str)) and index is not None and -len(container) <= index < len(container):
        return container[index]
    raise ValueError("there is no such item")


@python("py:slice", "container: any, start: number?, stop: number?")
def part(run: Run, container: Value, start: Decimal | None, stop: Decimal | None) -> Value:
    if not isinstance(container, (list, str)):
        raise ValueError("only lists and strings have slices")
    made = container[_bound(start) : _bound(stop)]
    run.charge(len(made) // 8)
    run.hold(8 * len(made))
    return made


def _bound(value: Decimal | None) -> int | None:
    return None if value is None else to_index(value)


@python("py:put", "container: any, keys: list, value: any")
def put(run: Run, container: Value, keys: list[Value], value: Value) -> Value:
    """Answer a copy of a container in which one place, however deep, has another value."""
    key, rest = keys[0], keys[1:]
    if rest:
        value = put(run, item(run, container, key), rest, value)
    if isinstance(container, dict) and isinstance(key, str):
        run.hold(SLOT * (1 + len(container)))
        return {**container, key: value}
    index = to_index(key) if isinstance(key, Decimal) else None
    if isinstance(container, list) and index is not None and -len(container) <= index < len(container):
        made = _held(run, container[:])
        made[index] = value
        return made
    raise ValueError("nothing can be put there")


@python("py:len", "value: any")
def length(run: Run, value: Value) -> Decimal:
    if not isinstance(value, (list, dict, str)):
        raise ValueError("len needs a list, a dict or a string")
    return Decimal(len(value))


@python("py:iter", "value: any")
def members(run: Run, value: Value) -> list[Value]:
    """List what a Python loop would run over: items, keys or characters."""
    if isinstance(value, list):
        return value
    if isinstance(value, (dict, str)):
        return _held(run, list(value))
    raise ValueError("only lists, dicts and strings can be run through")


@python("py:range", "first: number, second: number?, step: number?")
def count(run: Run, first: Decimal, second: Decimal | None, step: Decimal | None) -> list[Decimal]:
    start, stop = (0, to_index(first)) if second is None else (to_index(first), to_index(second))
    by = 1 if step is None else to_index(step)
    if start is None or stop is None or not by:
        raise ValueError("range needs whole numbers")
    numbers = range(start, stop, by)
    run.charge(len(numbers))
    run.hold(SLOT * len(numbers))
    return [Decimal(number) for number in numbers]


@python("py:join", "lists: list")
def join(run: Run, lists: list[list[Value]]) -> list[Value]:
    """Chain the lists that a comprehension made."""
    made: list[Value] = []
    for items in lists:
        run.charge(1)
        made.extend(items)
    return _held(run, made)


@python("py:dict", "pairs: list")
def make_dict(run: Run, pairs: list[Value]) -> dict[str, Value]:
    run.hold(SLOT * len(pairs))
    if not all(isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str) for pair in pairs):
        raise ValueError("the keys of a dict are strings")
    return dict(pairs)


@python("py:items", "value: context")
def pairs(run: Run, value: dict[str, Value]) -> list[list[Value]]:
    run.hold(SLOT * len(value))
    return [[key, entry] for key, entry in value.items()]


@python("py:values", "value: context")
def entries(run: Run, value: dict[str, Value]) -> list[Value]:
    return _held(run, list(value.values()))


@python("py:get", "value: context, key: string, default: any")
def get(run: Run, value: dict[str, Value], key: str, default: Value) -> Value:
    return value.get(key, default)


@python("py:any", "items: list")
def any_true(run: Run, items: list[Value]) -> bool:
    run.charge(len(items))
    return any(is_true(value) for value in items)


@python("py:all", "items: list")
def all_true(run: Run, items: list[Value]) -> bool:
    run.charge(len(items))
    return all(is_true(value) for value in items)


@python("py:sum", "items: list")
def total(run: Run, items: list[Value]) -> Value:
    return FUNCTIONS["sum"].call(run, [items]) if items else Decimal(0)


@python("py:str", "value: any")
def text(run: Run, value: Value) -> str:
    if value is None or isinstance(value, bool):
        return _WRITTEN[value]
    if isinstance(value, datetime):
        return temporal_text(value).replace("T", " ")
    return (literal_of if isinstance(value, (list, dict)) else string_of)(run, value) or ""


@python("py:concat", "parts: string*")
def concat(run: Run, parts: list[str]) -> str:
    run.hold(sum(map(len, parts)))
    return "".join(parts)


@python("py:format", "value: any, spec: string")
def form(run: Run, value: Value, spec: str) -> str:
    """Format as an f-string does, for plain widths, thousands and places and for plain date directives."""
    if isinstance(value, (date, time)):
        return written(run, value, spec)
    if not _FORMAT.fullmatch(spec):
        raise ValueError("the format is not known")
    if isinstance(value, Decimal) and spec.endswith("d"):
        return format(int(value), spec) if is_integer(value) and value.adjusted() < 40 else str(value)
    return format(value if isinstance(value, (Decimal, str)) else text(run, value), spec)


@python("py:strftime", "value: any, spec: string")
def written(run: Run, value: Value, spec: str) -> str:
    if not isinstance(value, (date, time)):
        raise ValueError("only dates and times are written so")
    if any(found not in _DIRECTIVES for found in re.findall(r"%.?", spec)) or len(spec) > 200:
        raise ValueError("the format is not known")
    return value.strftime(spec)


@python("py:int", "value: any")
def whole(run: Run, value: Value) -> Decimal:
    found = number(run, value)
    if found.adjusted() > 34:
        raise ValueError("the number is too large")
    return Decimal(int(found))


@python("py:float", "value: any")
def number(run: Run, value: Value) -> Decimal:
    if isinstance(value, bool):
        return Decimal(int(value))
    if isinstance(value, Decimal):
        return value
    if isinstance(value, str) and len(value) < 1000 and re.fullmatch(r"\s*[+-]?(\d+\.?\d*|\.\d+)\s*", value, re.ASCII):
        return from_text(value.strip())
    raise ValueError("that is no number")


@python("py:round", "value: number, places: number?")
def rounded(run: Run, value: Decimal, places: Decimal | None) -> Value:
    return FUNCTIONS["decimal"].call(run, [value, places or Decimal(0)])


@python("py:split", "value: string, delimiter: string?")
def split(run: Run, value: str, delimiter: str | None) -> list[str]:
    run.charge(len(value) // 8)
    run.hold(64 * (1 + (value.count(delimiter) if delimiter else len(value) // 2)) + len(value))
    return value.split(delimiter) if delimiter is None or delimiter else [value]


@python("py:replace", "value: string, old: string, new: string")
def replace(run: Run, value: str, old: str, new: str) -> str:
    run.charge(len(value) // 8)
    run.hold(len(value) + (value.count(old) * len(new)))
    return value.replace(old, new)


@python("py:strip", "value: string")
def strip(run: Run, value: str) -> str:
    run.hold(len(value))
    return value.strip()


@python("py:now", "zone: any")
def now(run: Run, zone: Value) -> Value:
    """Answer the clock's time: without a zone as Python's datetime.now(), or in UTC."""
    if run.now is None:
        return run.warn("no-clock", "datetime.now() needs a clock, and none was given")
    return run.now.replace(tzinfo=None) if zone is None else run.now.astimezone(UTC)


@python("py:datetime", "parts: number*")
def moment(run: Run, parts: list[Decimal]) -> datetime:
    return datetime(*_whole(parts, 3, 7), tzinfo=None)  # type: ignore[misc, arg-type]  # noqa: DTZ001


@python("py:date", "parts: number*")
def day(run: Run, parts: list[Decimal]) -> date:
    return date(*_whole(parts, 3, 3))


@python("py:time", "parts: number*")
def clock(run: Run, parts: list[Decimal]) -> time:
    return time(*_whole(parts, 1, 4), tzinfo=None)  # type: ignore[misc, arg-type]


def _whole(parts: list[Decimal], least: int, most: int) -> list[int]:
    numbers = [to_index(value) for value in parts]
    if not least <= len(numbers) <= most or not all(value is not None and abs(value) < 10**7 for value in numbers):
        raise ValueError("these are no parts of a date or time")
    return [value for value in numbers if value is not None]


@python("py:timedelta", "days: number?, seconds: number?, minutes: number?, hours: number?, weeks: number?")
def span(
    run: Run,
    days: Decimal | None,
    seconds: Decimal | None,
    minutes: Decimal | None,
    hours: Decimal | None,
    weeks: Decimal | None,
) -> timedelta:
    found = Decimal(0)
    for value, size in ((days, 86400), (seconds, 1), (minutes, 60), (hours, 3600), (weeks, 604800)):
        found = NUMBER.add(found, NUMBER.multiply(value or Decimal(0), Decimal(size)))
    return from_seconds(found)


@python("py:fromisoformat", "value: string")
def from_iso(run: Run, value: str) -> Value:
    found = parse_date_time(value.replace(" ", "T")) if len(value) < 100 else None
    if found is None:
        raise ValueError("that is no date and time")
    return found


@python("py:date_of_text", "value: string")
def date_from_iso(run: Run, value: str) -> Value:
    found = parse_date(value)
    if found is None:
        raise ValueError("that is no date")
    return found


@python("py:total_seconds", "value: days and time duration")
def total_seconds(run: Run, value: timedelta) -> Decimal:
    return seconds_of(value)


@python("py:weekday", "value: date or date and time")
def weekday(run: Run, value: date) -> Decimal:
    return Decimal(value.weekday())


@python("py:isoformat", "value: any")
def iso(run: Run, value: Value) -> str:
    if not isinstance(value, (date, time)):
        raise ValueError("only dates and times are written so")
    return temporal_text(value)


def _held(run: Run, made: list[Value]) -> list[Value]:
    run.charge(1 + len(made) // 8)
    run.hold(8 * len(made))
    return made


ALL_FUNCTIONS = {**FUNCTIONS, **_PYTHON.functions}
