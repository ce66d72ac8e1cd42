"""Who reads what on the admission path, and how long a village has: each its own part, in working days."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import organisation, reads
from engine.calendar import Calendar
from engine.canonical import from_iso
from engine.store.tasks import TaskRow
from tests.packs.seeded import UNTIL, SmallCity, cases, person


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallCity]:
    loaded = SmallCity.load(tmp_path_factory.mktemp("rights"))
    yield loaded
    loaded.engine.dispose()


@pytest.fixture
def session(city: SmallCity) -> Iterator[Session]:
    with city.factory() as open_session:
        yield open_session


def test_a_village_reads_its_own_part_only(session: Session) -> None:
    first, second = (organisation.unit(session, f"town01-v0{n}") for n in (1, 2))
    own = cases(session, "village", unit_id=first.id)
    other = cases(session, "village", unit_id=second.id)
    assert own
    assert other
    clerk = person(session, "village1")
    assert all(reads.may_read(session, clerk, case.id) for case in own)
    assert not any(reads.may_read(session, clerk, case.id) for case in other)
    assert not any(reads.may_read(session, clerk, case.id) for case in cases(session, "ticket"))


def test_a_township_reads_its_villages_and_no_others(session: Session) -> None:
    dispatcher = person(session, "town")
    mine, others = [], []
    for case in cases(session, "village"):
        (mine if dispatcher.unit_path in case.unit_path else others).append(case)
    assert mine
    assert others
    assert all(reads.may_read(session, dispatcher, case.id) for case in mine)
    assert not any(reads.may_read(session, dispatcher, case.id) for case in others)


def test_a_department_reads_its_own_tickets_only(session: Session) -> None:
    clerk = person(session, "dept")
    for case in cases(session, "ticket"):
        took_part = case.started_by == clerk.user_id
        asked = any(set(task.candidates) & clerk.grant_ids for task in reads.tasks(session, case.id))
        assert reads.may_read(session, clerk, case.id) is (took_part or asked)


def test_social_work_reads_every_ticket(session: Session) -> None:
    reviewer = person(session, "swd")
    assert all(reads.may_read(session, reviewer, case.id) for case in cases(session, "ticket"))


def test_a_complaint_is_read_by_complainant_social_work_and_audit(session: Session) -> None:
    complaint = cases(session, "complaint", phase="投诉核查")[0]
    for login in ("village1", "swd", "swd-lead", "auditor"):
        assert reads.may_read(session, person(session, login), complaint.id), login


def test_neither_the_accused_nor_supervisors_find_a_complaint(session: Session) -> None:
    for complaint in cases(session, "complaint"):
        accused = json.loads(complaint.facts)["accused"]
        code = organisation.unit(session, accused).code
        away = ["town", "dept04", "designer", "sysadmin", "dept" if code == "dept01" else code]
        for login in away:
            actor = person(session, login)
            assert not reads.may_read(session, actor, complaint.id), login
            assert complaint.id not in {item.id for item in reads.cases(session, actor, at=UNTIL, limit=200).items}
            for word in ("投诉", complaint.title[5:12], complaint.number or ""):
                found = reads.cases(session, actor, query=word, at=UNTIL, limit=200).items
                assert complaint.id not in {item.id for item in found}


def test_a_ticket_carries_no_trace_of_a_complaint(session: Session) -> None:
    numbers = [complaint.number for complaint in cases(session, "complaint")]
    for case in (*cases(session, "ticket"), *cases(session, "township"), *cases(session, "village")):
        _, values = reads.case_and_values(session, person(session, "auditor"), case.id)
        text = json.dumps([values, json.loads(case.facts)], ensure_ascii=False)
        assert "投诉" not in text
        assert not any(number and number in text for number in numbers)


def test_a_village_has_two_working_days_to_sign(session: Session) -> None:
    calendar = Calendar()
    steps = session.scalars(select(TaskRow).where(TaskRow.element_id == "accept")).all()
    begun = [(calendar.day_of(from_iso(step.created_at)), from_iso(step.due_at or "")) for step in steps]
    assert all(due == calendar.end_of(calendar.add(day, 2)) for day, due in begun)
    assert any((due - calendar.end_of(day)).days > 2 for day, due in begun), "no weekend lies between"
