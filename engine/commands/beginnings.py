"""Begin a case by what its start event waits for; nobody starts it, so the system counts as its starter."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from engine import library, listening, spiff
from engine.assignment import system_actor
from engine.canonical import iso, parse
from engine.clock import now
from engine.commands.starting import started_body, unstarted
from engine.errors import EvaluationFailed, Invalid, NobodyWaits, NotFound, NotOpen
from engine.ids import new_id
from engine.model import Actor, Case, Definition
from engine.pins import bundle_of, pin, program_of
from engine.spiff.elements import Program, Start
from engine.step import Act, begin
from engine.store import hot, jobs, units
from engine.store.base import Session
from engine.store.jobs import ClaimedJob
from engine.terms import why_not


def begin_by_event(
    session: Session,
    definition: str,
    element_id: str,
    payload: Mapping[str, Any],
    actor: Actor,
    *,
    name: str | None = None,
    within: str = "/",
) -> Case:
    """Begin a case of the newest version at one of its start events.

    payload becomes the first values, under the variable the start event names if it does. The case belongs to the unit
    the start event names (qc:unit over these values), else to the root of the tree. actor: who sent what began it;
    name: of the message or signal that did; within: path of the unit the case must belong to.
    Raises as `start_case`, and EvaluationFailed for a unit that is none.
    """
    head, pins_text = pin(session, definition)
    program = bundle_of(session, pins_text).program
    start = _start_of(program, element_id, name)
    first = {start.variable: dict(payload)} if start.variable else dict(payload)
    unit = _unit_of(session, program, element_id, first)
    if not unit[1].startswith(within):
        raise NobodyWaits(name=name or definition)
    closed = why_not(session, definition, head.name, unit[1])
    if closed is not None:
        raise closed
    system = system_actor(unit[2])
    case = unstarted(
        new_id(now(session)),
        pins_text,
        unit=unit,
        starter=(system.user_id, system.name, unit[0]),
        at=iso(now(session)),
    )
    body = started_body(case, version=head.version, start=element_id)
    return begin(session, case, Act("case.started", actor, inputs=first, body=body), first, at_start=element_id).case


def begin_by_time(session: Session, job: ClaimedJob) -> None:
    """Begin a case at its moment, or if its condition has come true; then wait for the next time.

    Nothing begins from a version that is no longer in force, while its definition is suspended or outside its terms.
    """
    told: dict[str, Any] = parse(job.payload)
    found = _in_force(session, told)
    if found is None:
        return
    newest, start = found
    at = now(session)
    holds = start.condition is None or spiff.start_holds(start, at)
    if holds and not told["held"] and not newest.suspended:
        with suppress(NotOpen):
            begin_by_event(session, newest.key, start.id, {}, system_actor(job.root_unit_id))
    following = listening.following(start, told, at, holds=holds)
    jobs.insert_jobs(session, [] if following is None else [listening.begin_job(job.root_unit_id, following, at)])


def go_on_after_failure(session: Session, job: ClaimedJob) -> None:
    """Queue the next time of a start that failed and became an incident: one bad day stops no daily process."""
    told: dict[str, Any] = parse(job.payload)
    found = _in_force(session, told)
    if found is None:
        return
    at = now(session)
    # A condition counts as not yet true: the case it should have begun is still to come.
    following = listening.following(found[1], told, at, holds=False)
    jobs.insert_jobs(session, [] if following is None else [listening.begin_job(job.root_unit_id, following, at)])


def _in_force(session: Session, told: Mapping[str, Any]) -> tuple[Definition, Start] | None:
    """Return the version a job begins cases of, with its start event; None once another is in force."""
    newest = library.live(session, "process", told["definition"])
    if newest is None or newest.id != told["artifact"]:
        return None
    file = library.load(session, newest.id)
    return newest, program_of(newest.key, file.sha256, file.body).starts[told["start"]]


def _start_of(program: Program, element_id: str, name: str | None) -> Start:
    """Return a start of the program; an event that any of several things begins is several starts."""
    for start in program.starts:
        if start.id == element_id and name in (None, start.name):
            return start
    raise NotFound(what="start", id=element_id)


def _unit_of(session: Session, program: Program, element_id: str, values: dict[str, Any]) -> tuple[str, str, str]:
    named = program.elements[element_id].unit
    if named is None:
        root = units.root(session)
        if root is None:
            raise Invalid(why="还没有组织，不能开始办理")
        return root
    value = spiff.evaluate(named, values, now(session))
    found = hot.find_unit(session, value) if isinstance(value, str) else None
    if found is None:
        raise EvaluationFailed(element_id=element_id, what="unit", text=named.text, why="no such unit")
    return found
