"""FEEL texts of a model, compiled with the names and types around them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

from engine.feel import Compiled, FeelSyntaxError, Tests
from engine.feel.builtins import NAMES
from engine.feel.names import is_special
from engine.feel.parser import Parsed, parse, parse_tests
from engine.feel.types import Type

_TYPED = ("instance", "function")
_Any = TypeVar("_Any")
_Kind = TypeVar("_Kind", bound=Compiled)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a text stands in: names in scope, names of components its values may have, types it may name."""

    names: frozenset[str]
    members: frozenset[str] = frozenset()
    types: Mapping[str, Type] = field(default_factory=dict)

    def with_names(self, *names: str | None) -> Surroundings:
        """Add names of an inner scope."""
        return Surroundings(self.names | {name for name in names if name}, self.members, self.types)

    def hints(self) -> frozenset[str]:
        """Return the names the parser finds only if told."""
        return frozenset(name for name in self.names if is_special(name))


def expression(text: str, around: Surroundings) -> Compiled:
    """Compile an expression; raises FeelSyntaxError."""
    types = around.types if any(mark in text for mark in _TYPED) else None
    return _with_members(
        around, lambda names: _compiled(lambda more: parse(text, NAMES, more), Compiled, text, names, types)
    )


def tests(text: str, around: Surroundings) -> Tests:
    """Compile unary tests; raises FeelSyntaxError."""
    types = around.types if any(mark in text for mark in _TYPED) else None
    return _with_members(
        around, lambda names: _compiled(lambda more: parse_tests(text, NAMES, more), Tests, text, names, types)
    )


def _with_members(around: Surroundings, make: Callable[[frozenset[str]], _Any]) -> _Any:
    """Try the names in scope first: a component called a-b must not hide the subtraction of two variables."""
    hints = around.hints()
    try:
        return make(hints)
    except FeelSyntaxError:
        more = frozenset(name for name in around.members if is_special(name)) - hints
        if not more:
            raise
        return make(hints | more)


def _compiled(
    read: Callable[[frozenset[str]], Parsed],
    kind: type[_Kind],
    text: str,
    names: frozenset[str],
    types: Mapping[str, Type] | None,
) -> _Kind:
    # The result of the whole evaluation is weighed once, at its end.
    @lru_cache(maxsize=16)
    def again(found: frozenset[str]) -> _Kind:
        return kind(text, read(found), known=found, again=again, types=types, is_weighed=False)

    return again(names)
