"""Correlation keys as text: the same value is the same key, whoever computes it."""

from __future__ import annotations

import hashlib

from engine.feel.run import Run
from engine.feel.text import string_of

_LONGEST = 500  # characters; what the tables of who waits have room for


def key_text(value: object) -> str | None:
    """Write the value of a correlation key; null, which is any key, stays None.

    A longer text than is kept ends in its SHA-256 instead, so that two that begin alike stay two.
    """
    run = Run()
    text = string_of(run, run.lift(value))
    if text is None or len(text) <= _LONGEST:
        return text
    told = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return text[: _LONGEST - len(told)] + told
