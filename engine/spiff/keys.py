"""Correlation keys as text: the same value is the same key, whoever computes it."""

from __future__ import annotations

from engine.feel.run import Run
from engine.feel.text import string_of


def key_text(value: object) -> str | None:
    """Write the value of a correlation key; null, which is any key, stays None."""
    run = Run()
    return string_of(run, run.lift(value))
