"""Who holds a task: claim, release, transfer; and what was typed before it is submitted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.assignment import usable_candidate
from engine.canonical import canonical, iso, parse
from engine.clock import now
from engine.commands.rights import acting, by_right, grant_told, is_holder, oversees
from engine.errors import Refused
from engine.model import Actor, Task
from engine.pins import bundle_of
from engine.records import task_of
from engine.step import LockedTask, lock_task, note_event
from engine.store import hot
from engine.store import tasks as task_store
from engine.store.base import Session
from engine.store.holdings import holders_of


def claim(session: Session, task_id: str, *, actor: Actor) -> Task:
    """Take a task, so that only the actor may complete it; claiming one's own again changes nothing.

    Raises NotFound, TaskGone and, when somebody else was first, TaskHeld {by, at}.
    """
    case, task = lock_task(session, task_id)
    actor = acting(case, task, actor)
    used = by_right(case, task, actor)
    if is_holder(task, actor):
        return task_of(task)
    body = {"task": task.id, "element": task.element_id, **grant_told(used)}
    note_event(session, case, kind="task.claimed", actor=actor, body=body)
    return _hold(session, task, user_id=actor.user_id, name=actor.name)


def release(session: Session, task_id: str, *, actor: Actor) -> Task:
    """Give a claimed task back; the holder's own, or anybody's for a supervisor. A free task stays as it is.

    Raises NotFound, TaskGone, TaskHeld.
    """
    case, task = lock_task(session, task_id)
    actor = acting(case, task, actor)
    if not oversees(case, actor) or task.state != "open":
        by_right(case, task, actor)
    if task.holder_id is None:
        return task_of(task)
    body = {
        "task": task.id,
        "element": task.element_id,
        "held_by": task.holder_id,
        "intervention": not is_holder(task, actor),
    }
    note_event(session, case, kind="task.released", actor=actor, body=body)
    return _hold(session, task, user_id=None, name=None)


def transfer(
    session: Session, task_id: str, *, to_user: str, actor: Actor, reason: str, to_name: str | None = None
) -> Task:
    """Hand a task to a colleague, who then holds it.

    The holder or a candidate hands on; a supervisor may do so whoever holds it. The receiver must be able to take
    the task: by a post held now, or named by the definition; only a supervisor may pick anybody else.
    to_name: how the receiver is shown; default the post they hold it by. Raises NotFound, TaskGone, TaskHeld,
    Refused.
    """
    case, task = lock_task(session, task_id)
    actor = acting(case, task, actor)
    intervenes = oversees(case, actor) and task.state == "open"
    used = usable_candidate(parse(task.candidates), actor) if intervenes else by_right(case, task, actor)
    post = _post_to_take(session, task, to_user)
    if post is None and not intervenes:
        raise Refused(what="transfer", to=to_user)
    name = to_name or post or to_user
    body = {
        "task": task.id,
        "element": task.element_id,
        "held_by": task.holder_id,
        "to": to_user,
        "to_name": name,
        "note": reason,
        "intervention": used is None and not is_holder(task, actor),
        **grant_told(used),
    }
    note_event(session, case, kind="task.transferred", actor=actor, body=body)
    return _hold(session, task, user_id=to_user, name=name)


def save_draft(session: Session, task_id: str, values: Mapping[str, Any], *, actor: Actor) -> None:
    """Keep what was typed on a task without submitting it; it never becomes the case's values.

    values: as typed, not validated. A person's newest draft of a task replaces their last one; all go when the task
    closes.
    The event tells who and when, not what. Raises NotFound, TaskGone, TaskHeld.
    """
    case, task = lock_task(session, task_id)
    actor = acting(case, task, actor)
    used = by_right(case, task, actor)
    note_event(
        session,
        case,
        kind="draft.saved",
        actor=actor,
        body={"task": task.id, "element": task.element_id, **grant_told(used)},
    )
    title = bundle_of(session, case.pins).program.title_of({**parse(case.values_json), **values}, now(session))
    task_store.put_draft(
        session,
        task_id=task.id,
        user_id=actor.user_id,
        typed=canonical(dict(values)),
        title=title,
        saved_at=iso(now(session)),
    )


def read_draft(session: Session, task_id: str, *, actor: Actor) -> dict[str, Any] | None:
    """Return what the actor typed on a task and saved; nobody reads another person's draft."""
    for user_id in (actor.user_id, actor.on_behalf_of):
        found = task_store.draft_of(session, task_id, user_id) if user_id else None
        if found is not None:
            typed: dict[str, Any] = parse(found)
            return typed
    return None


def _hold(session: Session, task: LockedTask, *, user_id: str | None, name: str | None) -> Task:
    at = None if user_id is None else iso(now(session))
    hot.hold(session, task.id, user_id=user_id, name=name, at=at)
    return task_of(task._replace(holder_id=user_id, holder_name=name, held_at=at))


def _post_to_take(session: Session, task: LockedTask, user_id: str) -> str | None:
    """Return the name of the post by which a person may take the task, or None."""
    candidates: list[str] = parse(task.candidates)
    if user_id in candidates:
        return user_id
    holders = holders_of(session, candidates, iso(now(session)))
    return next((row.name for row in holders if row.user_id == user_id), None)
