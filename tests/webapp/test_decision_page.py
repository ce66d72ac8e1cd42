"""A decision in the studio: drawn, its remarks told with table, rule and column, and asked without keeping anything."""

from __future__ import annotations

import html
import io
import re

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from engine import library, organisation
from engine.clock import FixedClock
from engine.store.base import writing
from tests.build import SYSTEM, Organisation
from tests.engine.dmn.draw import bkm, context, decision, given, item, model, table
from tests.engine.dmn.draw import text as feel
from tests.webapp.browser import Browser

_FILE = model(
    item("kinds", "string", allowed='"road", "sos"'),
    given("金额", "number"),
    given("kind", "kinds"),
    bkm("加成", ["x"], feel("x * 1.1")),
    decision("总额", feel("加成(金额)"), needs=["i:金额"], uses=["加成"], type="number"),
    decision(
        "去向",
        table(
            ["总额: number", "kind: kinds"],
            [": string"],
            [["< 1000", "-", '"村"'], [">= 1000", '"sos"', '"市"']],
            policy="FIRST",
        ),
        needs=["总额", "i:kind"],
        type="string",
    ),
    decision("说明", context(("级别", feel("去向")), ("金额", feel("总额"))), needs=["去向", "总额"]),
).replace("id=\"_说明\"".encode(), b'id="letter"')  # fmt: skip
_PAGE = "/studio/decision/letter"


@pytest.fixture
def designer(browser: Browser, database: Engine, city: Organisation, clock: FixedClock) -> Browser:
    """Sign a designer in and publish the decision."""
    with Session(database, info={"clock": clock}) as session, writing(session):
        post = organisation.put_post(session, "city", "设计岗", grants=["designer"], actor=SYSTEM)
        organisation.hold_post(session, "admin@city", post.id, actor=SYSTEM)
        library.publish(session, "decision", "letter", _FILE, actor=SYSTEM)
    browser.sign_in("admin@city")
    return browser


def _words(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def test_the_decision_and_all_behind_it_are_drawn(designer: Browser) -> None:
    page = designer.get(_PAGE).text
    shown = _words(page)
    assert all(words in shown for words in ("从上往下，取第一条符合的", "加成(金额)", "x * 1.1", "级别 去向"))
    assert [name for name in ("说明", "去向", "总额", "加成") if f'">{name}</h2>' in page] == [
        "说明",
        "去向",
        "总额",
        "加成",
    ]


def test_remarks_name_table_rule_and_column(designer: Browser) -> None:
    assert '表 t 没有哪条规则管到：总额：1000，kind："road"' in _words(designer.get(_PAGE).text)


def test_what_it_would_answer_is_shown_and_nothing_is_kept(designer: Browser, database: Engine) -> None:
    def kept() -> list[int]:
        with database.connect() as connection:
            return [
                connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()
                for name in ("cases", "events", "artifacts", "jobs")
            ]

    before = kept()
    answer = designer.send(_PAGE, {"f/金额": "2000", "f/kind": "sos"}, page=_PAGE)
    assert answer.status_code == 200
    shown = _words(answer.text.split('id="try"')[1])
    assert "级别 市 金额 2200" in shown and "符合第 2 条" in shown
    assert kept() == before


def test_another_element_of_the_file_has_its_own_form(designer: Browser) -> None:
    page = designer.get(_PAGE + "?of=_总额").text
    assert 'name="f/金额"' in page and 'name="f/kind"' not in page
    answer = designer.send(_PAGE + "?of=_总额", {"f/金额": "10"}, page=_PAGE)
    assert "总额：11" in _words(answer.text)
    assert designer.get(_PAGE + "?of=nothing").status_code == 404


def test_what_was_typed_wrong_stays_and_is_told(designer: Browser) -> None:
    answer = designer.send(_PAGE, {"f/金额": "很多", "f/kind": "sos"}, page=_PAGE)
    assert answer.status_code == 422 and "很多" in answer.text and "没有试算" in answer.text


def test_a_refused_upload_says_table_rule_and_column_in_the_readers_language(designer: Browser) -> None:
    wrong = _FILE.replace(b"&lt; 1000", b"&lt; 1000 +")
    sent = {"file": (io.BytesIO(wrong), "letter.dmn")}
    answer = designer.send("/studio/upload", sent, page="/studio", content_type="multipart/form-data")
    assert answer.status_code == 422
    assert (
        "表 t · 第 1 条规则 · 第 1 列：“&lt; 1000 +”写得不对：这里应是表达式，却是 结尾（第 1 行第 9 列）"
        in answer.text
    )
    designer.send("/language", {"language": "en", "next": "/studio"}, page="/studio")
    sent = {"file": (io.BytesIO(wrong), "letter.dmn")}
    answer = designer.send("/studio/upload", sent, page="/studio", content_type="multipart/form-data")
    assert "Expected an expression, found the end (line 1, column 9)" in answer.text
