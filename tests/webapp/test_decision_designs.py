"""The decision designer over HTTP: begun, saved, checked and tried, read from Excel, compared, published, restored."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine import organisation
from engine.clock import FixedClock
from engine.store.base import writing
from tests.build import SYSTEM, Organisation
from tests.engine.dmn.test_trials import file as trials
from tests.webapp.browser import Browser

FRONTEND = Path(__file__).resolve().parents[2] / "webapp" / "frontend"
LIST = "/studio/decisions"
TOLL = trials(('{"金额": 5}', "1"), ('{"金额": 50}', "1")).decode()


@pytest.fixture
def designer(browser: Browser, database: Engine, city: Organisation, clock: FixedClock) -> Browser:
    """Sign a designer in who has opened a file with one table and two test rows, one of them wrong."""
    with Session(database, info={"clock": clock}) as session, writing(session):
        post = organisation.put_post(session, "city", "设计岗", grants=["designer"], actor=SYSTEM)
        organisation.hold_post(session, "admin@city", post.id, actor=SYSTEM)
    browser.sign_in("admin@city")
    assert begin(browser, **{"from": "file", "file": (io.BytesIO(TOLL.encode()), "toll.dmn")}).status_code == 303
    return browser


def begin(designer: Browser, **data: Any) -> Any:
    return designer.send(LIST, data, page=LIST, content_type="multipart/form-data")


def ask(designer: Browser, what: str, body: dict[str, Any]) -> Any:
    return designer.post(f"{LIST}/toll/{what}", json=body, headers={"X-CSRFToken": designer.token(LIST)})


def publish(designer: Browser, revision: int) -> Any:
    return designer.send(f"{LIST}/toll/publish", {"revision": revision}, page=LIST)


def test_the_address_without_a_key_leads_to_the_list(designer: Browser) -> None:
    answer = designer.get("/studio/decision")
    assert answer.status_code == 301
    assert answer.headers["Location"].endswith(LIST)


def test_an_empty_decision_may_be_published_once_it_says_something(designer: Browser) -> None:
    assert begin(designer, key="route", name='去向 "一"', **{"from": "empty"}).status_code == 303
    page = designer.get(f"{LIST}/route")
    assert page.status_code == 200
    assert "nonce-" in page.headers["Content-Security-Policy"]


def test_rows_are_tried_and_what_fails_is_a_remark(designer: Browser) -> None:
    answer = ask(designer, "check", {"xml": TOLL, "of": "toll"}).get_json()
    tried = answer["tried"]
    assert [one["name"] for one in tried["inputs"]] == ["金额"]
    assert [(one["passed"], one["value"], one["matched"]) for one in tried["rows"]] == [(True, 1, [1]), (False, 2, [2])]
    assert [(one["severity"], one["message"]) for one in answer["findings"]] == [
        ("remark", "试算第 2 行不对：应得 1 ，算出 2 ")
    ]


def test_an_error_says_rule_and_column(designer: Browser) -> None:
    broken = TOLL.replace("&lt; 10", "&lt; “十”")
    (found,) = [
        one for one in ask(designer, "check", {"xml": broken}).get_json()["findings"] if one["severity"] == "error"
    ]
    assert (found["rule"], found["column"]) == (1, 1)
    assert found["place"].endswith("第 1 条规则 · 第 1 列")
    ask(designer, "save", {"xml": broken, "revision": 1})
    assert publish(designer, 2).status_code == 422
    assert designer.get("/studio/decision/toll").status_code == 404


def test_versions_are_compared_rule_by_rule_and_an_old_one_comes_back(designer: Browser) -> None:
    assert publish(designer, 1).status_code == 303
    assert begin(designer, **{"from": "decision:toll"}).status_code == 303
    assert "规则没有变" in designer.get(f"{LIST}/toll/publish").text
    ask(designer, "save", {"xml": TOLL.replace("<text>2</text>", "<text>3</text>"), "revision": 2})
    page = designer.get(f"{LIST}/toll/publish").text
    assert re.search(r"第 2 条规则.*<del[^>]*>2</del>.*<ins[^>]*>3</ins>", page, re.DOTALL)
    assert "2 行，1 行不对" in page
    assert publish(designer, 3).status_code == 303
    assert "从这一版改起" in designer.get("/studio/decision/toll?version=1").text
    assert begin(designer, **{"from": "decision:toll", "version": "1"}).status_code == 303
    assert "&lt;text&gt;2&lt;" in designer.get(f"{LIST}/toll").text.replace("\\u003c", "&lt;").replace(
        "\\u003e", "&gt;"
    )


def test_a_save_over_somebody_elses_is_refused(designer: Browser) -> None:
    assert ask(designer, "save", {"xml": TOLL, "revision": 1}).status_code == 200
    assert ask(designer, "save", {"xml": TOLL, "revision": 1}).status_code == 409
    assert publish(designer, 1).status_code == 409


def test_a_workbook_is_read_as_a_proposal_and_given_back_as_one(designer: Browser) -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate([["金额", "去向"], ["不满1000", "村"], [1000, "乡镇"]]):
            sheet.write_row(line, 0, row)
    headers = {"X-CSRFToken": designer.token(LIST)}
    data = {"file": (io.BytesIO(stream.getvalue()), "rules.xlsx")}
    answer = designer.post(f"{LIST}/toll/table", data=data, headers=headers, content_type="multipart/form-data")
    found = answer.get_json()
    assert found["rules"] == [["< 1000", '"村"'], ["1000", '"乡镇"']]
    again = ask(designer, "table", {"rows": found["rows"], "roles": ["input", "output"], "types": ["string", "string"]})
    assert again.get_json()["rules"][1] == ['"1000"', '"乡镇"']
    written = designer.get(f"{LIST}/toll/export?of=toll")
    data = {"file": (io.BytesIO(written.data), "toll.xlsx")}
    back = designer.post(f"{LIST}/toll/table", data=data, headers=headers, content_type="multipart/form-data")
    assert [row[:2] for row in back.get_json()["rules"]] == [["< 10", "1.0"], ["-", "2"]]


@pytest.mark.parametrize("body", [{"text": ""}, {"text": "一行"}, {"rows": [1]}, {}])
def test_what_is_no_table_is_said_so(designer: Browser, body: dict[str, Any]) -> None:
    answer = ask(designer, "table", body)
    assert answer.status_code == 422
    assert "没有读出表格" in answer.get_json()["message"]


@pytest.mark.parametrize("content", [b"", b"no xml", b"<a/>", b"<!DOCTYPE x [<!ENTITY e 'x'>]><x>&e;</x>"])
def test_a_file_that_is_no_decision_is_refused_in_words(designer: Browser, content: bytes) -> None:
    answer = begin(designer, **{"from": "file", "file": (io.BytesIO(content), "x.dmn")})
    assert answer.status_code == 422
    assert "不是 DMN" in answer.text


@pytest.mark.skipif(not (FRONTEND / "node_modules").is_dir(), reason="the editor's sources are not installed")
def test_every_text_the_editor_may_say_has_a_chinese_one() -> None:
    ours = (FRONTEND / "src/decision-designer/translation.ts").read_text("utf-8")
    said = set()
    for path in (FRONTEND / "node_modules").glob("dmn-js-*/lib/**/*.js"):
        for call in re.findall(r"translate\(([^()]*(?:\([^()]*\)[^()]*)*)\)", path.read_text("utf-8")):
            said |= {text for text in re.findall(r"'((?:[^'\\]|\\.)*)'", call) if re.search(r"[A-Za-z]{2}", text)}
    # Names of properties and samples that stand inside a call without being said.
    missing = {text for text in said - {"typeRef", "P1DT2H"} if not re.search(rf"'?{re.escape(text)}'?: '", ours)}
    assert missing == set()
