"""Let nothing new start from a definition, and start again; say from when until when and in which units it starts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from engine import library, units
from engine.assignment import may_operate
from engine.canonical import canonical
from engine.commands.batches import suspended_with
from engine.commands.migrating import may_migrate
from engine.commands.ordering import MOST_CASES, order
from engine.commands.rights import required
from engine.errors import CannotOperate, Invalid, NotFound, Refused
from engine.history.chain import append_event
from engine.model import Actor
from engine.store import batches, events
from engine.store import terms as store
from engine.store.base import Session
from engine.terms import Terms, terms_of


def suspend_definition(session: Session, key: str, *, actor: Actor, reason: str, running: bool) -> str | None:
    """Let nothing new start from a process; running: its running cases are suspended, too, one job each.

    For designers and operators; running cases for operators only. Returns the id of the order about running cases.
    Raises NotFound, Invalid (no reason), Refused, CannotOperate (suspended already).
    """
    why = _allowed(session, key, actor, reason, running=running, suspended=False)
    library.suspend(session, "process", key, actor=actor, reason=why)
    if not running:
        return None
    cases = batches.running(session, key, actor.root_unit_id, MOST_CASES)
    ids = [row.id for row in cases if row.suspension is None]
    return order(session, "suspend", key, ids, actor=actor, body={"reason": why})


def resume_definition(session: Session, key: str, *, actor: Actor, reason: str) -> str | None:
    """Let a process start again; cases that were suspended with it are resumed, one job each.

    Returns the id of the order about those cases, if there are any. Raises as `suspend_definition`.
    """
    waiting = suspended_with(session, key, actor.root_unit_id)
    why = _allowed(session, key, actor, reason, running=bool(waiting), suspended=True)
    library.resume(session, "process", key, actor=actor, reason=why)
    return order(session, "resume", key, waiting, actor=actor, body={"reason": why}) if waiting else None


def set_start_terms(
    session: Session,
    key: str,
    *,
    opens: date | None,
    closes: date | None,
    in_units: Iterable[str],
    actor: Actor,
) -> None:
    """Set on which days, both included, and in which units and those below (ids or codes) a process may be begun.

    None and no unit: no limit. For designers and operators; setting what is set already writes nothing.
    Raises NotFound (process, unit), Invalid (it closes before it opens).
    """
    if not may_migrate(actor, actor.root_unit_id):
        raise NotFound(what="process", id=key)
    events.lock_stream(session, library.STREAM)
    library.current(session, "process", key)
    if opens and closes and closes < opens:
        raise Invalid(why="到哪天不能早于从哪天")
    ids = tuple(sorted({units.unit(session, each).id for each in in_units}))
    before, after = terms_of(session, [key]).get(key, Terms()), Terms(opens, closes, ids)
    if before == after:
        return
    days = {"opens": opens.isoformat() if opens else None, "closes": closes.isoformat() if closes else None}
    session.merge(store.TermsRow(key=key, units=canonical(list(ids)), **days))
    session.flush()
    body = {"kind_of": "process", "key": key, **days, "units": list(ids)}
    append_event(session, library.STREAM, kind="start-terms-set", actor=actor, body=body)


def _allowed(session: Session, key: str, actor: Actor, reason: str, *, running: bool, suspended: bool) -> str:
    why = required(reason)
    if not may_migrate(actor, actor.root_unit_id):
        raise NotFound(what="process", id=key)
    if running and not may_operate(actor, root_unit_id=actor.root_unit_id, readers=None, starter_unit_id=""):
        raise Refused(what="cases", id=key)
    if library.current(session, "process", key).suspended != suspended:
        raise CannotOperate(why="这个流程没有暂停" if suspended else "这个流程已经暂停")
    return why
