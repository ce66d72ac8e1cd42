"""How cases of published definitions begin by themselves: by message, signal, moment or condition.

Made when a process is published, replaced when its next version is. BPMN 2.0.2 clause 10.5.2.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from engine import spiff
from engine.canonical import canonical, from_iso, iso
from engine.errors import EvaluationFailed
from engine.model import Actor
from engine.spiff.elements import Program, Start
from engine.store import jobs, subscriptions
from engine.store.base import Session
from engine.waiting import job_of, row_of

# How often the condition of a start event is looked at; nothing tells when a register or the day has changed.
CONDITION_EVERY = timedelta(minutes=5)
_MOST_MISSED = 100_000
Told = dict[str, Any]


def listen(
    session: Session, program: Program, artifact_id: str, *, before: str | None, actor: Actor, at: datetime
) -> list[EvaluationFailed]:
    """Let a published version begin cases by itself; the one before does no longer. Returns timers without a moment."""
    subscriptions.end_definition(session, program.id)
    if before is not None:
        jobs.cancel_begins(session, before)
    rows: list[dict[str, Any]] = []
    queued: list[dict[str, Any]] = []
    failed: list[EvaluationFailed] = []
    for place, start in enumerate(program.starts):
        if start.kind in ("message", "signal"):
            rows.append(row_of(start.kind, start.name or "", at, definition=program.id, element_id=start.id))
        elif start.kind in ("timer", "conditional"):
            told = {"definition": program.id, "artifact": artifact_id, "start": place, "held": False}
            try:
                first = _first(start, told, at)
            except EvaluationFailed as why:
                failed.append(why)
            else:
                queued += [] if first is None else [begin_job(actor.root_unit_id, first, at)]
    subscriptions.insert(session, rows)
    jobs.insert_jobs(session, queued)
    return failed


def following(start: Start, told: Told, at: datetime, *, holds: bool) -> Told | None:
    """Return what the next job of a start event carries, None after the last.

    A cycle goes on from its own moments; those that passed while nobody worked are left out. A condition that has begun
    a case must have been false before it begins another.
    """
    if start.condition is not None:
        return {**told, "held": holds, "due": iso(at + CONDITION_EVERY)}
    left = told["left"]
    if start.timer is None or start.timer.kind != "cycle" or left == 1:
        return None
    due = from_iso(told["due"])
    for _ in range(_MOST_MISSED):
        due = spiff.next_due(start, due)
        if due > at:
            break
    return {**told, "due": iso(due), "left": None if left is None else left - 1}


def begin_job(root_unit_id: str, told: Told, at: datetime) -> dict[str, Any]:
    """Make the job that begins a case when it is due, or looks whether its condition has come true.

    told: {"definition", "artifact", "start": its place among the program's starts, "due", "left": how many times, this
    one counted, None for ever, "held": whether the condition held when it was last looked at}.
    """
    key = f"{told['artifact']}:{told['start']}:{told['due']}"
    return job_of(root_unit_id, "begin", at, canonical(told), key=key, due_at=from_iso(told["due"]))


def _first(start: Start, told: Told, at: datetime) -> Told | None:
    """Return what the first job carries; a date that has passed begins nothing."""
    if start.timer is None:
        return {**told, "due": iso(at), "left": None}
    due = spiff.first_due(start, at)
    if start.timer.kind == "date" and due < at:
        return None
    first: Told = {**told, "due": iso(due), "left": start.timer.repeats}
    return first if due >= at else following(start, first, at, holds=False)
