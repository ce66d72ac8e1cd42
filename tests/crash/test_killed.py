"""Kill the process in the middle of its work: what it acknowledged is there, nothing is half done or done twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from engine import run_due, start_case
from engine.clock import FixedClock
from engine.history.replay import case_ids, replay
from engine.history.verify import verify
from engine.store.base import writing
from engine.store.cases import CaseRow
from engine.store.jobs import JobRow
from tests.build import Organisation, an_organisation
from tests.engine.flows import CITY, REQUEST, TOWNSHIP, VILLAGE, do, published

ROOT = Path(__file__).resolve().parents[2]
# Goes on until it is killed; says the revision after every commit, or when it begins to sweep.
_VICTIM = """
import sys
from sqlalchemy.orm import sessionmaker
from engine import complete_task, run_due
from engine.clock import FixedClock
from engine.model import Actor
from engine.store.base import open_engine, writing
from datetime import datetime, UTC
sys.path.insert(0, ".")
from tests.build import an_organisation, Organisation
from tests.engine.flows import the_task
url, case_id, what = sys.argv[1:]
factory = sessionmaker(open_engine(url), info={"clock": FixedClock(datetime(2026, 11, 23, 2, tzinfo=UTC))})
session = factory()
people = Organisation({})
if what == "sweep":
    print("ready", flush=True)
    while run_due(factory, limit=1):
        print("ran", flush=True)
    print("done", flush=True)
    sys.exit()
turn = 0
while True:
    element, who = (("draft", "clerk@d1"), ("review", "clerk@sw"))[turn % 2]
    actor, task_id = people.actor(session, who), the_task(session, case_id, element).id
    session.rollback()
    with writing(session):
        done = complete_task(session, task_id, {"turn": turn, "verdict": "return"}, actor=actor)
    print(done.case.revision, flush=True)
    turn += 1
"""


@pytest.fixture
def city(session: Session, clock: FixedClock) -> Organisation:
    with writing(session):
        made = an_organisation(session, clock)
        published(session, request=REQUEST, village=VILLAGE, township=TOWNSHIP, city=CITY)
    return made


def _killed_after(lines: int, database_url: str, case_id: str, what: str) -> list[str]:
    """Run the victim, kill it once it has said so many lines; returns all it said."""
    command = [sys.executable, "-c", _VICTIM, database_url, case_id, what]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as victim:
        assert victim.stdout is not None
        said = [victim.stdout.readline().strip() for _ in range(lines)]
        os.kill(victim.pid, signal.SIGKILL)
        return said + [line.strip() for line in victim.stdout if line.endswith("\n")]


def test_a_killed_server_loses_no_acknowledged_step(session: Session, city: Organisation, database_url: str) -> None:
    clerk = city.actor(session, "clerk@d1")
    session.commit()
    with writing(session):
        case_id = start_case(session, "request", actor=clerk).id
    said = _killed_after(15, database_url, case_id, "steps")
    case = session.get_one(CaseRow, case_id, populate_existing=True)
    assert case.revision in (int(said[-1]), int(said[-1]) + 1)
    assert case.head_seq == case.revision
    assert verify(session).ok
    assert replay(session, case_id).ok


def test_a_killed_worker_is_taken_over_and_starts_every_child_once(
    session: Session, session_factory: sessionmaker[Session], clock: FixedClock, city: Organisation, database_url: str
) -> None:
    clerk = city.actor(session, "clerk@d1")
    session.commit()
    targets = [{"township": "t1", "villages": ["v11", "v12"] * 5}, {"township": "t2", "villages": ["v21"] * 5}]
    with writing(session):
        case_id = start_case(session, "city", actor=clerk, values={"asked": "甲", "targets": targets}).id
        do(session, case_id, "ask", {}, clerk)
    said = _killed_after(8, database_url, case_id, "sweep")
    assert said[0] == "ready"
    clock.advance(hours=2)
    run_due(session_factory, clock=clock)
    assert set(session.scalars(select(JobRow.state))) == {"done"}
    ids = case_ids(session)
    assert len(ids) == 1 + 2 + 15
    assert verify(session).ok
    assert all(replay(session, one).ok for one in ids)
