"""What every generator shares: the shape of compiled code, scopes, and the dispatch by node type.

Code is a closure over a frame, a list: [run, context, input of the unary test, locals…]. A local has a
fixed place in the frame; a function captures the frame by copying it, which is right because names are
never reassigned. Inside a filter a name may also be an entry of the item, which only run time can tell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.feel import syntax as s
from engine.feel.budget import SLOT
from engine.feel.types import ContextOf, FunctionOf, ListOf, RangeOf, Type, Unknown
from engine.feel.values import Function, Value

Frame = list[Any]
Code = Callable[[Frame], Value]
RUN, CONTEXT, INPUT = 0, 1, 2
FIRST_LOCAL = 3


@dataclass(slots=True)
class Unit:
    """One text being compiled: how many locals it has and which names it takes from the context."""

    builtins: Mapping[str, Function]
    types: Mapping[str, Type] = field(default_factory=dict)
    size: int = FIRST_LOCAL
    names: set[str] = field(default_factory=set)
    maybe_names: set[str] = field(default_factory=set)

    def place(self) -> int:
        """Reserve a place in the frame."""
        self.size += 1
        return self.size - 1

    def resolve(self, wanted: Type) -> Type:
        """Put the caller's types in the place of their names."""
        if isinstance(wanted, Unknown):
            return self.types.get(wanted.name, wanted)
        if isinstance(wanted, ListOf):
            return ListOf(self.resolve(wanted.item))
        if isinstance(wanted, RangeOf):
            return RangeOf(self.resolve(wanted.item))
        if isinstance(wanted, ContextOf):
            return ContextOf(tuple((name, self.resolve(part)) for name, part in wanted.entries))
        if isinstance(wanted, FunctionOf):
            return FunctionOf(tuple(map(self.resolve, wanted.parameters)), self.resolve(wanted.result))
        return wanted


@dataclass(frozen=True, slots=True)
class Scope:
    """A chain of named places, with the items of filters in between."""

    unit: Unit
    parent: Scope | None = None
    places: Mapping[str, int] = field(default_factory=dict)
    item: int | None = None

    def bind(self, **places: int) -> Scope:
        """Open a scope with named locals."""
        return Scope(self.unit, self, places)

    def bind_all(self, places: Mapping[str, int]) -> Scope:
        """Open a scope with locals whose names need not be identifiers."""
        return Scope(self.unit, self, places)

    def within_item(self, place: int) -> Scope:
        """Open the scope of a filter: the entries of the item at `place`, and `item` unless one is called that."""
        return Scope(self.unit, self, {"item": place}, place)

    def find(self, name: str) -> tuple[list[int], int | None]:
        """Return the items to look into first, and the place of the name if it is a local."""
        items: list[int] = []
        scope: Scope | None = self
        while scope is not None:
            if scope.item is not None:
                items.append(scope.item)
            place = scope.places.get(name)
            if place is not None:
                return items, place
            scope = scope.parent
        return items, None


Generator = Callable[[Any, Scope], Code]
_GENERATORS: dict[type[s.Node], Generator] = {}


def generates(kind: type[s.Node]) -> Callable[[Generator], Generator]:
    """Register the generator of one node type."""

    def register(generator: Generator) -> Generator:
        _GENERATORS[kind] = generator
        return generator

    return register


def code_of(node: s.Node, scope: Scope) -> Code:
    """Generate the code of one node."""
    return _GENERATORS[type(node)](node, scope)


def weight_of(node: s.Node) -> int:
    """Price one evaluation of a node inside something that repeats it."""
    return 1 + s.measure(node)[0]


def size_of(node: s.Node) -> int:
    """Estimate the bytes that one evaluation of a node leaves behind: its result and the collections in it."""
    size = SLOT
    for part in s.walk(node):
        if isinstance(part, s.ListNode):
            size += 64 + 8 * len(part.items)
        elif isinstance(part, s.ContextNode):
            size += 160 + 100 * len(part.items)
        elif isinstance(part, s.FunctionNode):
            size += 800
        elif isinstance(part, s.RangeNode | s.Unary):
            size += 64
    return size


@dataclass(frozen=True, slots=True)
class Program:
    """Compiled text: its code, the size of its frame and the names it reads from the context."""

    code: Code
    size: int
    names: frozenset[str]
    maybe_names: frozenset[str]


def generate(tree: s.Node, builtins: Mapping[str, Function], types: Mapping[str, Type] | None = None) -> Program:
    """Compile a tree; `types` are what type names that FEEL does not know stand for."""
    unit = Unit(builtins, types or {})
    code = code_of(tree, Scope(unit))
    return Program(code, unit.size, frozenset(unit.names), frozenset(unit.maybe_names - unit.names))
