"""Verification finds every alteration of what was recorded, and tells an erased value from an altered one."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from engine import start_case
from engine.clock import FixedClock
from engine.errors import NotFound
from engine.history.access import record_access
from engine.history.timeline import stream_timeline, timeline
from engine.history.verify import verify
from engine.model import Actor
from engine.store.base import writing
from engine.store.events import EventRow
from tests.build import Organisation, an_organisation
from tests.engine.flows import REQUEST, do, published


class Setting:
    """One request that was drafted and returned once, in a database whose guard can be taken off."""

    def __init__(self, session: Session, people: Organisation, case_id: str) -> None:
        self.session, self.people, self.case_id = session, people, case_id

    @property
    def stream(self) -> str:
        return f"case:{self.case_id}"

    def tamper(self, statement: str, **values: Any) -> None:
        """Change rows as somebody with the database's password could."""
        bind = self.session.connection().engine
        self.session.commit()
        values["stream"] = self.stream
        if bind.dialect.name == "sqlite":
            raw = bind.raw_connection()
            for pragma in ("DROP TRIGGER events_no_update", "DROP TRIGGER events_no_delete", "PRAGMA foreign_keys=OFF"):
                raw.execute(pragma)  # type: ignore[attr-defined]
            raw.execute(statement, values)  # type: ignore[attr-defined]
            raw.execute("PRAGMA foreign_keys=ON")  # type: ignore[attr-defined]
            raw.close()
            return
        with bind.begin() as connection:
            connection.execute(text("DROP TRIGGER events_no_change ON events"))
            connection.execute(text("ALTER TABLE event_values DROP CONSTRAINT fk_event_values_stream"))
            connection.execute(text(statement), values)


@pytest.fixture
def setting(session: Session, clock: FixedClock) -> Setting:
    with writing(session):
        people = an_organisation(session, clock)
        published(session, request=REQUEST)
    clerk, reviewer = people.actor(session, "clerk@d1"), people.actor(session, "clerk@sw")
    session.commit()
    with writing(session):
        case = start_case(session, "request", actor=clerk, values={"subject": "清理河道", "amount": "1.00"})
        clock.advance(hours=1)
        do(session, case.id, "draft", {"subject": "清理河道（改）"}, clerk)
        clock.advance(hours=1)
        do(session, case.id, "review", {"verdict": "return", "comment": "金额不清"}, reviewer)
    return Setting(session, people, case.id)


def test_an_untouched_history_is_whole(setting: Setting) -> None:
    found = verify(setting.session)
    assert (found.ok, found.cases, found.erased, found.first_bad) == (True, 1, 0, None)
    assert found.streams == 3
    assert found.events == len(setting.session.scalars(select(EventRow.seq)).all())


def test_one_case_is_verified_by_id_stream_or_number(setting: Setting) -> None:
    for name in (setting.case_id, setting.stream, "请〔2026〕0001"):
        found = verify(setting.session, [name])
        assert (found.ok, found.cases, found.events) == (True, 1, 3)
    assert verify(setting.session, ["organisation"]).cases == 0
    with pytest.raises(NotFound):
        verify(setting.session, ["nothing"])


_EVENT = "UPDATE events SET {} WHERE stream = :stream AND seq = 2"
_VALUE = "UPDATE event_values SET {} WHERE stream = :stream AND seq = 2 AND pointer = '/subject'"


@pytest.mark.parametrize(
    ("statement", "seq", "why"),
    [
        (_EVENT.format("body = replace(body, '样例市林业局', '样例市民政局')"), 2, "hash"),
        (_EVENT.format("body = '{'"), 2, "hash"),
        (_EVENT.format("hash = '00'"), 2, "hash"),
        (_EVENT.format("kind = 'task.cancelled'"), 2, "beside the body"),
        (_EVENT.format("at = '2020-01-01T00:00:00.000000Z'"), 2, "beside the body"),
        (_EVENT.format("actor_id = 'somebody'"), 2, "actor"),
        ("DELETE FROM events WHERE stream = :stream AND seq = 2", 2, "missing"),
        ("DELETE FROM events WHERE stream = :stream AND seq = 3", 3, "head"),
        ("DELETE FROM events WHERE stream = :stream", 3, "there are none"),
        ("UPDATE events SET seq = seq + 1 WHERE stream = :stream AND seq = 3", 3, "missing"),
        ("UPDATE cases SET head_hash = '00' WHERE head_seq = 3", 4, "head"),
        ("UPDATE cases SET head_seq = 2 WHERE head_seq = 3", 3, "head"),
        (_VALUE.format("after = '\"别的\"'"), 2, "altered"),
        (_VALUE.format("before = NULL"), 2, "altered"),
        (_VALUE.format("salt = '00'"), 2, "altered"),
        (_VALUE.format("pointer = '/other'"), 2, "never committed"),
        (_VALUE.format("erased_at = '2026-11-23T01:00:00.000000Z'"), 2, "still there"),
    ],
)
def test_every_alteration_is_found_where_it_is(setting: Setting, statement: str, seq: int, why: str) -> None:
    setting.tamper(statement)
    found = verify(setting.session)
    assert not found.ok
    assert found.first_bad is not None
    assert (found.first_bad["case"], found.first_bad["seq"]) == (setting.case_id, seq)
    assert why in found.first_bad["why"]


