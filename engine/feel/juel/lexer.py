"""Tokens of one JUEL expression."""

from __future__ import annotations

import re
from typing import NamedTuple

from engine.feel.errors import FeelSyntaxError

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?[lLfFdD]?|\.\d+(?:[eE][+-]?\d+)?)
      | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<name>[^\W\d][\w$]*)
      | (?P<sign>===|!==|==|!=|<=|>=|&&|\|\||[-+*/%<>!?:.,()\[\]])""",
    re.VERBOSE | re.DOTALL,
)
_WORDS = {
    "and": "&&", "or": "||", "not": "!", "eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">=",
    "div": "/", "mod": "%",
}  # fmt: skip
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


class Token(NamedTuple):
    """kind: number, text (its value), name, sign or end."""

    kind: str
    text: str
    position: int


def _is_called(before: list[Token]) -> bool:
    """Tell whether a word is a name here: a property, or a function with a prefix (`var:eq`)."""
    if not before or before[-1].text not in (".", ":"):
        return False
    return before[-1].text == "." or (len(before) > 1 and before[-2].text in ("var", "vars", "variables"))


def tokens(text: str) -> list[Token]:
    """Split an expression; raises FeelSyntaxError at a character that belongs to no token."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise FeelSyntaxError("juel-syntax", f"{text[at]!r} has no place here", at, text=text)
        kind, value = str(match.lastgroup), match.group()
        if kind == "text":
            value = re.sub(r"\\(.)", lambda m: _ESCAPES.get(m.group(1), m.group(1)), value[1:-1], flags=re.DOTALL)
        elif kind == "number":
            value = value.rstrip("lLfFdD").rstrip(".")
        elif kind == "name" and value in _WORDS and not _is_called(found):
            kind, value = "sign", _WORDS[value]
        elif value in ("===", "!=="):
            value = value[:2]
        if kind != "space":
            found.append(Token(kind, value, at))
        at = match.end()
    found.append(Token("end", "", len(text)))
    return found
