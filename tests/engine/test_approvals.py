"""A publication by two: asked for, approved by somebody else or refused, and every step of it an event."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from engine import approvals, designs, library
from engine.errors import Invalid, InvalidDefinition, NotFound
from engine.history.timeline import stream_timeline
from engine.model import Actor, Definition
from tests.build import SYSTEM
from tests.webapp.test_studio import MODEL

ONE = replace(SYSTEM, user_id="one", name="设计岗甲")
TWO = replace(SYSTEM, user_id="two", name="设计岗乙")
FILES = [("process", "visits", MODEL.encode())]


def ask(session: Session, *, by: Actor = ONE) -> str:
    return approvals.ask(session, FILES, actor=by, name="走访", note="第一版").key


def approve(session: Session, key: str, *, actor: Actor) -> list[Definition]:
    """Approve what stands there now."""
    return approvals.approve(session, key, digest=approvals.read(session, key).digest, actor=actor)


def kinds(session: Session) -> list[str]:
    return [entry.kind for entry in stream_timeline(session, library.STREAM)]


def test_somebody_else_publishes_what_was_asked_for(session: Session) -> None:
    key = ask(session)
    assert library.live(session, "process", "visits") is None
    with pytest.raises(approvals.SamePerson):
        approve(session, key, actor=ONE)
    done = approve(session, key, actor=TWO)
    assert (done[0].version, done[0].note, done[0].published_by_name) == (1, "第一版（设计岗甲提出）", "设计岗乙")
    assert library.body(session, done[0].id) == MODEL.encode()
    assert kinds(session) == ["publication-asked", "publication-approved", "published"]
    assert approvals.waiting(session) == []


def test_who_drew_it_or_acts_for_who_asked_does_not_approve_either(session: Session) -> None:
    design = designs.create(session, "process", "visits", title="走访", body={"xml": MODEL}, actor=TWO)
    key = approvals.ask(session, FILES, actor=ONE, name="走访", design=design).key
    for actor in (TWO, replace(TWO, user_id="three", on_behalf_of="one")):
        with pytest.raises(approvals.SamePerson):
            approve(session, key, actor=actor)
    approve(session, key, actor=replace(TWO, user_id="three"))
    assert designs.listed(session, "process") == []


def test_a_draft_that_was_drawn_on_meanwhile_stays(session: Session) -> None:
    design = designs.create(session, "process", "visits", title="走访", body={"xml": MODEL}, actor=ONE)
    key = approvals.ask(session, FILES, actor=ONE, name="走访", design=design).key
    designs.save(session, "process", "visits", title="走访", body={"xml": "<a/>"}, revision=1, actor=ONE)
    done = approve(session, key, actor=TWO)
    assert library.body(session, done[0].id) == MODEL.encode()
    assert [head.key for head in designs.listed(session, "process")] == ["visits"]


def test_what_was_put_in_its_place_meanwhile_is_not_approved_unread(session: Session) -> None:
    read = approvals.read(session, ask(session)).digest
    other = MODEL.replace("走访", "别的").encode()
    key = approvals.ask(session, [("process", "visits", other)], actor=ONE, name="走访", note="第一版").key
    with pytest.raises(approvals.Replaced):
        approvals.approve(session, key, digest=read, actor=TWO)
    assert library.live(session, "process", "visits") is None
    assert library.body(session, approve(session, key, actor=TWO)[0].id) == other


def test_a_refusal_says_why_and_publishes_nothing(session: Session) -> None:
    key = ask(session)
    with pytest.raises(Invalid):
        approvals.refuse(session, key, actor=TWO, reason=" ")
    approvals.refuse(session, key, actor=TWO, reason="少一级审核")
    assert library.live(session, "process", "visits") is None
    assert stream_timeline(session, library.STREAM)[-1].body["reason"] == "少一级审核"
    with pytest.raises(NotFound):
        approve(session, key, actor=TWO)


def test_what_could_not_be_published_is_not_asked_for(session: Session) -> None:
    with pytest.raises(InvalidDefinition):
        approvals.ask(session, [("process", "visits", b"<a/>")], actor=ONE, name="走访")
    assert approvals.waiting(session) == []
