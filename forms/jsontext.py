"""Read JSON text with the line of every value, finding what `json.loads` lets pass: repeated keys and deep nesting."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from forms import pointer as pointers

MOST_BYTES = 2 * 1024 * 1024
DEEPEST = 200
MOST_PARTS = 200_000
# Rows of a list that have a line of their own; those after them share the last one.
_NOTED = 5000
# An unclosed string runs to the end at once: looking again at each quote inside it would take for ever.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}:,\n]')


class BadText(ValueError):
    """The text is no usable JSON. code: too-large, encoding, too-deep, not-json; line and column from 1, or 0."""

    def __init__(self, code: str, line: int = 0, column: int = 0) -> None:
        self.code, self.line, self.column = code, line, column
        super().__init__(code)


@dataclass
class Text:
    """A parsed text. lines: pointer -> line of the value; repeated: (pointer, line) of keys that stand twice."""

    value: Any
    lines: dict[str, int] = field(default_factory=dict)
    repeated: list[tuple[str, int]] = field(default_factory=list)

    def line(self, pointer: str) -> int:
        """Tell the line of a value, or of the nearest part around it."""
        while pointer and pointer not in self.lines:
            pointer = pointer.rpartition("/")[0]
        return self.lines.get(pointer, 1)


def parse(content: bytes) -> Text:
    """Parse UTF-8 JSON; raises BadText."""
    if len(content) > MOST_BYTES:
        raise BadText("too-large")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadText("encoding", content.count(b"\n", 0, error.start) + 1) from None
    _measure(text)
    try:
        value = json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise BadText("not-json", error.lineno, error.colno) from None
    except (RecursionError, ValueError):
        raise BadText("not-json", 1) from None
    found = Text(value)
    _locate(text, found)
    return found


def _refuse(name: str) -> Any:
    raise ValueError(name)


def _measure(text: str) -> None:
    depth, line, parts = 0, 1, 0
    for hit in _TOKEN.finditer(text):
        mark = hit.group()
        if mark == "\n":
            line += 1
        elif mark in "{[":
            depth += 1
            parts += 1
            if depth > DEEPEST:
                raise BadText("too-deep", line)
        elif mark in "}]":
            depth -= 1
        elif mark == ",":
            parts += 1
        if parts > MOST_PARTS:
            raise BadText("too-large", line)


def _locate(text: str, found: Text) -> None:
    """Walk the tokens of text known to be JSON and note where each value starts."""
    stack: list[_Level] = []
    line = 1
    found.lines[""] = 1
    for hit in _TOKEN.finditer(text):
        mark = hit.group()
        if mark == "\n":
            line += 1
            continue
        top = stack[-1] if stack else None
        if mark[0] == '"':
            if top is not None and top.keys is not None and top.wants_key:
                _take_key(top, str(json.loads(mark)), line, found)
        elif mark in "{[":
            pointer = top.here if top is not None else ""
            stack.append(_Level(pointer, set() if mark == "{" else None, mark == "{"))
            if mark == "[":
                stack[-1].start_item(found, line)
        elif mark in "}]":
            stack.pop()
        elif mark == "," and top is not None:
            if top.keys is None:
                top.index += 1
                top.start_item(found, line)
            else:
                top.wants_key = True


@dataclass
class _Level:
    pointer: str
    keys: set[str] | None
    wants_key: bool
    here: str = ""
    index: int = 0

    def start_item(self, found: Text, line: int) -> None:
        if self.index < _NOTED:
            self.here = pointers.join(self.pointer, self.index)
            found.lines[self.here] = line


def _take_key(top: _Level, key: str, line: int, found: Text) -> None:
    top.here = pointers.join(top.pointer, key)
    if top.keys is not None:
        if key in top.keys:
            found.repeated.append((top.here, line))
        top.keys.add(key)
    top.wants_key = False
    found.lines[top.here] = line
