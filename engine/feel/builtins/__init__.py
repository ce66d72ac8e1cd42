"""The built-in functions; Source: DMN 1.5 clause 10.3.4. Importing this fills the registry."""

from __future__ import annotations

from engine.feel.builtins import (
    booleans,
    contexts,
    conversion,
    intervals,
    lists,
    moments,
    numbers,
    patterns,
    statistics,
    strings,
    workdays,
)
from engine.feel.builtins.registry import BUILTINS, FUNCTIONS
from engine.feel.names import KnownNames

NAMES = KnownNames(FUNCTIONS)

__all__ = [
    "BUILTINS",
    "FUNCTIONS",
    "NAMES",
    "booleans",
    "contexts",
    "conversion",
    "intervals",
    "lists",
    "moments",
    "numbers",
    "patterns",
    "statistics",
    "strings",
    "workdays",
]
