"""Text that breaks programs: more than five hundred strings, of our own making, for every place where people type."""

from __future__ import annotations

import json
from pathlib import Path

LONG = (
    "甲" * 4000, "a" * 9000, "👍" * 2000, "<b>" * 1500, "a\u0301" * 2000, "( " * 2000, "\u202e" * 1000, "0" * 3000,
    "{{" * 1500,
)  # fmt: skip
MEGABYTE = "甲乙<&>\"'" * 116_600


def strings() -> list[str]:
    """List them, each once, without U+0000, which no page can carry."""
    return [*json.loads((Path(__file__).parent / "cases/naughty.json").read_text("utf-8")), *LONG]
