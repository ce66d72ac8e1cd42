"""The process designer over HTTP: begun, saved, checked while drawn, compared, published; nothing is overwritten."""

from __future__ import annotations

import io
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine import organisation
from engine.clock import FixedClock
from engine.store.base import writing
from tests.build import SYSTEM, Organisation
from tests.webapp.browser import Browser
from tests.webapp.test_studio import MODEL
from webapp import process_drawing


@pytest.fixture
def designer(browser: Browser, database: Engine, city: Organisation, clock: FixedClock) -> Browser:
    """Sign a designer in who has opened a file with one task."""
    with Session(database, info={"clock": clock}) as session, writing(session):
        post = organisation.put_post(session, "city", "设计岗", grants=["designer"], actor=SYSTEM)
        organisation.hold_post(session, "admin@city", post.id, actor=SYSTEM)
    browser.sign_in("admin@city")
    assert begin(browser, **{"from": "file", "file": (io.BytesIO(MODEL.encode()), "visits.bpmn")}).status_code == 303
    return browser


def begin(designer: Browser, **data: Any) -> Any:
    return designer.send("/studio/processes", data, page="/studio/processes", content_type="multipart/form-data")


def ask(designer: Browser, what: str, body: dict[str, Any]) -> Any:
    headers = {"X-CSRFToken": designer.token("/studio/processes")}
    return designer.post(f"/studio/processes/visits/{what}", json=body, headers=headers)


def publish(designer: Browser, revision: int) -> Any:
    return designer.send("/studio/processes/visits/publish", {"revision": revision}, page="/studio/processes")


def test_an_empty_diagram_begins_with_a_start_event_and_says_what_is_missing(designer: Browser) -> None:
    assert begin(designer, key="leave", name='请假 "一"', **{"from": "empty"}).status_code == 303
    page = designer.get("/studio/processes/leave")
    assert page.status_code == 200
    headers = {"X-CSRFToken": designer.token("/studio/processes")}
    body = {"xml": process_drawing.blank("leave", "请假")}
    told = designer.post("/studio/processes/leave/check", json=body, headers=headers).get_json()["findings"]
    assert [each["message"][:6] for each in told if each["severity"] == "remark"][:2] == [
        "还没有步骤：",
        "没有写谁能发",
    ]
    assert "startEvent" in page.text and "nonce-" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("key", ["", "1st", "有空格 的", "../x"])
def test_a_key_that_no_diagram_could_have_is_refused(designer: Browser, key: str) -> None:
    assert begin(designer, key=key, **{"from": "empty"}).status_code == 422


@pytest.mark.parametrize("word", ["fields", "named", "text"])
def test_a_word_that_stands_in_an_address_is_no_key_of_a_draft(designer: Browser, word: str) -> None:
    file = (io.BytesIO(MODEL.replace("visits", word).encode()), f"{word}.bpmn")
    for begun in ({"from": "empty", "key": word}, {"from": "file", "file": file}):
        answer = begin(designer, **begun)
        assert answer.status_code == 422 and f"“{word}”是系统自己用的词" in answer.text
    assert begin(designer, key=f"{word}-1", **{"from": "empty"}).status_code == 303


@pytest.mark.parametrize("content", [b"", b"no xml", b"<a/>", b"<!DOCTYPE x [<!ENTITY e 'x'>]><x>&e;</x>"])
def test_a_file_that_is_no_diagram_is_refused_in_words(designer: Browser, content: bytes) -> None:
    answer = begin(designer, **{"from": "file", "file": (io.BytesIO(content), "x.bpmn")})
    assert answer.status_code == 422
    assert "不是 BPMN" in answer.text


