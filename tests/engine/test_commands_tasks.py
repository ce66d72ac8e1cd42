"""Start, claim, complete: what one person at a time can rely on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from engine import (
    EvaluationFailed,
    NotFound,
    Refused,
    Stale,
    TaskGone,
    TaskHeld,
    cancel_case,
    claim,
    complete_task,
    organisation,
    release,
    save_draft,
    start_case,
    transfer,
    use_clock,
)
from engine.canonical import parse
from engine.clock import FixedClock
from engine.commands import read_draft
from engine.history.chain import chained, committed_hash
from engine.step import lock_task
from engine.store.base import writing
from engine.store.cases import CaseRow, CaseWindowRow
from engine.store.events import EventRow, EventValueRow
from engine.store.tasks import TaskCandidateRow, TaskDraftRow, TaskRow
from tests.build import SYSTEM, Organisation, an_organisation
from tests.engine.flows import REQUEST, ROUNDS, do, end, flow, process, published, start, the_task, user


@pytest.fixture
def city(session: Session, clock: FixedClock) -> Organisation:
    with writing(session):
        made = an_organisation(session, clock)
        published(session, request=REQUEST, rounds=ROUNDS)
    return made


def test_a_started_case_waits_for_its_starter(session: Session, city: Organisation, clock: FixedClock) -> None:
    clerk = city.actor(session, "clerk@d1")
    case = start_case(session, "request", actor=clerk, values={"subject": "清理河道"})
    assert (case.state, case.title, case.number, case.revision) == ("running", "清理河道", None, 1)
    task = the_task(session, case.id, "draft")
    assert parse(task.candidates) == [clerk.user_id]
    assert task.created_at == "2026-11-23T01:00:00.000000Z"


def test_nobody_starts_a_definition_whose_role_they_lack(session: Session, city: Organisation) -> None:
    with pytest.raises(Refused):
        start_case(session, "request", actor=city.actor(session, "lead@d1"))
    with pytest.raises(NotFound):
        start_case(session, "nothing", actor=city.actor(session, "clerk@d1"))


def test_completing_a_task_opens_the_next_one_for_its_grant(session: Session, city: Organisation) -> None:
    clerk, reviewer = city.actor(session, "clerk@d1"), city.actor(session, "clerk@sw")
    case = start_case(session, "request", actor=clerk, values={"subject": "甲"})
    done = do(session, case.id, "draft", {"subject": "乙"}, clerk)
    assert [task.element_id for task in done.opened] == ["review"]
    assert set(done.opened[0].candidates) <= reviewer.grant_ids
    assert done.case.title == "乙"
    row = session.get_one(TaskRow, done.opened[0].id)
    assert _claimable(session) == parse(row.candidates)


def test_the_number_is_given_at_submission_and_kept_through_resubmission(session: Session, city: Organisation) -> None:
    clerk, reviewer = city.actor(session, "clerk@d1"), city.actor(session, "clerk@sw")
    numbers = []
    for _ in range(2):
        case = start_case(session, "request", actor=clerk)
        numbers.append(do(session, case.id, "draft", {}, clerk).case.number)
    assert numbers == ["请〔2026〕0001", "请〔2026〕0002"]
    do(session, case.id, "review", {"verdict": "return"}, reviewer)
    assert do(session, case.id, "draft", {}, clerk).case.number == "请〔2026〕0002"


def test_the_local_year_numbers_a_case(session: Session, city: Organisation, clock: FixedClock) -> None:
    clerk = city.actor(session, "clerk@d1")
    clock.move_to(datetime(2026, 12, 31, 17, 0, tzinfo=UTC))  # 01:00 on New Year's day in Shanghai
    case = start_case(session, "request", actor=clerk)
    assert do(session, case.id, "draft", {}, clerk).case.number == "请〔2027〕0001"


def test_an_ended_case_keeps_values_outcome_and_no_candidates(session: Session, city: Organisation) -> None:
    clerk, reviewer = city.actor(session, "clerk@d1"), city.actor(session, "clerk@sw")
    case = start_case(session, "request", actor=clerk)
    do(session, case.id, "draft", {"subject": "甲", "until": "2026-12-01"}, clerk)
    ended = do(session, case.id, "review", {"verdict": "approve"}, reviewer).case
    assert (ended.state, ended.outcome, ended.due_at) == ("completed", "approve", datetime(2026, 12, 1, 16, tzinfo=UTC))
    window = session.get_one(CaseWindowRow, case.id)
    assert bytes(window.window) == b""
    assert parse(window.values_json) == {"subject": "甲", "until": "2026-12-01", "verdict": "approve"}
    assert _claimable(session) == []


def test_second_claim_loses_and_reads_who_has_it(session: Session, city: Organisation, clock: FixedClock) -> None:
    clerk = city.actor(session, "clerk@d1")
    case = start_case(session, "request", actor=clerk)
    do(session, case.id, "draft", {}, clerk)
    task = the_task(session, case.id, "review")
    first, second = city.actor(session, "clerk@sw"), _colleague(session, city)
    assert claim(session, task.id, actor=first).holder_id == "clerk@sw"
    with pytest.raises(TaskHeld) as refused:
        claim(session, task.id, actor=second)
    assert refused.value.fields == {"by": "clerk@sw 岗", "at": clock.now()}
    with pytest.raises(TaskHeld):
        complete_task(session, task.id, {}, actor=second)
    release(session, task.id, actor=first)
    assert claim(session, task.id, actor=second).holder_id == "second@sw"


def test_claiming_twice_changes_nothing(session: Session, city: Organisation) -> None:
    clerk = city.actor(session, "clerk@d1")
    case = start_case(session, "request", actor=clerk)
    task = the_task(session, case.id, "draft")
    claim(session, task.id, actor=clerk)
    head = session.scalar(select(CaseRow.head_seq).where(CaseRow.id == case.id))
    claim(session, task.id, actor=clerk)
    assert session.scalar(select(CaseRow.head_seq).where(CaseRow.id == case.id)) == head


def test_a_finished_task_is_gone_for_candidates_and_not_found_for_others(session: Session, city: Organisation) -> None:
    clerk, reviewer = city.actor(session, "clerk@d1"), city.actor(session, "clerk@sw")
    case = start_case(session, "request", actor=clerk)
    do(session, case.id, "draft", {}, clerk)
    task_id = the_task(session, case.id, "review").id
    complete_task(session, task_id, {"verdict": "approve"}, actor=reviewer)
    with pytest.raises(TaskGone) as gone:
        complete_task(session, task_id, {"verdict": "return"}, actor=_colleague(session, city))
    assert gone.value.fields["by"] == "clerk@sw 岗"
    assert gone.value.fields["what"] == "completed"
    with pytest.raises(NotFound):
        complete_task(session, task_id, {}, actor=city.actor(session, "clerk@v11"))
    assert session.scalar(select(CaseRow.outcome).where(CaseRow.id == case.id)) == "approve"


def test_nobody_completes_what_is_not_theirs(session: Session, city: Organisation) -> None:
    clerk = city.actor(session, "clerk@d1")
    case = start_case(session, "request", actor=clerk)
    with pytest.raises(NotFound):
        do(session, case.id, "draft", {}, city.actor(session, "clerk@d2"))
    with pytest.raises(NotFound):
        complete_task(session, "no such task", {}, actor=clerk)


def test_a_stale_page_is_refused_when_it_says_what_it_read(session: Session, city: Organisation) -> None:
    clerk = city.actor(session, "clerk@d1")
    case = start_case(session, "rounds", actor=clerk)
    do(session, case.id, "one", {}, clerk)
    task = the_task(session, case.id, "two")
    with pytest.raises(Stale):
        complete_task(session, task.id, {}, actor=city.actor(session, "lead@d1"), expected_revision=case.revision)


def test_a_draft_is_kept_offered_back_and_never_becomes_a_value(session: Session, city: Organisation) -> None:
    clerk = city.actor(session, "clerk@d1")
    case = start_case(session, "request", actor=clerk)
    task = the_task(session, case.id, "draft")
    save_draft(session, task.id, {"subject": "半成"}, actor=clerk)
    save_draft(session, task.id, {"subject": "半成品"}, actor=clerk)
    assert read_draft(session, task.id, actor=clerk) == {"subject": "半成品"}
    assert read_draft(session, task.id, actor=city.actor(session, "clerk@d2")) is None
    assert parse(session.get_one(CaseWindowRow, case.id).values_json) == {}
    complete_task(session, task.id, {}, actor=clerk)
    session.expire_all()
    assert session.scalars(select(TaskDraftRow)).all() == []
    assert parse(session.get_one(CaseWindowRow, case.id).values_json) == {}


def test_colleagues_of_a_post_do_not_overwrite_each_others_drafts(session: Session, city: Organisation) -> None:
    clerk = city.actor(session, "clerk@d1")
    case = start_case(session, "rounds", actor=clerk)
    task = the_task(session, case.id, "one")
    post = next(post for post in organisation.posts(session, clerk.unit_id) if post.name == "clerk")
    organisation.hold_post(session, "colleague@d1", post.id, actor=SYSTEM)
    colleague = city.actor(session, "colleague@d1")
    save_draft(session, task.id, {"subject": "我的"}, actor=clerk)
    save_draft(session, task.id, {"subject": "同事的"}, actor=colleague)
    assert read_draft(session, task.id, actor=clerk) == {"subject": "我的"}
    assert read_draft(session, task.id, actor=colleague) == {"subject": "同事的"}


def test_a_task_is_handed_to_a_colleague_who_could_take_it(session: Session, city: Organisation) -> None:
    clerk, reviewer = city.actor(session, "clerk@d1"), city.actor(session, "clerk@sw")
    colleague = _colleague(session, city)
    case = start_case(session, "request", actor=clerk)
    do(session, case.id, "draft", {}, clerk)
    task = the_task(session, case.id, "review")
    with pytest.raises(Refused):
        transfer(session, task.id, to_user="clerk@d2", actor=reviewer, reason="外出")
    assert transfer(session, task.id, to_user="second@sw", actor=reviewer, reason="外出").holder_id == "second@sw"
    with pytest.raises(TaskHeld):
        complete_task(session, task.id, {}, actor=reviewer)
    complete_task(session, task.id, {"verdict": "approve"}, actor=colleague)


def test_a_cancelled_case_closes_all_it_waits_for(session: Session, city: Organisation) -> None:
    clerk = city.actor(session, "clerk@d1")
    case = start_case(session, "rounds", actor=clerk)
    task = the_task(session, case.id, "one")
    with pytest.raises(NotFound):
        cancel_case(session, case.id, actor=city.actor(session, "clerk@d2"), reason="不办了")
    cancelled = cancel_case(session, case.id, actor=clerk, reason="不办了")
    assert cancelled.state == "cancelled"
    session.expire_all()
    assert {row.state for row in session.scalars(select(TaskRow))} == {"cancelled"}
    with pytest.raises(TaskGone) as gone:
        complete_task(session, task.id, {}, actor=clerk)
    assert gone.value.fields["what"] == "cancelled"


def test_a_task_for_nobody_is_created_and_noted(session: Session, city: Organisation, clock: FixedClock) -> None:
    lonely = process(
        "lonely",
        start("ask"),
        user("ask", "end", candidate='role="nobody" unit="&quot;d2&quot;"'),
        end(),
        extensions='<qc:starter role="clerk"/>',
    )
    published(session, lonely=lonely)
    case = start_case(session, "lonely", actor=city.actor(session, "clerk@d1"))
    assert the_task(session, case.id, "ask").state == "open"
    body = _bodies(session, case.id)[0]
    assert body["opened"][0]["unassigned"] == "nobody holds it"


def test_an_evaluation_error_leaves_everything_as_it_was(session: Session, city: Organisation) -> None:
    broken = process(
        "broken",
        start("ask"),
        user("ask", None, candidate='starter="true"'),
        '<bpmn:exclusiveGateway id="gate" default="other"/>',
        flow("ask", "gate"),
        flow("gate", "end", "amount + nowhere &gt; 3", "big"),
        flow("gate", "end", element_id="other"),
        end(),
        extensions='<qc:starter role="clerk"/>',
    )
    clerk = city.actor(session, "clerk@d1")
    session.commit()
    with writing(session):
        published(session, broken=broken)
        case = start_case(session, "broken", actor=clerk)
    task_id = the_task(session, case.id, "ask").id
    session.commit()
    with pytest.raises(EvaluationFailed) as failed, writing(session):
        complete_task(session, task_id, {"amount": 2}, actor=clerk)
    assert failed.value.fields["element_id"] in ("gate", "big")
    assert session.get_one(TaskRow, task_id).state == "open"
    assert len(_bodies(session, case.id)) == 1


def test_every_event_chains_and_commits_to_its_values(session: Session, city: Organisation) -> None:
    clerk, reviewer = city.actor(session, "clerk@d1"), city.actor(session, "clerk@sw")
    case = start_case(session, "request", actor=clerk, values={"subject": "甲", "lines": [{"n": 1}]})
    do(session, case.id, "draft", {"lines": [{"n": 1}, {"n": 2}]}, clerk)
    do(session, case.id, "review", {"verdict": "approve"}, reviewer)
    rows = session.scalars(select(EventRow).where(EventRow.stream == f"case:{case.id}").order_by(EventRow.seq)).all()
    previous = ""
    for seq, row in enumerate(rows, 1):
        assert (row.seq, row.hash) == (seq, chained(previous, row.body))
        previous = row.hash
        committed = dict(parse(row.body).get("values", []))
        stored = session.scalars(
            select(EventValueRow).where(EventValueRow.stream == row.stream, EventValueRow.seq == seq)
        ).all()
        assert {v.pointer: committed_hash(v.salt, v.pointer, v.before, v.after) for v in stored} == committed
    bodies = [parse(row.body) for row in rows]
    assert [body["kind"] for body in bodies] == ["case.started", "task.completed", "task.completed"]
    assert [pointer for pointer, _ in bodies[1]["values"]] == ["/lines/1", "#input"]
    assert bodies[1]["who"]["id"] == "clerk@d1"
    assert bodies[2]["grant"] in reviewer.grant_ids
    assert bodies[2]["clock"] == "set"
    assert "甲" not in "".join(row.body for row in rows)


def test_only_a_database_without_system_events_takes_a_set_clock(session: Session, city: Organisation) -> None:
    use_clock(session, FixedClock(datetime(2025, 1, 1, tzinfo=UTC)))
    del session.info["clock"]
    start_case(session, "rounds", actor=city.actor(session, "clerk@d1"))
    with pytest.raises(Refused):
        use_clock(session, FixedClock(datetime(2025, 1, 1, tzinfo=UTC)))


@pytest.mark.parametrize(("element_id", "who"), [("draft", "clerk@d1"), ("review", "clerk@sw")])
def test_completing_an_ordinary_task_takes_seven_statements(
    session: Session, city: Organisation, element_id: str, who: str
) -> None:
    clerk = city.actor(session, "clerk@d1")
    case = start_case(session, "request", actor=clerk, values={"subject": "甲"})
    do(session, case.id, "draft", {}, clerk)
    if element_id == "draft":
        do(session, case.id, "review", {"verdict": "return"}, city.actor(session, "clerk@sw"))
    actor = city.actor(session, who)
    task_id = the_task(session, case.id, element_id).id
    session.commit()
    statements: list[str] = []
    with writing(session), _counted(session, statements):
        lock_task(session, task_id)  # as a page does before it reads what was typed
        complete_task(session, task_id, {"verdict": "return", "subject": "乙"}, actor=actor)
    assert len(statements) <= 7, "\n".join(statements)


def test_what_was_read_under_the_lock_is_forgotten_after_a_write(session: Session, city: Organisation) -> None:
    clerk = city.actor(session, "clerk@d1")
    case = start_case(session, "request", actor=clerk)
    task_id = the_task(session, case.id, "draft").id
    lock_task(session, task_id)
    claim(session, task_id, actor=clerk)
    assert lock_task(session, task_id)[1].holder_id == clerk.user_id
    session.rollback()
    with pytest.raises(NotFound):
        lock_task(session, task_id)


def _claimable(session: Session) -> list[str]:
    """Who the inbox shows an unclaimed open task to."""
    return list(session.scalars(select(TaskCandidateRow.candidate_id)))


class _counted:  # noqa: N801 - reads as a verb where it is used
    def __init__(self, session: Session, statements: list[str]) -> None:
        self._engine, self._statements = session.get_bind(), statements

    def _note(self, _c: Any, _k: Any, statement: str, *_rest: Any) -> None:
        self._statements.append(statement)

    def __enter__(self) -> None:
        event.listen(self._engine, "before_cursor_execute", self._note)

    def __exit__(self, *_why: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._note)


def _colleague(session: Session, city: Organisation) -> Any:
    """A second reviewer in social work."""
    from engine import organisation

    row = organisation.put_post(session, "sw", "second", grants=["reviewer"], actor=SYSTEM)
    organisation.hold_post(session, "second@sw", row.id, actor=SYSTEM)
    return city.actor(session, "second@sw")


def _bodies(session: Session, case_id: str) -> list[dict[str, Any]]:
    rows = session.execute(text("SELECT body FROM events WHERE stream = :s ORDER BY seq"), {"s": f"case:{case_id}"})
    return [parse(row.body) for row in rows]
