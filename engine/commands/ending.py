"""End a case before its path is through."""

from __future__ import annotations

from engine import spiff
from engine.assignment import may_cancel
from engine.canonical import parse
from engine.errors import NotFound, Refused
from engine.model import Actor, Case
from engine.step import Act, advance, lock_case
from engine.store.base import Session


def cancel_case(session: Session, case_id: str, *, actor: Actor, reason: str) -> Case:
    """Cancel a running case with everything that waits in it; its child cases follow by job.

    Who started it may, and a supervisor of its unit; a child case is cancelled with its parent only. Its number stays
    given out. Raises NotFound, Refused (ended).
    """
    case = lock_case(session, case_id)
    readers = None if case.readers is None else parse(case.readers)
    if not may_cancel(
        actor,
        started_by=case.started_by,
        unit_path=case.unit_path,
        readers=readers,
        parent_case_id=case.parent_case_id,
    ):
        raise NotFound(what="case", id=case_id)
    if case.state != "running":
        raise Refused(what="cancel", id=case_id)
    return advance(
        session, case, Act("case.cancelled", actor, body={"note": reason}, operation=True), spiff.cancel
    ).case
