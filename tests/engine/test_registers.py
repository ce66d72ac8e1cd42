"""Registers: rows with versions, read as of a moment, written only through commands that leave events."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from engine import library, registers
from engine.canonical import iso
from engine.clock import FixedClock
from engine.errors import Invalid, NotFound
from engine.register_csv import columns_of, parse_csv
from engine.store import hot
from engine.store.events import EventRow, EventValueRow
from tests.build import SYSTEM

REGISTER = {
    "name": "matters",
    "title": "事项清单",
    "key": "code",
    "label": "{code} {name}",
    "columns": {
        "type": "object",
        "required": ["code", "name"],
        "properties": {
            "code": {"type": "string", "title": "编号"},
            "name": {"type": "string", "title": "事项"},
            "list": {
                "title": "清单",
                "oneOf": [{"const": "duty", "title": "履职清单"}, {"const": "negative", "title": "负面清单"}],
            },
            "hours": {"type": "integer", "title": "工时"},
            "once": {"type": "boolean", "title": "一次性"},
            "kinds": {"type": "array", "items": {"type": "string"}, "title": "类别"},
        },
    },
}


def _row(code: str, name: str = "巡查", **more: Any) -> dict[str, Any]:
    return {"code": code, "name": name, **more}


def _put(session: Session, *rows: dict[str, Any], **more: Any) -> registers.Put:
    return registers.put_rows(session, "matters", rows, actor=SYSTEM, **more)


@pytest.fixture(autouse=True)
def _published(session: Session, clock: FixedClock) -> None:
    session.info["clock"] = clock
    library.publish(session, "register", "matters", json.dumps(REGISTER).encode(), actor=SYSTEM)


def test_a_row_is_read_as_of_a_moment(session: Session, clock: FixedClock) -> None:
    before = clock.now()
    clock.advance(days=1)
    _put(session, _row("A1", "旧名"))
    first = clock.advance(days=1)
    _put(session, _row("A1", "新名"))
    assert registers.read(session, "matters", "A1", at=before) is None
    old = registers.read(session, "matters", "A1", at=first - (first - before) / 4)
    new = registers.read(session, "matters", "A1")
    assert old is not None
    assert new is not None
    assert (old.values["name"], old.version, new.values["name"], new.version) == ("旧名", 1, "新名", 2)
    assert new.label == "A1 新名"
    assert [row.version for row in registers.versions(session, "matters", "A1")] == [2, 1]


def test_a_step_does_not_ask_again_for_the_row_its_form_has_read(session: Session, clock: FixedClock) -> None:
    _put(session, _row("A1", "旧名"))
    asked: list[str] = []
    count = lambda _connection, _cursor, statement, *_rest: asked.append(statement)  # noqa: E731
    event.listen(session.get_bind(), "before_cursor_execute", count)
    moment = iso(clock.now())
    assert registers.read(session, "matters", "A1") is not None
    after_read = len(asked)
    assert hot.register_row_at(session, "matters", "A1", moment) is not None
    assert len(asked) == after_read
    # What this transaction changes is seen by what it reads next, and another transaction starts afresh.
    clock.advance(days=1)
    _put(session, _row("A1", "新名"))
    found = hot.register_row_at(session, "matters", "A1", iso(clock.now()))
    assert found is not None
    assert (found[0], json.loads(found[1])["name"]) == (2, "新名")
    session.commit()
    asked.clear()
    hot.register_row_at(session, "matters", "A1", iso(clock.now()))
    assert len([statement for statement in asked if "register_rows" in statement]) == 1
    event.remove(session.get_bind(), "before_cursor_execute", count)


def test_unchanged_rows_make_no_version_and_no_event(session: Session, clock: FixedClock) -> None:
    done = _put(session, _row("A1"), _row("A2"))
    assert (done.version, done.added) == (1, 2)
    clock.advance(days=1)
    again = _put(session, {"name": "巡查", "code": "A1"}, _row("A2", "改了"))
    assert (again.version, again.changed, again.unchanged) == (2, 1, 1)
    assert _put(session, _row("A1")).version == registers.version(session, "matters") == 2


def test_a_change_is_an_event_that_commits_to_both_sides(session: Session, clock: FixedClock) -> None:
    _put(session, _row("A/1", "旧名"), note="首批")
    clock.advance(hours=1)
    _put(session, _row("A/1", "新名"))
    stream = registers.stream_of("matters")
    bodies = [json.loads(text) for text in session.scalars(select(EventRow.body).where(EventRow.stream == stream))]
    assert [body["rows"] for body in bodies] == [[["A/1", 1]], [["A/1", 2]]]
    assert bodies[0]["note"] == "首批"
    value = session.scalars(select(EventValueRow).where(EventValueRow.stream == stream, EventValueRow.seq == 2)).one()
    assert value.pointer == "/A~11"
    assert (json.loads(value.before or "")["name"], json.loads(value.after or "")["name"]) == ("旧名", "新名")


def test_nothing_is_written_when_one_row_is_wrong(session: Session) -> None:
    with pytest.raises(Invalid) as caught:
        _put(session, _row("A1"), {"code": "A2"}, _row("A1"), {"name": "无编号"}, _row("A3", hours="x"))
    rows = caught.value.fields["rows"]
    assert isinstance(rows, list)
    assert {error["row"] for error in rows} == {2, 3, 4, 5}
    assert registers.search(session, "matters").items == []
    assert registers.version(session, "matters") == 0


def test_a_retired_row_stays_readable_as_of_before(session: Session, clock: FixedClock) -> None:
    _put(session, _row("A1"))
    while_valid = clock.now()
    clock.advance(days=1)
    registers.retire_row(session, "matters", "A1", actor=SYSTEM, note="合并")
    assert registers.read(session, "matters", "A1") is None
    assert registers.read(session, "matters", "A1", at=while_valid) is not None
    with pytest.raises(NotFound):
        registers.retire_row(session, "matters", "A1", actor=SYSTEM)


def test_a_retired_row_that_comes_back_is_its_next_version(session: Session, clock: FixedClock) -> None:
    _put(session, _row("A1"))
    clock.advance(days=1)
    registers.retire_row(session, "matters", "A1", actor=SYSTEM)
    clock.advance(days=1)
    assert _put(session, _row("A1")).added == 1
    assert [row.version for row in registers.versions(session, "matters", "A1")] == [2, 1]


def test_importing_a_whole_list_retires_what_is_not_in_it(session: Session, clock: FixedClock) -> None:
    _put(session, _row("A1"), _row("A2"))
    clock.advance(days=1)
    done = _put(session, _row("A2"), _row("A3"), retire_missing=True)
    assert (done.added, done.retired, done.unchanged) == (1, 1, 1)
    assert [row.key for row in registers.search(session, "matters").items] == ["A2", "A3"]


def test_search_pages_through_every_row_once_in_their_order(session: Session) -> None:
    keys = [f"K{number:02d}" for number in (5, 3, 9, 1, 7, 2, 8)]
    _put(session, *(_row(key) for key in keys))
    seen: list[str] = []
    after = None
    while True:
        page = registers.search(session, "matters", after=after, limit=3)
        seen += [row.key for row in page.items]
        after = page.next_key
        if after is None:
            break
    assert seen == keys


def test_search_finds_all_words_in_any_text_and_takes_wildcards_literally(session: Session) -> None:
    _put(session, _row("A1", "森林防火 巡查"), _row("A2", "防汛巡查", kinds=["Safety"]), _row("A3", "100%完成"))
    found = {
        query: [r.key for r in registers.search(session, "matters", query=query).items]
        for query in ("巡查", "防火 a1", "SAFETY", "%", "无")
    }
    assert found == {"巡查": ["A1", "A2"], "防火 a1": ["A1"], "SAFETY": ["A2"], "%": ["A3"], "无": []}


def test_filters_compare_a_column_by_value(session: Session) -> None:
    _put(session, _row("A1", list="duty", once=True, hours=3), _row("A2", list="negative", once=False), _row("A3"))

    def keys(**filters: object) -> list[str]:
        return [row.key for row in registers.search(session, "matters", filters=filters).items]

    assert keys(list="duty") == ["A1"]
    assert keys(once=False) == ["A2"]
    assert keys(hours=3) == ["A1"]
    assert keys(list="duty", once=False) == []
    assert keys(**{'no"thing': "x"}) == []


def test_a_made_up_page_key_starts_from_the_beginning(session: Session) -> None:
    _put(session, _row("A1"))
    assert [row.key for row in registers.search(session, "matters", after="x' OR 1").items] == ["A1"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_file_is_read_by_titles_in_the_encodings_offices_use(session: Session, encoding: str) -> None:
    text = '编号,事项,清单,工时,一次性,类别\nA1,"巡查,排查",履职清单,"1,200",是,安全；防汛\n\nA2,登记,,,,\n'
    registers.load_csv(session, "matters", text.encode(encoding), actor=SYSTEM)
    first = registers.read(session, "matters", "A1")
    assert first is not None
    assert first.values == {
        "code": "A1",
        "name": "巡查,排查",
        "list": "duty",
        "hours": 1200,
        "once": True,
        "kinds": ["安全", "防汛"],
    }
    second = registers.read(session, "matters", "A2")
    assert second is not None
    assert second.values == {"code": "A2", "name": "登记"}


def test_a_csv_error_names_line_and_column_and_nothing_is_loaded(session: Session) -> None:
    text = "code;name;list;hours\nA1;巡查;别的;3\nA2;登记;duty;很多\n"
    with pytest.raises(Invalid) as caught:
        registers.load_csv(session, "matters", text.encode(), actor=SYSTEM)
    errors = caught.value.fields["rows"]
    assert isinstance(errors, list)
    assert [(error["row"], error["column"]) for error in errors] == [(2, "list"), (3, "hours")]
    assert registers.search(session, "matters").items == []


def test_a_csv_column_nobody_declared_is_refused(session: Session) -> None:
    with pytest.raises(Invalid, match="没有这一列"):
        registers.load_csv(session, "matters", "code,name,电话\nA1,x,1\n".encode(), actor=SYSTEM)


def test_an_unpublished_register_takes_no_rows(session: Session) -> None:
    with pytest.raises(NotFound):
        registers.put_rows(session, "nothing", [{"a": 1}], actor=SYSTEM)


def test_a_large_import_is_split_into_bounded_events(session: Session) -> None:
    done = _put(session, *(_row(f"K{number:04d}") for number in range(4500)))
    assert (done.added, done.version) == (4500, 3)
    counted = session.scalars(select(EventValueRow.pointer).where(EventValueRow.stream == "register:matters")).all()
    assert len(counted) == 4500


def test_days_a_place_decides_itself_come_from_a_register(session: Session) -> None:
    properties = {"date": {"type": "string", "format": "date"}, "working": {"type": "boolean"}}
    declared = {"name": "calendar", "key": "date", "label": "date", "columns": {"properties": properties}}
    assert registers.working_days(session).is_working(date(2026, 11, 24))
    library.publish(session, "register", "calendar", json.dumps(declared).encode(), actor=SYSTEM)
    registers.put_rows(session, "calendar", [{"date": "2026-11-24", "working": False}], actor=SYSTEM)
    assert not registers.working_days(session).is_working(date(2026, 11, 24))


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "列名"),
        ("code,code\nA1,x\n", 1, "两次"),
        ("code,name\nA1,x,y\n", 2, "3 格"),
        ("code,name,once\nA1,x,也许\n", 2, "是"),
        ('code,name\nA1,"x\n' + "y" * 200_000, 3, "读不出来"),
    ],
)
def test_a_csv_file_that_does_not_fit_says_where(session: Session, text: str, line: int, words: str) -> None:
    with pytest.raises(Invalid) as caught:
        registers.load_csv(session, "matters", text.encode(), actor=SYSTEM)
    errors = caught.value.fields["rows"]
    assert isinstance(errors, list)
    assert errors[0]["row"] == line
    assert words in errors[0]["message"]


def test_a_csv_file_in_no_known_encoding_is_refused(session: Session) -> None:
    with pytest.raises(Invalid, match="UTF-8"):
        registers.load_csv(session, "matters", b"code,name\nA1,\xff\xff\n", actor=SYSTEM)


def test_an_array_of_choices_is_read_by_titles() -> None:
    schema = {"properties": {"k": {"type": "array", "items": {"enum": ["a", "b"]}}, "n": {"type": ["number", "null"]}}}
    columns = columns_of(schema)
    assert parse_csv("k,n\na；b,1.5\n".encode(), columns) == ([{"k": ["a", "b"], "n": 1.5}], [])
    rows, errors = parse_csv("k\na、c\n".encode(), columns)
    assert [error["column"] for error in errors] == ["k"]
    assert rows == [{}]


def test_importing_nothing_can_retire_everything(session: Session, clock: FixedClock) -> None:
    _put(session, _row("A1"), case_id="some-case")
    assert [row.case_id for row in registers.versions(session, "matters", "A1")] == ["some-case"]
    clock.advance(days=1)
    done = _put(session, retire_missing=True)
    assert (done.retired, registers.search(session, "matters").items) == (1, [])
