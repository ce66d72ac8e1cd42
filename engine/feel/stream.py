"""The tokens being parsed, and how a name is read off them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from engine.feel.errors import FeelSyntaxError
from engine.feel.lexer import Token, tokenize
from engine.feel.names import KEYWORDS, SIGNS, KnownNames, candidates, normalize

MOST_NESTING = 80

# A place where a longer name might start: the path that leads to it (None: not known) and the names to look up.
Probe = tuple[tuple[str, ...] | None, tuple[str, ...]]


class Stream:
    """Tokens with a cursor."""

    def __init__(self, text: str, builtins: KnownNames, names: Iterable[str]) -> None:
        self.text = text
        self.tokens = tokenize(text)
        self.index = 0
        self.nesting = 0
        self.builtins = builtins
        self.known = KnownNames(names)
        self.probes: list[Probe] = []
        # Where in the context a local stands for an item of, and the lists of the filters around.
        self.heads: dict[str, tuple[str, ...] | None] = {}
        self.filters: list[tuple[str, ...] | None] = []

    @property
    def token(self) -> Token:
        """The token under the cursor."""
        return self.tokens[self.index]

    def peek(self, ahead: int = 1) -> Token:
        """Return a later token; the last one for ever after the end."""
        return self.tokens[min(self.index + ahead, len(self.tokens) - 1)]

    def step(self) -> Token:
        """Return the token under the cursor and move on."""
        token = self.tokens[self.index]
        if token.kind != "end":
            self.index += 1
        return token

    def at(self, *signs: str) -> bool:
        """Tell whether one of these signs is under the cursor."""
        token = self.token
        return token.kind == "op" and token.text in signs

    def at_word(self, word: str) -> bool:
        """Tell whether this keyword is under the cursor."""
        token = self.token
        return token.kind == "name" and token.text == word

    def accept(self, sign: str) -> bool:
        """Move over a sign if it is there."""
        if self.at(sign):
            self.index += 1
            return True
        return False

    def expect(self, sign: str) -> Token:
        """Move over a sign that must be there."""
        if not self.at(sign):
            self.fail(f"Expected {sign}")
        return self.step()

    def expect_word(self, word: str) -> Token:
        """Move over a keyword that must be there."""
        if not self.at_word(word):
            self.fail(f"Expected {word}")
        return self.step()

    def fail(self, message: str, token: Token | None = None, *, code: str = "syntax") -> NoReturn:
        """Raise FeelSyntaxError at a token."""
        token = token or self.token
        found = "the end" if token.kind == "end" else repr(self.text[token.start : token.end][:40])
        raise FeelSyntaxError(code, f"{message}, found {found}", token.start, text=self.text)

    def descend(self) -> None:
        """Count one more level of nesting; raises FeelSyntaxError when it is too deep."""
        self.nesting += 1
        if self.nesting > MOST_NESTING:
            self.fail(f"Expressions nest at most {MOST_NESTING} deep", code="too-deep")

    def known_name(self) -> str | None:
        """Move over the longest known name of several tokens, if one starts here."""
        if self.token.kind != "name":
            return None
        found = self.known.match(self.tokens, self.index)
        other = self.builtins.match(self.tokens, self.index)
        if other and (found is None or other[1] > found[1]):
            found = other
        if found is None:
            return None
        self.index = found[1]
        return found[0]

    def name(self, path: tuple[str, ...] | None = (), *, after_dot: bool = False) -> str:
        """Move over a name that is used; raises FeelSyntaxError if there is none."""
        found = self.known_name()
        if found is not None:
            return found
        token = self.token
        if token.kind != "name" or (token.text in KEYWORDS and not after_dot):
            self.fail("Expected a name" if token.kind != "name" else "A keyword cannot be a name")
        start = self.index
        words = [self.step().text]
        while self.token.kind == "name" and self.token.text not in KEYWORDS and not self.at_instance_of():
            words.append(self.step().text)
        if self._may_go_on():
            longer = candidates(self.tokens, start, self.text)
            if longer:
                paths = [*self.filters, ()] if path == () else [self.resolve(path)]
                self.probes.extend((place, longer) for place in paths)
        return " ".join(words)

    def resolve(self, path: tuple[str, ...] | None) -> tuple[str, ...] | None:
        """Follow a path that starts at a local to where it leads in the context; None if nobody knows."""
        if not path:
            return path
        head = self.filters[-1] if path[0] == "item" and self.filters else self.heads.get(path[0], path[:1])
        return None if head is None else (*head, *path[1:])

    def declared_name(self, *stops: str) -> str:
        """Move over a name that is introduced here, up to a sign or keyword, and make it known."""
        words: list[str] = []
        first = self.token
        while self.token.kind in ("name", "number") or (self.token.kind == "op" and self.token.text in SIGNS):
            if words and self.token.text in stops:
                break
            words.append(self.step().text)
        if first.kind != "name" or self.token.text not in stops:
            self.fail("Expected a name", first if first.kind != "name" else None)
        name = normalize(words)
        self.known.add(name)
        self.heads[name] = None
        return name

    def at_named_argument(self) -> bool:
        """Tell whether `name:` starts here."""
        ahead = 0
        while True:
            token = self.peek(ahead)
            if token.kind == "op" and token.text == ":":
                return ahead > 0
            if token.kind not in ("name", "number") and not (token.kind == "op" and token.text in SIGNS):
                return False
            ahead += 1

    def at_instance_of(self) -> bool:
        """Tell whether `instance of` is under the cursor."""
        return self.at_word("instance") and self.peek().kind == "name" and self.peek().text == "of"

    def _may_go_on(self) -> bool:
        token = self.token
        return token.kind in ("name", "number") or (token.kind == "op" and token.text in SIGNS)
