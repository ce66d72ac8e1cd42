"""XPath regular expressions: text to tree. Source: XPath and XQuery functions and operators, clause 5.6."""

from __future__ import annotations

from dataclasses import dataclass

from engine.feel.regex import classes as c

_SPECIAL = "\\|.-^?*+{}()[]$"
_PLAIN_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_MOST_COUNT = 1000
_MOST_NESTING = 30


class PatternError(ValueError):
    """The text is no regular expression, or one that is too large."""


@dataclass(frozen=True, slots=True)
class One:
    """One character of a set."""

    chars: c.Chars


@dataclass(frozen=True, slots=True)
class Sequence:
    """Parts one after another."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """The first branch that leads to a match."""

    branches: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part, least to most times; most is None for no limit."""

    part: Part
    least: int
    most: int | None
    is_greedy: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A part in brackets; number is None where it is not captured."""

    part: Part
    number: int | None


@dataclass(frozen=True, slots=True)
class Anchor:
    """sign: ^ or $"""

    sign: str


@dataclass(frozen=True, slots=True)
class Back:
    """What a group before has matched."""

    number: int


Part = One | Sequence | Choice | Repeat | Group | Anchor | Back


@dataclass(frozen=True, slots=True)
class Tree:
    """A parsed pattern."""

    part: Part
    groups: int
    is_multiline: bool
    ignores_case: bool


def parse(text: str, flags: str) -> Tree:
    """Parse a pattern with flags s, m, i, x, q; raises PatternError."""
    if not set(flags) <= set("smixq"):
        raise PatternError("the flags are s, m, i, x and q")
    if "q" in flags:
        part: Part = Sequence(tuple(One(_cased(c.one(char), flags)) for char in text))
        return Tree(part, 0, is_multiline=False, ignores_case="i" in flags)
    parser = _Parser(_without_spaces(text) if "x" in flags else text, flags)
    part = parser.choice()
    if parser.at < len(parser.text):
        raise PatternError("a bracket closes nothing")
    return Tree(part, parser.groups, "m" in flags, "i" in flags)


def _cased(chars: c.Chars, flags: str) -> c.Chars:
    return c.any_case(chars) if "i" in flags else chars


def _without_spaces(text: str) -> str:
    out = ""
    depth = 0
    was_escape = False
    for char in text:
        if not was_escape:
            depth += (char == "[") - (char == "]")
        if depth > 0 or char not in " \t\n\r":
            out += char
        was_escape = char == "\\" and not was_escape
    return out


class _Parser:
    def __init__(self, text: str, flags: str) -> None:
        self.text = text
        self.flags = flags
        self.at = 0
        self.groups = 0
        self.closed: set[int] = set()
        self.nesting = 0

    def peek(self, ahead: int = 0) -> str:
        return self.text[self.at + ahead : self.at + ahead + 1]

    def take(self, sign: str) -> bool:
        if self.text.startswith(sign, self.at):
            self.at += len(sign)
            return True
        return False

    def choice(self) -> Part:
        self.nesting += 1
        if self.nesting > _MOST_NESTING:
            raise PatternError("too many brackets inside brackets")
        branches = [self.sequence()]
        while self.take("|"):
            branches.append(self.sequence())
        self.nesting -= 1
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def sequence(self) -> Part:
        parts: list[Part] = []
        while self.peek() not in ("", "|", ")"):
            parts.append(self.quantified(self.atom()))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def quantified(self, part: Part) -> Part:
        bounds = self.bounds()
        if bounds is None:
            return part
        is_greedy = not self.take("?")
        if self.peek() in ("*", "+", "?"):
            raise PatternError("a repetition is repeated")
        if isinstance(part, Anchor):
            raise PatternError("an anchor is repeated")
        return Repeat(part, *bounds, is_greedy)

    def bounds(self) -> tuple[int, int | None] | None:
        for sign, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self.take(sign):
                return bounds
        if not self.take("{"):
            return None
        inside, brace, _ = self.text[self.at :].partition("}")
        low, comma, high = inside.partition(",")
        if not brace or not low.isdecimal() or (high and not high.isdecimal()):
            raise PatternError("a repetition is written {2}, {2,} or {2,3}")
        self.at += len(inside) + 1
        least = int(low)
        most = least if not comma else int(high) if high else None
        if max(least, most or 0) > _MOST_COUNT or (most is not None and most < least):
            raise PatternError(f"a repetition goes up, to at most {_MOST_COUNT}")
        return least, most

    def atom(self) -> Part:
        char = self.peek()
        self.at += 1
        if char == "(":
            return self.group()
        if char in ("^", "$"):
            return Anchor(char)
        if char == "[":
            return One(_cased(self.bracket(), self.flags))
        if char == ".":
            return One(c.EVERYTHING if "s" in self.flags else c.NOT_LINE_END)
        if char == "\\":
            return self.escaped()
        if char in ("*", "+", "?", "{", "}", "]"):
            raise PatternError(f"{char} stands where it means nothing")
        return One(_cased(c.one(char), self.flags))

    def group(self) -> Part:
        number = None
        if not self.take("?:"):
            if self.peek() == "?":
                raise PatternError("(? is not known")
            self.groups += 1
            number = self.groups
        part = self.choice()
        if not self.take(")"):
            raise PatternError("a bracket is not closed")
        if number is not None:
            self.closed.add(number)
        return Group(part, number)

    def escaped(self) -> Part:
        char = self.peek()
        if char and char in "123456789":
            self.at += 1
            number = int(char)
            while self.peek().isdecimal() and number * 10 + int(self.peek()) in self.closed:
                number = number * 10 + int(self.peek())
                self.at += 1
            if number not in self.closed:
                raise PatternError(f"there is no group {number} before")
            return Back(number)
        return One(_cased(self.escape(), self.flags))

    def escape(self) -> c.Chars:
        char = self.peek()
        self.at += 1
        if char in ("p", "P"):
            if not self.take("{"):
                raise PatternError("a category is written \\p{Lu}")
            name, brace, _ = self.text[self.at :].partition("}")
            self.at += len(name) + 1
            try:
                found = c.category(name if brace else "?")
            except ValueError as error:
                raise PatternError(str(error)) from error
            return found if char == "p" else found.negate()
        if char and char.lower() in c.ESCAPES:
            found = c.ESCAPES[char.lower()]
            return found if char.islower() else found.negate()
        if char in _PLAIN_ESCAPES:
            return c.one(_PLAIN_ESCAPES[char])
        if char and char in _SPECIAL:
            return c.one(char)
        raise PatternError(f"\\{char} is not known")

    def bracket(self) -> c.Chars:
        self.nesting += 1
        if self.nesting > _MOST_NESTING:
            raise PatternError("too many brackets inside brackets")
        is_negated = self.take("^")
        parts: list[c.Chars] = []
        taken: c.Chars | None = None
        while not (self.peek() == "]" and parts):
            if not self.peek():
                raise PatternError("[ is not closed")
            if parts and self.text.startswith("-[", self.at):
                self.at += 2
                taken = self.bracket()
                if self.peek() != "]":
                    raise PatternError("a subtraction ends its group")
                break
            parts.append(self.range())
        self.at += 1
        self.nesting -= 1
        found = c.union(parts)
        found = found.negate() if is_negated else found
        return found if taken is None else c.subtract(found, taken)

    def range(self) -> c.Chars:
        first, single = self.range_end()
        if first is None or self.peek() != "-" or self.peek(1) in ("]", "[", ""):
            return single
        self.at += 1
        last, _ = self.range_end()
        if last is None:
            raise PatternError("a span ends in one character")
        try:
            return c.span(first, last)
        except ValueError as error:
            raise PatternError("a span goes up") from error

    def range_end(self) -> tuple[str | None, c.Chars]:
        char = self.peek()
        self.at += 1
        if char == "\\":
            escaped = self.peek()
            plain = _PLAIN_ESCAPES.get(escaped, escaped if escaped and escaped in _SPECIAL else None)
            return plain, self.escape()
        if char == "[":
            raise PatternError("[ stands where it means nothing")
        return char, c.one(char)
