"""The seeds load into an empty database through the engine's commands, and leave cases in every typical state."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

import forms
from engine import library, organisation, registers
from engine.clock import FixedClock
from engine.commands import use_clock
from engine.errors import NotFound, Refused
from engine.history import replay, verify
from engine.store.cases import CaseRow
from tests.packs.seeded import UNTIL, SmallCity
from webapp import seeding
from webapp.accounts import passwords
from webapp.accounts.sign_in import find_account
from webapp.config import DEFAULTS
from webapp.seeding.casting import cast
from webapp.seeding.organisation import City, settle
from webapp.seeding.source import Source


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sessionmaker[Session]]:
    """Load the small seeds once for all tests that only read."""
    city = SmallCity.load(tmp_path_factory.mktemp("seeds"))
    yield city.factory
    city.engine.dispose()


@pytest.fixture
def session(loaded: sessionmaker[Session]) -> Iterator[Session]:
    with loaded() as open_session:
        yield open_session


def test_cases_stand_in_every_typical_state(session: Session) -> None:
    phases = Counter((row.definition, row.phase) for row in session.scalars(select(CaseRow)))
    for phase in ("起草", "退回补充", "准入评审", "征求意见中", "待审核", "办理中", "已办结", "不予准入"):
        assert phases["ticket", phase] >= 1, phase
    for phase in ("待签收", "协调会商", "已办结"):
        assert phases["village", phase] >= 1, phase
    assert phases["complaint", "投诉核查"] >= 1


def test_no_job_is_left_broken(session: Session) -> None:
    found = session.execute(text("SELECT DISTINCT state FROM jobs WHERE state NOT IN ('done', 'cancelled')")).all()
    assert [tuple(row) for row in found] in ([], [("due",)])


def test_every_case_can_be_replayed_to_the_same_digests(session: Session) -> None:
    ids = replay.case_ids(session)
    assert len(ids) > 30
    for case_id in ids:
        assert replay.replay(session, case_id).mismatches == []


def test_chains_and_values_verify(session: Session) -> None:
    assert verify.verify(session).first_bad is None


def test_everything_happened_before_the_end_by_the_clock_set(session: Session) -> None:
    latest = session.execute(text("SELECT max(at) FROM events")).scalar_one()
    assert latest <= "2026-11-23T08:00:00.000000Z"
    bodies = session.scalars(text("SELECT body FROM events")).all()
    assert {json.loads(body).get("clock") for body in bodies} == {"set"}


def test_the_support_of_a_finished_ticket_is_delivered(session: Session) -> None:
    facts = [
        json.loads(row.facts)
        for row in session.scalars(select(CaseRow).where(CaseRow.definition == "ticket", CaseRow.phase == "已办结"))
    ]
    assert facts
    assert all(one["support_delivered"] > 0 and one["outcome"] == "done" and one["villages"] > 0 for one in facts)


def test_a_refused_matter_names_list_and_clause(session: Session) -> None:
    row = session.scalars(select(CaseRow).where(CaseRow.outcome == "negative-list")).one()
    assert json.loads(row.facts)["matter_clause"] == "负面清单第1项“招商引资任务”（2026年第2版）"


def test_what_was_played_is_what_the_forms_accept(session: Session) -> None:
    checked = 0
    for row in session.execute(text(_PLAYED)):
        form = json.loads(row.form)
        if not (form.get("variable") or row.element_id == "draft"):
            continue  # The others are filled over values that are there already.
        schema, ui = (library.load_json(session, _newest(session, kind, form[kind])) for kind in ("schema", "ui"))
        compiled = forms.compile(schema, ui, view=form["view"])
        problems = compiled.check(_filled(json.loads(row.after)))
        assert problems == [], (row.element_id, problems)
        checked += 1
    assert checked > 40


_PLAYED = """
SELECT t.element_id, t.form, v.after FROM tasks t
JOIN events e ON e.stream = 'case:' || t.case_id AND e.kind = 'task.completed'
  AND e.body LIKE '%"task":"' || t.id || '"%'
