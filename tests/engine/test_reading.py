"""Who may read which case: took part, leads a unit on its path, audits, or reads its parent; restricted cases apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker

from engine import (
    NotFound,
    cancel_case,
    claim,
    complete_task,
    organisation,
    reads,
    release,
    run_due,
    start_case,
    transfer,
)
from engine.clock import FixedClock
from engine.model import Actor
from engine.store.base import writing
from tests.build import SYSTEM, Organisation, an_organisation
from tests.engine.flows import (
    CITY,
    REQUEST,
    TOWNSHIP,
    VILLAGE,
    call,
    children,
    do,
    end,
    process,
    published,
    start,
    the_task,
    user,
)

COMPLAINT = process(
    "complaint",
    start("handle"),
    user("handle", "end", candidate='role="reviewer" unit="&quot;sw&quot;"'),
    end(),
    extensions=(
        '<qc:starter role="clerk"/><qc:title value="subject"/>'
        '<qc:reader role="reviewer" unit="&quot;sw&quot;"/><qc:fact name="about" value="subject"/>'
    ),
)
HUSHED = process(
    "hushed",
    start("ask"),
    user("ask", "sent", candidate='role="clerk" unit="&quot;t1&quot;"'),
    call("sent", "end", "village", extensions='<qc:unit value="&quot;v12&quot;"/>'),
    end(),
    extensions='<qc:starter role="clerk"/><qc:reader role="reviewer" unit="&quot;sw&quot;"/>',
)
TARGETS = [{"township": "t1", "villages": ["v11", "v12"]}, {"township": "t2", "villages": ["v21"]}]
PEOPLE = [
    *(f"clerk@{unit}" for unit in ("d1", "d2", "sw", "t1", "t2", "v11", "v12", "v21", "v22")),
    *(f"lead@{unit}" for unit in ("d1", "d2", "sw", "t1", "t2")),
    "admin@city",
    "audit@city",
    "watch@t1",
    "nobody",
]
# What each case of the setting is called -> who may read it. The clerks of the townships are not asked yet.
EXPECTED = {
    "ticket": {"clerk@d1", "lead@d1", "audit@city"},
    "t1": {"clerk@d1", "lead@d1", "audit@city", "lead@t1", "watch@t1"},
    "v11": {"clerk@d1", "lead@d1", "audit@city", "lead@t1", "watch@t1", "clerk@v11"},
    "v12": {"clerk@d1", "lead@d1", "audit@city", "lead@t1", "watch@t1", "clerk@v12"},
    "t2": {"clerk@d1", "lead@d1", "audit@city", "lead@t2"},
    "v21": {"clerk@d1", "lead@d1", "audit@city", "lead@t2", "clerk@v21"},
    "request": {"clerk@d2", "lead@d2", "clerk@sw", "audit@city"},
    "complaint": {"clerk@v11", "clerk@sw", "audit@city"},
}


class Setting:
    """One ticket with its township and village cases, one request, one restricted complaint of v11."""

    def __init__(self, session: Session, people: Organisation) -> None:
        self.session, self.people, self.ids = session, people, dict[str, str]()

    def actor(self, user_id: str) -> Actor:
        return self.people.actor(self.session, user_id)

    @contextmanager
    def acting(self) -> Iterator[None]:
        """Run a writing transaction of its own, as a request or the worker does."""
        self.session.commit()
        with writing(self.session):
            yield

    def name(self, case_id: str) -> str:
        return next(name for name, known in self.ids.items() if known == case_id)


@pytest.fixture
def setting(session: Session, session_factory: sessionmaker[Session], clock: FixedClock) -> Setting:
    with writing(session):
        people = an_organisation(session, clock)
        watch = organisation.put_post(session, "t1", "watch", grants=["auditor"], actor=SYSTEM)
        organisation.hold_post(session, "watch@t1", watch.id, actor=SYSTEM)
        published(session, village=VILLAGE, township=TOWNSHIP, city=CITY, request=REQUEST, complaint=COMPLAINT)
    made = Setting(session, people)
    with made.acting():
        d1 = made.actor("clerk@d1")
        ticket = start_case(session, "city", actor=d1, values={"asked": "清理河道", "targets": TARGETS})
        do(session, ticket.id, "ask", {}, d1)
    # Townships start first, and their villages from what they ask.
    while run_due(session_factory, clock=clock):
        pass
    with made.acting():
        d2, v11 = made.actor("clerk@d2"), made.actor("clerk@v11")
        request = start_case(session, "request", actor=d2, values={"subject": "请示经费"})
        do(session, request.id, "draft", {}, d2)
        complaint = start_case(session, "complaint", actor=v11, values={"subject": "绕开平台"})
    made.ids = {"ticket": ticket.id, "request": request.id, "complaint": complaint.id}
    by_unit = {unit.id: code for code, unit in people.units.items()}
    for township in children(session, ticket.id):
        made.ids[by_unit[township.unit_id]] = township.id
        made.ids |= {by_unit[village.unit_id]: village.id for village in children(session, township.id)}
    return made


def test_each_case_is_read_by_exactly_who_should(setting: Setting) -> None:
    found = {
        name: {who for who in PEOPLE if reads.may_read(setting.session, setting.actor(who), case_id)}
        for name, case_id in setting.ids.items()
    }
    assert found == EXPECTED


def test_lists_hold_exactly_what_may_be_read(setting: Setting) -> None:
    for who in PEOPLE:
        listed = {setting.name(item.id) for item in reads.cases(setting.session, setting.actor(who)).items}
        assert listed == {name for name, readers in EXPECTED.items() if who in readers}, who


def test_a_case_that_may_not_be_read_is_not_found_like_one_that_is_not_there(setting: Setting) -> None:
    stranger = setting.actor("clerk@v22")
    for case_id in (setting.ids["ticket"], "nothing"):
        with pytest.raises(NotFound):
            reads.case(setting.session, stranger, case_id)
    assert reads.case(setting.session, setting.actor("clerk@d1"), setting.ids["v11"]).title


def test_the_tree_shows_a_village_only_its_own_part(setting: Setting) -> None:
    ticket = reads.case(setting.session, setting.actor("clerk@d1"), setting.ids["ticket"])

    def seen(who: str) -> list[str]:
        return [setting.name(item.id) for item in reads.tree(setting.session, setting.actor(who), ticket)]

    assert seen("clerk@d1") == ["t1", "t2", "v11", "v12", "v21"]
    assert seen("lead@t1") == ["t1", "v11", "v12"]
    assert seen("clerk@v11") == ["v11"]
    assert seen("clerk@v22") == []


def test_who_did_a_task_may_read_the_case_after_leaving_the_post(setting: Setting, clock: FixedClock) -> None:
    session = setting.session
    with setting.acting():
        do(session, setting.ids["v11"], "answer", {"reply": "已办"}, setting.actor("clerk@v11"))
    clock.advance(days=1)
    post = organisation.posts(session, setting.people.units["v11"].id)[0]
    with setting.acting():
        organisation.leave_post(session, "clerk@v11", post.id, actor=SYSTEM)
    clock.advance(days=1)
    former = setting.actor("clerk@v11")
    assert former.grants == frozenset()
    assert reads.may_read(session, former, setting.ids["v11"])
    assert not reads.may_read(session, former, setting.ids["complaint"])


def test_a_new_holder_of_the_post_reads_what_the_post_was_asked(setting: Setting, clock: FixedClock) -> None:
    session = setting.session
    with setting.acting():
        do(session, setting.ids["v11"], "answer", {"reply": "已办"}, setting.actor("clerk@v11"))
        post = organisation.posts(session, setting.people.units["v11"].id)[0]
        organisation.hold_post(session, "second@v11", post.id, actor=SYSTEM)
    clock.advance(days=1)
    assert reads.may_read(session, setting.actor("second@v11"), setting.ids["v11"])


def test_whom_a_task_was_given_to_reads_the_case(setting: Setting) -> None:
    session = setting.session
    with setting.acting():
        post = organisation.put_post(session, "d2", "supervisor", grants=["supervisor"], actor=SYSTEM)
        organisation.hold_post(session, "boss@d2", post.id, actor=SYSTEM)
        sw = organisation.put_post(session, "sw", "second", grants=["reviewer"], actor=SYSTEM)
        organisation.hold_post(session, "second@sw", sw.id, actor=SYSTEM)
    task = next(t for t in reads.tasks(session, setting.ids["request"]) if t.state == "open")
    with setting.acting():
        transfer(session, task.id, to_user="second@sw", actor=setting.actor("boss@d2"), reason="出差")
    assert reads.may_read(session, setting.actor("second@sw"), setting.ids["request"])


def test_a_restricted_case_leaves_no_trace_in_search_figures_or_unit_pages(setting: Setting) -> None:
    session, v11 = setting.session, setting.people.units["v11"].id

    def traces(who: str) -> list[int]:
        actor = setting.actor(who)
        return [
            len(reads.cases(session, actor, query="绕开").items),
            len(reads.figure_cases(session, actor, definitions=["complaint"], since=date(2026, 1, 1), zone=UTC)),
            len([case for case in reads.unit_cases(session, actor, v11) if case.definition == "complaint"]),
        ]

    for who in ("clerk@d1", "lead@d1", "clerk@t1", "lead@t1", "watch@t1", "admin@city", "clerk@v12"):
        assert traces(who) == [0, 0, 0], who
    assert traces("clerk@sw") == traces("clerk@v11") == traces("audit@city") == [1, 1, 1]


def _hushed(setting: Setting) -> str:
    with setting.acting():
        published(setting.session, hushed=HUSHED)
        return start_case(setting.session, "hushed", actor=setting.actor("clerk@v11")).id


def test_who_is_asked_in_a_restricted_case_without_being_its_reader_finds_no_task(setting: Setting) -> None:
    case_id = _hushed(setting)
    task = the_task(setting.session, case_id, "ask")
    asked = setting.actor("clerk@t1")
    assert not reads.may_read(setting.session, asked, case_id)
    for act in (claim, release):
        with pytest.raises(NotFound), setting.acting():
            act(setting.session, task.id, actor=asked)
    with pytest.raises(NotFound), setting.acting():
        complete_task(setting.session, task.id, {}, actor=asked)


def test_the_children_of_a_restricted_case_are_as_restricted(
    setting: Setting, session_factory: sessionmaker[Session], clock: FixedClock
) -> None:
    session, case_id = setting.session, _hushed(setting)
    with setting.acting():
        post = organisation.put_post(session, "t1", "clerk", grants=["clerk", ("reviewer", "sw")], actor=SYSTEM)
        assert post.name == "clerk"
    with setting.acting():
        do(session, case_id, "ask", {"asked": "核实"}, setting.actor("clerk@t1"))
    run_due(session_factory, clock=clock)
    child = children(session, case_id)[0]
    readers = {who for who in PEOPLE if reads.may_read(session, setting.actor(who), child.id)}
    assert readers == {"clerk@v11", "clerk@sw", "clerk@t1", "audit@city"}


def test_lists_filter_by_definition_state_words_and_facts(setting: Setting, clock: FixedClock) -> None:
    session, sw = setting.session, setting.actor("audit@city")
    with setting.acting():
        cancel_case(session, setting.ids["request"], actor=setting.actor("clerk@d2"), reason="撤回")

    def names(**asked: Any) -> set[str]:
        return {setting.name(item.id) for item in reads.cases(session, sw, **asked).items}

    assert names(definition="village") == {"v11", "v12", "v21"}
    assert names(state="cancelled") == {"request"}
    assert names(query="请示 经费") == {"request"}
    assert names(query="请〔2026〕0001") == {"request"}
    assert names(facts={"about": "绕开平台"}) == {"complaint"}
    assert names(unit_id=setting.people.units["v12"].id) == {"v12"}
    assert names(at=clock.now().replace(year=2025)) == set()


def test_pages_of_a_list_hold_every_case_once(setting: Setting) -> None:
    actor, seen, after = setting.actor("audit@city"), list[str](), None
    while True:
        page = reads.cases(setting.session, actor, after=after, limit=3)
        seen += [setting.name(item.id) for item in page.items]
        after = page.next_key
        if after is None:
            break
    assert sorted(seen) == sorted(EXPECTED)


def test_a_task_is_read_with_its_case_and_values_by_who_may_read_the_case(setting: Setting) -> None:
    session = setting.session
    task = reads.tasks(session, setting.ids["v11"], open_only=True)[0]
    found, case, values = reads.task_and_case(session, setting.actor("clerk@v11"), task.id)
    assert (found.element_id, case.id, values["asked"]) == ("answer", setting.ids["v11"], "清理河道")
    with pytest.raises(NotFound):
        reads.task_and_case(session, setting.actor("clerk@v12"), task.id)


@pytest.mark.parametrize(
    "read",
    [
        lambda s, a, ids: reads.case(s, a, ids["ticket"]),
        lambda s, a, ids: reads.case_and_values(s, a, ids["ticket"]),
        lambda s, a, _ids: reads.cases(s, a, query="清理"),
    ],
)
def test_reading_by_right_is_one_statement(setting: Setting, read: Callable[..., Any]) -> None:
    session, actor = setting.session, setting.actor("clerk@d1")
    counted: list[str] = []

    def count(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        counted.append(statement)

    bind = session.get_bind()
    event.listen(bind, "before_cursor_execute", count)
    try:
        read(session, actor, setting.ids)
    finally:
        event.remove(bind, "before_cursor_execute", count)
    assert len(counted) == 1
