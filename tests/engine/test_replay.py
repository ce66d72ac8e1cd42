"""Replay: the recorded inputs lead to the recorded digests, from another process too."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from engine import NotFound, cancel_case, claim, registers, replay, start_case
from engine.clock import FixedClock
from engine.store.base import writing
from engine.store.events import EventValueRow
from tests.build import SYSTEM, Organisation, an_organisation
from tests.engine.flows import REQUEST, do, end, process, published, start, the_task, user

ROOT = Path(__file__).resolve().parents[2]
LOOKING = process(
    "looking",
    start("ask"),
    user("ask", "end", candidate='starter="true"', more='<qc:lookup register="matters" key="code" as="row"/>'),
    end(),
    extensions='<qc:starter role="clerk"/>',
)
MATTERS = {
    "name": "matters",
    "key": "code",
    "label": "name",
    "columns": {"type": "object", "properties": {"code": {"type": "string"}, "name": {"type": "string"}}},
}


@pytest.fixture
def city(session: Session, clock: FixedClock) -> Organisation:
    with writing(session):
        made = an_organisation(session, clock)
        published(session, request=REQUEST)
    return made


def _a_day_of_work(session: Session, clock: FixedClock, city: Organisation) -> str:
    """Draft, return, redraft, claim, approve, over two days; returns the case."""
    clerk, reviewer = city.actor(session, "clerk@d1"), city.actor(session, "clerk@sw")
    case_id = start_case(session, "request", actor=clerk, values={"subject": "甲", "lines": [1, 2]}).id
    do(session, case_id, "draft", {"subject": "乙"}, clerk)
    clock.advance(timedelta(hours=3))
    do(session, case_id, "review", {"verdict": "return"}, reviewer)
    do(session, case_id, "draft", {"lines": [1, 2, 3]}, clerk)
    claim(session, the_task(session, case_id, "review").id, actor=reviewer)
    clock.advance(timedelta(days=1))
    do(session, case_id, "review", {"verdict": "approve"}, reviewer)
    return case_id


def test_a_finished_case_replays_to_its_digests(session: Session, clock: FixedClock, city: Organisation) -> None:
    case_id = _a_day_of_work(session, clock, city)
    found = replay(session, case_id)
    assert (found.ok, found.events, found.mismatches) == (True, 6, [])


def test_a_running_and_a_cancelled_case_replay(session: Session, clock: FixedClock, city: Organisation) -> None:
    clerk = city.actor(session, "clerk@d1")
    case_id = start_case(session, "request", actor=clerk).id
    do(session, case_id, "draft", {}, clerk)
    assert replay(session, case_id).ok
    cancel_case(session, case_id, actor=clerk, reason="撤回")
    assert replay(session, case_id).ok


def test_another_process_replays_the_same(
    session: Session, clock: FixedClock, city: Organisation, database_url: str
) -> None:
    case_id = _a_day_of_work(session, clock, city)
    session.commit()
    program = (
        "import json, sys\n"
        "from sqlalchemy.orm import Session\n"
        "from engine import replay\n"
        "from engine.store.base import open_engine\n"
        "with Session(open_engine(sys.argv[1])) as session:\n"
        "    found = replay(session, sys.argv[2])\n"
        "print(json.dumps([found.ok, found.events]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, database_url, case_id], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [True, 6]


def test_a_changed_input_is_found(session: Session, clock: FixedClock, city: Organisation) -> None:
    case_id = _a_day_of_work(session, clock, city)
    changed = update(EventValueRow).where(
        EventValueRow.stream == f"case:{case_id}", EventValueRow.seq == 2, EventValueRow.pointer == "#input"
    )
    session.execute(changed.values(after='{"subject":"丙"}'))
    found = replay(session, case_id)
    assert not found.ok
    assert found.mismatches[0]["seq"] == 2


def test_erased_inputs_are_told_apart_from_changed_ones(
    session: Session, clock: FixedClock, city: Organisation
) -> None:
    case_id = _a_day_of_work(session, clock, city)
    session.execute(
        text("UPDATE event_values SET after = NULL, erased_at = 'x' WHERE stream = :s AND seq = 3"),
        {"s": f"case:{case_id}"},
    )
    found = replay(session, case_id)
    assert (found.mismatches, found.erased_at) == ([], 3)
    assert replay(session, case_id, until=2).erased_at is None


def test_a_register_row_changed_later_is_read_as_it_was(
    session: Session, clock: FixedClock, city: Organisation
) -> None:
    from engine import library

    library.publish(session, "register", "matters", json.dumps(MATTERS).encode(), actor=SYSTEM)
    _put(session, {"code": "a1", "name": "旧名"})
    published(session, looking=LOOKING)
    clerk = city.actor(session, "clerk@d1")
    case = start_case(session, "looking", actor=clerk, values={"code": "a1"})
    clock.advance(timedelta(days=1))
    _put(session, {"code": "a1", "name": "新名"})
    done = do(session, case.id, "ask", {}, clerk)
    assert done.case.state == "completed"
    assert replay(session, case.id).ok


def test_nothing_replays_an_unknown_case(session: Session, city: Organisation) -> None:
    with pytest.raises(NotFound):
        replay(session, "no such case")


def _put(session: Session, row: dict[str, Any]) -> None:
    registers.put_rows(session, "matters", [row], actor=SYSTEM, note="")
