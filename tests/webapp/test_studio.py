"""Publishing in the browser: checked first, told by line, versions listed with who published them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine import organisation
from engine.clock import FixedClock
from engine.store.base import writing
from tests.build import SYSTEM, Organisation
from tests.webapp.browser import Browser

MODEL = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">\n'
    '  <bpmn:process id="visits" name="走访" isExecutable="true">\n'
    '    <bpmn:startEvent id="begin"><bpmn:outgoing>go</bpmn:outgoing></bpmn:startEvent>\n'
    '    <bpmn:manualTask id="visit" name="走访一次">'
    "<bpmn:incoming>go</bpmn:incoming><bpmn:outgoing>stop</bpmn:outgoing></bpmn:manualTask>\n"
    '    <bpmn:endEvent id="done"><bpmn:incoming>stop</bpmn:incoming></bpmn:endEvent>\n'
    '    <bpmn:sequenceFlow id="go" sourceRef="begin" targetRef="visit"/>\n'
    '    <bpmn:sequenceFlow id="stop" sourceRef="visit" targetRef="done"/>\n'
    "  </bpmn:process>\n</bpmn:definitions>\n"
)


@pytest.fixture
def designer(browser: Browser, database: Engine, city: Organisation, clock: FixedClock) -> Browser:
    """Sign a designer in: the city's administrator with one more post."""
    with Session(database, info={"clock": clock}) as session, writing(session):
        post = organisation.put_post(session, "city", "设计岗", grants=["designer"], actor=SYSTEM)
        organisation.hold_post(session, "admin@city", post.id, actor=SYSTEM)
    browser.sign_in("admin@city")
    return browser


def upload(designer: Browser, name: str, content: bytes, note: str = "") -> Any:
    data = {"file": (io.BytesIO(content), name), "note": note}
    return designer.send("/studio/upload", data, page="/studio", content_type="multipart/form-data")


def test_a_published_file_is_listed_with_its_version_and_who_published_it(designer: Browser) -> None:
    assert upload(designer, "visits.bpmn", MODEL.encode(), "第一版").status_code == 303
    assert upload(designer, "visits.bpmn", MODEL.replace("走访一次", "走访两次").encode()).status_code == 303
    page = designer.get("/studio/process/visits").text
    assert all(words in page for words in ("第 1 版", "第 2 版", "第一版", "样例市 admin", "走访两次"))
    assert "走访一次" in designer.get("/studio/process/visits?version=1").text
    assert designer.get("/studio/process/visits?version=3").status_code == 404


def test_what_a_file_of_another_tool_was_read_as_is_told_on_its_page(designer: Browser) -> None:
    extended = MODEL.replace("<bpmn:manualTask ", '<bpmn:manualTask xmlns:x="http://x.example" x:mark="1" ')
    assert upload(designer, "visits.bpmn", extended.encode()).status_code == 303
    page = designer.get("/studio/process/visits").text
    assert "读文件时的改动和提醒" in page
    assert "别的工具的扩展原样保留：x:mark" in page


@pytest.mark.parametrize("encoding", ["GB18030", "UTF-16"])
def test_a_file_in_another_encoding_is_shown_as_its_author_wrote_it(designer: Browser, encoding: str) -> None:
    content = MODEL.replace("UTF-8", encoding).encode(encoding)
    assert upload(designer, "visits.bpmn", content).status_code == 303
    assert "走访一次" in designer.get("/studio/process/visits").text


def test_what_is_wrong_is_told_by_line_and_nothing_is_published(designer: Browser) -> None:
    answer = upload(designer, "visits.bpmn", MODEL.replace('id="done"', 'id="visit"').encode(), "改了结束")
    assert answer.status_code == 422
    assert "第 6 行" in answer.text and "visit" in answer.text and "改了结束" in answer.text
    assert designer.get("/studio/process/visits").status_code == 404


@pytest.mark.parametrize(
    ("name", "content"),
    [("visits.txt", b"x"), ("a.schema.json", b'{"type": "object",}'), ("a.schema.json", b'{"a":' * 1000),
     ("a.dmn", b"no"), ("", b"")],
)  # fmt: skip
def test_a_file_that_is_none_is_refused_in_words(designer: Browser, name: str, content: bytes) -> None:
    answer = upload(designer, name, content)
    assert answer.status_code == 422
    assert "没有发布" in answer.text


def test_a_shipped_form_is_published_with_its_look(designer: Browser) -> None:
    folder = Path(__file__).resolve().parents[2] / "forms" / "library" / "admission"
    for name in ("rating.schema.json", "rating.ui.json"):
        assert upload(designer, name, (folder / name).read_bytes()).status_code == 303
    assert "rating.schema.json" in designer.get("/studio").text
