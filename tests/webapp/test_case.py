"""A case's page: everything of it that this person may see, and nothing else."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.webapp.desk import Desk


def marks(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found.group(1))["marks"]
    return data


def steps(page: str) -> list[tuple[str, str]]:
    found = re.search(r'<ol class="steps.*?</ol>', page, re.DOTALL)
    assert found
    return re.findall(r'<li(?: class="(\w+)")?[^>]*><b>([^<]+)</b>', found.group())


def returned_and_approved(desk: Desk) -> str:
    case, review = desk.submitted()
    reviewer, starter = desk.browser("clerk@sw"), desk.browser("clerk@d1")
    sent_back = {"f/decision": "return", "f/comment": "金额请写清楚", "action": "submit"}
    reviewer.send(review, sent_back, page=review)
    again = desk.task_of(starter)
    starter.send(again, {**desk.request(), "f/lines/0/amount": "800.00", "action": "submit"}, page=again)
    review = desk.task_of(reviewer)
    reviewer.send(review, {"f/decision": "approve", "action": "submit"}, page=review)
    desk.sweep()
    return case


def test_the_story_tells_who_did_what_and_what_changed(desk: Desk) -> None:
    page = desk.browser("clerk@d1").get(returned_and_approved(desk)).text

    story = re.sub(r"<[^>]+>|\s+", " ", page.split('id="tl"')[1])
    told = ["审核：同意", "办完“起草申请”", "审核：退回补充", "发起"]
    assert [story.index(words) for words in told] == sorted(story.index(words) for words in told)
    assert "金额请写清楚" in story and "派出 2 件" in story
    assert "经费，300.00 元" in story and "经费，800.00 元" in story


def test_the_diagram_and_its_words_say_the_same(desk: Desk) -> None:
    page = desk.browser("clerk@d1").get(returned_and_approved(desk)).text

    found = marks(page)
    assert found["review"] == {"state": "back", "count": "2 次"} and found["each"] == {"state": "now", "count": "0/2"}
    assert steps(page) == [("done", "起草申请"), ("done", "审核"), ("now", "各镇办")]


def test_children_are_listed_and_counted(desk: Desk) -> None:
    case = returned_and_approved(desk)
    township = desk.browser("clerk@t1")
    work = desk.task_of(township)
    township.send(work, {"action": "submit"}, page=work)
    desk.sweep()

    page = desk.browser("clerk@d1").get(case).text

    rows = re.findall(r'<a class="ttl" href="/case/[^"]+">([^<]+)</a>', page)
    assert rows == ["样例镇02", "样例镇01"]
    assert '<progress value="1" max="2"' in page and marks(page)["each"]["count"] == "1/2"


@pytest.mark.parametrize(("login", "sees"), [("clerk@d1", True), ("clerk@sw", False), ("audit@city", True)])
def test_a_value_is_shown_by_the_views_of_the_steps_one_took_part_in(desk: Desk, login: str, sees: bool) -> None:
    case, _ = desk.submitted()

    page = desk.browser(login).get(case).text

    assert ("只给自己看" in page) is sees
    assert "到场复核" in page


@pytest.mark.parametrize("path", ["", "/print", "/diagram", "/cancel"])
@pytest.mark.parametrize("login", ["clerk@d2", "clerk@t1", "admin@city"])
def test_a_case_of_others_does_not_exist(desk: Desk, login: str, path: str) -> None:
    case, _ = desk.submitted()

    answer = desk.browser(login).get(case + path)

    assert answer.status_code == 404 and "冬春防火" not in answer.text


def test_a_township_reads_its_own_part_only(desk: Desk) -> None:
    case = returned_and_approved(desk)
    township = desk.browser("clerk@t1")
    listed = re.findall(r'href="(/case/[^"]+)">([^<]+)', desk.browser("clerk@d1").get(case).text)
    own = next(href for href, name in listed if name == "样例镇01")
    other = next(href for href, name in listed if name == "样例镇02")

    assert township.get(own).status_code == 200
    assert township.get(other).status_code == township.get(case).status_code == 404
    assert case not in township.get(own).text


def test_a_restricted_case_is_read_by_its_readers_only(desk: Desk) -> None:
    village = desk.browser("clerk@v11")
    task = village.send("/start/whisper", page="/start").headers["Location"]
    case = village.send(task, {"f/what": "绕过平台要数", "action": "submit"}, page=task).headers["Location"]

    read = {
        login: desk.browser(login).get(case).status_code
        for login in ("clerk@v11", "clerk@sw", "audit@city", "clerk@d1", "lead@t1", "lead@sw")
    }

    assert read == {
        "clerk@v11": 200, "clerk@sw": 200, "audit@city": 200, "clerk@d1": 404, "lead@t1": 404, "lead@sw": 404,
    }  # fmt: skip


def test_the_print_shows_number_trail_and_who_printed(desk: Desk) -> None:
    page = desk.browser("clerk@d1").get(returned_and_approved(desk) + "/print").text

    assert "申〔2026〕0001" in page and "审核：退回补充" in page and "<details" not in page.split('id="main"')[1]
    for mark in ("样林申1表", "样例市统计局", "样统制〔2026〕3号", "至 2026年12月31日"):
        assert mark in page
    assert "自行作废" not in page
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in page and 'class="qr"' in page
    foot = re.search(r'<p class="print-foot">([^<]+)</p>', page)
    assert foot and "11月23日 09:00 由 样例市林业局 clerk 从平台打印" in foot.group(1)


def test_the_drawing_is_given_as_published_and_kept_by_the_browser(desk: Desk) -> None:
    case, _ = desk.submitted()

    answer = desk.browser("clerk@d1").get(case + "/diagram")

    assert answer.mimetype == "application/xml" and b'id="request"' in answer.data
    assert "immutable" in answer.headers["Cache-Control"]


def test_cancelling_asks_why_and_says_so(desk: Desk) -> None:
    case, review = desk.submitted()
    starter = desk.browser("clerk@d1")
    asked = starter.get(case + "/cancel").text
    refused = starter.send(case + "/cancel", {"reason": " "}, page=case + "/cancel")

    done = starter.send(case + "/cancel", {"reason": "报重了"}, page=case + "/cancel")
    page = starter.get(case).text

    assert "作废《冬春防火隐患排查》?" in asked
    assert refused.status_code == 422 and "请写为什么作废" in refused.text
    assert done.status_code == 303
    assert "已作废" in page and "报重了" in page and case + "/cancel" not in page
    assert desk.browser("clerk@sw").get(review).status_code == 302


def test_who_did_not_start_it_cannot_cancel_it(desk: Desk) -> None:
    case, _ = desk.submitted()
    reviewer = desk.browser("clerk@sw")

    assert case + "/cancel" not in reviewer.get(case).text
    assert reviewer.get(case + "/cancel").status_code == 404
    assert reviewer.send(case + "/cancel", {"reason": "x"}, page="/inbox").status_code == 404


def test_a_part_of_a_case_is_not_cancelled_by_itself(desk: Desk) -> None:
    case = returned_and_approved(desk)
    starter = desk.browser("clerk@d1")
    part = re.findall(r'<a class="ttl" href="(/case/[^"]+)">', starter.get(case).text)[0]
    assert part != case and starter.get(part).status_code == 200

    assert starter.get(part + "/cancel").status_code == 404
    assert starter.send(part + "/cancel", {"reason": "x"}, page="/inbox").status_code == 404
    assert "作废" not in starter.get(part).text


def test_the_next_task_and_the_way_to_complain_are_one_click_away(desk: Desk) -> None:
    case, review = desk.submitted()

    page = desk.browser("clerk@sw").get(case).text
    starter = desk.browser("clerk@d1").get(case).text

    assert f'href="{review}"' in page and "去办“审核”" in page
    assert f"/start?only=whisper&amp;about={case.rsplit('/', 1)[1]}" in starter and review not in starter


def test_the_page_needs_a_fixed_number_of_statements(desk: Desk) -> None:
    from sqlalchemy import event

    from webapp.db import db

    case = returned_and_approved(desk)
    browser = desk.browser("clerk@d1")
    browser.get(case)
    said: list[str] = []
    with desk.app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *args: said.append(args[2]))

    browser.get(case)

    assert len([text for text in said if not text.startswith("BEGIN")]) <= 14
