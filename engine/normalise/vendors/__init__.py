"""What extensions of other engines say, in our vocabulary: who does a task, what serves it, what goes in and out.

Only what means the same here is translated; then the extension is gone from the document in memory and the change is
noted. All other extensions stay and are noted by `engine.normalise.kept`.
"""

from __future__ import annotations

from typing import Any

from engine.normalise.notes import Note
from engine.normalise.vendors import (
    assignments,
    calls,
    data,
    deadlines,
    decisions,
    loops,
    messages,
    people,
    scripts,
    work,
)


def translate(root: Any, note: Note) -> None:
    """Translate all that is known, element by element in the order of the file."""
    for part in (people, deadlines, decisions, work, scripts, calls, data, assignments, loops, messages):
        part.translate(root, note)
