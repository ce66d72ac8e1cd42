"""Tokens to syntax tree by precedence climbing.

From loose to tight: or, and, comparison (with between, in), + -, * /, **, unary -, instance of, then path,
filter and invocation. Everything associates to the left, `**` too.
Source: DMN 1.5 clause 10.3.1.2; numbers in comments are its grammar rules.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.feel import syntax as s
from engine.feel.errors import FeelSyntaxError
from engine.feel.lexer import Token
from engine.feel.names import KEYWORDS, KnownNames
from engine.feel.number import ARITHMETIC_ERRORS, NUMBER, from_text
from engine.feel.stream import Probe, Stream
from engine.feel.temporal import parse_literal
from engine.feel.type_parser import parse_type
from engine.feel.types import Type

MOST_LEVELS = 200
_TOO_LONG = f"At most {MOST_LEVELS} operators follow one another"

_COMPARISON, _SUM = 3, 4
_LEVELS = {"=": 3, "!=": 3, "<": 3, "<=": 3, ">": 3, ">=": 3, "+": 4, "-": 4, "*": 5, "/": 5, "**": 6}
_WORD_LEVELS = {"or": 1, "and": 2, "between": 3, "in": 3}
_UNARY = frozenset({"<", "<=", ">", ">=", "=", "!="})
_CONSTANTS = {"true": True, "false": False, "null": None}
_STARTS = frozenset({"(", "[", "]", "{", "-", "<", "<=", ">", ">="})
_ENDS = frozenset({"or", "and", "between", "in", "then", "else", "return", "satisfies"})


@dataclass(frozen=True, slots=True)
class Parsed:
    """A tree, its size, and the places where a name of the context might be longer than it was read."""

    tree: s.Node
    weight: int
    probes: tuple[Probe, ...]


def parse(text: str, builtins: KnownNames, names: Iterable[str] = ()) -> Parsed:
    """Parse an expression; `names` are those in scope that must be known beforehand."""
    return _parse(text, builtins, names, tests=False)


def parse_tests(text: str, builtins: KnownNames, names: Iterable[str] = ()) -> Parsed:
    """Parse unary tests (grammar rule 15)."""
    return _parse(text, builtins, names, tests=True)


def _parse(text: str, builtins: KnownNames, names: Iterable[str], *, tests: bool) -> Parsed:
    stream = Stream(text, builtins, names)
    parser = _Parser(stream)
    try:
        tree = parser.unary_tests() if tests else parser.expression()
    except RecursionError:
        raise FeelSyntaxError("too-deep", "There is no room left to read this expression", 0) from None
    if stream.token.kind != "end":
        stream.fail("Expected an operator or the end")
    weight, depth = s.measure(tree)
    if depth > MOST_LEVELS:
        raise FeelSyntaxError("too-deep", f"Expressions have at most {MOST_LEVELS} levels", 0, text=text)
    return Parsed(tree, weight, tuple(stream.probes))


class _Parser:
    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        # Inside the end of a range, `[` may be its closing bracket.
        self.closing = False

    def expression(self, level: int = 1, left: s.Node | None = None) -> s.Node:
        stream = self.stream
        stream.descend()
        if left is None:
            left = self.unary()
        for _ in range(MOST_LEVELS):
            token = stream.token
            found = (_LEVELS if token.kind == "op" else _WORD_LEVELS if token.kind == "name" else {}).get(token.text, 0)
            if found < level:
                break
            stream.step()
            left = self.binary(left, token.text, token.start, found)
        else:
            stream.fail(_TOO_LONG, code="too-deep")
        stream.nesting -= 1
        return left

    def binary(self, left: s.Node, sign: str, position: int, level: int) -> s.Node:
        if sign == "between":
            low = self.expression(_SUM)
            self.stream.expect_word("and")
            return s.Between(position, left, low, self.expression(_SUM))
        if sign == "in":
            return s.In(position, left, self.in_tests())
        right = self.expression(level + 1)
        if sign in ("and", "or"):
            parts = [left, right]
            while self.stream.at_word(sign):
                self.stream.step()
                parts.append(self.expression(level + 1))
            return s.And(position, tuple(parts)) if sign == "and" else s.Or(position, tuple(parts))
        make = s.Compare if level == _COMPARISON else s.Arithmetic
        return make(position, sign, left, right)

    def unary(self) -> s.Node:
        stream = self.stream
        token = stream.token
        if not stream.at("-"):
            return self.postfix()
        stream.step()
        if stream.token.kind == "number" and stream.token.start == token.end:
            number = stream.token
            operand = self.postfix()
            if isinstance(operand, s.Literal) and operand.position == number.start:
                return s.Literal(token.start, NUMBER.minus(operand.value))
            return s.Negate(token.start, operand)
        stream.descend()
        operand = self.unary()
        stream.nesting -= 1
        return s.Negate(token.start, operand)

    def postfix(self, node: s.Node | None = None) -> s.Node:
        stream = self.stream
        if node is None:
            node = self.primary()
        for _ in range(MOST_LEVELS):
            token = stream.token
            if token.kind == "name" and stream.at_instance_of():
                stream.index += 2
                node = s.InstanceOf(token.start, node, parse_type(stream))
            elif token.kind != "op":
                return node
            elif token.text == ".":
                stream.step()
                node = s.Path(token.start, node, stream.name(_path_of(node), after_dot=True))
            elif token.text == "[" and not (self.closing and self.closes()):
                stream.step()
                stream.filters.append(stream.resolve(_path_of(node)))
                node = s.Filter(token.start, node, self.nested())
                stream.filters.pop()
                stream.expect("]")
            elif token.text == "(":
                node = self.call(node)
            else:
                return node
        return stream.fail(_TOO_LONG, code="too-deep")

    def closes(self) -> bool:
        after = self.stream.peek()
        if after.kind == "op":
            return after.text not in _STARTS
        return after.kind == "end" or (after.kind == "name" and after.text in _ENDS)

    def nested(self) -> s.Node:
        """Parse an expression inside brackets of its own."""
        before, self.closing = self.closing, False
        node = self.expression()
        self.closing = before
        return node

    def call(self, function: s.Node) -> s.Node:
        stream = self.stream
        position = stream.expect("(").start
        arguments: list[s.Node] = []
        names: list[str] = []
        is_named = stream.at_named_argument()
        while not stream.at(")"):
            if is_named:
                names.append(stream.declared_name(":"))
                stream.expect(":")
            arguments.append(self.nested())
            if not stream.accept(","):
                break
        stream.expect(")")
        return s.Call(position, function, tuple(arguments), tuple(names))

    def primary(self) -> s.Node:
        stream = self.stream
        token = stream.token
        position = token.start
        if token.kind == "number":
            return s.Literal(position, self.number())
        if token.kind == "string":
            return s.Literal(position, stream.step().text)
        if token.kind == "temporal":
            stream.step()
            return s.Literal(position, parse_literal(token.text), token.text)
        if token.kind == "name":
            return self.word()
        if token.kind == "op":
            if token.text in ("(", "[", "]"):
                return self.bracket()
            if token.text == "{":
                return self.context()
            if token.text in _UNARY:
                stream.step()
                return s.Unary(position, token.text, self.expression(_SUM))
        return stream.fail("Expected an expression")

    def number(self) -> object:
        token = self.stream.step()
        try:
            return from_text(token.text)
        except ARITHMETIC_ERRORS:
            self.stream.fail("The number is too large", token)

    def word(self) -> s.Node:
        stream = self.stream
        position = stream.token.start
        known = stream.known_name()
        if known is not None:
            return s.Name(position, known)
        word = stream.token.text
        if word in _CONSTANTS:
            stream.step()
            return s.Literal(position, _CONSTANTS[word])
        if word == "if":
            return self.conditional()
        if word == "for":
            return self.loop()
        if word in ("some", "every"):
            return self.quantified()
        if word == "function" and stream.peek().text == "(":
            return self.function()
        if word in KEYWORDS:
            stream.fail("Expected an expression")
        return s.Name(position, stream.name())

    def bracket(self) -> s.Node:
        """Parse ( … ), [ … ] and ] … [: grouping, list or range (grammar rules 7 to 13 and 54)."""
        stream = self.stream
        opening = stream.step()
        if opening.text == "[" and stream.accept("]"):
            return s.ListNode(opening.start, ())
        before, self.closing = self.closing, False
        first = self.expression()
        if stream.accept(".."):
            self.closing = before
            return self.range_from(opening, first)
        if opening.text == "(":
            stream.expect(")")
            self.closing = before
            return first
        if opening.text == "]":
            stream.fail("Expected ..")
        items = [first]
        while stream.accept(","):
            items.append(self.expression())
        stream.expect("]")
        self.closing = before
        return s.ListNode(opening.start, tuple(items))

    def range_from(self, opening: Token, low: s.Node) -> s.Node:
        """Parse the rest of a range after its `..`."""
        before, self.closing = self.closing, True
        high = self.expression(_SUM)
        self.closing = before
        if not self.stream.at("]", ")", "["):
            self.stream.fail("Expected the end of the range")
        is_closed = self.stream.step().text == "]"
        return s.RangeNode(opening.start, low, high, opening.text == "[", is_closed)

    def context(self) -> s.Node:
        stream = self.stream
        position = stream.expect("{").start
        names: list[str] = []
        items: list[s.Node] = []
        while not stream.at("}"):
            if stream.token.kind == "string":
                name = stream.step().text
                stream.known.add(name)
            else:
                name = stream.declared_name(":")
            stream.expect(":")
            names.append(name)
            items.append(self.nested())
            if not stream.accept(","):
                break
        stream.expect("}")
        return s.ContextNode(position, tuple(names), tuple(items))

    def conditional(self) -> s.Node:
        stream = self.stream
        position = stream.expect_word("if").start
        condition = self.nested()
        stream.expect_word("then")
        chosen = self.nested()
        stream.expect_word("else")
        return s.If(position, condition, chosen, self.nested())

    def iterators(self) -> tuple[s.Iterator_, ...]:
        stream = self.stream
        found: list[s.Iterator_] = []
        while not found or stream.accept(","):
            position = stream.token.start
            name = stream.declared_name("in")
            stream.expect_word("in")
            source = self.nested()
            stream.heads[name] = stream.resolve(_path_of(source))
            if stream.accept(".."):
                source = s.Span(position, source, self.nested())
            found.append(s.Iterator_(position, name, source))
        return tuple(found)

    def loop(self) -> s.Node:
        position = self.stream.expect_word("for").start
        iterators = self.iterators()
        self.stream.expect_word("return")
        return s.For(position, iterators, self.nested())

    def quantified(self) -> s.Node:
        token = self.stream.step()
        iterators = self.iterators()
        self.stream.expect_word("satisfies")
        return s.Quantified(token.start, token.text, iterators, self.nested())

    def function(self) -> s.Node:
        stream = self.stream
        position = stream.expect_word("function").start
        stream.expect("(")
        names: list[str] = []
        types: list[Type | None] = []
        while not stream.at(")"):
            names.append(stream.declared_name(":", ",", ")"))
            types.append(parse_type(stream) if stream.accept(":") else None)
            if not stream.accept(","):
                break
        stream.expect(")")
        result = parse_type(stream, many_words=False) if stream.accept(":") else None
        is_external = stream.at_word("external") and stream.peek().text == "{"
        if is_external:
            stream.step()
        body = self.nested()
        return s.FunctionNode(position, tuple(names), tuple(types), result, body, is_external)

    def in_tests(self) -> s.Tests:
        """Parse what follows `in`: one test, or several in brackets (grammar rule 49c)."""
        stream = self.stream
        position = stream.token.start
        if not stream.at("("):
            return s.Tests(position, "any", (self.expression(_SUM),))
        opening = stream.step()
        first = self.nested()
        if stream.accept(".."):
            # What looked like a list of tests is a range, perhaps the start of something longer.
            first = self.range_from(opening, first)
        elif stream.at(","):
            parts = [first]
            while stream.accept(","):
                parts.append(self.nested())
            stream.expect(")")
            return s.Tests(position, "any", tuple(parts))
        else:
            stream.expect(")")
        return s.Tests(position, "any", (self.expression(_SUM, self.postfix(first)),))

    def unary_tests(self) -> s.Tests:
        stream = self.stream
        position = stream.token.start
        if stream.at("-") and stream.peek().kind == "end":
            stream.step()
            return s.Tests(position, "-", ())
        if stream.at_word("not") and stream.peek().text == "(":
            start = stream.index
            stream.index += 2
            parts = self.test_list()
            if stream.accept(")") and stream.token.kind == "end":
                return s.Tests(position, "not", parts)
            stream.index = start
        return s.Tests(position, "any", self.test_list())

    def test_list(self) -> tuple[s.Node, ...]:
        parts = [self.nested()]
        while self.stream.accept(","):
            parts.append(self.nested())
        return tuple(parts)


def _path_of(node: s.Node) -> tuple[str, ...] | None:
    names: list[str] = []
    while isinstance(node, s.Path):
        names.append(node.name)
        node = node.base
    if not isinstance(node, s.Name):
        return None
    return (node.name, *reversed(names))
