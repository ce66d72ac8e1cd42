"""A case as it stood after one of its events: values, tasks with their holders, versions, all from the events.

Nothing of the live row is read: what the events and their deltas say is what was known then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from engine.canonical import from_iso, parse
from engine.errors import NotFound
from engine.history.timeline import LONGEST
from engine.model import Task, TimelineEntry
from engine.store import history_reads as store
from engine.store.base import Session

# So many events are folded at most to come from a snapshot to a moment.
_STRIDE = 250


@dataclass(frozen=True, slots=True)
class Moment:
    """What was so after event `seq`, and `before`: the values that event found.

    erased: pointers whose value then was taken away since. tasks: all there had been, in order of their opening;
    form and candidates stay with their rows. pins: the versions the case ran on.
    """

    seq: int
    state: str
    phase: str | None
    pins: Mapping[str, Any]
    tasks: Sequence[Task]
    values: Mapping[str, Any]
    before: Mapping[str, Any]
    erased: frozenset[str]


@dataclass(slots=True)
class Fold:
    """Values as the deltas of events lead to them; `apply` takes the rows of one event."""

    values: dict[str, Any] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)

    def apply(self, rows: Iterable[Any]) -> None:
        """Carry the values over one event: what came in order of the pointers, what went from the end of each list."""
        ordered = sorted(rows, key=lambda row: _order(row.pointer))
        for row in ordered:
            self.erased -= {
                known for known in self.erased if known == row.pointer or known.startswith(f"{row.pointer}/")
            }
            if row.after is not None:
                _put(self.values, row.pointer, parse(row.after))
        for row in reversed(ordered):
            if row.after is None:
                _take(self.values, row.pointer, erased=row.erased_at is not None)
            if row.erased_at is not None:
                self.erased.add(row.pointer)


@dataclass(slots=True)
class _Snapshot:
    """Values and tasks as they stood after event `seq`."""

    seq: int
    fold: Fold
    tasks: dict[str, Task]

    def copy(self) -> _Snapshot:
        return _Snapshot(self.seq, Fold(deepcopy(self.fold.values), set(self.fold.erased)), dict(self.tasks))


class Course:
    """The events of a case with snapshots on the way: a moment is folded from the snapshot before it.

    May be kept as long as the case's head stands: an event more, or a value erased, is another course. Two threads
    may use one; snapshots are never changed.
    """

    def __init__(self, case_id: str, entries: Sequence[TimelineEntry]) -> None:
        self.entries = entries
        self._case_id = case_id
        self._snapshots: dict[int, _Snapshot] = {}

    def at(self, session: Session, seq: int) -> Moment:
        """Return the case as it stood after an event; one statement. Raises NotFound for an event that is not there."""
        if not self.entries or not self.entries[0].seq <= seq <= self.entries[-1].seq:
            raise NotFound(what="event", id=str(seq))
        nearest = max((known for known in self._snapshots if known < seq), default=0)
        here = self._snapshots[nearest].copy() if nearest else _Snapshot(0, Fold(), {})
        before: dict[str, Any] | None = None
        rows = dict(_rows_by_event(session, self._case_id, here.seq + 1, seq))
        for entry in self._between(here.seq, seq):
            if entry.seq == seq:
                before = deepcopy(here.fold.values)
            here.fold.apply(rows.get(entry.seq, ()))
            here.tasks = _tasks_after(here.tasks, entry)
            here.seq = entry.seq
            if entry.seq % _STRIDE == 0 and entry.seq not in self._snapshots:
                self._snapshots[entry.seq] = here.copy()
        state, phase, pins = _standing(self._between(0, seq))
        return Moment(
            seq=seq,
            state=state,
            phase=phase,
            pins=pins,
            tasks=list(here.tasks.values()),
            values=here.fold.values,
            before=here.fold.values if before is None else before,
            erased=frozenset(here.fold.erased),
        )

    def _between(self, after: int, until: int) -> Sequence[TimelineEntry]:
        first = self.entries[0].seq
        return self.entries[max(0, after + 1 - first) : until + 1 - first]


def moment_at(session: Session, case_id: str, entries: Sequence[TimelineEntry], seq: int) -> Moment:
    """Return a case as it stood after an event; one statement.

    entries: the case's timeline from its first event on, at least until `seq`. Raises NotFound for an event that
    is not there.
    """
    return Course(case_id, entries).at(session, seq)


def lives_of(session: Session, case_id: str, pointer: str, until: int) -> Iterator[tuple[int, Any, Any, bool]]:
    """Yield (seq, all values before, all values after, erased) of every event that changed what lies at a pointer."""
    fold = Fold()
    for seq, rows in _rows_by_event(session, case_id, 1, until):
        touching = [row for row in rows if _meet(row.pointer, pointer)]
        if not touching:
            fold.apply(rows)
            continue
        before = deepcopy(fold.values)
        fold.apply(rows)
        yield seq, before, deepcopy(fold.values), any(row.erased_at is not None for row in touching)


def ran_on(session: Session, case_id: str) -> set[str]:
    """Return the ids of the versions of its definition a case has run on."""
    rows = store.stream_events(session, store.CASE_PREFIX + case_id, before=None, limit=LONGEST)
    return {pins["process"] for row in rows if (pins := parse(row.body).get("pins"))}


def _tasks_after(tasks: dict[str, Task], entry: TimelineEntry) -> dict[str, Task]:
    """Carry the tasks over one event, in place unless all of them move."""
    for told in entry.body.get("opened", ()):
        tasks[told["id"]] = _opened(told, entry)
    for task_id, state in entry.body.get("closed", ()):
        if task_id in tasks:
            tasks[task_id] = _closed(tasks[task_id], state, entry)
    if entry.body.get("task") in tasks:
        tasks[entry.body["task"]] = _handled(tasks[entry.body["task"]], entry)
    if mapping := entry.body.get("mapping"):
        return {key: _moved(task, mapping) for key, task in tasks.items()}
    return tasks


def _rows_by_event(session: Session, case_id: str, first: int, until: int) -> Iterator[tuple[int, list[Any]]]:
    rows = store.stream_values(session, store.CASE_PREFIX + case_id, first, until, inputs=False)
    for seq, group in groupby(rows, key=lambda row: row.seq):
        yield seq, list(group)


def _standing(past: Sequence[TimelineEntry]) -> tuple[str, str | None, Mapping[str, Any]]:
    state, phase = "running", None
    pins: Mapping[str, Any] = {}
    for entry in past:
        state, phase = entry.body.get("state", state), entry.body.get("phase", phase)
        pins = entry.body.get("pins", pins)
    return state, phase, pins


def _opened(told: Mapping[str, Any], entry: TimelineEntry) -> Task:
    due_at = told.get("due_at")
    return Task(
        id=told["id"],
        case_id=entry.body["stream"].removeprefix(store.CASE_PREFIX),
        element_id=told["element"],
        name=told.get("name", ""),
        kind=told["kind"],
        state="open",
        form=None,
        locals={},
        candidates=[],
        holder_id=None,
        holder_name=None,
        held_at=None,
        created_at=entry.at,
        due_at=from_iso(due_at) if due_at else None,
        done_at=None,
        done_by=None,
        done_by_name=None,
    )


def _closed(task: Task, state: str, entry: TimelineEntry) -> Task:
    own = entry.body.get("task") == task.id
    return replace(
        task, state=state, done_at=entry.at, done_by=entry.actor_id if own else None, done_by_name=entry.actor_name
    )


def _moved(task: Task, mapping: Mapping[str, str | None]) -> Task:
    if task.state != "open":
        return task
    return replace(task, element_id=mapping.get(task.element_id) or task.element_id)


def _handled(task: Task, entry: TimelineEntry) -> Task:
    body = entry.body
    if entry.kind == "task.claimed":
        return replace(task, holder_id=entry.actor_id, holder_name=entry.actor_name, held_at=entry.at)
    if entry.kind == "task.released":
        return replace(task, holder_id=None, holder_name=None, held_at=None)
    if entry.kind == "task.transferred":
        return replace(task, holder_id=body["to"], holder_name=body.get("to_name", body["to"]), held_at=entry.at)
    if entry.kind == "task.due-set":
        return replace(task, due_at=from_iso(body["after"]) if body["after"] else None)
    return task


def _put(values: dict[str, Any], pointer: str, value: Any) -> None:
    here, last = _place(values, pointer)
    if isinstance(here, dict):
        here[last] = value
    elif isinstance(here, list) and last.isdigit():
        here.extend([None] * (int(last) + 1 - len(here)))
        here[int(last)] = value


def _take(values: dict[str, Any], pointer: str, *, erased: bool) -> None:
    here, last = _place(values, pointer)
    if isinstance(here, dict):
        here.pop(last, None)
    elif isinstance(here, list) and last.isdigit() and int(last) < len(here):
        # An erased row leaves a gap, and the rows after it keep their places.
        here[int(last) : int(last) + 1] = [None] if erased else []


def _place(values: dict[str, Any], pointer: str) -> tuple[Any, str]:
    *way, last = (part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])
    here: Any = values
    for part in way:
        if isinstance(here, list):
            here = here[int(part)] if part.isdigit() and int(part) < len(here) else None
        elif isinstance(here, dict):
            here = here.get(part)
    return here, last


def _meet(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")


def _order(pointer: str) -> tuple[tuple[int, int | str], ...]:
    return tuple((0, int(part)) if part.isdigit() else (1, part) for part in pointer.split("/"))
