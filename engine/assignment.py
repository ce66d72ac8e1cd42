"""Who may act on a task and who may read a case: pure rules over records already read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from engine.model import Actor

SUPERVISOR = "supervisor"  # reads, transfers and cancels what runs in the unit and below
OPERATORS = frozenset({"operator", "system_admin"})  # keep the platform running: operate on cases, never decide in them
AUDITOR = "auditor"  # reads everything of the tree
ERASERS = frozenset({"security_admin", AUDITOR})
SYSTEM_ID = "system"


def system_actor(root_unit_id: str, *, via: str = "worker") -> Actor:
    """Return who acts when nobody does: timers, child cases, intervention by schedule."""
    return Actor(
        user_id=SYSTEM_ID,
        name="系统",
        unit_id=root_unit_id,
        unit_path=f"/{root_unit_id}/",
        root_unit_id=root_unit_id,
        via=via,
    )


def usable_candidate(candidates: Iterable[str], actor: Actor) -> str | None:
    """Return the first candidate the actor acts by: a grant held now, or the actor's or a deputised user's id."""
    for candidate in candidates:
        if candidate in actor.grant_ids or candidate == actor.user_id or candidate == actor.on_behalf_of:
            return candidate
    return None


def acting_for(actor: Actor, definition: str, candidates: Collection[str], holder_id: str | None) -> Actor:
    """Return the actor as this task sees them: themselves where they may do it, else on behalf of whom they deputise.

    Arrangements for one definition count in its cases only.
    """
    if actor.on_behalf_of is not None or not actor.deputed or holder_id == actor.user_id:
        return actor
    if holder_id is None and any(each == actor.user_id or each in actor.own_grant_ids for each in candidates):
        return actor
    for one in actor.deputed:
        theirs = (
            holder_id == one.user_id
            if holder_id
            else any(each == one.user_id or each in one.grant_ids for each in candidates)
        )
        if theirs and one.definition in (None, definition):
            return replace(
                actor,
                on_behalf_of=one.user_id,
                on_behalf_name=one.name,
                grants=actor.grants | one.grants,
                grant_ids=actor.grant_ids | one.grant_ids,
            )
    return actor


def within(actor: Actor, definition: str) -> Actor:
    """Return the actor with what they may do for others in cases of one definition, for reading."""
    scoped = [one for one in actor.deputed if one.definition == definition]
    grants = actor.grants.union(*(one.grants for one in scoped))
    return replace(actor, grants=grants, grant_ids=actor.grant_ids.union(*(one.grant_ids for one in scoped)))


def is_system(actor: Actor) -> bool:
    """Say whether the machine acts."""
    return actor.user_id == SYSTEM_ID


def supervises(actor: Actor, unit_path: str) -> bool:
    """Say whether the actor is supervisor of a unit on the path."""
    return any(role == SUPERVISOR and f"/{unit_id}/" in unit_path for role, unit_id in actor.grants)


def may_cancel(
    actor: Actor,
    *,
    started_by: str,
    unit_path: str,
    readers: Collection[Mapping[str, str]] | None,
    parent_case_id: str | None,
) -> bool:
    """Say whether the actor may cancel a case: who started it, or a supervisor unless readers are named.

    A child case ends with its parent or by its own path: people cancel the case they sent, not a part of it.
    """
    if is_system(actor):
        return True
    if parent_case_id is not None:
        return False
    return actor.user_id == started_by or (readers is None and supervises(actor, unit_path))


def may_operate(
    actor: Actor, *, root_unit_id: str, readers: Collection[Mapping[str, str]] | None, starter_unit_id: str
) -> bool:
    """Say whether the actor may suspend, change, move or restart a case: an operator of the whole tree.

    A restricted case only if it is open to the actor, too.
    """
    if is_system(actor):
        return True
    runs_it = any(role in OPERATORS and unit_id == root_unit_id for role, unit_id in actor.grants)
    return runs_it and is_open_to(actor, readers=readers, starter_unit_id=starter_unit_id)


def may_erase(actor: Actor, *, root_unit_id: str) -> bool:
    """Say whether the actor may erase by law, or hold that off: who administers security, or audits, the whole tree."""
    return any(role in ERASERS and unit_id == root_unit_id for role, unit_id in actor.grants)


def is_open_to(actor: Actor, *, readers: Collection[Mapping[str, str]] | None, starter_unit_id: str) -> bool:
    """Say whether a case is not restricted, or not against this actor; `engine.store.readable` says it in SQL."""
    if readers is None or is_system(actor) or (actor.root_unit_id and actor.holds(AUDITOR, actor.root_unit_id)):
        return True
    named = {(reader["role"], reader["unit_id"]) for reader in readers}
    return any(unit_id == starter_unit_id or (role, unit_id) in named for role, unit_id in actor.grants)


def may_know_outcome(actor: Actor, candidates: Iterable[str], *, took_part: Collection[str | None]) -> bool:
    """Say whether somebody who comes too late to a task may be told who did it.

    took_part: ids of who did, held or started. Everybody else is told that there is no such task.
    """
    return is_system(actor) or actor.user_id in took_part or usable_candidate(candidates, actor) is not None
