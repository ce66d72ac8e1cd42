"""The queue may be away: nobody who commits waits for it, and the workers do the jobs by their own sweeps."""

from __future__ import annotations

import time
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import start_case
from engine.clock import SystemClock
from engine.store.base import open_engine, writing
from engine.store.cases import CaseRow
from tests.build import SYSTEM, an_organisation
from tests.crash.stack import Stack, free_port
from tests.crash.work import CHILD
from tests.engine.flows import published
from webapp import create_app
from webapp.queue import Caller, make_queue
from webapp.schema import upgrade


def test_without_redis_commits_do_not_wait_and_jobs_are_done(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'qingche.db'}"
    engine = open_engine(url)
    upgrade(engine)
    with Session(engine) as session, writing(session):
        people = an_organisation(session, SystemClock())
        published(session, child=CHILD)
    stack = Stack(url, tmp_path, calls=[], broker=True, workers=1)
    app = create_app(
        {"DATABASE_URL": url, "VAR": str(tmp_path / "var"), "BROKER_URL": f"redis://127.0.0.1:{free_port()}/0"}
    )
    caller = Caller(make_queue(app))
    caller.start()
    try:
        stack.workers[0].start()  # and no Redis
        with Session(engine) as session:
            began = time.monotonic()
            with writing(session):
                start_case(session, "child", actor=SYSTEM, unit_id=people.units["d1"].id)
            assert time.monotonic() - began < 5
            until = time.monotonic() + 30
            while set(session.scalars(select(CaseRow.state))) != {"completed"}:
                assert time.monotonic() < until, stack.workers[0].said()
                session.rollback()
                time.sleep(0.1)
    finally:
        caller.stop()
        stack.workers[0].kill()
        engine.dispose()
    assert not caller.is_alive()
