"""The inbox: what waits, what is held, done, started and half-filled; paged by key along an index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from engine import claim, complete_task, release, save_draft, start_case
from engine.clock import FixedClock
from engine.errors import Invalid
from engine.inbox import counts, inbox
from engine.model import Actor
from engine.store.base import writing
from tests.build import Organisation, an_organisation
from tests.engine.flows import REQUEST, do, end, process, published, start, the_task, user

DUE = process(
    "due",
    start("work"),
    user("work", "end", candidate='role="clerk" unit="&quot;d1&quot;"', more='<qc:due value="date(until)"/>'),
    end(),
    extensions='<qc:starter role="clerk"/><qc:title value="subject"/><qc:fact name="list_kind" value="kind"/>',
)
SECRET = process(
    "secret",
    start("work"),
    user("work", "end", candidate='role="clerk" unit="&quot;d1&quot;"'),
    end(),
    extensions=(
        '<qc:starter role="clerk"/><qc:title value="subject"/><qc:reader role="reviewer" unit="&quot;sw&quot;"/>'
    ),
)


class Setting:
    """The small city, and steps that commit."""

    def __init__(self, session: Session, people: Organisation, clock: FixedClock) -> None:
        self.session, self.people, self.clock = session, people, clock

    def actor(self, user_id: str) -> Actor:
        return self.people.actor(self.session, user_id)

    @contextmanager
    def acting(self) -> Iterator[None]:
        self.session.commit()
        with writing(self.session):
            yield

    def start(self, key: str, who: str = "clerk@d1", **values: Any) -> str:
        actor = self.actor(who)
        with self.acting():
            case = start_case(self.session, key, actor=actor, values=values)
        self.clock.advance(minutes=1)
        return case.id

    def do(self, case_id: str, element_id: str, who: str, **values: Any) -> None:
        actor = self.actor(who)
        with self.acting():
            do(self.session, case_id, element_id, values, actor)
        self.clock.advance(minutes=1)

    def box(self, who: str, box: str, **asked: Any) -> list[str]:
        """Return the titles in a box, in order."""
        return [item.case.title for item in inbox(self.session, self.actor(who), box=box, **asked).items]

    def counts(self, who: str) -> dict[str, int]:
        return counts(self.session, self.actor(who))


@pytest.fixture
def setting(session: Session, clock: FixedClock) -> Setting:
    with writing(session):
        people = an_organisation(session, clock)
        published(session, request=REQUEST, due=DUE, secret=SECRET)
    return Setting(session, people, clock)


def test_the_most_urgent_comes_first_and_no_deadline_last(setting: Setting) -> None:
    setting.start("request", subject="无期限")
    setting.start("due", subject="后", until="2026-12-20", kind="履职清单")
    setting.start("due", subject="先", until="2026-11-25", kind="履职清单")
    assert setting.box("clerk@d1", "todo") == ["先", "后", "无期限"]
    assert setting.box("clerk@d1", "todo", newest_first=True) == ["先", "后", "无期限"]
    setting.start("due", subject="新", until="2027-01-20", kind="赋能清单")
    assert setting.box("clerk@d1", "todo", newest_first=True)[0] == "新"


def test_a_claimed_task_leaves_the_others_inboxes_until_it_is_released(setting: Setting) -> None:
    case_id = setting.start("due", subject="一件", until="2026-12-01")
    task = the_task(setting.session, case_id, "work")
    clerk, other = setting.actor("clerk@d1"), "clerk@d2"
    assert (setting.box("clerk@d1", "claimable"), setting.box(other, "todo")) == (["一件"], [])
    with setting.acting():
        claim(setting.session, task.id, actor=clerk)
    assert setting.box("clerk@d1", "claimable") == []
    assert setting.box("clerk@d1", "doing") == setting.box("clerk@d1", "todo") == ["一件"]
    assert setting.counts("clerk@d1") == {"todo": 1, "claimable": 0, "doing": 1, "drafts": 0}
    with setting.acting():
        release(setting.session, task.id, actor=clerk)
    assert setting.counts("clerk@d1") == {"todo": 1, "claimable": 1, "doing": 0, "drafts": 0}


def test_a_draft_goes_by_what_was_typed_and_is_found_by_it(setting: Setting) -> None:
    case_id = setting.start("request", subject="半份")
    task = the_task(setting.session, case_id, "draft")
    with setting.acting():
        save_draft(setting.session, task.id, {"subject": "山塘走看"}, actor=setting.actor("clerk@d1"))
    assert setting.box("clerk@d1", "drafts") == ["山塘走看"]
    assert setting.box("clerk@d1", "drafts", query="山塘") == ["山塘走看"]
    assert setting.box("clerk@d1", "drafts", query="森林") == []


def test_done_steps_and_started_cases_come_newest_first(setting: Setting) -> None:
    first = setting.start("request", subject="甲")
    second = setting.start("request", subject="乙")
    setting.do(second, "draft", "clerk@d1", subject="乙")
    setting.do(first, "draft", "clerk@d1", subject="甲")
    assert setting.box("clerk@d1", "done") == ["甲", "乙"]
    assert setting.box("clerk@d1", "started") == ["乙", "甲"]
    assert setting.box("clerk@d1", "todo") == []
    assert setting.box("clerk@sw", "claimable") == ["乙", "甲"]


def test_a_draft_is_listed_until_it_is_submitted(setting: Setting) -> None:
    case_id = setting.start("request", subject="半份")
    clerk, task = setting.actor("clerk@d1"), the_task(setting.session, case_id, "draft")
    with setting.acting():
        save_draft(setting.session, task.id, {"subject": ""}, actor=clerk)
    assert setting.box("clerk@d1", "drafts") == ["半份"]
    assert setting.counts("clerk@d1")["drafts"] == 1
    with setting.acting():
        complete_task(setting.session, task.id, {"subject": "整份"}, actor=clerk)
    assert setting.box("clerk@d1", "drafts") == []


def test_a_row_says_all_that_its_line_shows(setting: Setting) -> None:
    setting.start("due", "clerk@d2", subject="巡查", until="2026-12-01", kind="履职清单")
    page = inbox(setting.session, setting.actor("clerk@d1"), box="todo")
    item = page.items[0]
    assert (item.case.starter_unit_name, item.case.facts["list_kind"]) == ("样例市民政局", "履职清单")
    assert (item.task_name, item.element_id, item.case.unit_name) == ("work", "work", "样例市民政局")
    assert item.due_at is not None
    assert item.due_at.isoformat() == "2026-12-01T16:00:00+00:00"
    assert (item.holder_id, page.next_key) == (None, None)


def test_filters_keep_to_words_phase_and_facts(setting: Setting) -> None:
    setting.start("due", subject="森林防火", until="2026-12-01", kind="履职清单")
    setting.start("due", subject="防汛", until="2026-12-02", kind="负面清单")
    assert setting.box("clerk@d1", "todo", query="防火") == ["森林防火"]
    assert setting.box("clerk@d1", "todo", facts={"list_kind": "负面清单"}) == ["防汛"]
    assert setting.box("clerk@d1", "todo", query="100%") == []
    assert setting.box("clerk@d1", "todo", phase="审核") == []


@pytest.mark.parametrize("newest_first", [False, True])
def test_pages_hold_every_task_once_whatever_grants_lead_to_it(setting: Setting, newest_first: bool) -> None:
    for number in range(7):
        setting.start("due", subject=f"第{number}件", until="2026-12-01" if number % 2 else f"2026-12-0{number + 1}")
    with setting.acting():
        claim(
            setting.session,
            the_task(setting.session, setting.start("due", subject="领了", until="2026-12-03"), "work").id,
            actor=setting.actor("clerk@d1"),
        )
    seen: list[str] = []
    after = None
    while True:
        page = inbox(
            setting.session, setting.actor("clerk@d1"), box="todo", after=after, limit=3, newest_first=newest_first
        )
        seen += [item.case.title for item in page.items]
        after = page.next_key
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 8


@pytest.mark.parametrize("after", ["", "x", "2026-11-23T01:00:00.000000Z.' OR 1=1 --", "9" * 500])
def test_a_made_up_page_key_starts_from_the_beginning(setting: Setting, after: str) -> None:
    setting.start("due", subject="一件", until="2026-12-01")
    assert setting.box("clerk@d1", "todo", after=after) == ["一件"]


def test_an_unknown_box_is_invalid(setting: Setting) -> None:
    with pytest.raises(Invalid):
        setting.box("clerk@d1", "trash")


def test_a_restricted_case_shows_in_no_inbox_but_its_readers(setting: Setting) -> None:
    setting.start("secret", "clerk@d2", subject="秘")
    assert setting.box("clerk@d1", "todo") == []
    assert setting.counts("clerk@d1")["claimable"] == 0
    assert setting.box("clerk@d2", "started") == ["秘"]


def test_a_person_without_rights_has_an_empty_inbox(setting: Setting) -> None:
    setting.start("due", subject="一件", until="2026-12-01")
    nobody = Actor("nobody", "x", "", "", "")
    for box in ("todo", "claimable", "doing", "done", "started", "drafts"):
        assert inbox(setting.session, nobody, box=box).items == []
    assert set(counts(setting.session, nobody).values()) == {0}


@contextmanager
def _statements(session: Session) -> Iterator[list[tuple[str, Any]]]:
    seen: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        seen.append((statement, parameters))

    bind = session.get_bind()
    event.listen(bind, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(bind, "before_cursor_execute", note)


@pytest.mark.parametrize("box", ["todo", "claimable", "doing", "done", "started", "drafts", "counts"])
def test_every_box_is_one_statement_that_scans_no_table(setting: Setting, box: str) -> None:
    session = setting.session
    for number in range(10):
        setting.start("due", subject=f"{number}", until="2026-12-01")
    actor = setting.actor("clerk@d1")
    with _statements(session) as seen:
        if box == "counts":
            counts(session, actor)
        else:
            inbox(session, actor, box=box, after="2026-11-23T01:00:00.000000Z.0", limit=20)
    assert len(seen) == 1
    if session.get_bind().dialect.name == "sqlite":
        statement, parameters = seen[0]
        plan = [row[-1] for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
        scans = [
            line
            for line in plan
            if line.startswith("SCAN") and any(t in line for t in ("tasks", "cases", "task_candidates", "task_drafts"))
        ]
        assert scans == [], plan


def test_a_page_costs_the_same_however_much_is_waiting(setting: Setting) -> None:
    """Rows read by one page of claimable work do not grow with what waits behind it."""
    session = setting.session
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("the step counter is SQLite's")
    actor = setting.actor("clerk@d1")

    def steps() -> int:
        counted = 0

        def count() -> int:
            nonlocal counted
            counted += 1
            return 0

        raw = session.connection().connection.dbapi_connection
        raw.set_progress_handler(count, 100)
        inbox(session, actor, box="claimable", limit=10)
        raw.set_progress_handler(None, 100)
        return counted

    for number in range(30):
        setting.start("due", subject=f"{number}", until="2026-12-01")
    few = steps()
    for number in range(90):
        setting.start("due", subject=f"{number}", until="2026-12-01")
    assert steps() <= few * 1.3 + 2
