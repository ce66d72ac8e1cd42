"""Identifiers: UUIDv7 text for rows, UUIDv5 text for what replay must find again."""

from __future__ import annotations

import secrets
import threading
from datetime import datetime
from uuid import UUID, uuid5

_AHEAD_MS = 1000  # how far a full counter may run ahead of the clock before order is given up
_GRANTS = UUID("6f0d3c0e-5a52-5f0b-9d6a-3d1f1c8f7a11")


class _Sequence:
    """The last millisecond and counter used, so that ids made in order sort in order."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = (0, 0)

    def after(self, at_ms: int) -> tuple[int, int]:
        """Return the next (millisecond, 12-bit counter) not before `at_ms`."""
        with self._lock:
            last_ms, counter = self._last
            if not last_ms - _AHEAD_MS <= at_ms <= last_ms:
                self._last = (at_ms, secrets.randbelow(0x400))
            elif counter < 0xFFF:
                self._last = (last_ms, counter + 1)
            else:
                self._last = (last_ms + 1, 0)
            return self._last


_sequence = _Sequence()


def new_id(at: datetime) -> str:
    """Make a UUIDv7 for the moment `at`; ids made by one process in one millisecond keep their order.

    Source: RFC 9562 section 5.7, with a 12-bit counter in rand_a (section 6.2, method 1).
    """
    ms, counter = _sequence.after(int(at.timestamp() * 1000))
    number = (ms & (1 << 48) - 1) << 80 | 0x7 << 76 | counter << 64 | 0b10 << 62 | secrets.randbits(62)
    return str(UUID(int=number))


def task_id(parent_id: str, element_id: str, occurrence: int) -> str:
    """Name a task by where it stands, so that replay and pruning keep its id.

    parent_id: the enclosing task's id, or the case's at the top; occurrence counts from 1.
    """
    return str(uuid5(UUID(parent_id), f"{element_id}:{occurrence}"))


def grant_id(role: str, unit_id: str) -> str:
    """Name the grant row of a role in a unit; whoever makes the row first makes the same one."""
    return str(uuid5(_GRANTS, f"{role}@{unit_id}"))
