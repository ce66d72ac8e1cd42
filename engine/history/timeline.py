"""The events of a stream as a person reads them: who, for which unit, when, what, and what changed.

What a reader may see of the changes is the caller's to decide: rights on fields are in the forms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.canonical import from_iso, parse
from engine.model import Change, TimelineEntry
from engine.store import history_reads as store
from engine.store.base import Session

# No case is longer by far; what is read at once stays bounded all the same.
LONGEST = 50_000


def timeline(
    session: Session,
    case_id: str,
    *,
    names: Mapping[str, str] | None = None,
    before: int | None = None,
    limit: int = LONGEST,
    inputs: bool = False,
    values: bool = True,
) -> list[TimelineEntry]:
    """Return a case's last events, oldest first; two statements.

    names: element id -> its name, where the caller knows the definition; else tasks are named as they were when they
    opened. before: only events before this seq, for pages backwards. inputs: what was handed in at a step is among its
    changes, at the pointer "#input"; instances that run side by side show it nowhere else until all are done. So are
    the answers of decisions and how they came about, at "#decision/0" and so on. values: false leaves all changes out.
    """
    stream = store.CASE_PREFIX + case_id
    return stream_timeline(session, stream, names=names, before=before, limit=limit, inputs=inputs, values=values)


def stream_timeline(
    session: Session,
    stream: str,
    *,
    names: Mapping[str, str] | None = None,
    before: int | None = None,
    limit: int = LONGEST,
    inputs: bool = False,
    values: bool = True,
) -> list[TimelineEntry]:
    """Return the last events of any stream, oldest first: a register's, the organisation's, the library's."""
    rows = store.stream_events(session, stream, before=before, limit=limit)
    if not rows:
        return []
    changes: dict[int, list[Any]] = {}
    if values:
        for value in store.stream_values(session, stream, rows[0].seq, rows[-1].seq, inputs=inputs):
            changes.setdefault(value.seq, []).append(value)
    known = dict(names or {})
    entries = []
    for row in rows:
        body = parse(row.body)
        if names is None:
            known |= {task["element"]: task["name"] for task in body.get("opened", []) if task.get("name")}
        told = [*map(_change, own := changes.get(row.seq, [])), *_left_out(body, own)] if values else []
        entries.append(_entry(row, body, told, known))
    return entries


def accesses(session: Session, ids: Iterable[str], *, pointer: str, limit: int = 200) -> list[TimelineEntry]:
    """Return who looked at what these ids name (a case, its tasks), newest first; refusals are no looks.

    Reads of another field than the one at `pointer` are left out; those that name no field count.
    """
    found = []
    for row in store.accesses(session, ids, limit):
        body = parse(row.body)
        if row.kind != "refused" and body.get("pointer", pointer) == pointer:
            found.append(_entry(row, body, [], {}))
    return found


def _entry(row: Any, body: dict[str, Any], changes: list[Change], names: Mapping[str, str]) -> TimelineEntry:
    who = body.get("who", {})
    element = body.get("element")
    return TimelineEntry(
        seq=row.seq,
        kind=row.kind,
        at=from_iso(row.at),
        actor_id=row.actor_id,
        actor_name=who.get("name", ""),
        unit_name=who.get("unit_name", ""),
        on_behalf_of=who.get("on_behalf_of"),
        element_id=element,
        element_name=names.get(element or "", ""),
        note=body.get("note") or body.get("reason") or "",
        changes=changes,
        body=body,
    )


def _change(value: Any) -> Change:
    return Change(
        pointer=value.pointer,
        before=None if value.before is None else parse(value.before),
        after=None if value.after is None else parse(value.after),
        erased=value.erased_at is not None,
    )


def _left_out(body: Mapping[str, Any], values: list[Any]) -> list[Change]:
    """Changes the event committed to whose values are not in this copy."""
    there = {value.pointer for value in values}
    pointers = [pointer for pointer, _ in body.get("values", []) if not pointer.startswith("#")]
    return [Change(pointer, None, None, erased=True) for pointer in pointers if pointer not in there]
