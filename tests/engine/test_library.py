"""Publishing: bytes in, checked and versioned artifacts out, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import library, packs
from engine.clock import FixedClock
from engine.errors import Invalid, InvalidDefinition, NotFound
from engine.model import Actor
from engine.store.events import EventRow
from tests.build import SYSTEM
from tests.engine.flows import call, end, process, start, user

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


UI = {"qc:views": {"draft": {"/**": "write"}, "review": {"/**": "read"}}}


def _process(key: str = "ticket", *, form: str = "", extensions: str = "", called: str = "") -> bytes:
    node = user("draft", "end", candidate='starter="true"', more=form)
    if called:
        node = call("draft", "end", called)
    return process(key, start("draft"), node, end(), extensions=extensions, name="派单")


def _properties(**named: str) -> str:
    inner = "".join(f'<spiffworkflow:property name="{name}" value="{value}"/>' for name, value in named.items())
    return f"<spiffworkflow:properties>{inner}</spiffworkflow:properties>"


_WITH_FORM = _properties(
    formJsonSchemaFilename="ticket.schema.json", formUiSchemaFilename="ticket.ui.json", formView="draft"
)


def test_a_process_is_published_with_what_lists_and_starts_need(session: Session) -> None:
    _publish(session, "form", "ticket.schema.json", FORM)
    _publish(session, "ui", "ticket.ui.json", UI)
    content = _process(form=_WITH_FORM, extensions='<qc:starter role="clerk"/><qc:category value="派单"/>')
    made = library.publish_file(session, "path/to/any.bpmn", content, actor=SYSTEM)
    assert (made.kind, made.key, made.name) == ("process", "ticket", "派单")
    assert (made.meta["starters"], made.meta["category"], made.meta["called"]) == (["clerk"], "派单", [])
    assert [element["id"] for element in made.meta["elements"]] == ["start", "draft", "end"]
    assert made.meta["forms"][0]["view"] == "draft"


def test_only_who_holds_a_starting_role_is_offered_a_process(session: Session) -> None:
    _publish(session, "process", "ticket", _process(extensions='<qc:starter role="clerk"/>'))
    _publish(session, "process", "called", _process("called"))
    clerk = Actor("u", "x", "v", "/v/", "v", grants=frozenset({("clerk", "v")}))
    assert [found.key for found in library.startable(session, clerk)] == ["ticket"]
    assert library.startable(session, Actor("u", "x", "v", "/v/", "v")) == []
    library.suspend(session, "process", "ticket", actor=SYSTEM, reason="有误")
    assert library.startable(session, clerk) == []


def test_a_process_whose_form_view_called_process_or_register_is_missing_is_refused(session: Session) -> None:
    lookup = '<qc:lookup register="matters" key="code" as="row"/>'
    for content, code in (
        (_process(form=_WITH_FORM), "form-missing"),
        (_process(called="nowhere"), "process-missing"),
        (_process(form=lookup), "register-missing"),
    ):
        with pytest.raises(InvalidDefinition) as caught:
            _publish(session, "process", "ticket", content)
        assert set(_codes(caught)) == {code}
    _publish(session, "form", "ticket.schema.json", FORM)
    _publish(session, "ui", "ticket.ui.json", {"qc:views": {"other": {}}})
    for form in (
        _WITH_FORM,
        _properties(formJsonSchemaFilename="ticket.schema.json", contextForm="ticket.schema.json", contextView="draft"),
    ):
        with pytest.raises(InvalidDefinition) as caught:
            _publish(session, "process", "ticket", _process(form=form))
        assert _codes(caught) == ["unknown-view"]


@pytest.mark.parametrize(
    "named",
    [
        {"formJsonSchemaFilename": "ticket.schema.json", "formUiSchemaFilename": "ticket.ui.json"},
        {"contextForm": "ticket.schema.json"},
    ],
)
def test_a_step_says_which_view_of_a_form_it_uses(session: Session, named: dict[str, str]) -> None:
    _publish(session, "form", "ticket.schema.json", FORM)
    _publish(session, "ui", "ticket.ui.json", UI)
    with pytest.raises(InvalidDefinition) as caught:
        _publish(session, "process", "ticket", _process(form=_properties(**named)))
    assert _codes(caught) == ["view-missing"]
    _publish(session, "ui", "ticket.ui.json", {})
    assert _publish(session, "process", "ticket", _process(form=_properties(**named))).version == 1


@pytest.mark.parametrize("content", [b"", b"<a/>", b"<!DOCTYPE x>", b"\x00\xff" * 100, b"<a>" * 2000])
def test_a_broken_process_is_refused_with_its_findings(session: Session, content: bytes) -> None:
    with pytest.raises(InvalidDefinition) as caught:
        library.publish_file(session, "x.bpmn", content, actor=SYSTEM)
    assert _codes(caught)


def test_the_key_of_a_process_is_its_id(session: Session) -> None:
    with pytest.raises(InvalidDefinition) as caught:
        _publish(session, "process", "other", _process())
    assert _codes(caught) == ["no-such-process"]


def test_a_pack_is_imported_whole_and_again_without_a_change(session: Session, tmp_path: Path) -> None:
    bpmn, forms = tmp_path / "bpmn" / "demo", tmp_path / "forms" / "demo"
    bpmn.mkdir(parents=True)
    forms.mkdir(parents=True)
    (bpmn / "pack.toml").write_text('name = "demo"\ntitle = "示范"\n', encoding="utf-8")
    (bpmn / "README.md").write_text("not an artifact", encoding="utf-8")
    (bpmn / "a.bpmn").write_bytes(_process("a", called="b"))
    (bpmn / "b.bpmn").write_bytes(_process("b", called="a"))
    (forms / "t.schema.json").write_bytes(_bytes(FORM))
    (forms / "matters.register.json").write_bytes(_bytes(REGISTER))
    made = packs.import_pack(session, bpmn, forms, actor=SYSTEM)
    assert [(found.kind, found.key, found.pack) for found in made] == [
        ("register", "matters", "demo"),
        ("form", "t.schema.json", "demo"),
        ("process", "a", "demo"),
        ("process", "b", "demo"),
        ("pack", "demo", "demo"),
    ]
    assert packs.import_pack(session, bpmn, forms, actor=SYSTEM) == made
    assert library.pack_file(session).startswith(b"name")


DMN = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m" namespace="urn:m">
<decision id="base" name="底数"><literalExpression><text>1</text></literalExpression></decision>
<decision id="route" name="去向">
<informationRequirement id="r"><requiredDecision href="#base"/></informationRequirement>
<literalExpression><text>if amount > 10 then "review" else "pass"</text></literalExpression></decision></definitions>"""


