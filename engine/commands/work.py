"""Complete a task: the one command most of the system's day consists of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import attachments, spiff
from engine.commands.rights import acting, by_right, check_revision, grant_told
from engine.model import Actor, Completion
from engine.step import Act, advance, lock_task
from engine.store.base import Session


def complete_task(
    session: Session,
    task_id: str,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    expected_revision: int | None = None,
) -> Completion:
    """Finish one waiting task and run its case until it waits again.

    values: JSON values, already validated by the caller against the task's form.
    A claimed task is completed by its holder only; one nobody holds by any candidate, without claiming it.
    Returns the case and the tasks opened by this step, in the order of the diagram. Holds the case's row lock until
    the caller's transaction ends; queues timers and child cases, binds the files in the values to the case. At most
    seven statements for an ordinary task without files.
    Raises NotFound, TaskGone, TaskHeld, Stale, and Incident (EvaluationFailed …) when the definition cannot go on;
    then nothing was written.
    """
    case, task = lock_task(session, task_id)
    actor = acting(case, task, actor)
    used = by_right(case, task, actor)
    check_revision(case, expected_revision)
    inputs = dict(values)
    act = Act("task.completed", actor, task=task, inputs=inputs, body=grant_told(used))
    done = advance(session, case, act, lambda live, ports: spiff.complete(live, task_id, inputs, ports))
    attachments.bind(session, case.id, inputs, actor=actor, task_id=task.id, element_id=task.element_id)
    return done
