"""Start a case: choose and pin versions, then run it until it waits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import attachments
from engine.assignment import is_system
from engine.canonical import iso, parse
from engine.clock import now
from engine.errors import Invalid, Refused
from engine.ids import new_id
from engine.model import Actor, Case
from engine.pins import bundle_of, pin
from engine.spiff.elements import Program
from engine.step import Act, LockedCase, begin
from engine.store import hot
from engine.store.base import Session
from engine.terms import why_not


def start_case(
    session: Session,
    definition_key: str,
    *,
    actor: Actor,
    values: Mapping[str, Any] | None = None,
    unit_id: str | None = None,
    about: Mapping[str, Any] | None = None,
) -> Case:
    """Start a case of the newest version of a definition, in a unit (default: the actor's own).

    values: the first values; about: what the case is about ({"case": id}, {"unit": id}), readable as `about`.
    Every version the case and its children may use is pinned. Returns the case as it waits, or as it ended.
    Raises NotFound (definition), Refused (suspended, or no right to start), NotOpen (its terms), Invalid (no such
    unit, or something it needs is not published), Incident.
    """
    head, pins_text = pin(session, definition_key)
    bundle = bundle_of(session, pins_text)
    unit = hot.find_unit(session, unit_id or actor.unit_id)
    if unit is None:
        raise Invalid(why="没有这个单位")
    if not _may_start(bundle.program, actor, unit[0]):
        raise Refused(what="start", id=definition_key)
    closed = None if is_system(actor) else why_not(session, definition_key, head.name, unit[1])
    if closed is not None:
        raise closed
    first = dict(values or {})
    if about is not None:
        first["about"] = dict(about)
    case = unstarted(
        new_id(now(session)),
        pins_text,
        unit=unit,
        starter=(actor.user_id, actor.name, actor.unit_id or unit[0]),
        at=iso(now(session)),
    )
    act = Act("case.started", actor, inputs=first, body=started_body(case, version=head.version))
    started = begin(session, case, act, first).case
    attachments.bind(session, case.id, first, actor=actor)
    return started


def unstarted(
    case_id: str,
    pins_text: str,
    *,
    unit: tuple[str, str, str],
    starter: tuple[str, str, str],
    at: str,
    parent: tuple[LockedCase, str] | None = None,
) -> LockedCase:
    """Return the first columns of a case that is not in the database yet.

    unit: (id, path, root unit id); starter: (user id, name, unit id); parent: the case that calls it and its call
    task, whose readers hold for it, too.
    """
    pins = parse(pins_text)
    above, task_id = parent if parent is not None else (None, None)
    return LockedCase(
        id=case_id,
        root_unit_id=unit[2],
        number=None,
        title="",
        definition=pins["key"],
        artifact_id=pins["process"],
        pins=pins_text,
        parent_case_id=above.id if above else None,
        parent_task_id=task_id,
        path=f"{above.path if above else '/'}{case_id}/",
        unit_id=unit[0],
        unit_path=unit[1],
        state="running",
        phase=None,
        outcome=None,
        facts="{}",
        readers=above.readers if above else None,
        started_by=starter[0],
        started_by_name=starter[1],
        starter_unit_id=starter[2],
        started_at=at,
        updated_at=at,
        ended_at=None,
        due_at=None,
        suspension=None,
        revision=0,
        head_seq=0,
        head_hash="",
        window=b"",
        values_json="{}",
    )


def started_body(case: LockedCase, **more: Any) -> dict[str, Any]:
    """Return what the first event says of a case: all a replay needs to start it again."""
    return {
        "definition": case.definition,
        "pins": parse(case.pins),
        "case": {
            "id": case.id,
            "starter": case.started_by,
            "starter_unit": case.starter_unit_id,
            "unit": case.unit_id,
            "unit_path": case.unit_path,
            "started_at": case.started_at,
            "parent": case.parent_case_id,
            "parent_task": case.parent_task_id,
        },
        **more,
    }


def _may_start(program: Program, actor: Actor, unit_id: str) -> bool:
    """Say whether the actor holds a role the process names; one that names none is only called by others."""
    if is_system(actor):
        return True
    own = unit_id == actor.unit_id
    return any(actor.holds(role) if own else actor.holds(role, unit_id) for role in program.starters)
