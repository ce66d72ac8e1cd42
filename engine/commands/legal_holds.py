"""Keep everything of a case for a proceeding: while a hold stands, nothing of the case is erased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.assignment import may_erase
from engine.canonical import from_iso, iso
from engine.clock import now
from engine.commands.rights import required
from engine.errors import CannotOperate, NotFound
from engine.model import Actor
from engine.records import named
from engine.step import LockedCase, lock_case, note_event
from engine.store import legal_holds as store
from engine.store.base import Session


@dataclass(frozen=True, slots=True)
class LegalHold:
    """A hold that stands: on which case, since when, set by whom (a post), why."""

    case_id: str
    number: str | None
    title: str
    since: datetime
    by: str
    reason: str


def place_hold(session: Session, case_id: str, *, actor: Actor, reason: str) -> None:
    """Put a case, running or ended, under a hold until it is lifted; its child cases are held one by one.

    The right of who may erase. Raises NotFound (no such case, or not this actor's right), Invalid (no reason),
    CannotOperate (it stands already).
    """
    why = required(reason)
    case = _locked(session, case_id, actor)
    if store.of_case(session, case_id) is not None:
        raise CannotOperate(why="这件事已经在保全")
    note_event(session, case, kind="hold.placed", actor=actor, body={"note": why})
    row = store.LegalHoldRow(case_id=case_id, since=iso(now(session)), by_name=named(actor), reason=why)
    store.put(session, row)


def lift_hold(session: Session, case_id: str, *, actor: Actor, reason: str) -> None:
    """Lift the hold on a case; raises as `place_hold`, CannotOperate when none stands."""
    why = required(reason)
    case = _locked(session, case_id, actor)
    if store.of_case(session, case_id) is None:
        raise CannotOperate(why="这件事没有在保全")
    note_event(session, case, kind="hold.lifted", actor=actor, body={"note": why})
    store.drop(session, case_id)


def legal_holds(session: Session, actor: Actor) -> list[LegalHold]:
    """Return the holds on cases the actor may read, newest first."""
    return [
        LegalHold(case_id, number, title, from_iso(since), by, reason)
        for case_id, number, title, since, by, reason in store.readable_rows(session, actor)
    ]


def refuse_if_held(session: Session, case_id: str) -> None:
    """Raise CannotOperate for a case under a hold; the caller has locked the case."""
    held = store.of_case(session, case_id)
    if held is not None:
        raise CannotOperate(why=f"这件事由 {held.by_name} 保全，解除后才能删除")


def _locked(session: Session, case_id: str, actor: Actor) -> LockedCase:
    case = lock_case(session, case_id)
    if not may_erase(actor, root_unit_id=case.root_unit_id):
        raise NotFound(what="case", id=case_id)
    return case
