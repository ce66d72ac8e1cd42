"""Run due jobs: each in its own transaction, at least once, with retry and backoff in the job's row only.

`run_due` is one sweep, called by the command line, tests and `Worker`, the thread inside the server.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from engine.calling import Outside
from engine.canonical import canonical, iso
from engine.chores import Chore
from engine.chores import do as do_chore
from engine.clock import Clock, now
from engine.commands import messages, services
from engine.commands.batches import operate_ordered
from engine.commands.beginnings import begin_by_time, go_on_after_failure
from engine.commands.incidents import stop_job
from engine.commands.leaving import review_holder
from engine.commands.machine import cancel_child, finish_child, fire_timer, raise_in_parent, start_child
from engine.commands.suspending import follow_parent
from engine.errors import CallFailed, CaseSuspended, JobGivenUp, QingcheError
from engine.step import lock_case
from engine.store import jobs
from engine.store.base import Session, sessionmaker, writing
from engine.store.jobs import LeaseLost

Handler = Callable[[Session, jobs.ClaimedJob], None]
SessionFactory = Callable[[], Session] | sessionmaker[Session]

_HANDLERS: Mapping[str, Handler] = {
    "timer": fire_timer,
    "start-child": start_child,
    "child-finished": finish_child,
    "child-raised": raise_in_parent,
    "cancel-child": cancel_child,
    "follow-parent": follow_parent,
    "operate": operate_ordered,
    "review-holder": review_holder,
    "send": messages.send,
    "message": messages.hand_over,
    "hear": messages.hear,
    "begin": begin_by_time,
    "begin-by-signal": messages.begin_by_signal,
}
LEASE = timedelta(minutes=2)
_BATCH = 50
LANES = ("own", "service")
# What is claimed in turn, and how many at once: see `jobs.claim_due`.
_TURNS = {"own": (("new", _BATCH), ("again", 1)), "service": (("service", 1),)}
_LONGEST_ANSWER = 2000
_log = logging.getLogger(__name__)


def run_due(
    session_factory: SessionFactory,
    *,
    clock: Clock | None = None,
    limit: int = 1000,
    outside: Outside | None = None,
    lanes: Sequence[str] = LANES,
    lease: timedelta = LEASE,
) -> int:
    """Run jobs that are due, and those they cause, until none is due or `limit` were run; returns how many.

    clock: default the one the sessions carry. outside: what service calls may reach; default nothing. lanes: own (all
    but service calls), service. lease: how long a worker that died keeps what it had from the others.

    Rows are claimed with a lease in a transaction of their own (others skip them), then each job runs in one
    transaction with the row that says it is done. A QingcheError stops the job as an incident; anything else puts it
    back with backoff and stops it when its attempts are used up.
    """
    ran, before = 0, -1
    while before < ran < limit:
        before = ran
        for which, batch in (turn for lane in lanes for turn in _TURNS[lane]):
            for job in _claim(session_factory, clock, which, min(batch, limit - ran), lease):
                run_job(session_factory, job, clock=clock, outside=outside, lease=lease)
                ran += 1
    return ran


def run_one(
    session_factory: SessionFactory,
    job_id: str,
    *,
    clock: Clock | None = None,
    outside: Outside | None = None,
    lease: timedelta = LEASE,
) -> bool:
    """Run this job if it is due and nobody else has it; says whether it was run. For workers that are sent ids."""
    with _opened(session_factory, clock) as session, writing(session):
        at = now(session)
        job = jobs.claim_one(session, job_id, now=iso(at), lease_until=iso(at + lease))
    if job is not None:
        run_job(session_factory, job, clock=clock, outside=outside, lease=lease)
    return job is not None


def run_job(
    session_factory: SessionFactory,
    job: jobs.ClaimedJob,
    *,
    clock: Clock | None = None,
    outside: Outside | None = None,
    lease: timedelta = LEASE,
) -> None:
    """Run one claimed job in a transaction of its own and record how it went; never raises for a broken job.

    The claim has counted the attempt already: a job that takes its worker down with it is given up like any other.
    """
    with _opened(session_factory, clock) as session:
        try:
            if job.attempts > job.most_attempts:
                raise JobGivenUp(attempts=job.most_attempts)
            if job.kind != "service":
                _finish(session, job, _HANDLERS[job.kind])
                return
            kept = services.keep_for_call(session, job, lease)
            if kept is not None:
                job = kept
                response = services.make_call(job, outside or Outside())
                _finish(session, job, lambda own, mine: services.record_answer(own, mine, response))
        except LeaseLost:
            _log.warning("job_lease_lost", extra={"job": job.id})
        except CaseSuspended as why:
            _wait(session, job, str(why.fields["case"]))
        except CallFailed as why:
            if services.may_pass(why):
                _put_back(session, job, _told(why), after_s=why.fields.get("retry_after_s"))
            else:
                _stop(session, job, _told(why))
        except QingcheError as why:
            _stop(session, job, _told(why))
        # The last resort of a loop that must go on: a broken job must not keep the others from running.
        except Exception as why:  # noqa: BLE001
            _log.error("job_failed", extra={"job": job.id, "kind": job.kind}, exc_info=why)
            _put_back(session, job, {"code": "error", "element_id": None, "message": type(why).__name__})


def answer_call(session_factory: SessionFactory, job_id: str, response: dict[str, Any]) -> None:
    """Go on after a service call that nobody makes: the answer is given by hand. For rehearsals, in one transaction.

    Raises CallFailed for an answer that says no; the call waits on then.
    """
    with session_factory() as session, writing(session):
        at = now(session)
        job = jobs.claim_one(session, job_id, now=iso(at), lease_until=iso(at + LEASE))
        if job is not None:
            services.record_answer(session, job, response)
            jobs.finish(session, job)


def _finish(session: Session, job: jobs.ClaimedJob, handle: Handler) -> None:
    with writing(session):
        handle(session, job)
        if not jobs.finish(session, job):
            raise LeaseLost(job.id)


def _opened(session_factory: SessionFactory, clock: Clock | None) -> Session:
    session = session_factory()
    if clock is not None:
        session.info["clock"] = clock
    return session


def _claim(
    session_factory: SessionFactory, clock: Clock | None, which: str, limit: int, lease: timedelta
) -> list[jobs.ClaimedJob]:
    if limit <= 0:
        return []
    with _opened(session_factory, clock) as session:
        # Most sweeps find nothing: they must not stand in the way of who writes.
        if not jobs.any_due(session, which, iso(now(session))):
            return []
        session.rollback()
        with writing(session):
            at = now(session)
            return jobs.claim_due(session, now=iso(at), lease_until=iso(at + lease), limit=limit, which=which)


def _told(why: QingcheError) -> dict[str, Any]:
    """Return what a person is shown of a failure; it stays in the job's row and goes into no log."""
    told = {"code": why.code, "element_id": why.fields.get("element_id"), "message": why.message("zh")}
    answer = why.fields.get("answer")
    if answer is not None:
        told["answer"] = (answer if isinstance(answer, str) else canonical(answer))[:_LONGEST_ANSWER]
    return told


