"""Two people at once, in two transactions of two threads: one wins, nothing is applied twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from engine import TaskGone, TaskHeld, claim, complete_task, run_due, start_case
from engine.clock import FixedClock
from engine.history.replay import replay
from engine.model import Actor
from engine.store.base import writing
from engine.store.cases import CaseRow
from engine.store.events import EventRow
from engine.store.jobs import JobRow
from engine.store.tasks import TaskRow
from tests.build import Organisation, an_organisation
from tests.engine.flows import CITY, REQUEST, ROUNDS, TOWNSHIP, VILLAGE, do, published, the_task


@pytest.fixture
def city(session: Session, clock: FixedClock) -> Organisation:
    with writing(session):
        made = an_organisation(session, clock)
        published(session, request=REQUEST, rounds=ROUNDS)
    return made


def at_once(factory: sessionmaker[Session], clock: FixedClock, *acts: Callable[[Session], Any]) -> list[Any]:
    """Run every act in a thread and transaction of its own, begun together; results and exceptions in order."""
    gate = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(index: int, act: Callable[[Session], Any]) -> None:
        with factory() as session:
            session.info["clock"] = clock
            gate.wait()
            try:
                with writing(session):
                    results[index] = act(session)
            except Exception as why:  # noqa: BLE001 - what a thread met is part of the result
                results[index] = why

    threads = [threading.Thread(target=run, args=(index, act)) for index, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def test_two_submit_the_same_task_and_one_wins(
    session: Session, session_factory: sessionmaker[Session], clock: FixedClock, city: Organisation
) -> None:
    clerk, reviewer = city.actor(session, "clerk@d1"), city.actor(session, "clerk@sw")
    for _ in range(5):
        with writing(_fresh(session)):
            case = start_case(session, "request", actor=clerk)
            task_id = do(session, case.id, "draft", {}, clerk).opened[0].id

        def submit(verdict: str, task_id: str = task_id) -> Callable[[Session], Any]:
            return lambda s: complete_task(s, task_id, {"verdict": verdict}, actor=reviewer)

        results = at_once(session_factory, clock, submit("approve"), submit("return"), submit("approve"))
        assert [type(result) for result in results].count(TaskGone) == 2, results
        kinds = select(EventRow.kind).where(EventRow.stream == f"case:{case.id}").order_by(EventRow.seq)
        assert session.scalars(kinds).all() == ["case.started", "task.completed", "task.completed"]
        assert session.get_one(CaseRow, case.id, populate_existing=True).revision == 3


def test_two_claim_at_once_and_one_reads_who_has_it(
    session: Session, session_factory: sessionmaker[Session], clock: FixedClock, city: Organisation
) -> None:
    clerk, reviewer = city.actor(session, "clerk@d1"), city.actor(session, "clerk@sw")
    other = Actor(**{**{name: getattr(reviewer, name) for name in Actor.__slots__}, "user_id": "x", "name": "另一岗"})
    with writing(_fresh(session)):
        case = start_case(session, "request", actor=clerk)
        task_id = do(session, case.id, "draft", {}, clerk).opened[0].id
    results = at_once(
        session_factory,
        clock,
        lambda s: claim(s, task_id, actor=reviewer),
        lambda s: claim(s, task_id, actor=other),
    )
    held = [result for result in results if isinstance(result, TaskHeld)]
    won = [result for result in results if not isinstance(result, Exception)]
    assert len(held) == len(won) == 1, results
    assert held[0].fields["by"] == won[0].holder_name
    assert session.get_one(TaskRow, task_id, populate_existing=True).holder_id == won[0].holder_id


def test_two_tasks_of_one_case_are_completed_one_after_the_other(
    session: Session, session_factory: sessionmaker[Session], clock: FixedClock, city: Organisation
) -> None:
    clerk, lead = city.actor(session, "clerk@d1"), city.actor(session, "lead@d1")
    for _ in range(5):
        with writing(_fresh(session)):
            case = start_case(session, "rounds", actor=clerk)
        one, two = the_task(session, case.id, "one").id, the_task(session, case.id, "two").id
        session.rollback()
        results = at_once(
            session_factory,
            clock,
            lambda s, t=one: complete_task(s, t, {"a": 1}, actor=clerk),
            lambda s, t=two: complete_task(s, t, {"b": 2}, actor=lead),
        )
        assert sorted(result.case.state for result in results) == ["completed", "running"]
        assert replay(session, case.id).ok


def test_two_cases_numbered_at_once_get_two_numbers(
    session: Session, session_factory: sessionmaker[Session], clock: FixedClock, city: Organisation
) -> None:
    clerk = city.actor(session, "clerk@d1")
    with writing(_fresh(session)):
        cases = [start_case(session, "request", actor=clerk) for _ in range(3)]
    results = at_once(session_factory, clock, *(lambda s, c=case: do(s, c.id, "draft", {}, clerk) for case in cases))
    numbers = sorted(result.case.number for result in results)
    assert numbers == ["请〔2026〕0001", "请〔2026〕0002", "请〔2026〕0003"]


def test_two_workers_at_once_start_every_child_once(
    session: Session, session_factory: sessionmaker[Session], clock: FixedClock, city: Organisation
) -> None:
    clerk = city.actor(session, "clerk@d1")
    targets = [{"township": "t1", "villages": ["v11", "v12"] * 6}, {"township": "t2", "villages": ["v21"] * 6}]
    with writing(_fresh(session)):
        published(session, village=VILLAGE, township=TOWNSHIP, city=CITY)
        case = start_case(session, "city", actor=clerk, values={"asked": "甲", "targets": targets})
        do(session, case.id, "ask", {}, clerk)
    ran = []

    def sweep() -> None:
        while run_due(session_factory, clock=clock, limit=3):
            ran.append(1)

    threads = [threading.Thread(target=sweep) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    run_due(session_factory, clock=clock)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(CaseRow)) == 1 + 2 + 18
    assert set(session.scalars(select(JobRow.state))) == {"done"}


def _fresh(session: Session) -> Session:
    session.rollback()
    return session
