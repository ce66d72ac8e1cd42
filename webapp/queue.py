"""Beyond one machine: Celery on Redis tells workers which jobs are due. The jobs themselves are rows and stay so.

A message holds a job's id and nothing else; whoever gets it claims the row first. A message that is lost, late or sent
twice costs nothing but time: every worker also sweeps the rows by itself.
"""

from __future__ import annotations

import logging
import threading

from celery import Celery
from celery.beat import EmbeddedService
from flask import Flask

from engine.canonical import iso
from engine.chores import Chore
from engine.chores import do as do_chore
from engine.clock import now
from engine.store import jobs
from engine.worker import run_one
from webapp import filestore, mailing, sealing
from webapp.db import session_factory
from webapp.outside import lease_of, outside_of

SWEEP, RUN, CHORES, SEAL = "qingche.sweep", "qingche.run", "qingche.chores", "qingche.seal"
_SWEEP_EVERY_S = 2.0
_AT_ONCE = 500
_log = logging.getLogger(__name__)


def make_queue(app: Flask) -> Celery:
    """Return the Celery application of a deployment, with its tasks and the beat that sweeps."""
    queue = Celery("qingche", broker=app.config["BROKER_URL"], set_as_current=False)
    queue.conf.update(
        task_ignore_result=True,
        task_default_queue="qingche",
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={"socket_connect_timeout": 2, "socket_timeout": 10, "max_retries": 1},
        worker_hijack_root_logger=False,
        worker_send_task_events=False,
        worker_prefetch_multiplier=1,
        beat_schedule={
            "sweep": {"task": SWEEP, "schedule": _SWEEP_EVERY_S, "options": {"expires": _SWEEP_EVERY_S}},
            "chores": {"task": CHORES, "schedule": 3600.0, "options": {"expires": 3600.0}},
            "seal": {"task": SEAL, "schedule": sealing.EVERY.total_seconds(), "options": {"expires": 300.0}},
        },
    )

    # Not shared: a process may make several applications, each with its own tasks of these names.
    @queue.task(name=SWEEP, shared=False)
    def sweep() -> None:
        with app.app_context(), session_factory()() as session:
            due = jobs.due_ids(session, now=iso(now(session)), limit=_AT_ONCE)
        for job_id in due:
            # What is not begun by then is sent again by a later sweep: the queue never grows beyond a few of them.
            run.apply_async((job_id,), expires=5 * _SWEEP_EVERY_S)

    @queue.task(name=RUN, shared=False)
    def run(job_id: str) -> None:
        with app.app_context():
            run_one(session_factory(), job_id, outside=outside_of(app.config), lease=lease_of(app.config))

    @queue.task(name=CHORES, shared=False)
    def chores() -> None:
        with app.app_context():
            _do(filestore.sweeper())

    @queue.task(name=SEAL, shared=False)
    def seal() -> None:
        with app.app_context():
            _do(sealing.sealer(app))
            _do(mailing.mailer(app))

    return queue


def _do(chore: Chore) -> None:
    factory = session_factory()
    with factory() as session:
        at = now(session)
    do_chore(factory, chore, at)


class Caller(threading.Thread):
    """Asks for a sweep after every commit here that wrote a job; when Redis is away, the workers' own sweeps do."""

    def __init__(self, queue: Celery) -> None:
        super().__init__(name="qingche-queue", daemon=True)
        self._queue = queue
        self._woken = threading.Event()
        self._ended = threading.Event()

    def stop(self, timeout_s: float = 5.0) -> None:
        """End after the message that is being sent."""
        self._ended.set()
        self._woken.set()
        if self.is_alive():
            self.join(timeout_s)

    def run(self) -> None:
        """Send until stopped (called by `start`)."""
        forget = jobs.wake_when_written(self._woken.set)
        try:
            while self._woken.wait() and not self._ended.is_set():
                self._woken.clear()
                self._send()
        finally:
            forget()

    def _send(self) -> None:
        try:
            self._queue.send_task(SWEEP, expires=_SWEEP_EVERY_S, retry=False)
        # The broker is away, or refuses: whatever it raises, no job is lost by it.
        except Exception as why:  # noqa: BLE001
            _log.warning("queue_away", extra={"why": type(why).__name__})


def work(queue: Celery, threads: int) -> None:
    """Be a Celery worker that also beats, until stopped; every worker may beat, sweeps do not add up.

    The beat is a thread: as a process of its own it would outlive a worker that is killed.
    """
    EmbeddedService(queue, scheduler_cls="celery.beat:Scheduler", thread=True).start()
    log = ["--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
    queue.worker_main(["worker", "--pool", "threads", "--concurrency", str(threads), *log])