def _stop(session: Session, job: jobs.ClaimedJob, error: dict[str, Any]) -> None:
    """Make the job an incident and tell it on the case's chain."""
    _log.error("job_incident", extra={"job": job.id, "kind": job.kind, "code": error["code"]})
    element_id = None if error["element_id"] is None else str(error["element_id"])
    with writing(session):
        stopped = stop_job(session, job, code=error["code"], element_id=element_id, error=canonical(error))
        if stopped and job.kind == "begin":
            go_on_after_failure(session, job)


def _wait(session: Session, job: jobs.ClaimedJob, case_id: str) -> None:
    """Let the job wait for its case; under the case's lock, so that a resumption meanwhile is not missed."""
    with writing(session):
        waits = lock_case(session, case_id).suspension is not None
        jobs.fail(session, job, state="suspended" if waits else "due", due_at=iso(now(session)), error="null")


def _put_back(session: Session, job: jobs.ClaimedJob, error: dict[str, Any], *, after_s: Any = None) -> None:
    """Let the job be tried again later, unless its attempts are used up."""
    if job.attempts >= job.most_attempts:
        _stop(session, job, error)
        return
    _log.warning("job_put_back", extra={"job": job.id, "kind": job.kind, "attempts": job.attempts})
    with writing(session):
        due_at = max(_later(now(session), job.attempts), now(session) + timedelta(seconds=int(after_s or 0)))
        jobs.fail(session, job, state="due", due_at=iso(due_at), error=canonical(error))


