"""Publishing: bytes in, checked and versioned artifacts out, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import library
from engine.clock import FixedClock
from engine.errors import Invalid, InvalidDefinition, NotFound
from engine.store.events import EventRow
from tests.build import SYSTEM

FORM = {"title": "派单", "type": "object", "properties": {"subject": {"type": "string"}}}
REGISTER = {
    "name": "matters",
    "title": "事项清单",
    "key": "code",
    "label": "{code} {name}",
    "columns": {"type": "object", "properties": {"code": {"type": "string"}, "name": {"type": "string"}}},
}


def _bytes(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _publish(session: Session, kind: str, key: str, value: Any, **more: Any) -> library.Definition:
    content = value if isinstance(value, bytes) else _bytes(value)
    return library.publish(session, kind, key, content, actor=SYSTEM, **more)


def _codes(caught: pytest.ExceptionInfo[InvalidDefinition]) -> list[str]:
    errors = caught.value.fields["errors"]
    assert isinstance(errors, list)
    return [found["code"] for found in errors]


@pytest.fixture(autouse=True)
def _use_clock(session: Session, clock: FixedClock) -> None:
    session.info["clock"] = clock


def test_a_form_is_published_with_its_title_and_hash(session: Session) -> None:
    made = _publish(session, "form", "ticket.schema.json", FORM, note="第一版")
    assert (made.version, made.name, made.note, made.suspended) == (1, "派单", "第一版", False)
    assert library.load(session, made.id).body == _bytes(FORM)
    assert library.load_json(session, made.id) == FORM


def test_the_same_bytes_are_the_same_version(session: Session) -> None:
    first = _publish(session, "form", "ticket.schema.json", FORM)
    again = _publish(session, "form", "ticket.schema.json", FORM)
    assert again == first
    assert len(library.versions(session, "form", "ticket.schema.json")) == 1


def test_older_bytes_published_again_become_the_version_in_force(session: Session) -> None:
    _publish(session, "form", "ticket.schema.json", FORM)
    _publish(session, "form", "ticket.schema.json", {**FORM, "title": "派单（改）"})
    third = _publish(session, "form", "ticket.schema.json", FORM)
    assert third.version == 3
    assert library.current(session, "form", "ticket.schema.json") == third


def test_every_publication_is_an_event_that_says_who_what_and_which_bytes(session: Session) -> None:
    made = _publish(session, "form", "ticket.schema.json", FORM, note="为何")
    body = json.loads(session.scalars(select(EventRow.body).where(EventRow.stream == "artifacts")).one())
    assert (body["kind"], body["who"]["id"], body["note"]) == ("published", "system", "为何")
    assert (body["sha256"], body["version"], body["at"]) == (made.sha256, 1, "2026-11-23T01:00:00.000000Z")


def test_versions_come_newest_first_and_lists_hold_the_one_in_force(session: Session) -> None:
    _publish(session, "form", "b.schema.json", FORM)
    _publish(session, "form", "a.schema.json", FORM)
    _publish(session, "form", "a.schema.json", {**FORM, "title": "改"})
    assert [found.version for found in library.versions(session, "form", "a.schema.json")] == [2, 1]
    listed = library.listed(session, "form")
    assert [(found.key, found.version) for found in listed] == [("a.schema.json", 2), ("b.schema.json", 1)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not-json"),
        (b'{"a": 1,\n "b": }', "not-json"),
        (b"[]", "not-object"),
        (b'{"a": 1, "a": 2}', "name-twice"),
        (b'{"a":' * 1000 + b"1" + b"}" * 1000, "too-deep"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "too-deep"),
        ('{"title": "派单"}'.encode("gb18030"), "not-utf8"),
        (b'"' + b"x" * 5_000_000 + b'"', "too-large"),
        (b'{"type": "objekt"}', "bad-schema"),
        (b'{"$schema": "http://example.invalid/own", "type": "object"}', "bad-schema"),
    ],
)
def test_bad_json_is_refused_with_a_code(session: Session, content: bytes, code: str) -> None:
    with pytest.raises(InvalidDefinition) as caught:
        _publish(session, "form", "x.schema.json", content)
    assert code in _codes(caught)
    assert library.listed(session) == []


def test_a_json_error_names_its_line(session: Session) -> None:
    with pytest.raises(InvalidDefinition) as caught:
        _publish(session, "form", "x.schema.json", b'{"a": 1,\n "b": }')
    errors = caught.value.fields["errors"]
    assert isinstance(errors, list)
    assert errors[0]["line"] == 2


def test_the_callers_check_of_a_kind_can_refuse(session: Session) -> None:
    def refuse(_content: bytes) -> list[dict[str, Any]]:
        return [{"code": "no-view", "element_id": None, "line": None, "message": "没有视图"}]

    with pytest.raises(InvalidDefinition) as caught:
        _publish(session, "form", "x.schema.json", FORM, checks={"form": refuse})
    assert _codes(caught) == ["no-view"]


def test_an_unknown_kind_is_invalid(session: Session) -> None:
    with pytest.raises(Invalid):
        _publish(session, "poem", "x", FORM)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"key": "nothing"}, "register-column"),
        ({"label": "{code} {nothing}"}, "register-column"),
        ({"name": "others"}, "register-name"),
        ({"columns": {"type": "object"}}, "register-columns"),
        ({"columns": {"type": 3, "properties": {"code": {}, "name": {}}}}, "bad-schema"),
        ({"label": None}, "register-member"),
    ],
)
def test_a_register_names_its_key_and_label_among_its_columns(
    session: Session, change: dict[str, Any], code: str
) -> None:
    with pytest.raises(InvalidDefinition) as caught:
        _publish(session, "register", "matters", {**REGISTER, **change})
    assert code in _codes(caught)


def test_an_uploaded_file_says_itself_what_it_is(session: Session) -> None:
    register = library.publish_file(session, "matters.register.json", _bytes(REGISTER), actor=SYSTEM)
    form = library.publish_file(session, "C/ticket.schema.json", _bytes(FORM), actor=SYSTEM)
    assert (register.kind, register.key) == ("register", "matters")
    assert (form.kind, form.key) == ("form", "ticket.schema.json")
    with pytest.raises(InvalidDefinition):
        library.publish_file(session, "ticket.exe", b"MZ", actor=SYSTEM)


def test_another_pack_cannot_take_over_a_file_name(session: Session) -> None:
    _publish(session, "form", "ticket.schema.json", FORM, pack="admission")
    with pytest.raises(InvalidDefinition) as caught:
        _publish(session, "form", "ticket.schema.json", {**FORM, "title": "别的"}, pack="signs")
    assert _codes(caught) == ["other-pack"]


def test_suspending_and_resuming_are_events(session: Session) -> None:
    _publish(session, "form", "ticket.schema.json", FORM)
    assert library.suspend(session, "form", "ticket.schema.json", actor=SYSTEM, reason="有误").suspended
    assert not library.resume(session, "form", "ticket.schema.json", actor=SYSTEM).suspended
    kinds = session.scalars(select(EventRow.kind).where(EventRow.stream == "artifacts").order_by(EventRow.seq)).all()
    assert kinds == ["published", "suspended", "resumed"]


def test_what_is_not_there_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        library.current(session, "form", "nothing")
    with pytest.raises(NotFound):
        library.load(session, "nothing")