JOIN event_values v ON v.stream = e.stream AND v.seq = e.seq AND v.pointer = '#input'
WHERE t.kind = 'user' AND t.state = 'completed'
"""


def _newest(session: Session, kind: str, key: str) -> str:
    return library.current(session, "form" if kind == "schema" else kind, key).id


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def test_demo_accounts_sign_in_and_hold_their_posts(session: Session) -> None:
    roles = {
        "dept": "clerk", "swd": "reviewer", "town": "dispatcher", "village1": "village_clerk",
        "village2": "village_clerk", "auditor": "auditor", "designer": "designer", "sysadmin": "system_admin",
        "secadmin": "security_admin",
    }  # fmt: skip
    assert [login for login, _, _ in seeding.demo_accounts("admission")] == list(roles)
    for login, role in roles.items():
        account = find_account(session, login)
        assert account is not None
        assert passwords.verify(account.password_hash, seeding.DEMO_PASSWORD, cost=DEFAULTS["ARGON2"])
        rights = organisation.grants_of(session, account.user_id, UNTIL)
        assert role in {right.role for right in rights}


def test_registers_keep_the_versions_they_had(session: Session) -> None:
    versions = registers.versions(session, "matters", "N001")
    assert [row.values["version"] for row in versions] == ["2026年第2版", "2024年第1版"]
    assert registers.read(session, "villages", "town01-v01", at=UNTIL) is not None
    assert registers.read(session, "villages", "town17-v01", at=UNTIL) is None, "a unit that does not exist here"


def test_seeds_load_on_the_database_of_this_run(session_factory: sessionmaker[Session]) -> None:
    assert seeding.is_empty(session_factory)
    told: list[str] = []
    summary = seeding.load(session_factory, "admission", until=UNTIL, say=told.append)
    assert summary.startswith("18 cases")
    assert told[0].startswith("password of all sample accounts: ")
    assert not seeding.is_empty(session_factory)
    with pytest.raises(Refused):
        seeding.load(session_factory, "admission", until=UNTIL)


def test_a_database_in_use_takes_no_seeds(session_factory: sessionmaker[Session]) -> None:
    with session_factory() as session:
        organisation.put_unit(session, "city", name="样例市", level="city", actor=_system())
        session.commit()
        with pytest.raises(Refused):
            use_clock(session, FixedClock(UNTIL))
    with pytest.raises(Refused):
        seeding.load(session_factory, "admission", until=UNTIL)


def test_an_unknown_pack_is_not_found() -> None:
    with pytest.raises(NotFound):
        Source.of("../etc")


@pytest.mark.slow
def test_the_city_is_cast_in_full_and_the_same_every_time(session_factory: sessionmaker[Session]) -> None:
    source = Source.of("admission")
    city = _a_large_city(source, session_factory)
    assert [len(city.codes(level)) for level in ("township", "village")] == [17, 558]
    assert len(city.codes("department", "dept")) == 66
    chosen = cast(source, city, scale="city", until=UNTIL)
    assert Counter(case.plan["process"] for case in chosen) == {"ticket": 500, "complaint": 23}
    again = cast(source, city, scale="city", until=UNTIL)
    assert [(case.plan["key"], case.starts_at, case.given) for case in chosen] == [
        (case.plan["key"], case.starts_at, case.given) for case in again
    ]
    assert {plan["key"] for plan in source.plans["plan"]} == {case.plan["key"] for case in chosen}


def test_the_lists_hold_246_matters_with_the_published_ones_first() -> None:
    rows = Source.of("admission").rows("matters.csv")
    assert Counter(row["list"] for row in rows) == {"履职清单": 80, "赋能清单": 31, "负面清单": 135}
    duties = {row["category"] for row in rows if row["list"] != "负面清单"}
    assert len(duties) == 12
    assert sum(row["sample"] == "false" for row in rows) == 40
    assert all((row["basis"] == "样例") is (row["sample"] == "true") for row in rows)
    for name in ("履职清单", "赋能清单", "负面清单"):
        own = [row["sample"] for row in rows if row["list"] == name]
        assert own == sorted(own), "published matters come first"


def _a_large_city(source: Source, session_factory: sessionmaker[Session]) -> City:
    with session_factory() as session:
        session.info["clock"] = FixedClock(UNTIL)
        return settle(session, source, scale="city", password_hash="-", at=UNTIL, must_change=True)


def _system() -> Any:
    from tests.build import SYSTEM

    return SYSTEM
