"""Ids of tasks people see: derived, so that a replay and a rebuilt window give the same ones.

task_id(task) is str(uuid5(what the task stands in, "element:occurrence")), where it stands in the case or in the task
of the subprocess around; made here from the hash itself, because every step makes several.
"""

from __future__ import annotations

from hashlib import sha1
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

if TYPE_CHECKING:
    from engine.spiff.task import CaseTask


def case_uid(case_id: str) -> bytes:
    """Return the bytes of a case id; an id that is no UUID is hashed into one."""
    try:
        uid = bytes.fromhex(case_id.replace("-", ""))  # ten times as fast as UUID
    except ValueError:
        uid = b""
    return uid if len(uid) == 16 else uuid5(NAMESPACE_URL, case_id).bytes


def task_uid(task: CaseTask) -> bytes:
    """Return the bytes of a task's id; one that a migration gave another element keeps the id it was opened with."""
    given = task.internal_data.get("uid")
    if given is not None:
        return bytes.fromhex(given)
    kept = task.uid
    if kept is not None and kept[0] == task.occurrence:
        return kept[1]
    name = f"{task.task_spec.element_id}:{task.occurrence}".encode()
    made = bytearray(sha1(task.workflow.uid + name, usedforsecurity=False).digest()[:16])
    made[6] = made[6] & 0x0F | 0x50
    made[8] = made[8] & 0x3F | 0x80
    task.uid = task.occurrence, bytes(made)
    return task.uid[1]


def task_id(task: CaseTask) -> str:
    """Return a task's id as text."""
    text = task_uid(task).hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def hint_of(task: CaseTask) -> str:
    """Return the first eight characters of a task's id."""
    return task_uid(task)[:4].hex()
