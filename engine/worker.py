"""Run due jobs: each in its own transaction, at least once, with retry and backoff in the job's row only.

`run_due` is one sweep, called by the command line, tests and `Worker`, the thread inside the server.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from engine.canonical import canonical, iso
from engine.clock import Clock, now
from engine.commands.batches import operate_ordered
from engine.commands.incidents import raise_incident
from engine.commands.machine import cancel_child, finish_child, fire_timer, raise_in_parent, start_child
from engine.commands.suspending import follow_parent
from engine.errors import CaseSuspended, QingcheError
from engine.step import lock_case
from engine.store import jobs
from engine.store.base import Session, sessionmaker, writing

Handler = Callable[[Session, jobs.ClaimedJob], None]
SessionFactory = Callable[[], Session] | sessionmaker[Session]
Chore = Callable[[Session, datetime], None]

_HANDLERS: Mapping[str, Handler] = {
    "timer": fire_timer,
    "start-child": start_child,
    "child-finished": finish_child,
    "child-raised": raise_in_parent,
    "cancel-child": cancel_child,
    "follow-parent": follow_parent,
    "operate": operate_ordered,
}
_LEASE = timedelta(minutes=2)
_BATCH = 50
_CHORES_EVERY = timedelta(hours=1)
_MOST_ATTEMPTS = 8
_log = logging.getLogger(__name__)


class LeaseLost(Exception):
    """Another worker took the job over; what this one did is rolled back."""


def run_due(session_factory: SessionFactory, *, clock: Clock | None = None, limit: int = 1000) -> int:
    """Run jobs that are due, and those they cause, until none is due or `limit` were run; returns how many.

    clock: default the one the sessions carry. Rows are claimed with a lease in a transaction of their own (others
    skip them), then each job runs in one transaction with the row that says it is done. A QingcheError stops the job
    as an incident; anything else puts it back with backoff and stops it after eight attempts.
    """
    ran = 0
    while ran < limit:
        claimed = _claim(session_factory, clock, min(_BATCH, limit - ran))
        for job in claimed:
            run_job(session_factory, job, clock=clock)
        ran += len(claimed)
        if not claimed:
            break
    return ran


def run_job(session_factory: SessionFactory, job: jobs.ClaimedJob, *, clock: Clock | None = None) -> None:
    """Run one claimed job in a transaction of its own and record how it went; never raises for a broken job."""
    with _opened(session_factory, clock) as session:
        try:
            with writing(session):
                _HANDLERS[job.kind](session, job)
                if not jobs.finish(session, job):
                    raise LeaseLost(job.id)
        except LeaseLost:
            _log.warning("job_lease_lost", extra={"job": job.id})
        except CaseSuspended as why:
            _wait(session, job, str(why.fields["case"]))
        except QingcheError as why:
            _stop(session, job, why)
        # The last resort of a loop that must go on: a broken job must not keep the others from running.
        except Exception as why:  # noqa: BLE001
            _put_back(session, job, why)


def _opened(session_factory: SessionFactory, clock: Clock | None) -> Session:
    session = session_factory()
    if clock is not None:
        session.info["clock"] = clock
    return session


def _claim(session_factory: SessionFactory, clock: Clock | None, limit: int) -> list[jobs.ClaimedJob]:
    with _opened(session_factory, clock) as session, writing(session):
        at = now(session)
        return jobs.claim_due(session, now=iso(at), lease_until=iso(at + _LEASE), limit=limit)


def _stop(session: Session, job: jobs.ClaimedJob, why: QingcheError) -> None:
    """Make the job an incident and tell it on the case's chain."""
    element_id = why.fields.get("element_id")
    error = {"code": why.code, "element_id": element_id, "message": why.message("zh")}
    _log.error("job_incident", extra={"job": job.id, "kind": job.kind, "code": why.code})
    with writing(session):
        # The job first: whose lease is lost has no more to tell of it, another worker may have done it.
        if jobs.fail(session, job, state="incident", due_at=iso(now(session)), error=canonical(error)):
            raise_incident(session, job, code=why.code, element_id=None if element_id is None else str(element_id))


def _wait(session: Session, job: jobs.ClaimedJob, case_id: str) -> None:
    """Let the job wait for its case; under the case's lock, so that a resumption meanwhile is not missed."""
    with writing(session):
        waits = lock_case(session, case_id).suspension is not None
        jobs.fail(session, job, state="suspended" if waits else "due", due_at=iso(now(session)), error="null")


def _put_back(session: Session, job: jobs.ClaimedJob, why: Exception) -> None:
    _log.error("job_failed", extra={"job": job.id, "kind": job.kind, "attempts": job.attempts}, exc_info=why)
    error = canonical({"code": "error", "element_id": None, "message": type(why).__name__})
    with writing(session):
        state = "incident" if job.attempts >= _MOST_ATTEMPTS else "due"
        failed = jobs.fail(session, job, state=state, due_at=iso(_later(now(session), job.attempts)), error=error)
        if failed and state == "incident":
            raise_incident(session, job, code="error", element_id=None)


def _later(at: datetime, attempts: int) -> datetime:
    return at + timedelta(seconds=min(2**attempts, 600))


class Worker(threading.Thread):
    """The thread in the server that sweeps due jobs: at intervals, and after every commit here that wrote one."""

    def __init__(
        self,
        session_factory: SessionFactory,
        *,
        clock: Clock | None = None,
        interval_s: float = 5.0,
        chores: Sequence[Chore] = (),
    ) -> None:
        """Make the thread; chores are done once an hour, each in a session of its own."""
        super().__init__(name="qingche-worker", daemon=True)
        self._chores = chores
        self._chores_due: datetime | None = None
        self._session_factory = session_factory
        self._clock = clock
        self._interval_s = interval_s
        self._woken = threading.Event()
        self._ended = threading.Event()

    def wake(self) -> None:
        """Sweep now rather than at the next interval."""
        self._woken.set()

    def stop(self, timeout_s: float = 10.0) -> None:
        """End after the job that runs now; waits for it."""
        self._ended.set()
        self._woken.set()
        if self.is_alive():
            self.join(timeout_s)

    def run(self) -> None:
        """Sweep until stopped (called by `start`)."""
        forget = jobs.wake_when_written(self.wake)
        try:
            self._sweep()
        finally:
            forget()

    def _sweep(self) -> None:
        while not self._ended.is_set():
            self._woken.clear()
            try:
                while not self._ended.is_set() and run_due(self._session_factory, clock=self._clock, limit=_BATCH):
                    pass
                self._do_chores()
            # The database may be away for a while; the thread stays and tries again.
            except Exception:  # noqa: BLE001
                _log.exception("sweep_failed")
            self._woken.wait(self._interval_s)

    def _do_chores(self) -> None:
        if not self._chores:
            return
        with _opened(self._session_factory, self._clock) as session:
            at = now(session)
        if self._chores_due is not None and at < self._chores_due:
            return
        self._chores_due = at + _CHORES_EVERY
        for chore in self._chores:
            with _opened(self._session_factory, self._clock) as session:
                chore(session, at)
