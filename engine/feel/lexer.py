"""Text to tokens.

A name token is one word; which words and signs make one name is the parser's matter, because only it
knows the names in scope. Source: DMN 1.5 clause 10.3.1.2, grammar rules 27 to 66.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from engine.feel.errors import FeelSyntaxError

MOST_CHARACTERS = 20_000

_START = (
    r"?A-Z_a-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D\u2070-\u218F"
    r"\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFEFE\uFF00-\uFFFD\U00010000-\U000EFFFF"
)
_PART = _START + r"0-9\u00B7\u0300-\u036F\u203F-\u2040"
_SPACE = r"\s\u00A0\u1680\u180E\u2000-\u200B\u2028\u2029\u202F\u205F\u3000\uFEFF"
_TOKEN = re.compile(
    rf"""
      (?P<space>   [{_SPACE}]+ | //[^\n]* | /\*(?:[^*]|\*(?!/))*\*/ )
    | (?P<number>  (?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)? )
    | (?P<name>    [{_START}][{_PART}]* )
    | (?P<string>  "(?:[^"\\]|\\.)*" )
    | (?P<temporal>@[{_SPACE}]*"(?:[^"\\]|\\.)*" )
    | (?P<op>      \*\* | \.\. | <= | >= | != | -> | [-+*/=<>()\[\]{{}},:.'’] )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))", re.DOTALL)
_SIMPLE_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}


class Token(NamedTuple):
    """kind: name, number, string, temporal, op or end; `text` is the source, or the text of a string."""

    kind: str
    text: str
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """Split a text into tokens, the last of kind `end`; raises FeelSyntaxError."""
    if len(text) > MOST_CHARACTERS:
        raise FeelSyntaxError("too-long", f"An expression has at most {MOST_CHARACTERS} characters", 0)
    tokens = []
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise FeelSyntaxError("character", _complaint(text, position), position, text=text)
        kind = found.lastgroup or ""
        if kind != "space":
            word = found[0]
            if kind in ("string", "temporal"):
                word = unescape(word[word.index('"') + 1 : -1])
            tokens.append(Token(kind, word, position, found.end()))
        position = found.end()
    tokens.append(Token("end", "", position, position))
    return tokens


def unescape(text: str) -> str:
    """Resolve escapes; one that FEEL does not know (`\\d`) stays as written, which regular expressions rely on."""
    if "\\" not in text:
        return text
    plain = _ESCAPE.sub(_unescape_one, text)
    if any("\ud800" <= char <= "\udfff" for char in plain):
        plain = plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return plain


def escape(text: str) -> str:
    """Write a string literal, quotes included."""
    out = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return f'"{out}"'


def _unescape_one(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    if code:
        number = int(code, 16)
        return chr(number) if number <= 0x10FFFF else "�"
    return _SIMPLE_ESCAPES.get(found[3], found[0])


def _complaint(text: str, position: int) -> str:
    char = text[position]
    if char in "“”":
        return "Strings stand between straight quotes"
    if char == '"':
        return "The string has no end"
    return f"Unexpected character {char!r}"