def test_a_decision_file_is_named_by_the_decision_nothing_else_needs(session: Session) -> None:
    made = library.publish_file(session, "any.dmn", DMN.encode(), actor=SYSTEM)
    assert (made.kind, made.key, made.name) == ("decision", "route", "去向")
    assert _publish(session, "decision", "底数", DMN.encode()).version == 1


@pytest.mark.parametrize("content", [b"", b"<a/>", b"<!DOCTYPE x><a/>", _bytes(FORM)])
def test_a_file_that_is_no_decision_model_is_refused(session: Session, content: bytes) -> None:
    with pytest.raises(InvalidDefinition) as caught:
        library.publish_file(session, "any.dmn", content, actor=SYSTEM)
    assert _codes(caught)
    with pytest.raises(InvalidDefinition):
        _publish(session, "decision", "nothing", DMN.encode())


def test_the_register_of_a_name_is_found_with_its_columns(session: Session) -> None:
    assert library.register_columns(session, "matters") is None
    made = _publish(session, "register", "matters", REGISTER)
    assert library.register_columns(session, "matters") == REGISTER
    assert library.live(session, "register", "matters") == library.artifact(session, made.id) == made
    assert library.body(session, made.id) == _bytes(REGISTER)


def test_an_uploaded_file_says_itself_what_it_is(session: Session) -> None:
    register = library.publish_file(session, "matters.register.json", _bytes(REGISTER), actor=SYSTEM)
    form = library.publish_file(session, "C/ticket.schema.json", _bytes(FORM), actor=SYSTEM)
    assert (register.kind, register.key) == ("register", "matters")
    assert (form.kind, form.key) == ("form", "ticket.schema.json")
    with pytest.raises(InvalidDefinition):
        library.publish_file(session, "ticket.exe", b"MZ", actor=SYSTEM)


@pytest.mark.parametrize("name", ["pack.toml", "other/pack.toml", "my-pack.toml"])
def test_a_pack_file_is_not_uploaded_alone(session: Session, name: str) -> None:
    with pytest.raises(InvalidDefinition) as caught:
        library.publish_file(session, name, b'title = "x"\n', actor=SYSTEM)
    assert _codes(caught) == ["unknown-kind"]
    assert library.listed(session, "pack") == []


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
