"""Honest cases, walked at random, raise no alarm: chains, values, seals, published heads and replays all hold."""

from __future__ import annotations

import os
import random
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine import claim, release, start_case
from engine.clock import FixedClock
from engine.history.heads import Keys
from engine.history.proof import check_seals
from engine.history.replay import case_ids, replay
from engine.history.seals import heads, seal
from engine.history.verify import verify
from engine.store.base import writing
from engine.store.counting import counted
from tests.build import an_organisation
from tests.engine.flows import REQUEST, do, published, the_task

CASES = 10_000 if os.environ.get("QINGCHE_NIGHTLY") == "1" else 60


def test_no_false_alarm(session: Session, clock: FixedClock, tmp_path: Path) -> None:
    keys, chance = Keys(tmp_path), random.Random(7)
    with writing(session):
        people = an_organisation(session, clock)
        published(session, request=REQUEST)
        clerk, reviewer = people.actor(session, "clerk@d1"), people.actor(session, "clerk@sw")
    for number in range(CASES):
        with writing(session):
            case = start_case(
                session, "request", actor=clerk, values={"subject": f"第{number}件", "lines": [number, None]}
            )
            for _ in range(chance.randrange(4)):
                draft = {"subject": chance.choice(["清理河道", 'é\u0001"\\', "😀"]), "amount": chance.random()}
                do(session, case.id, "draft", draft, clerk)
                if chance.random() < 0.3:
                    task = the_task(session, case.id, "review").id
                    claim(session, task, actor=reviewer)
                    release(session, task, actor=reviewer)
                verdict = chance.choice(["approve", "return"])
                do(session, case.id, "review", {"verdict": verdict}, reviewer)
                if verdict == "approve":
                    break
        if number % 20 == 0:
            clock.advance(minutes=5)
            seal(session, keys)
    seal(session, keys)
    anchors = [head.line for head in heads(session)]

    found = verify(session)
    assert (found.first_bad, found.cases) == (None, CASES)
    proof = check_seals(session, keys, anchors=anchors)
    assert (proof.first_bad, proof.unsealed) == (None, 0)
    assert [mismatch for case_id in case_ids(session) for mismatch in replay(session, case_id).mismatches] == []


def test_every_event_is_sealed_once_however_few_at_a_time(session: Session, clock: FixedClock, tmp_path: Path) -> None:
    with writing(session):
        people = an_organisation(session, clock)
        published(session, request=REQUEST)
        clerk = people.actor(session, "clerk@d1")
        cases = [start_case(session, "request", actor=clerk, values={"subject": "清理河道"}).id for _ in range(3)]
        for case_id in cases:
            do(session, case_id, "draft", {"amount": "1.00"}, clerk)
    made = seal(session, Keys(tmp_path), at_once=2)
    assert [head.size for head in made[:2]] == [2, 4]
    proof = check_seals(session, Keys(tmp_path), anchors=[head.line for head in made])
    assert (proof.first_bad, proof.unsealed, proof.sealed) == (None, 0, made[-1].size)


def test_only_streams_that_went_on_are_read(
    database: Engine, session: Session, clock: FixedClock, tmp_path: Path
) -> None:
    with writing(session):
        an_organisation(session, clock)
    seal(session, Keys(tmp_path))
    with counted(database) as asked:
        assert seal(session, Keys(tmp_path)) == []
        assert asked["statements"] == 2