def test_only_the_newest_are_read_where_so_many_are_asked(setting: Setting) -> None:
    names = ["organisation", "artifacts"]
    sizes = [verify(setting.session, [name]).events for name in names]
    small, whole = min(sizes), sum(sizes)
    assert max(sizes) > small + 3
    part = verify(setting.session, names, newest=2 * small + 3)
    assert (part.ok, part.events, part.older) == (True, 2 * small + 3, whole - 2 * small - 3), "the other gets the rest"
    least = verify(setting.session, names, newest=0)
    assert (least.ok, least.streams, least.events, least.older) == (True, 2, 2, whole - 2)
    everything = verify(setting.session, names, newest=whole)
    assert (everything.events, everything.older) == (whole, 0)


def test_an_event_put_in_between_is_found(setting: Setting) -> None:
    setting.tamper(
        "INSERT INTO events (stream, seq, hash, kind, at, actor_id, body) "
        "SELECT stream, 4, hash, kind, at, actor_id, body FROM events WHERE stream = :stream AND seq = 3"
    )
    found = verify(setting.session)
    assert found.first_bad is not None
    assert (found.first_bad["seq"], "hash" in found.first_bad["why"]) == (4, True)


def test_a_break_in_a_stream_that_is_no_case_names_the_stream(setting: Setting) -> None:
    setting.tamper("UPDATE events SET body = body || ' ' WHERE stream = 'organisation' AND seq = 5")
    found = verify(setting.session)
    assert found.first_bad is not None
    assert (found.first_bad["stream"], found.first_bad["case"], found.first_bad["seq"]) == ("organisation", None, 5)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event_values SET before = NULL, after = NULL, salt = '', erased_at = '2026-11-23T01:00:00.000000Z' "
        "WHERE stream = :stream AND pointer = '/subject'",
        "DELETE FROM event_values WHERE stream = :stream AND pointer = '/subject'",
    ],
)
def test_an_erased_value_is_told_and_is_no_break(setting: Setting, statement: str) -> None:
    setting.tamper(statement)
    found = verify(setting.session)
    assert (found.ok, found.erased) == (True, 2)
    changes = [change for entry in timeline(setting.session, setting.case_id) for change in entry.changes]
    assert [change.erased for change in changes if change.pointer == "/subject"] == [True, True]


def test_the_timeline_says_who_when_what_and_what_changed(setting: Setting) -> None:
    started, drafted, returned = timeline(setting.session, setting.case_id)
    assert (started.kind, started.actor_name, started.unit_name) == ("case.started", "clerk@d1 岗", "样例市林业局")
    assert (drafted.kind, drafted.element_id, drafted.element_name) == ("task.completed", "draft", "draft")
    assert (drafted.at - started.at).total_seconds() == 3600
    assert [(c.pointer, c.before, c.after) for c in drafted.changes] == [("/subject", "清理河道", "清理河道（改）")]
    assert {c.pointer for c in returned.changes} == {"/verdict", "/comment"}
    assert timeline(setting.session, setting.case_id, names={"draft": "起草"})[1].element_name == "起草"


def test_a_timeline_can_be_read_in_pages_backwards(setting: Setting) -> None:
    last = timeline(setting.session, setting.case_id, limit=2)
    assert [entry.seq for entry in last] == [2, 3]
    assert [entry.seq for entry in timeline(setting.session, setting.case_id, before=2, limit=2)] == [1]
    assert [entry.kind for entry in stream_timeline(setting.session, "artifacts")] == ["published"]


def test_an_access_is_recorded_in_a_stream_of_its_unit_and_day_though_the_rest_rolls_back(
    setting: Setting, session_factory: sessionmaker[Session], clock: FixedClock
) -> None:
    clerk = setting.people.actor(setting.session, "clerk@d1")
    setting.session.rollback()
    nobody = Actor("anonymous", "", "", "", "")
    for kind, actor, fields in (("export", clerk, {"what": "cases", "rows": 3}), ("sign-in-failed", nobody, {})):
        with session_factory(info={"clock": clock}) as own, writing(own):
            record_access(own, kind, actor, fields)
    stream = f"access:{clerk.unit_id}:2026-11-23"
    entry = stream_timeline(setting.session, stream)[0]
    assert (entry.kind, entry.actor_id, entry.body["rows"]) == ("export", "clerk@d1", 3)
    assert [entry.kind for entry in stream_timeline(setting.session, "access:-:2026-11-23")] == ["sign-in-failed"]
    assert verify(setting.session).ok
