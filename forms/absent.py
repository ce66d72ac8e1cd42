"""What is not yet a value: nothing given, and text as it was typed."""

from __future__ import annotations


class Absent:
    """The one value that means: nothing was given."""

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent()


class Raw(str):
    """Text exactly as typed that could not become a value; it is shown again as it is."""

    __slots__ = ()
