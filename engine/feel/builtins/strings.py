"""String functions that need no regular expressions. Source: DMN 1.5 clause 10.3.4.3."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal

from engine.feel.builtins.registry import builtin
from engine.feel.number import to_index
from engine.feel.run import Run
from engine.feel.text import string_of
from engine.feel.values import Value


def _whole(value: Decimal) -> int | None:
    """Cut a position or length off at the point: characters are counted whole."""
    return to_index(value.to_integral_value(ROUND_DOWN)) if value.adjusted() <= 18 else None


@builtin("substring", "string: string, start position: number, length: number?")
def substring(run: Run, string: str, start: Decimal, length: Decimal | None) -> Value:
    """取子串；位置从 1 起，负数从末尾起"""
    first = _whole(start)
    count = len(string) if length is None else _whole(length)
    if first is None or count is None or first == 0 or count < 1 or abs(first) > len(string):
        return run.warn("argument-value", "substring: the position lies in the string, the length is at least 1")
    begin = first - 1 if first > 0 else len(string) + first
    run.hold(min(count, len(string)))
    return string[begin : begin + count]


@builtin("string length", "string: string")
def string_length(run: Run, string: str) -> Decimal:
    """字数"""
    return Decimal(len(string))


@builtin("upper case", "string: string")
def upper_case(run: Run, string: str) -> str:
    """转大写"""
    run.hold(len(string))
    return string.upper()


@builtin("lower case", "string: string")
def lower_case(run: Run, string: str) -> str:
    """转小写"""
    run.hold(len(string))
    return string.lower()


@builtin("substring before", "string: string, match: string")
def substring_before(run: Run, string: str, match: str) -> str:
    """首次出现之前的部分；没有则为空串"""
    _scan(run, string)
    return string.partition(match)[0] if match and match in string else ""


@builtin("substring after", "string: string, match: string")
def substring_after(run: Run, string: str, match: str) -> str:
    """首次出现之后的部分；没有则为空串"""
    _scan(run, string)
    return string.partition(match)[2] if match else string


@builtin("contains", "string: string, match: string")
def contains(run: Run, string: str, match: str) -> bool:
    """包含"""
    _scan(run, string)
    return match in string


@builtin("starts with", "string: string, match: string")
def starts_with(run: Run, string: str, match: str) -> bool:
    """以……开头"""
    return string.startswith(match)


@builtin("ends with", "string: string, match: string")
def ends_with(run: Run, string: str, match: str) -> bool:
    """以……结尾"""
    return string.endswith(match)


@builtin("string join", "list: list, delimiter: string?")
def string_join(run: Run, parts: list[Value], delimiter: str | None) -> Value:
    """连接；跳过 null"""
    return _join(run, parts, delimiter or "", "", "")


@builtin("string join", "list: list, delimiter: string?, prefix: string?, suffix: string?")
def string_join_within(
    run: Run, parts: list[Value], delimiter: str | None, prefix: str | None, suffix: str | None
) -> Value:
    """连接，并加头尾"""
    return _join(run, parts, delimiter or "", prefix or "", suffix or "")


def _join(run: Run, parts: list[Value], delimiter: str, prefix: str, suffix: str) -> Value:
    run.charge(len(parts))
    texts = [part for part in parts if part is not None]
    if not all(isinstance(part, str) for part in texts):
        return run.warn("argument-type", "string join: every item is a string")
    run.hold(sum(map(len, texts)) + len(delimiter) * len(texts) + len(prefix) + len(suffix))
    return prefix + delimiter.join(texts) + suffix


@builtin("string", "from: any")
def string(run: Run, value: Value) -> Value:
    """转为文字"""
    return string_of(run, value)


def _scan(run: Run, string: str) -> None:
    run.charge(1 + len(string) // 64)
    run.hold(len(string) // 8)
