"""Carrying running cases over to another version from the studio, and suspending a process."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine import library, organisation
from engine.store.base import writing
from tests.build import SYSTEM
from tests.webapp.browser import Browser
from tests.webapp.desk import FOLDER, Desk
from webapp.pages import running

PAGE = "/studio/process/request/running"


@pytest.fixture
def designer(desk: Desk) -> Browser:
    """Sign in who designs and operates."""
    with Session(desk.database) as session, writing(session):
        session.info["clock"] = desk.clock
        post = organisation.put_post(session, "city", "设计岗", grants=["designer"], actor=SYSTEM)
        organisation.hold_post(session, "admin@city", post.id, actor=SYSTEM)
    return desk.browser("admin@city")


def published(desk: Desk, old: str, new: str) -> str:
    """Publish the request with a text replaced; returns the new version's id."""
    content = (FOLDER / "request.bpmn").read_bytes()
    assert old.encode() in content
    with Session(desk.database) as session, writing(session):
        session.info["clock"] = desk.clock
        changed = content.replace(old.encode(), new.encode())
        return library.publish(session, "process", "request", changed, actor=SYSTEM).id


def hidden(page: str) -> dict[str, Any]:
    form = page[page.index('name="action" value="migrate"') - 400 :]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[: form.index("</form>")]))


def test_cases_are_tried_and_then_carried_over(desk: Desk, designer: Browser) -> None:
    case, review = desk.submitted()
    to = published(desk, 'id="review" name="', 'id="review" name="再')
    assert "第 1 版，1 件在办" in designer.get(PAGE).text
    plan = designer.get(f"{PAGE}?to={to}").text
    assert "两版的步骤都对得上" in plan
    tried = designer.get(f"{PAGE}?to={to}&try=1").text
    assert "1 件能换，0 件不能" in tried
    sent = {name: value for name, value in hidden(tried).items() if name != "csrf_token"}
    refused = designer.send(PAGE, {**sent, "reason": ""}, page=PAGE)
    assert refused.status_code == 422 and "请写原因" in refused.text
    done = designer.send(PAGE, {**sent, "reason": "步骤改名"}, page=PAGE)
    assert done.status_code == 303
    order = done.headers["Location"]
    assert "办了 0 件，共 1 件" in designer.get(order).text
    desk.sweep()
    assert "办了 1 件，共 1 件" in designer.get(order).text and "办好" in designer.get(order).text
    page = desk.browser("clerk@d1").get(case).text
    assert "换到流程的另一版接着办" in page and "步骤改名" in page
    reviewer = desk.browser("clerk@sw")
    assert desk.task_of(reviewer) == review and "再审核" in reviewer.get(review).text
    assert reviewer.send(review, {"f/decision": "approve", "action": "submit"}, page=review).status_code == 303


def test_a_step_that_went_must_be_mapped(desk: Desk, designer: Browser) -> None:
    desk.submitted()
    to = published(desk, '"review"', '"check"')
    tried = designer.get(f"{PAGE}?to={to}&try=1").text
    assert "0 件能换，1 件不能" in tried and "请指明对应到哪一步" in tried and "没有一件能换" in tried
    mapped = designer.get(f"{PAGE}?to={to}&try=1&m.review=check").text
    assert "1 件能换，0 件不能" in mapped
    assert hidden(mapped)["m.review"] == "check"


def test_a_process_is_suspended_and_resumed(desk: Desk, designer: Browser) -> None:
    case, _ = desk.submitted()
    done = designer.send(PAGE, {"action": "suspend", "running": "1", "reason": "核实"}, page=PAGE)
    assert done.status_code == 303 and "/studio/order/" in done.headers["Location"]
    desk.sweep()
    starter = desk.browser("clerk@d1")
    assert "已暂停" in starter.get(case).text
    assert "不再发起新的" in designer.get(PAGE).text
    assert "/start/request" not in starter.get("/start").text
    back = designer.send(PAGE, {"action": "resume", "reason": "核实完"}, page=PAGE)
    desk.sweep()
    assert "办了 1 件，共 1 件" in designer.get(back.headers["Location"]).text
    assert "已暂停：" not in starter.get(case).text


def test_what_does_not_exist_is_not_found(desk: Desk, designer: Browser) -> None:
    assert designer.get("/studio/process/nothing/running").status_code == 404
    assert designer.get("/studio/order/nothing").status_code == 404
    assert designer.send("/studio/process/nothing/running", {"action": "suspend"}, page=PAGE).status_code == 404


def test_many_cases_are_tried_by_the_worker_and_then_carried_over(
    desk: Desk, designer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "TRIED_AT_ONCE", 0)
    case, _review = desk.submitted()
    to = published(desk, '"review"', '"check"')
    asked = designer.get(f"{PAGE}?to={to}&try=1&m.review=check").text
    assert "试算这 1 件" in asked and "能换" not in asked
    sent = {"action": "try", "to": to, "m.review": "check"}
    assert "请先试算完" in designer.send(PAGE, {**sent, "action": "migrate", "reason": "改名"}, page=PAGE).text
    trial = designer.send(PAGE, sent, page=PAGE).headers["Location"]
    assert "算了 0 件，共 1 件" in designer.get(trial).text
    early = {**sent, "action": "migrate", "reason": "改名", "trial": trial.rsplit("/", 1)[1]}
    assert "请先试算完" in designer.send(PAGE, early, page=PAGE).text
    desk.sweep()
    result = designer.get(trial).text
    assert "算了 1 件，共 1 件：1 件能换，0 件不能" in result and "把这 1 件换到第 2 版" in result
    assert "1 件能换，0 件不能" in designer.get(PAGE).text
    assert "请先试算完" in designer.send(PAGE, {**early, "m.review": "-"}, page=PAGE).text
    fields = {name: value for name, value in hidden(result).items() if name != "csrf_token"}
    order = designer.send(PAGE, {**fields, "reason": "改名"}, page=PAGE).headers["Location"]
    desk.sweep()
    assert "办了 1 件，共 1 件" in designer.get(order).text
    assert "换到流程的另一版接着办" in desk.browser("clerk@d1").get(case).text
