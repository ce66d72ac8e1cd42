"""Names of several words or with signs: which token sequences are one name.

The standard lets a name contain spaces, `. / - ' + *` and even the words of operators (`date and time`),
so tokens alone do not tell. Rules here: the longest known name wins; words that stand side by side
are one name even if unknown, because FEEL has no other meaning for them. Names that this cannot find
without help (`a-b`, `to and fro`) must be known: built-ins, declared in the text, or given as hints.
Source: DMN 1.5 clause 10.3.1.3 and 10.3.1.4.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from engine.feel.errors import FeelSyntaxError
from engine.feel.lexer import Token, tokenize

KEYWORDS = frozenset(
    [
        "and",
        "or",
        "in",
        "between",
        "then",
        "else",
        "return",
        "satisfies",
        "for",
        "if",
        "some",
        "every",
        "function",
        "true",
        "false",
        "null",
    ]
)
SIGNS = frozenset("./-'’+*") | {"**"}
_WORDLIKE = frozenset({"name", "number"})


def normalize(tokens: Iterable[str]) -> str:
    """Join the tokens of a name: one space between words, none around signs."""
    out = ""
    was_word = False
    for token in tokens:
        is_word = token not in SIGNS
        out += f" {token}" if is_word and was_word else token
        was_word = is_word
    return out


@lru_cache(maxsize=4096)
def split_name(name: str) -> tuple[str, ...]:
    """Split a name into its tokens; empty if it could never be written in FEEL."""
    try:
        tokens = tokenize(name)[:-1]
    except FeelSyntaxError:
        return ()
    if not tokens or tokens[0].kind != "name":
        return ()
    if any(token.kind not in _WORDLIKE and token.text not in SIGNS for token in tokens):
        return ()
    return tuple(token.text for token in tokens)


def is_special(name: str) -> bool:
    """Tell whether the parser finds this name only if it is told about it."""
    tokens = split_name(name)
    return bool(tokens) and (
        any(token in KEYWORDS or token in SIGNS or token[0].isdigit() or token[0] == "." for token in tokens)
        or "instance" in tokens[1:]
    )


class KnownNames:
    """A set of token sequences with longest match; `spell` gives back the name as its owner wrote it."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        self._spelling: dict[tuple[str, ...], str] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Make a name known."""
        tokens = split_name(name)
        if len(tokens) < 2 and not (tokens and tokens[0] in KEYWORDS):
            return
        if tokens not in self._spelling:
            self._spelling[tokens] = name
            group = self._by_first.setdefault(tokens[0], [])
            group.append(tokens)
            group.sort(key=len, reverse=True)

    def match(self, tokens: list[Token], index: int) -> tuple[str, int] | None:
        """Return the longest known name that starts at a token, and the index after it."""
        for candidate in self._by_first.get(tokens[index].text, ()):
            end = index + len(candidate)
            if end < len(tokens) and all(
                tokens[index + offset].text == text and tokens[index + offset].kind not in ("string", "temporal")
                for offset, text in enumerate(candidate)
            ):
                return self._spelling[candidate], end
        return None


def candidates(tokens: list[Token], index: int, source: str) -> tuple[str, ...]:
    """List the longer names that might start at a token, for looking them up in a context at run time.

    Each appears in normal form and as it is written in the source.
    """
    found: list[str] = []
    words: list[str] = []
    for offset in range(index, min(index + 12, len(tokens))):
        token = tokens[offset]
        if token.kind not in _WORDLIKE and not (token.kind == "op" and token.text in SIGNS):
            break
        words.append(token.text)
        if offset > index and token.kind in _WORDLIKE:
            for spelling in (normalize(words), " ".join(source[tokens[index].start : token.end].split())):
                if spelling not in found and is_special(spelling):
                    found.append(spelling)
    return tuple(found)
