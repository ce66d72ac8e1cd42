"""The publish page tells what a process uses that was published anew since its version in force."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine import library, organisation
from engine.store.base import writing
from tests.build import SYSTEM
from tests.engine.dmn.draw import decision, given, model, table
from tests.webapp.browser import Browser
from tests.webapp.desk import FOLDER, Desk

PAGE = "/studio/processes/request/publish"


@pytest.fixture
def designer(desk: Desk) -> Browser:
    """Sign in who designs, with a draft of the request, which asks a decision."""
    with Session(desk.database, info={"clock": desk.clock}) as session, writing(session):
        post = organisation.put_post(session, "city", "设计岗", grants=["designer"], actor=SYSTEM)
        organisation.hold_post(session, "admin@city", post.id, actor=SYSTEM)
    put(desk, "decision", "size", a_table("大额"))
    put(desk, "process", "request", asking((FOLDER / "request.bpmn").read_bytes()))
    browser = desk.browser("admin@city")
    begun = browser.send("/studio/processes", {"from": "process:request"}, page="/studio/processes")
    assert begun.status_code == 303
    desk.clock.advance(minutes=5)
    return browser


def put(desk: Desk, kind: str, key: str, content: bytes) -> None:
    with Session(desk.database, info={"clock": desk.clock}) as session, writing(session):
        library.publish(session, kind, key, content, actor=SYSTEM)


def a_table(word: str) -> bytes:
    rules = [["> 100", f'"{word}"'], ["<= 100", '"小额"']]
    drawn = decision("size", table(["sum: number"], ["size: string"], rules), needs=["i:sum"], type="string")
    return model(given("sum", "number"), drawn).replace(b'id="_size"', b'id="size"')


def asking(xml: bytes) -> bytes:
    """Ask the decision between the first step and the second."""
    task = (
        b'<bpmn:businessRuleTask id="weigh"><bpmn:extensionElements><spiffworkflow:calledDecisionId>size'
        b"</spiffworkflow:calledDecisionId></bpmn:extensionElements><bpmn:incoming>f0</bpmn:incoming>"
        b"<bpmn:outgoing>f2</bpmn:outgoing></bpmn:businessRuleTask>"
        b'<bpmn:sequenceFlow id="f0" sourceRef="prepare" targetRef="weigh" />'
    )
    flow = b'<bpmn:sequenceFlow id="f2" sourceRef="prepare" targetRef="draft" />'
    out = b"<bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing>"
    assert flow in xml and out in xml
    return xml.replace(out, out.replace(b"f2", b"f0")).replace(flow, task + flow.replace(b"prepare", b"weigh"))


def request_file(ending: str) -> dict[str, Any]:
    return dict(json.loads((FOLDER / f"request{ending}").read_text("utf-8")))


def test_nothing_is_told_while_nothing_changed(designer: Browser) -> None:
    page = designer.get(PAGE)
    assert page.status_code == 200 and "这一版之后换过" not in page.text


def test_fields_rights_and_rules_that_changed_since_are_told(desk: Desk, designer: Browser) -> None:
    schema, ui = request_file(".schema.json"), request_file(".ui.json")
    schema["properties"]["reason"] = {"type": "string", "title": "理由"}
    ui["qc:views"]["draft"]["/reason"] = "write"
    ui["qc:views"]["read"].pop("/targets")
    put(desk, "form", "request.schema.json", json.dumps(schema).encode())
    put(desk, "ui", "request.ui.json", json.dumps(ui).encode())
    put(desk, "decision", "size", a_table("巨额"))
    page = designer.get(PAGE).text
    told = page[page.index("这一版之后换过") :]
    form, rules = told.index("表单《申请》"), told.index("决策《size》")
    assert "第 1 版 → 第 2 版" in told[form:rules] and "理由：新加" in told[form:rules]
    assert "理由 · draft：改权限" in told[form:rules] and "看不到 → 可改" in told[form:rules]
    assert "大额" in told[rules:] and "巨额" in told[rules:]


def test_rights_alone_count_and_the_next_version_begins_anew(desk: Desk, designer: Browser) -> None:
    ui = request_file(".ui.json")
    ui["qc:views"]["read"].pop("/targets")
    put(desk, "ui", "request.ui.json", json.dumps(ui).encode())
    assert "字段 0 处，权限 1 处" in designer.get(PAGE).text
    desk.clock.advance(minutes=5)
    xml = asking((FOLDER / "request.bpmn").read_bytes()).replace('name="审核"'.encode(), 'name="复审"'.encode())
    put(desk, "process", "request", xml)
    assert "这一版之后换过" not in designer.get(PAGE).text
