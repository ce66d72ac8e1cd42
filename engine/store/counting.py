"""Count what a piece of work says to the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

_FRAME = ("BEGIN", "COMMIT", "ROLLBACK")


@contextmanager
def counted(engine: Engine) -> Iterator[dict[str, int]]:
    """Count statements and commits while inside; begin, commit and rollback are no statements."""
    found = {"statements": 0, "commits": 0}

    def said(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found["statements"] += not statement.startswith(_FRAME)

    def committed(_connection: Any) -> None:
        found["commits"] += 1

    event.listen(engine, "before_cursor_execute", said)
    event.listen(engine, "commit", committed)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", said)
        event.remove(engine, "commit", committed)
