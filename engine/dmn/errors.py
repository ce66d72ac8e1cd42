"""What this package raises; everything that goes wrong inside an evaluation is null with a warning instead.

DmnError (a FeelError)
├── InvalidModel      the file is no DMN we read: `line` says where
└── UnknownElement    no decision, service or knowledge model of that name or id
"""

from __future__ import annotations

from engine.feel import FeelError


class DmnError(FeelError):
    """Base of what this package raises; `code` is stable."""


class InvalidModel(DmnError):
    """The bytes are no DMN model."""

    def __init__(self, code: str, message: str, line: int | None = None) -> None:
        super().__init__(code, message)
        self.line = line


class UnknownElement(DmnError):
    """What was asked for is not in the model."""
