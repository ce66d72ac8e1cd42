"""What the deployment works on while it is killed, and what must hold of it afterwards."""

from __future__ import annotations

import time
from collections import Counter

from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from engine import replay, start_case, verify
from engine.canonical import parse
from engine.clock import SystemClock
from engine.history.replay import case_ids
from engine.store.base import writing
from engine.store.cases import CaseRow
from engine.store.events import EventRow, EventValueRow
from engine.store.jobs import JobRow
from tests.build import an_organisation
from tests.crash.clients import Client
from tests.engine.flows import call, end, flow, process, published, start
from tests.receiver import Receiver
from webapp.accounts.tokens import add_token

_WAIT = (
    '<bpmn:intermediateCatchEvent id="wait"><bpmn:timerEventDefinition><bpmn:timeDuration>PT0.1S</bpmn:timeDuration>'
    "</bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"
)
CHILD = process("child", start("pause"), _WAIT.replace('"wait"', '"pause"'), flow("pause", "end"), end())


def churn(port: int) -> bytes:
    """Write the process: a client's step, a service call, a child case, a timer, round and round while `more`."""
    return process(
        "churn",
        start("step"),
        '<bpmn:serviceTask id="step"/>',
        flow("step", "tell"),
        '<bpmn:serviceTask id="tell"><bpmn:extensionElements>'
        f'<qc:call method="POST" url="http://127.0.0.1:{port}/effect" body="{{n: n}}" timeout="PT2S" attempts="100"/>'
        "</bpmn:extensionElements></bpmn:serviceTask>",
        flow("tell", "below"),
        call("below", "wait", "child"),
        _WAIT,
        flow("wait", "gate"),
        '<bpmn:exclusiveGateway id="gate" default="out"/>',
        flow("gate", "step", "more"),
        flow("gate", "end", element_id="out"),
        end(),
        extensions='<qc:starter role="clerk"/>',
    )


def set_up(engine: Engine, receiver: Receiver, cases: int) -> str:
    """Publish, start the cases and return the clients' token."""
    clock = SystemClock()
    with Session(engine) as session:
        with writing(session):
            people = an_organisation(session, clock)
            published(session, child=CHILD, churn=churn(receiver.port))
            token = add_token(
                session, purpose="机器", unit_id=people.units["city"].id, topics=["step"], created_by="test",
                at=clock.now(), expires_at=clock.now().replace(year=clock.now().year + 1),
            )[1]  # fmt: skip
        clerk = people.actor(session, "clerk@d1")
        session.rollback()
        for _ in range(cases):
            with writing(session):
                start_case(session, "churn", actor=clerk)
    return token


def settle(engine: Engine, timeout_s: float = 90.0) -> None:
    """Wait until every case has ended and no job is left; raises with what is left when that takes too long."""
    until = time.monotonic() + timeout_s
    states: Counter[str] = Counter()
    jobs: Counter[tuple[str, str]] = Counter()
    while True:
        try:
            with Session(engine) as session:
                states = Counter(session.scalars(select(CaseRow.state)))
                jobs = Counter((row.kind, row.state) for row in session.execute(select(JobRow.kind, JobRow.state)))
        except OperationalError:
            pass  # The database was stopped a moment ago; it comes back.
        left = {key: count for key, count in jobs.items() if key[1] not in ("done", "cancelled")}
        if set(states) == {"completed"} and not left:
            return
        if time.monotonic() > until:
            raise AssertionError(f"not settled: cases {states}, jobs {left}")
        time.sleep(0.2)


def check(engine: Engine, receiver: Receiver, clients: list[Client]) -> dict[str, int]:
    """Check what was promised; returns how much of it there was."""
    tried = {mark: task for client in clients for mark, task in client.tried.items()}
    acknowledged = {mark: task for client in clients for mark, task in client.acknowledged.items()}
    with Session(engine) as session:
        rows = session.execute(
            select(EventRow.stream, EventRow.seq, EventRow.kind, EventRow.body).where(EventRow.stream.like("case:%"))
        ).all()
        given = {
            (row.stream, row.seq): parse(row.after or "{}")
            for row in session.scalars(select(EventValueRow).where(EventValueRow.pointer == "#input"))
        }
        done = Counter()
        kept: dict[str, str] = {}
        tasks = Counter()
        answered: list[str] = []
        for row in rows:
            body = parse(row.body)
            if row.kind == "task.completed":
                mark = given[row.stream, row.seq]["mark"]
                done[mark] += 1
                kept[mark] = body["task"]
                tasks[body["task"]] += 1
            elif row.kind == "service.answered":
                answered.append(f"qingche-{body['task']}")
        # Acknowledged: in the history exactly once, as the task it was. Not acknowledged: once or not at all.
        assert {mark: done[mark] for mark in acknowledged if done[mark] != 1} == {}
        assert {mark: kept[mark] for mark, task in acknowledged.items() if kept[mark] != task} == {}
        assert set(done) <= set(tried)
        assert set(tasks.values()) <= {1}
        # Every answer once, and the other system saw each of them under one key: it can tell a repeat from a new call.
        keys = Counter(asked.headers["idempotency-key"] for asked in receiver.asked)
        assert Counter(answered).most_common(1)[0][1] == 1
        assert set(answered) == set(keys)
        bodies = {(asked.headers["idempotency-key"], asked.body) for asked in receiver.asked}
        assert len(bodies) == len(keys)
        found = verify(session)
        assert found.ok, found.first_bad
        ids = case_ids(session)
        broken = [one for one in ids if not replay(session, one).ok]
        assert broken == []
        children = session.scalars(select(CaseRow.parent_task_id).where(CaseRow.parent_task_id.is_not(None))).all()
        assert len(children) == len(set(children)) == len(answered)
    return {
        "cases": len(ids),
        "steps": len(done),
        "acknowledged": len(acknowledged),
        "cut off": len(tried) - len(acknowledged),
        "calls": len(receiver.asked),
        "repeated calls": len(receiver.asked) - len(keys),
    }
