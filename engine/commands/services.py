"""The call of a service task, in three transactions: it is claimed, made with nothing held, and its answer recorded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from engine import spiff
from engine.assignment import system_actor
from engine.calling import Outside, call, wait_asked_for
from engine.canonical import iso, parse
from engine.clock import now
from engine.errors import CallFailed
from engine.step import Act, advance, lock_task, suspended
from engine.store import hot, jobs
from engine.store.base import Session, writing

# Answers of the other system that a later try may change; any other no is a person's to look at.
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})


def keep_for_call(session: Session, job: jobs.ClaimedJob, lease: timedelta) -> jobs.ClaimedJob | None:
    """Keep a claimed job for as long as its call may take and `lease` more; None when its task waits no more.

    The job is done then. A transaction of its own. Raises LeaseLost, CaseSuspended.
    """
    case = hot.read_case(session, job.case_id or "")
    if case is not None and case.suspension is not None:
        raise suspended(case)
    session.rollback()
    until = now(session) + timedelta(seconds=parse(job.payload)["timeout_s"]) + lease
    with writing(session):
        kept, state = jobs.renew(session, job, iso(until))
        if state != "open":
            jobs.finish(session, kept)
            return None
    return kept


def make_call(job: jobs.ClaimedJob, outside: Outside) -> dict[str, Any]:
    """Make the call of a job; no transaction is open. The key is the same for every try of the task."""
    request = parse(job.payload)
    return call(outside, request, key=f"qingche-{job.task_id}", element_id=request["element"])


def record_answer(session: Session, job: jobs.ClaimedJob, response: dict[str, Any]) -> None:
    """Go on with the case by what was answered; does nothing when the task closed meanwhile.

    Raises CallFailed for an answer that says no, with when to try again if the other system said so.
    """
    case, task = lock_task(session, job.task_id or "")
    if task.state != "open":
        return
    act = Act(
        "service.answered",
        system_actor(case.root_unit_id),
        task=task,
        inputs=response,
        body={"status": response["status"], "attempt": job.attempts},
    )
    try:
        advance(session, case, act, lambda live, ports: spiff.answer(live, task.id, response, ports))
    except CallFailed as why:
        why.fields |= {"retry_after_s": wait_asked_for(response), "answer": response["body"]}
        raise


def may_pass(why: CallFailed) -> bool:
    """Say whether a later try may succeed: nothing came back, or the other system says that it is busy."""
    status = why.fields.get("status")
    return status is None or status in _PASSING
