"""Publication as the organisation wants it: by one or by two, and back to an older version."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine import organisation
from engine.clock import FixedClock
from engine.store.base import writing
from tests.build import SYSTEM, Organisation
from tests.forms.one import soup
from tests.webapp.browser import Browser
from tests.webapp.test_studio import MODEL, upload

Enter = Callable[..., Browser]


@pytest.fixture
def enter(make_app: Callable[..., Flask], database: Engine, city: Organisation, clock: FixedClock) -> Enter:
    """Give two designers to sign in, with settings of the application."""
    with Session(database, info={"clock": clock}) as session, writing(session):
        for place, who in (("city", "admin@city"), ("sw", "lead@sw")):
            post = organisation.put_post(session, place, "设计岗", grants=["designer"], actor=SYSTEM)
            organisation.hold_post(session, who, post.id, actor=SYSTEM)
    made: list[Flask] = []

    def sign_in(login: str, **settings: Any) -> Browser:
        if not made:
            made.append(make_app(**settings))
        client = made[0].test_client()
        assert isinstance(client, Browser)
        assert client.sign_in(login).status_code == 302
        return client

    return sign_in


def approval(browser: Browser, page: str) -> dict[str, str]:
    """Return what the page's button sends."""
    digest = soup(browser.get(page).text).select_one("input[name=digest]")
    assert digest is not None
    return {"action": "approve", "digest": str(digest["value"])}


def test_two_are_needed_where_the_organisation_wants_two(enter: Enter) -> None:
    one = enter("admin@city", PUBLISH_BY_TWO=True)
    assert upload(one, "visits.bpmn", MODEL.encode(), "第一版").status_code == 303
    assert one.get("/studio/process/visits").status_code == 404
    page = "/studio/approvals/process/visits"
    assert "要由另一个人同意" in one.get(page).text
    assert one.send(page, {"action": "approve"}, page="/studio").status_code == 422
    assert one.get("/studio/process/visits").status_code == 404
    two = enter("lead@sw")
    assert "走访一次" in two.get(page).text and "等人同意的发布" in two.get("/inbox").text
    assert two.send(page, approval(two, page), page="/studio").status_code == 303
    shown = two.get("/studio/process/visits").text
    assert "第一版（样例市 admin提出）" in shown and "样例市社会工作部 lead" in shown


def test_what_was_replaced_after_it_was_read_is_not_published(enter: Enter) -> None:
    one, two, page = enter("admin@city", PUBLISH_BY_TWO=True), enter("lead@sw"), "/studio/approvals/process/visits"
    upload(one, "visits.bpmn", MODEL.encode())
    read = approval(two, page)
    upload(one, "visits.bpmn", MODEL.replace("走访一次", "走访两次").encode())
    answer = two.send(page, read, page="/studio")
    assert answer.status_code == 422 and "刚刚换过内容" in answer.text and "走访两次" in answer.text
    assert two.get("/studio/process/visits").status_code == 404


def test_a_refusal_wants_a_reason_and_who_asked_may_take_it_back(enter: Enter) -> None:
    one = enter("admin@city", PUBLISH_BY_TWO=True)
    upload(one, "visits.bpmn", MODEL.encode())
    page = "/studio/approvals/process/visits"
    two = enter("lead@sw")
    assert two.send(page, {"action": "refuse"}, page="/studio").status_code == 422
    assert two.send(page, {"action": "refuse", "reason": "少一级"}, page="/studio").status_code == 303
    assert one.get(page).status_code == 404
    upload(one, "visits.bpmn", MODEL.encode())
    assert one.send(page, {"action": "refuse", "reason": "自己收回"}, page="/studio").status_code == 303


def test_forms_are_asked_for_with_their_look_and_shown_by_field(enter: Enter) -> None:
    one = enter("admin@city", PUBLISH_BY_TWO=True)
    begun = {"from": "blank", "key": "visit", "title": "走访表"}
    answer = one.send("/studio/forms", begun, page="/studio/forms")
    assert answer.status_code == 303, answer.text
    sent = one.send("/studio/forms/visit/publish", {"revision": 1}, page="/studio/forms")
    assert sent.headers["Location"] == "/studio/approvals/form/visit.schema.json"
    two = enter("lead@sw")
    assert two.get(sent.headers["Location"]).status_code == 200
    assert (
        two.send(sent.headers["Location"], approval(two, sent.headers["Location"]), page="/studio").status_code == 303
    )
    assert two.get("/studio/ui/visit.ui.json").status_code == 200


def test_an_older_version_comes_back_as_a_new_one_with_its_reason(enter: Enter) -> None:
    one = enter("admin@city")
    upload(one, "visits.bpmn", MODEL.encode())
    upload(one, "visits.bpmn", MODEL.replace("走访一次", "走访两次").encode())
    restore = "/studio/process/visits/1/restore"
    assert one.send(restore, {"reason": " "}, page="/studio").status_code == 422
    assert one.send(restore, {"reason": "两次太多"}, page="/studio").status_code == 303
    page = one.get("/studio/process/visits").text
    assert "第 3 版" in page and "恢复第 1 版：两次太多" in page and "走访一次" in page
    assert one.send("/studio/process/visits/3/restore", {"reason": "x"}, page="/studio").status_code == 404


def test_a_dry_run_over_http_says_what_it_refuses(enter: Enter) -> None:
    one = enter("admin@city")
    model = MODEL.replace(
        'isExecutable="true">',
        'isExecutable="true"><bpmn:extensionElements><qc:starter xmlns:qc="urn:qingche:bpmn:1" role="clerk"/>'
        "</bpmn:extensionElements>",
        1,
    )
    file = {"from": "file", "file": (io.BytesIO(model.encode()), "visits.bpmn")}
    assert one.send("/studio/processes", file, page="/studio/processes", content_type="multipart/form-data")
    page = "/studio/processes/visits/try"

    def act(**sent: str) -> Any:
        return one.send(page, sent, page=page)

    assert act(action="begin", by="clerk@nowhere").status_code == 303
    assert "接不下去" in one.get(page).text
    assert act(action="begin", by="clerk@v11").status_code == 303
    assert "没有定人" in one.get(page).text
    for refused in ({"action": "clock"}, {"action": "clock", "days": "x"}, {"action": "message", "values": "{"}):
        assert act(**refused).status_code == 422, refused
    assert act(action="clock", days="2").status_code == 303
    assert act(action="undo").status_code == 303
    assert act(action="do", element="nothing").status_code == 422
    assert act(action="restart").status_code == 303
    assert "谁来发起" in one.get(page).text
