"""Ids of tasks people see: derived, so that a replay and a rebuilt window give the same ones."""

from __future__ import annotations

from hashlib import sha1
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, UUID, uuid5

if TYPE_CHECKING:
    from engine.spiff.task import CaseTask


def case_uid(case_id: str) -> UUID:
    """Return the case id as a UUID; an id that is none is hashed into one."""
    try:
        return UUID(case_id)
    except ValueError:
        return uuid5(NAMESPACE_URL, case_id)


def task_id(task: CaseTask) -> UUID:
    """Return uuid5(what the task stands in, element id and occurrence)."""
    return uuid5(task.workflow.uid, f"{task.task_spec.element_id}:{task.occurrence}")


def hint_of(task: CaseTask) -> str:
    """Return the first eight characters of the task's id."""
    return _hash(task)[:4].hex()


def has_id(task: CaseTask, wanted: bytes) -> bool:
    """Tell whether `task_id(task)` has these bytes; several times faster than making the id."""
    found = _hash(task)
    return found[:6] == wanted[:6] and found[9:16] == wanted[9:]


def _hash(task: CaseTask) -> bytes:
    name = f"{task.task_spec.element_id}:{task.occurrence}".encode()
    return sha1(task.workflow.uid.bytes + name, usedforsecurity=False).digest()
