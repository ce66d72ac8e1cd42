"""The value that means: nothing was given."""

from __future__ import annotations


class Absent:
    """The one value that means: nothing was given."""

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent()
