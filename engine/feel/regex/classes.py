"""Sets of characters: what `.`, `\\d`, `\\p{Lu}` and `[a-z-[aeiou]]` contain.

A set that Python's `re` can write exactly carries that text; the others are only predicates.
Source: XML Schema part 2, appendix F; XPath and XQuery functions and operators, clause 5.6.1.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

Predicate = Callable[[str], bool]
_CATEGORIES = frozenset(
    (
        *("L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps"),
        *("Pe", "Pi", "Pf", "Po", "Z", "Zs", "Zl", "Zp", "S", "Sm", "Sc", "Sk", "So", "C", "Cc", "Cf", "Co", "Cn"),
    )
)
_BLOCKS = {
    "BasicLatin": (0x0000, 0x007F),
    "Latin-1Supplement": (0x0080, 0x00FF),
    "LatinExtended-A": (0x0100, 0x017F),
    "LatinExtended-B": (0x0180, 0x024F),
    "IPAExtensions": (0x0250, 0x02AF),
    "Greek": (0x0370, 0x03FF),
    "GreekandCoptic": (0x0370, 0x03FF),
    "Cyrillic": (0x0400, 0x04FF),
    "Armenian": (0x0530, 0x058F),
    "Hebrew": (0x0590, 0x05FF),
    "Arabic": (0x0600, 0x06FF),
    "Devanagari": (0x0900, 0x097F),
    "Thai": (0x0E00, 0x0E7F),
    "Tibetan": (0x0F00, 0x0FFF),
    "HangulJamo": (0x1100, 0x11FF),
    "Mongolian": (0x1800, 0x18AF),
    "GeneralPunctuation": (0x2000, 0x206F),
    "CurrencySymbols": (0x20A0, 0x20CF),
    "NumberForms": (0x2150, 0x218F),
    "Arrows": (0x2190, 0x21FF),
    "MathematicalOperators": (0x2200, 0x22FF),
    "CJKSymbolsandPunctuation": (0x3000, 0x303F),
    "Hiragana": (0x3040, 0x309F),
    "Katakana": (0x30A0, 0x30FF),
    "Bopomofo": (0x3100, 0x312F),
    "CJKUnifiedIdeographsExtensionA": (0x3400, 0x4DBF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "HangulSyllables": (0xAC00, 0xD7A3),
    "CJKCompatibilityIdeographs": (0xF900, 0xFAFF),
    "HalfwidthandFullwidthForms": (0xFF00, 0xFFEF),
}


@dataclass(frozen=True, slots=True)
class Chars:
    """A set of characters: the predicate, and the same as text inside `[ ]` of `re` where that is exact."""

    has: Predicate
    text: str | None = None
    is_negated: bool = False

    def python(self) -> str | None:
        """Write the set for `re`, or None."""
        return None if self.text is None else f"[{'^' if self.is_negated else ''}{self.text}]"

    def negate(self) -> Chars:
        """Return everything else."""
        has = self.has
        return Chars(lambda char: not has(char), self.text, not self.is_negated)


def one(char: str) -> Chars:
    """Return the set of one character."""
    return Chars(lambda other: other == char, re.escape(char))


def span(first: str, last: str) -> Chars:
    """Return the set of a span; raises ValueError if it is upside down."""
    if first > last:
        raise ValueError("upside down")
    return Chars(lambda char: first <= char <= last, f"{re.escape(first)}-{re.escape(last)}")


def union(parts: list[Chars]) -> Chars:
    """Return what is in any of the sets."""
    texts = [part.text for part in parts if part.text is not None and not part.is_negated]
    tests = tuple(part.has for part in parts)
    return Chars(lambda char: any(test(char) for test in tests), "".join(texts) if len(texts) == len(parts) else None)


def subtract(whole: Chars, taken: Chars) -> Chars:
    """Return what is in the first set and not in the second."""
    keeps, drops = whole.has, taken.has
    return Chars(lambda char: keeps(char) and not drops(char))


def any_case(chars: Chars) -> Chars:
    """Return the set without regard to case."""
    has = chars.has
    return Chars(lambda char: has(char) or has(char.lower()) or has(char.upper()), chars.text, chars.is_negated)


def category(name: str) -> Chars:
    """Return the set of `\\p{name}`; raises ValueError for an unknown one."""
    if name.startswith("Is"):
        block = _BLOCKS.get(name[2:])
        if block is None:
            raise ValueError(f"unknown block {name}")
        return span(chr(block[0]), chr(block[1]))
    if name not in _CATEGORIES:
        raise ValueError(f"unknown category {name}")
    return Chars(lambda char: unicodedata.category(char).startswith(name))


def _is_name_start(char: str) -> bool:
    return char in "_:" or unicodedata.category(char)[0] == "L" or unicodedata.category(char) == "Nl"


def _is_name_part(char: str) -> bool:
    return _is_name_start(char) or char in "-.\u00b7" or unicodedata.category(char) in ("Nd", "Mn", "Mc")


NOT_LINE_END = Chars(lambda char: char not in "\n\r", r"\n\r", is_negated=True)
EVERYTHING = Chars(lambda char: True, r"\s\S")
SPACE = Chars(lambda char: char in " \t\n\r", r" \t\n\r")
DIGIT = Chars(lambda char: unicodedata.category(char) == "Nd", r"\d")
WORD = Chars(lambda char: unicodedata.category(char)[0] not in "PZC")
NAME_START = Chars(_is_name_start)
NAME_PART = Chars(_is_name_part)
ESCAPES = {"s": SPACE, "d": DIGIT, "w": WORD, "i": NAME_START, "c": NAME_PART}
