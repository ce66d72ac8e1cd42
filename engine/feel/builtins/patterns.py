"""String functions over regular expressions (XPath's dialect). Source: DMN 1.5 clause 10.3.4.3."""

from __future__ import annotations

import re

from engine.feel.builtins.registry import builtin
from engine.feel.regex import Pattern, PatternError, compile_pattern
from engine.feel.regex.machine import Spans
from engine.feel.run import Run
from engine.feel.values import Value

_REFERENCE = re.compile(r"\\([\\$])|\$([0-9]+)|[\\$]")


@builtin("matches", "input: string, pattern: string, flags: string?")
def matches(run: Run, text: str, pattern: str, flags: str | None) -> Value:
    """符合正则表达式（XPath 写法）"""
    compiled = _compile(run, pattern, flags)
    return next(iter(compiled.find_all(text, run.charge)), None) is not None


@builtin("replace", "input: string, pattern: string, replacement: string, flags: string?")
def replace(run: Run, text: str, pattern: str, replacement: str, flags: str | None) -> Value:
    """替换所有匹配；$1 指第一个括号"""
    compiled = _compile(run, pattern, flags)
    pieces = [replacement] if "q" in (flags or "") else _pieces(replacement, compiled.groups)
    made: list[str] = []
    end = 0
    for spans in compiled.find_all(text, run.charge):
        made.append(text[end : _start(spans)])
        for piece in pieces:
            made.append(piece if isinstance(piece, str) else _group(text, spans, piece))
            run.hold(len(made[-1]))
        end = spans[1] or 0
    made.append(text[end:])
    run.hold(len(text))
    return "".join(made)


@builtin("split", "string: string, delimiter: string")
def split(run: Run, text: str, delimiter: str) -> Value:
    """按正则表达式分割"""
    made: list[str] = []
    end = 0
    for spans in _compile(run, delimiter, None).find_all(text, run.charge):
        made.append(text[end : _start(spans)])
        run.hold(64 + len(made[-1]))
        end = spans[1] or 0
    made.append(text[end:])
    return made


def _compile(run: Run, pattern: str, flags: str | None) -> Pattern:
    """Compile once per evaluation and pay for it; the shared cache makes it cheaper, but never free."""
    key = (pattern, flags or "")
    known = run.patterns.get(key) if run.patterns else None
    if known is not None:
        return known  # type: ignore[no-any-return]
    run.charge(500 + 40 * len(pattern))
    try:
        made = compile_pattern(*key)
    except PatternError as error:
        raise ValueError(f"the pattern is wrong, {error}") from error
    if run.patterns is None:
        run.patterns = {}
    run.patterns[key] = made
    return made


def _start(spans: Spans) -> int:
    if spans[0] is None or spans[0] == spans[1]:
        raise PatternError("the pattern matches the empty text")
    return spans[0]


def _group(text: str, spans: Spans, number: int) -> str:
    start, end = spans[2 * number], spans[2 * number + 1]
    return "" if start is None or end is None or start < 0 else text[start:end]


def _pieces(replacement: str, groups: int) -> list[str | int]:
    """Split a replacement into text and group numbers; raises PatternError for a stray sign."""
    made: list[str | int] = []
    end = 0
    for found in _REFERENCE.finditer(replacement):
        made.append(replacement[end : found.start()])
        end = found.end()
        if found[1]:
            made.append(found[1])
        elif found[2]:
            number, rest = found[2], ""
            while len(number) > 1 and int(number) > groups:
                number, rest = number[:-1], number[-1] + rest
            made.extend([int(number) if int(number) <= groups else "", rest])
        else:
            raise PatternError("write \\$ or \\\\ for the sign itself")
    made.append(replacement[end:])
    return made