def test_an_editor_left_open_does_not_save_over_a_draft_begun_anew(designer: Browser) -> None:
    saved = ask(designer, "save", {"xml": MODEL, "revision": 1}).get_json()["revision"]
    for _ in range(2):
        designer.send("/studio/processes/visits/discard", {}, page="/studio/processes")
        assert ask(designer, "save", {"xml": "<old/>", "revision": saved}).status_code == 404
        assert begin(designer, key="visits", name="新的", **{"from": "empty"}).status_code == 303
        for old in range(1, saved + 1):
            assert ask(designer, "save", {"xml": "<old/>", "revision": old}).status_code == 409
        saved = ask(designer, "save", {"xml": MODEL, "revision": saved + 1}).get_json()["revision"]
    assert saved == 6


def test_what_is_wrong_is_told_while_drawing_by_element_and_line(designer: Browser) -> None:
    broken = MODEL.replace('id="done"', 'id="visit"')
    found = ask(designer, "check", {"xml": broken}).get_json()["findings"]
    errors = [each for each in found if each["severity"] == "error"]
    assert any(each["element_id"] == "visit" and each["line"] == 6 for each in errors), errors
    assert not [f for f in ask(designer, "check", {"xml": MODEL}).get_json()["findings"] if f["severity"] == "error"]


def test_two_versions_are_compared_by_what_they_say_not_by_where_they_stand(designer: Browser) -> None:
    assert publish(designer, 1).status_code == 303
    assert begin(designer, **{"from": "process:visits"}).status_code == 303
    assert "只动了位置" in designer.get("/studio/processes/visits/publish").text
    assert ask(designer, "save", {"xml": MODEL.replace("走访一次", "走访两次"), "revision": 2}).status_code == 200
    page = designer.get("/studio/processes/visits/publish").text
    assert all(words in page for words in ("走访两次", "改了", "名称"))
    assert publish(designer, 3).status_code == 303
    assert "第 2 版" in designer.get("/studio/process/visits").text


def test_a_diagram_with_an_error_is_not_published_and_the_draft_stays(designer: Browser) -> None:
    ask(designer, "save", {"xml": MODEL.replace('id="done"', 'id="visit"'), "revision": 1})
    assert publish(designer, 2).status_code == 422
    assert designer.get("/studio/process/visits").status_code == 404
    assert designer.get("/studio/processes/visits").status_code == 200


def test_a_save_over_somebody_elses_is_refused(designer: Browser) -> None:
    assert ask(designer, "save", {"xml": MODEL, "revision": 1}).status_code == 200
    assert ask(designer, "save", {"xml": MODEL, "revision": 1}).status_code == 409
    assert publish(designer, 1).status_code == 409


def test_names_of_a_file_in_another_encoding_are_still_right_when_it_is_published(designer: Browser) -> None:
    content = MODEL.replace("visits", "chinese").replace("UTF-8", "GB2312")
    file = (io.BytesIO(content.encode("gb18030")), "chinese.bpmn")
    assert begin(designer, **{"from": "file", "file": file}).status_code == 303
    page = "/studio/processes/chinese/publish"
    assert designer.send(page, {"revision": 1}, page="/studio/processes").status_code == 303
    assert "走访一次" in designer.get("/studio/process/chinese").text


@pytest.mark.parametrize("sent", ['{"xml": "\\ud800"}', '{"xml": 1}', "[]", "no json", '{"a":' * 5000])
def test_what_is_no_text_is_refused_and_nothing_breaks(designer: Browser, sent: str) -> None:
    headers = {"X-CSRFToken": designer.token("/studio/processes"), "Content-Type": "application/json"}
    for page in ("/studio/processes/visits/check", "/studio/processes/visits/save", "/studio/forms/fragment"):
        assert designer.post(page, data=sent, headers=headers).status_code == 422, page


def test_a_name_that_is_taken_is_told_and_what_was_typed_is_kept(designer: Browser) -> None:
    answer = begin(designer, key="visits", name="别的", **{"from": "empty"})
    assert answer.status_code == 409
    assert "已经有一份" in answer.text and 'value="别的"' in answer.text and 'value="visits"' in answer.text
