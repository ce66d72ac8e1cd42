"""Operating on a case over HTTP: consequences first, then the deed; who sees what of it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.webapp.browser import Browser
from tests.webapp.desk import Desk


@pytest.fixture
def waiting(desk: Desk) -> tuple[Browser, str, str]:
    """A submitted request: the operator's browser, the case's address, the address of its review."""
    case, review = desk.submitted()
    return desk.browser("admin@city"), case, review


def order(browser: Browser, case: str, **fields: Any) -> tuple[Any, Any]:
    """Send an order, then confirm it as the page that shows its consequences would; returns both answers."""
    page = f"{case}/operate"
    first = browser.send(page, {"reason": "核实", **fields}, page=page)
    if first.status_code != 200:
        return first, first
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', first.text)
    data: dict[str, Any] = {}
    for name, value in hidden:
        if name != "csrf_token":
            data.setdefault(name, []).append(value.replace("&#34;", '"').replace("&#39;", "'").replace("&amp;", "&"))
    return first, browser.send(page, data, page=page)


def test_a_suspension_is_shown_before_it_is_done_and_everywhere_after(
    desk: Desk, waiting: tuple[Browser, str, str]
) -> None:
    operator, case, review = waiting
    first, done = order(operator, case, action="suspend")
    assert "不能领取、保存和提交：审核" in first.text and done.status_code == 303
    starter, reviewer = desk.browser("clerk@d1"), desk.browser("clerk@sw")
    told = starter.get(case).text
    assert "已暂停" in told and "原因：核实" in told and "暂停这件事" in told
    assert "暂停：核实" in reviewer.get("/inbox").text
    page = reviewer.get(review).text
    assert "起暂停了这件事" in page and "提交</button>" not in page
    late = reviewer.send(review, {"f/decision": "approve", "action": "submit"}, page="/password")
    assert late.status_code == 409
    assert 'name="action" value="resume"' in operator.get(f"{case}/operate").text
    _, back = order(operator, case, action="resume")
    assert back.status_code == 303
    assert reviewer.send(review, {"f/decision": "approve", "action": "submit"}, page=review).status_code == 303


def test_an_order_without_a_reason_or_against_the_state_is_refused(waiting: tuple[Browser, str, str]) -> None:
    operator, case, _ = waiting
    page = f"{case}/operate"
    for fields in (
        {"action": "suspend", "reason": " "},
        {"action": "burn", "reason": "x"},
        {"action": "resume", "reason": "x"},
        {"action": "modify", "reason": "x"},
        {"action": "restart", "reason": "x", "element": "nothing"},
        {"action": "edit", "reason": "x", "pointer": "/nothing", "op": "replace", "value": "1"},
        {"action": "due", "reason": "x", "task": "nothing"},
        {"action": "modify", "reason": "x", "start": "review", "at": "before", "values": "[1"},
    ):
        answer = operator.send(page, fields, page=page)
        assert answer.status_code == 422 and "没有照办" in answer.text, fields


def test_a_step_is_cancelled_and_another_started(desk: Desk, waiting: tuple[Browser, str, str]) -> None:
    operator, case, review = waiting
    task = review.rsplit("/", 1)[1]
    first, done = order(operator, case, action="modify", cancel=[f"task:{task}"], start="draft", at="before")
    assert "停办：审核" in first.text and "开始办：起草申请" in first.text and done.status_code == 303
    story = desk.browser("clerk@d1").get(case).text
    assert "调整正在办的步骤" in story and "核实" in story
    assert desk.task_of(desk.browser("clerk@d1")) != review


def test_a_value_is_corrected_in_view_of_all_who_may_see_it(desk: Desk, waiting: tuple[Browser, str, str]) -> None:
    operator, case, _ = waiting
    first, done = order(operator, case, action="edit", op="replace", pointer="/subject", value="秋季防火")
    assert "冬春防火隐患排查" in first.text and "秋季防火" in first.text and done.status_code == 303
    told = desk.browser("clerk@d1").get(case).text
    assert '<h1 class="song">秋季防火</h1>' in told and "更正填写的内容" in told and "冬春防火隐患排查" in told
    wrong, _ = order(operator, case, action="edit", op="replace", pointer="/lines", value='"x"')
    assert wrong.status_code == 422 and "不合表单的要求" in wrong.text


def test_an_earlier_step_is_done_again(desk: Desk, waiting: tuple[Browser, str, str]) -> None:
    operator, case, _ = waiting
    first, done = order(operator, case, action="restart", element="draft", values="then")
    assert "停办：审核" in first.text and done.status_code == 303
    assert "从“起草申请”重新办" in desk.browser("clerk@d1").get(case).text


def test_a_deadline_is_moved(desk: Desk, waiting: tuple[Browser, str, str]) -> None:
    operator, case, review = waiting
    task = review.rsplit("/", 1)[1]
    first, done = order(operator, case, action="due", task=task, until="2026-12-24T17:00")
    assert "12月24日 17:00" in first.text and done.status_code == 303
    assert "12月24日" in desk.browser("clerk@sw").get("/inbox").text


def test_cases_are_found_and_others_find_nothing(desk: Desk, waiting: tuple[Browser, str, str]) -> None:
    operator, case, _ = waiting
    assert "没有暂停或停下的事" in operator.get("/operations").text
    assert case + "/operate" in operator.get("/operations?q=防火").text
    for login in ("clerk@d1", "lead@d1", "audit@city"):
        browser = desk.browser(login)
        assert browser.get("/operations").status_code == 404
        assert browser.get(case + "/operate").status_code == 404
        assert "运行管理" not in browser.get(case).text


def test_a_restricted_case_is_nobodys_to_operate_on(desk: Desk) -> None:
    browser = desk.browser("clerk@d1")
    task = browser.send("/start/whisper", page="/start").headers["Location"]
    case = re.search(r"/case/[^/\"]+", browser.get("/inbox?box=started").text)
    assert case is not None and task
    assert desk.browser("admin@city").get(case.group() + "/operate").status_code == 404
