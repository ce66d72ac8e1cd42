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
    Raises NotFound (definition), Refused (suspended, or no right to start), Invalid (no such unit, or something it
    needs is not published), Incident.
    """
    head, pins_text = pin(session, definition_key)
    bundle = bundle_of(session, pins_text)
    unit = hot.find_unit(session, unit_id or actor.unit_id)
    if unit is None:
        raise Invalid(why="没有这个单位")
    if not _may_start(bundle.program, actor, unit[0]):
        raise Refused(what="start", id=definition_key)
    first = dict(values or {})
    if about is not None:
        first["about"] = dict(about)
    at = iso(now(session))
    case_id = new_id(now(session))
    case = LockedCase(
        id=case_id,
        root_unit_id=unit[2],
        number=None,
        title="",
        definition=definition_key,
        artifact_id=head.id,
        pins=pins_text,
        parent_case_id=None,
        parent_task_id=None,
        path=f"/{case_id}/",
        unit_id=unit[0],
        unit_path=unit[1],
        state="running",
        phase=None,
        outcome=None,
        facts="{}",
        readers=None,
        started_by=actor.user_id,
        started_by_name=actor.name,
        starter_unit_id=actor.unit_id or unit[0],
        started_at=at,
        updated_at=at,
        ended_at=None,
        due_at=None,
        revision=0,
        head_seq=0,
        head_hash="",
        window=b"",
        values_json="{}",
    )
    act = Act("case.started", actor, inputs=first, body=started_body(case, version=head.version))
    started = begin(session, case, act, first).case
    attachments.bind(session, case.id, first, actor=actor)
    return started


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
