"""Reading a type after `instance of` or in a parameter list. Source: DMN 1.5 grammar rules 51 to 53."""

from __future__ import annotations

from engine.feel.names import KEYWORDS, KnownNames
from engine.feel.stream import Stream
from engine.feel.types import ALIASES, SIMPLE_TYPES, ContextOf, FunctionOf, ListOf, RangeOf, Simple, Type, Unknown

_NAMES = KnownNames((*SIMPLE_TYPES, *ALIASES))


def parse_type(stream: Stream, *, many_words: bool = True) -> Type:
    """Read one type; a name that is none becomes Unknown, of one word where an expression follows."""
    stream.descend()
    made = _parse(stream, many_words=many_words)
    stream.nesting -= 1
    return made


def _parse(stream: Stream, *, many_words: bool) -> Type:
    token = stream.token
    if token.kind != "name":
        stream.fail("Expected a type")
    if token.text in ("list", "range", "context", "function") and stream.peek().text == "<":
        stream.index += 2
        return _parse_generic(stream, token.text)
    found = _NAMES.match(stream.tokens, stream.index)
    if found:
        stream.index = found[1]
        return Simple(ALIASES.get(found[0], found[0]))
    name = stream.step().text
    if name in SIMPLE_TYPES or name in ALIASES:
        return Simple(ALIASES.get(name, name))
    while many_words and stream.token.kind == "name" and stream.token.text not in KEYWORDS:
        name += " " + stream.step().text
    while stream.at(".") and stream.peek().kind == "name":
        stream.step()
        name += "." + stream.step().text
    return Unknown(name)


def _parse_generic(stream: Stream, kind: str) -> Type:
    if kind in ("list", "range"):
        item = parse_type(stream)
        _close(stream)
        return ListOf(item) if kind == "list" else RangeOf(item)
    if kind == "context":
        entries = []
        while not stream.at(">"):
            name = stream.declared_name(":")
            stream.expect(":")
            entries.append((name, parse_type(stream)))
            if not stream.accept(","):
                break
        _close(stream)
        return ContextOf(tuple(entries))
    parameters = []
    while not stream.at(">"):
        parameters.append(parse_type(stream))
        if not stream.accept(","):
            break
    _close(stream)
    stream.expect("->")
    return FunctionOf(tuple(parameters), parse_type(stream))


def _close(stream: Stream) -> None:
    token = stream.token
    if token.kind == "op" and token.text == ">=":
        # `list<number>=x` is lexed with one sign; what is left of it is the comparison.
        stream.tokens[stream.index] = token._replace(text="=", start=token.start + 1)
        return
    stream.expect(">")