def _later(at: datetime, attempts: int) -> datetime:
    return at + timedelta(seconds=min(2**attempts, 600))


class Worker(threading.Thread):
    """The thread in the server that sweeps due jobs: at intervals, and after every commit here that wrote one.

    Service calls have threads of their own, so that another system's slowness delays no timer.
    """

    def __init__(
        self,
        session_factory: SessionFactory,
        *,
        clock: Clock | None = None,
        interval_s: float = 5.0,
        chores: Sequence[tuple[timedelta, Chore]] = (),
        outside: Outside | None = None,
        callers: int = 2,
        wakes: bool = True,
        lease: timedelta = LEASE,
    ) -> None:
        """Make the thread; chores: what is done at once and then every so often, each in a session of its own.

        wakes: False sweeps at intervals only, where a queue brings what is written in between.
        """
        super().__init__(name="qingche-worker", daemon=True)
        self._chores = chores
        self._chores_due: list[datetime | None] = [None] * len(chores)
        self._session_factory = session_factory
        self._clock = clock
        self._interval_s = interval_s
        self._outside = outside
        self._wakes = wakes
        self._lease = lease
        self._ended = threading.Event()
        self._woken = [threading.Event() for _ in range(1 + callers)]
        self._callers = [
            threading.Thread(target=self._sweep, args=("service", woken), name=f"qingche-caller-{at}", daemon=True)
            for at, woken in enumerate(self._woken[1:], 1)
        ]

    def wake(self) -> None:
        """Sweep now rather than at the next interval."""
        for woken in self._woken:
            woken.set()

    def stop(self, timeout_s: float = 10.0) -> None:
        """End after the jobs that run now; waits for them."""
        self._ended.set()
        self.wake()
        for thread in (self, *self._callers):
            if thread.is_alive():
                thread.join(timeout_s)

    def run(self) -> None:
        """Sweep until stopped (called by `start`)."""
        forget = jobs.wake_when_written(self.wake) if self._wakes else lambda: None
        for caller in self._callers:
            caller.start()
        try:
            self._sweep("own", self._woken[0])
        finally:
            forget()

    def _sweep(self, lane: str, woken: threading.Event) -> None:
        while not self._ended.is_set():
            woken.clear()
            try:
                while not self._ended.is_set() and run_due(
                    self._session_factory,
                    clock=self._clock,
                    limit=_BATCH,
                    outside=self._outside,
                    lanes=(lane,),
                    lease=self._lease,
                ):
                    pass
                if lane == "own":
                    self._do_chores()
            # The database may be away for a while; the thread stays and tries again.
            except Exception:  # noqa: BLE001
                _log.exception("sweep_failed")
            woken.wait(self._interval_s)

    def _do_chores(self) -> None:
        if not self._chores:
            return
        with _opened(self._session_factory, self._clock) as session:
            at = now(session)
        for number, (every, chore) in enumerate(self._chores):
            due = self._chores_due[number]
            if due is not None and at < due:
                continue
            self._chores_due[number] = at + every
            # One that fails keeps none of the others from being done, and is tried again at its next time.
            do_chore(partial(_opened, self._session_factory, self._clock), chore, at)
