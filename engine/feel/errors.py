"""FEEL's error tree; this package is a leaf, so it does not use the engine's.

FeelError
├── FeelSyntaxError       the text is not FEEL: line and column are 1-based
├── FeelEvaluationError   only from `Compiled.strict`: what would be null with a warning elsewhere
└── BudgetExceeded        the evaluation cost more than it was given

`position` counts characters from the start of the text, or is None where no place can be named.
"""

from __future__ import annotations

from typing import NamedTuple


class Note(NamedTuple):
    """One warning: why a value became null."""

    code: str
    message: str
    position: int | None


class FeelError(Exception):
    """Base of everything this package raises; `code` is stable."""

    def __init__(self, code: str, message: str, position: int | None = None) -> None:
        self.code = code
        self.message = message
        self.position = position
        super().__init__(message)


class FeelSyntaxError(FeelError):
    """The text is not a FEEL expression."""

    def __init__(self, code: str, message: str, position: int | None = None, *, text: str = "") -> None:
        before = text[: position or 0]
        self.line = before.count("\n") + 1
        self.column = len(before) - (before.rfind("\n") + 1) + 1
        super().__init__(code, f"{message} (line {self.line}, column {self.column})", position)


class FeelEvaluationError(FeelError):
    """A value could not be computed and the caller asked not to go on with null."""


class BudgetExceeded(FeelError):
    """Too many operations, too large a result or too deep a recursion."""
