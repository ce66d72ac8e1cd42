"""审计台 over HTTP: questions, samples that anybody can draw again, and findings raised as cases."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from engine import packs
from engine.clock import FixedClock
from engine.store.base import writing
from tests.build import SYSTEM
from tests.webapp.browser import Browser
from tests.webapp.desk import Desk
from tests.webapp.test_case import returned_and_approved
from webapp import auditing
from webapp.auditing import Question
from webapp.checks import form_checks
from webapp.seeding.source import Source

SPAN = "process=request&period=twelve"


@pytest.fixture
def worked(desk: Desk, clock: FixedClock) -> Desk:
    """One request sent back once and approved, one still in review; the pack for findings is published."""
    returned_and_approved(desk)
    desk.submitted()
    pack = Source.folders("audit")
    with Session(desk.database, info={"clock": clock}) as session, writing(session):
        packs.import_pack(session, pack.bpmn, pack.forms, actor=SYSTEM, checks=form_checks())
    return desk


def cases(browser: Browser, address: str) -> list[str]:
    return re.findall(r'<a class="ttl" href="/case/([^"]+)"', browser.get(address).text)


def test_every_ready_question_is_counted_and_opens_its_cases(worked: Desk) -> None:
    auditor = worked.browser("audit@city")
    page = auditor.get(f"/audit?{SPAN}").text
    rows = re.findall(r'href="(/audit/cases\?question=([^&"]+)[^"]*)">.*?<td class="num">(\d+) 件', page, re.DOTALL)
    assert [key for _address, key, _n in rows] == [
        "late", "returned", "intervened", "edited", "beside", "same-hand", "off-hours", "slow",
    ]  # fmt: skip
    for address, key, shown in rows:
        assert len(cases(auditor, address.replace("&amp;", "&"))) == int(shown), key


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("true", 2),
        ('state = "completed"', 0),
        ("done_again = 1", 1),
        ('some step in steps satisfies step.unit = "样例市社会工作部"', 1),
        ("number > 3", 0),
        ("missing name", 0),
    ],
)
def test_a_question_of_ones_own_is_feel_over_a_case(worked: Desk, where: str, found: int) -> None:
    auditor = worked.browser("audit@city")
    asked = {"where": where, "process": "request", "period": "twelve"}
    page = auditor.get("/audit/cases", query_string=asked).text
    assert page.count('<a class="ttl" href="/case/') == found
    assert ("2 件答不出" in page) == (where in ("number > 3", "missing name"))


def test_one_question_takes_no_more_than_its_share_over_all_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auditing, "_OPERATIONS", 100_000)
    cases: list[Any] = [(number, {"number": number}) for number in range(40)]
    now = datetime(2026, 11, 23, tzinfo=UTC)
    heavy = Question("", "", "count(for i in 1..10000 return i) > number")
    found, unanswered = auditing.ask(heavy, cases, now)
    assert found == [0, 1, 2, 3] and unanswered == 36
    assert auditing.ask(Question("", "", "number >= 0"), cases, now)[1] == 0


@pytest.mark.parametrize("title", ["逾期/退回?", "[x]:*", "'很长的问题" * 9])
def test_a_question_of_any_title_is_taken_away_as_a_workbook(worked: Desk, title: str) -> None:
    auditor = worked.browser("audit@city")
    kept = auditor.send("/audit", {"action": "keep", "title": title, "where": "true"}, page="/audit")
    assert kept.status_code == 303
    key = re.findall(r'name="key" value="([0-9a-f]{12})"', auditor.get(f"/audit?{SPAN}").text)[0]
    taken = auditor.get(f"/audit/cases?{SPAN}&question={key}&format=xlsx")
    assert taken.status_code == 200 and taken.data.startswith(b"PK")


def test_what_is_no_feel_is_refused_where_it_was_typed(worked: Desk) -> None:
    auditor = worked.browser("audit@city")
    page = auditor.get("/audit/cases", query_string={"where": "steps["}).text
    assert "条件写得不对" in page and "steps[</textarea>" in page


def test_a_question_is_kept_counted_and_dropped(worked: Desk) -> None:
    auditor = worked.browser("audit@city")
    nameless = auditor.send("/audit", {"action": "keep", "where": "days > 0"}, page="/audit")
    assert nameless.status_code == 422 and "起个名" in nameless.text and "days &gt; 0" in nameless.text
    kept = auditor.send("/audit", {"action": "keep", "title": "还在办", "where": 'state = "running"'}, page="/audit")
    assert kept.status_code == 303
    page = auditor.get(f"/audit?{SPAN}").text
    assert "还在办" in page
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key
    assert auditor.send("/audit", {"action": "drop", "key": key[1]}, page="/audit").status_code == 303
    assert "还在办" not in auditor.get("/audit").text


def test_a_sample_can_be_drawn_again_and_is_on_record(worked: Desk) -> None:
    auditor = worked.browser("audit@city")
    draw = f"/audit/cases?where=true&{SPAN}&sample=1&seed="
    first, again = cases(auditor, draw + "2026-A"), cases(auditor, draw + "2026-A")
    assert len(first) == 1 and first == again
    assert {*first, *(cases(auditor, f"{draw}{n}")[0] for n in range(12))} == set(
        cases(auditor, f"/audit/cases?where=true&{SPAN}")
    )
    with worked.database.connect() as connection:
        body = connection.execute(
            text("SELECT body FROM events WHERE kind = 'sampled' ORDER BY stream, seq LIMIT 1")
        ).scalar_one()
    told = json.loads(body)
    assert (told["seed"], told["rows"], told["of"], told["cases"]) == ("2026-A", 1, 2, first)
    assert "2026-A" in auditor.get("/log?kind=sampled").text


def test_a_finding_is_answered_asked_again_and_closed(worked: Desk) -> None:
    auditor, asked, other = (worked.browser(login) for login in ("audit@city", "lead@d1", "lead@d2"))
    page = f"/audit/cases?where=true&{SPAN}"
    about = cases(auditor, page)[0]
    begun = auditor.send("/start/audit_finding", {"about": about}, page=page)
    assert begun.status_code == 303
    task = begun.headers["Location"]
    typed = {"f/accused": worked.unit("d1"), "f/question": "审核晚了三天，为什么", "action": "submit"}
    sent = auditor.send(task, typed, page=task)
    assert sent.status_code == 303, sent.text
    finding = sent.headers["Location"]
    assert other.get(finding).status_code == 404 and asked.get(finding).status_code == 200
    reply = worked.task_of(asked)
    answer = {"f/reply": "经办离任，没有交接", "f/measure": "本周补齐", "action": "submit"}
    assert asked.send(reply, answer, page=reply).status_code == 303
    judge = worked.task_of(auditor)
    again = auditor.send(judge, {"f/decision": "again", "f/why": "请附交接单", "action": "submit"}, page=judge)
    assert again.status_code == 303, again.text
    second = worked.task_of(asked)
    assert "请附交接单" in asked.get(second).text
    assert asked.send(second, answer, page=second).status_code == 303
    judge = worked.task_of(auditor)
    assert auditor.send(judge, {"f/decision": "close", "action": "submit"}, page=judge).status_code == 303
    assert "已办结" in auditor.get(finding).text


def test_the_desk_opens_for_who_audits_the_whole_tree_only(desk: Desk) -> None:
    for login in ("clerk@d1", "admin@city", "lead@sw"):
        assert desk.browser(login).get("/audit").status_code == 404
    assert "存下" not in desk.browser("audit@city").get("/audit").text
