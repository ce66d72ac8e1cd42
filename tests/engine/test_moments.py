"""A case at each of its events: folded from the deltas, it is what running it again gives, and what the tasks were."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from engine import NotFound, claim, release, replay, start_case, timeline, transfer
from engine.clock import FixedClock
from engine.history.moments import lives_of, moment_at
from engine.history.replay import values_at
from engine.store.base import writing
from engine.store.cases import CaseWindowRow
from tests.build import Organisation, an_organisation
from tests.engine.flows import REQUEST, do, published, the_task


@pytest.fixture
def city(session: Session, clock: FixedClock) -> Organisation:
    with writing(session):
        made = an_organisation(session, clock)
        published(session, request=REQUEST)
    return made


@pytest.fixture
def worked(session: Session, clock: FixedClock, city: Organisation) -> str:
    """Draft, return, redraft with fewer and then more lines, claim, give back, claim; the review waits."""
    clerk, reviewer = city.actor(session, "clerk@d1"), city.actor(session, "clerk@sw")
    lines = [{"n": n} for n in range(12)]
    case_id = start_case(session, "request", actor=clerk, values={"subject": "甲", "lines": lines, "a/b": None}).id
    do(session, case_id, "draft", {"subject": "乙", "lines": lines[:2]}, clerk)
    clock.advance(timedelta(hours=3))
    do(session, case_id, "review", {"verdict": "return"}, reviewer)
    do(session, case_id, "draft", {"lines": [*lines[:1], {"n": "二", "deep": [1, [2]]}, *lines[4:]]}, clerk)
    review = the_task(session, case_id, "review").id
    claim(session, review, actor=reviewer)
    release(session, review, actor=reviewer)
    transfer(session, review, to_user=reviewer.user_id, actor=reviewer, reason="试", to_name="样例 审核岗")
    return case_id


def test_values_at_every_event_are_those_replay_reaches(session: Session, worked: str) -> None:
    entries = timeline(session, worked, values=False)
    assert replay(session, worked).ok and len(entries) == 7
    found = {entry.seq: moment_at(session, worked, entries, entry.seq) for entry in entries}
    for seq, moment in found.items():
        assert moment.values == values_at(session, worked, seq)[0], seq
        if seq > 1:
            assert moment.before == found[seq - 1].values, seq
    assert found[1].values["a/b"] is None and len(found[1].values["lines"]) == 12
    assert [line["n"] for line in found[4].values["lines"]][:3] == [0, "二", 4]
    row = session.get(CaseWindowRow, worked)
    assert row is not None and found[7].values == json.loads(row.values_json)


def test_tasks_are_as_they_were_then(session: Session, worked: str) -> None:
    entries = timeline(session, worked, values=False)

    def open_then(seq: int) -> list[tuple[str, str | None]]:
        tasks = moment_at(session, worked, entries, seq).tasks
        return [(task.element_id, task.holder_name) for task in tasks if task.state == "open"]

    assert [open_then(seq)[0][0] for seq in range(1, 8)] == ["draft", "review", "draft", *["review"] * 4]
    holders = [open_then(seq)[0][1] for seq in (4, 5, 6, 7)]
    assert holders[0] is None and holders[2] is None and holders[3] == "样例 审核岗" and holders[1]
    first = moment_at(session, worked, entries, 2).tasks[0]
    assert (first.state, first.done_by, first.done_at) == ("completed", entries[1].actor_id, entries[1].at)


def test_a_value_taken_away_is_told_as_erased_until_it_is_given_anew(session: Session, worked: str) -> None:
    session.execute(
        text(
            "UPDATE event_values SET before = NULL, after = NULL, erased_at = 'x' "
            "WHERE pointer = '/subject' AND seq = 2"
        )
    )
    entries = timeline(session, worked, values=False)
    assert [moment_at(session, worked, entries, seq).erased for seq in (1, 2, 7)] == [set(), {"/subject"}, {"/subject"}]
    assert "subject" not in moment_at(session, worked, entries, 2).values


def test_the_life_of_one_value(session: Session, worked: str) -> None:
    lives = [
        (seq, before.get("subject"), after["subject"])
        for seq, before, after, _ in lives_of(session, worked, "/subject", 7)
    ]
    assert lives == [(1, None, "甲"), (2, "甲", "乙")]
    assert [seq for seq, *_ in lives_of(session, worked, "/lines", 7)] == [1, 2, 4]


def test_an_event_that_never_was_is_not_found(session: Session, worked: str) -> None:
    with pytest.raises(NotFound):
        moment_at(session, worked, timeline(session, worked, values=False), 99)
