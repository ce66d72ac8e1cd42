"""The syntax tree: one frozen class per construct, `position` the offset of its first or main token."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from engine.feel.types import Type
from engine.feel.values import Value


@dataclass(frozen=True, slots=True)
class Node:
    """Base of all nodes."""

    __match_args__: ClassVar[tuple[str, ...]] = ()
    position: int


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A number, string, boolean or null; `null` and `true` are told apart from a failed `@"…"` by `text`."""

    value: Value
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A name, already in its normal form."""

    name: str


@dataclass(frozen=True, slots=True)
class Path(Node):
    """base.name"""

    base: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """base[condition]"""

    base: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """function(arguments); `names` is empty for a positional call, else one per argument."""

    function: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Negate(Node):
    """-operand"""

    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """operator: + - * / **"""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """operator: = != < <= > >="""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class And(Node):
    """Conjunction of two or more parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    """Disjunction of two or more parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Between(Node):
    """value between low and high"""

    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Tests(Node):
    """A list of unary tests; kind: `any` (one must hold), `not` (none may) or `-` (anything)."""

    kind: str
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class In(Node):
    """value in tests"""

    value: Node
    tests: Tests


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    """value instance of type"""

    value: Node
    type: Type


@dataclass(frozen=True, slots=True)
class If(Node):
    """if condition then chosen else other"""

    condition: Node
    chosen: Node
    other: Node


@dataclass(frozen=True, slots=True)
class Span(Node):
    """low..high without brackets, in an iterator: counts up or down."""

    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Iterator_(Node):  # noqa: N801
    """name in source"""

    name: str
    source: Node


@dataclass(frozen=True, slots=True)
class For(Node):
    """for iterators return body"""

    iterators: tuple[Iterator_, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """kind: some or every"""

    kind: str
    iterators: tuple[Iterator_, ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class FunctionNode(Node):
    """function(parameters) body"""

    parameters: tuple[str, ...]
    types: tuple[Type | None, ...]
    result: Type | None
    body: Node
    is_external: bool = False


@dataclass(frozen=True, slots=True)
class ListNode(Node):
    """[items]"""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextNode(Node):
    """{names: items}; an item sees the entries before it."""

    names: tuple[str, ...]
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class RangeNode(Node):
    """[low..high] and its open forms."""

    low: Node
    high: Node
    low_included: bool
    high_included: bool


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """operator: < <= > >= = !=; a range with one end, or a test."""

    operator: str
    end: Node


def children(node: Node) -> Iterator[Node]:
    """Yield the direct parts of a node in order."""
    for name in type(node).__match_args__:
        part = getattr(node, name)
        if isinstance(part, Node):
            yield part
        elif isinstance(part, tuple):
            for item in part:
                if isinstance(item, Node):
                    yield item


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and everything below it, parents first."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(list(children(current))))


def measure(node: Node) -> tuple[int, int]:
    """Count nodes and levels, without recursion."""
    count = depth = 0
    stack = [(node, 1)]
    while stack:
        current, level = stack.pop()
        count += 1
        depth = max(depth, level)
        stack.extend((child, level + 1) for child in children(current))
    return count, depth
