"""Let nothing new start from a definition, and start again; its running cases go on or are suspended, too."""

from __future__ import annotations

from engine import library
from engine.assignment import may_operate
from engine.commands.batches import suspended_with
from engine.commands.migrating import may_migrate
from engine.commands.ordering import MOST_CASES, order
from engine.commands.rights import required
from engine.errors import CannotOperate, NotFound, Refused
from engine.model import Actor
from engine.store import batches
from engine.store.base import Session


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


def _allowed(session: Session, key: str, actor: Actor, reason: str, *, running: bool, suspended: bool) -> str:
    why = required(reason)
    if not may_migrate(actor, actor.root_unit_id):
        raise NotFound(what="process", id=key)
    if running and not may_operate(actor, root_unit_id=actor.root_unit_id, readers=None, starter_unit_id=""):
        raise Refused(what="cases", id=key)
    if library.current(session, "process", key).suspended != suspended:
        raise CannotOperate(why="这个流程没有暂停" if suspended else "这个流程已经暂停")
    return why
