"""The syntax tree of JUEL: what JSR 245 (Expression Language 2.1 with method calls) can say."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, a number as it is written, true, false or null."""

    text: str
    is_text: bool = False


@dataclass(frozen=True, slots=True)
class Name:
    name: str


@dataclass(frozen=True, slots=True)
class Property:
    """base.name, or base[index] where `index` is an expression."""

    base: Node
    index: Node


@dataclass(frozen=True, slots=True)
class Method:
    """base.name(arguments); base None: a function, whose name may have a prefix."""

    base: Node | None
    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Unary:
    """operator: not, -, empty"""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """operator: or and = != < <= > >= + - * / %"""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Choice:
    """condition ? chosen : other"""

    condition: Node
    chosen: Node
    other: Node


@dataclass(frozen=True, slots=True)
class Parts:
    """Texts and expressions one after the other, put together as one text."""

    parts: tuple[Node, ...]


Node = Literal | Name | Property | Method | Unary | Binary | Choice | Parts
