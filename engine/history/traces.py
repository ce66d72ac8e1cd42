"""Cases as process mining sees them: what was done in what order, by which unit, and what was not as drawn.

A trace is read from what the events recorded, never computed anew. Units are named, people are not: what is compared
are processes and the work between units.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from engine import library, pins
from engine.canonical import from_iso, iso, parse
from engine.spiff.elements import ACTIVITIES
from engine.store import trace_reads as store
from engine.store.base import Session

# Interventions that put tokens where the flows would not have brought them.
_BESIDE_THE_FLOWS = frozenset({"case.modified", "case.restarted", "case.migrated"})
_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity that ended: `since` when it was entered, `ended` completed or cancelled.

    unit: who acted, or the case's unit for what the platform did by itself. as_drawn: false when an intervention
    entered or ended it. seq: the event in which it ended. hand: the id of the person who acted, to tell whether
    two steps were one person's; it goes into no log. due_at: when a task was due. repeats: it is a loop or
    multi-instance; instances: how many of it these are, see `as_one`.
    """

    element: str
    name: str
    type: str
    since: datetime
    at: datetime
    ended: str
    unit_id: str
    unit_name: str
    by_person: bool
    as_drawn: bool
    seq: int
    hand: str | None = None
    due_at: datetime | None = None
    repeats: bool = False
    instances: int = 1


@dataclass(frozen=True, slots=True)
class Trace:
    """One case: its activities in the order they ended, and (seq, kind) of every intervention."""

    case_id: str
    number: str | None
    definition: str
    version: int
    state: str
    parent_case_id: str | None
    unit_id: str
    unit_name: str
    started_at: datetime
    ended_at: datetime | None
    activities: tuple[Activity, ...]
    interventions: tuple[tuple[int, str], ...]

    @property
    def variant(self) -> tuple[str, ...]:
        """The names of its activities in order; what ran side by side several times counts once in a row."""
        names = (activity.name for activity in self.activities if activity.ended == "completed")
        return tuple(name for name, _same in groupby(names))

    @property
    def conforms(self) -> bool:
        """Say whether everything in it came along the flows of its own version."""
        return all(activity.as_drawn for activity in self.activities)


def counts(session: Session, root_unit_id: str, *, since: datetime, until: datetime) -> dict[str, int]:
    """Return how many cases of each process were started in a span, the most first."""
    return dict(store.started_by_definition(session, root_unit_id, since=iso(since), until=iso(until)))


def traces(
    session: Session,
    root_unit_id: str,
    *,
    definition: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = _MOST,
) -> Iterator[Trace]:
    """Yield the cases started in a span, the newest first; for who may read every case of the tree.

    Two statements for every 500 cases, one for each version that was not read before.
    """
    span = [iso(at) if at else None for at in (since, until)]
    cases = store.cases_started(session, root_unit_id, definition=definition, since=span[0], until=span[1], limit=limit)
    by_stream = {f"case:{case.id}": case for case in cases}
    drawn: dict[str, _Drawn] = {}
    for stream, rows in groupby(store.events_of(session, [case.id for case in cases]), key=lambda row: row.stream):
        case = by_stream[stream]
        if case.artifact_id not in drawn:
            drawn[case.artifact_id] = _drawn(session, case.definition, case.artifact_id)
        yield _trace(case, drawn[case.artifact_id], rows)


def as_one(activities: Sequence[Activity]) -> list[Activity]:
    """Return activities with the instances of a loop or multi-instance told as the one activity the diagram shows.

    Instances belong together when one was entered before, or at the moment, the one before it ended.
    """
    told: list[Activity] = []
    last: dict[str, int] = {}
    for one in sorted(activities, key=lambda each: (each.at, each.seq)):
        place = last.get(one.element)
        before = told[place] if place is not None else None
        if place is not None and before is not None and one.repeats and one.since <= before.at:
            whole = replace(
                one,
                since=min(before.since, one.since),
                instances=before.instances + 1,
                as_drawn=before.as_drawn and one.as_drawn,
            )
            del told[place]
            last = {element: at - (at > place) for element, at in last.items()}
            told.append(whole)
        else:
            told.append(one)
        last[one.element] = len(told) - 1
    return told


@dataclass(frozen=True, slots=True)
class _Drawn:
    version: int
    elements: Mapping[str, tuple[str, str, bool]]  # id -> (name, type, repeats) of activities


def _drawn(session: Session, key: str, artifact_id: str) -> _Drawn:
    version = library.artifact(session, artifact_id)
    program = pins.program_of(key, version.sha256, library.body(session, artifact_id))
    found = {
        element.id: (element.name or element.id, element.type, element.loop is not None)
        for element in program.elements.values()
        if element.type in ACTIVITIES
    }
    return _Drawn(version.version, found)


def _trace(case: Any, drawn: _Drawn, rows: Iterator[Any]) -> Trace:
    open_since: dict[str, deque[tuple[datetime, bool]]] = {}
    due: dict[str, deque[str | None]] = {}
    activities, interventions = [], []
    for row in rows:
        body, at = parse(row.body), from_iso(row.at)
        beside = row.kind in _BESIDE_THE_FLOWS
        if body.get("intervention"):
            interventions.append((row.seq, row.kind))
        for task in body.get("opened") or ():
            due.setdefault(task["element"], deque()).append(task.get("due_at"))
        for element, what in body.get("path") or ():
            if element not in drawn.elements:
                continue
            if what == "entered":
                open_since.setdefault(element, deque()).append((at, beside))
            else:
                waiting = open_since.get(element)
                since, entered_beside = waiting.popleft() if waiting else (at, True)
                as_drawn = not beside and not entered_beside
                dues = due.get(element)
                due_at = dues.popleft() if dues else None
                done = _activity(case, drawn, body, element, what, since, at, as_drawn)
                activities.append(replace(done, due_at=from_iso(due_at)) if due_at else done)
    return Trace(
        case_id=case.id,
        number=case.number,
        definition=case.definition,
        version=drawn.version,
        state=case.state,
        parent_case_id=case.parent_case_id,
        unit_id=case.unit_id,
        unit_name=case.unit_name,
        started_at=from_iso(case.started_at),
        ended_at=from_iso(case.ended_at) if case.ended_at else None,
        activities=tuple(activities),
        interventions=tuple(interventions),
    )


def _activity(
    case: Any,
    drawn: _Drawn,
    body: Mapping[str, Any],
    element: str,
    what: str,
    since: datetime,
    at: datetime,
    as_drawn: bool,  # noqa: FBT001 - one caller, which names it
) -> Activity:
    name, kind, repeats = drawn.elements[element]
    who = body.get("who") or {}
    by_person = body.get("element") == element and who.get("id") != "system"
    return Activity(
        element=element,
        name=name,
        type=kind,
        since=since,
        at=at,
        ended="completed" if what == "completed" else "cancelled",
        unit_id=who.get("unit") or case.unit_id if by_person else case.unit_id,
        unit_name=(who.get("unit_name") or case.unit_name) if by_person else case.unit_name,
        by_person=by_person,
        as_drawn=as_drawn,
        seq=body["seq"],
        hand=who.get("id") if by_person else None,
        repeats=repeats,
    )
