"""JUEL texts to their tree, by recursive descent with the precedence of JSR 245."""

from __future__ import annotations

from engine.feel.errors import FeelSyntaxError
from engine.feel.juel.lexer import Token, tokens
from engine.feel.juel.syntax import Binary, Choice, Literal, Method, Name, Node, Parts, Property, Unary

_LEVELS = (("||",), ("&&",), ("==", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "/", "%"))
_OPERATORS = {"||": "or", "&&": "and", "==": "="}
_MAX_DEPTH = 60


def parse(text: str) -> Node:
    """Parse a text with `${…}` or `#{…}` in it."""
    parts: list[Node] = []
    at = 0
    while at < len(text):
        opening = _opening(text, at)
        if opening > at:
            parts.append(Literal(text[at:opening], is_text=True))
        if opening == len(text):
            break
        closing = _closing(text, opening + 2)
        parts.append(parse_expression(text[opening + 2 : closing]))
        at = closing + 1
    return parts[0] if len(parts) == 1 else Parts(tuple(parts))


def parse_expression(text: str) -> Node:
    """Parse one expression without the signs around it."""
    return _Parser(text).whole()


def _opening(text: str, at: int) -> int:
    found = [place for sign in ("${", "#{") if (place := text.find(sign, at)) >= 0]
    return min(found, default=len(text))


def _closing(text: str, at: int) -> int:
    quote = ""
    place = at
    while place < len(text):
        sign = text[place]
        if quote:
            if sign == "\\":
                place += 1
            elif sign == quote:
                quote = ""
        elif sign in "'\"":
            quote = sign
        elif sign == "}":
            return place
        place += 1
    raise FeelSyntaxError("juel-syntax", "the closing } is missing", at, text=text)


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.at = 0
        self.depth = 0

    def whole(self) -> Node:
        found = self.choice()
        if self.now.kind != "end":
            raise self.wrong()
        return found

    @property
    def now(self) -> Token:
        return self.tokens[self.at]

    def take(self, *signs: str) -> str | None:
        """Take the next token if it is one of these signs."""
        if self.now.kind == "sign" and self.now.text in signs:
            self.at += 1
            return self.tokens[self.at - 1].text
        return None

    def need(self, sign: str) -> None:
        if self.take(sign) is None:
            raise self.wrong()

    def wrong(self) -> FeelSyntaxError:
        told = f"{self.now.text!r} has no place here" if self.now.text else "the expression is not finished"
        return FeelSyntaxError("juel-syntax", told, self.now.position, text=self.text)

    def choice(self) -> Node:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise FeelSyntaxError("too-deep", "nested too deeply", self.now.position)
        found = self.binary(0)
        if self.take("?"):
            chosen = self.choice()
            self.need(":")
            found = Choice(found, chosen, self.choice())
        self.depth -= 1
        return found

    def binary(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self.unary()
        found = self.binary(level + 1)
        while (sign := self.take(*_LEVELS[level])) is not None:
            found = Binary(_OPERATORS.get(sign, sign), found, self.binary(level + 1))
        return found

    def unary(self) -> Node:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise FeelSyntaxError("too-deep", "nested too deeply", self.now.position)
        if self.take("!"):
            found: Node = Unary("not", self.unary())
        elif self.take("-"):
            found = Unary("-", self.unary())
        elif self.now.kind == "name" and self.now.text == "empty" and self.tokens[self.at + 1].text not in _AFTER:
            self.at += 1
            found = Unary("empty", self.unary())
        else:
            found = self.value()
        self.depth -= 1
        return found

    def value(self) -> Node:
        found = self.first()
        while True:
            if self.take("."):
                name = self.name()
                if self.take("("):
                    found = Method(found, name, self.arguments())
                else:
                    found = Property(found, Literal(name, is_text=True))
            elif self.take("["):
                found = Property(found, self.choice())
                self.need("]")
            else:
                return found

    def first(self) -> Node:
        token = self.now
        if self.take("("):
            found = self.choice()
            self.need(")")
            return found
        if token.kind in ("number", "text"):
            self.at += 1
            return Literal(token.text, is_text=token.kind == "text")
        name = self.name()
        if name in ("true", "false", "null"):
            return Literal(name)
        if self.now.text == ":" and self.tokens[self.at + 1].kind == "name" and self.tokens[self.at + 2].text == "(":
            self.at += 1
            name = f"{name}:{self.name()}"
        if self.take("("):
            return Method(None, name, self.arguments())
        return Name(name)

    def name(self) -> str:
        if self.now.kind != "name":
            raise self.wrong()
        self.at += 1
        return self.tokens[self.at - 1].text

    def arguments(self) -> tuple[Node, ...]:
        found: list[Node] = []
        if self.take(")"):
            return ()
        found.append(self.choice())
        while self.take(","):
            found.append(self.choice())
        self.need(")")
        return tuple(found)


# What may follow a variable that is called `empty`.
_AFTER = frozenset({"", ".", ")", "]", "==", "!=", "&&", "||", "?", ":", ",", "<", ">", "<=", ">=", "+", "*", "/", "%"})
