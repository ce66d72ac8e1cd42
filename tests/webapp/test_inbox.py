"""The inbox: boxes with counts, groups by deadline, filters, pages, and what an empty box says."""

from __future__ import annotations

import re

from tests.webapp.desk import Desk
from webapp.pages import inbox


def tabs(page: str) -> dict[str, str]:
    """Return the words of each tab -> its count."""
    found = re.search(r'<nav class="tabs".*?</nav>', page, re.DOTALL)
    assert found
    words = [re.sub(r"<[^>]+>", "", text).split() for text in re.findall(r"<a .*?</a>", found.group(), re.DOTALL)]
    return {parts[0]: parts[1] if len(parts) > 1 else "" for parts in words}


def titles(page: str) -> list[str]:
    return re.findall(r'<a class="ttl" href="[^"]+">([^<]+)</a>', page)


def groups(page: str) -> list[str]:
    return re.findall(r'scope="rowgroup"><b>([^<]+)</b>', page)


def test_the_front_door_leads_to_the_inbox(desk: Desk) -> None:
    assert desk.browser("clerk@d1").get("/").headers["Location"] == "/inbox"


def test_what_waits_stands_under_its_deadline(desk: Desk) -> None:
    desk.submitted()
    reviewer = desk.browser("clerk@sw")

    soon = reviewer.get("/inbox").text
    desk.clock.advance(days=1)  # type: ignore[attr-defined]
    late = desk.browser("clerk@sw").get("/inbox").text

    assert titles(soon) == ["冬春防火隐患排查"] and "申〔2026〕0001 · 样例市林业局 · 请办“审核”" in soon
    assert groups(soon) == ["三个工作日内"] and "1 件等您处理" in soon
    assert groups(late) == ["已逾期"] and "其中 1 件已逾期" in late


def test_every_box_shows_its_own(desk: Desk) -> None:
    desk.submitted()
    reviewer, starter = desk.browser("clerk@sw"), desk.browser("clerk@d1")
    review = desk.task_of(reviewer)

    counted = tabs(reviewer.get("/inbox").text)
    assert counted == {"等我处理": "1", "可领取": "1", "在办": "0", "办结": "", "我发起": "", "草稿": "0"}
    reviewer.send(review, {"action": "claim"}, page=review)
    assert titles(reviewer.get("/inbox?box=doing").text) == ["冬春防火隐患排查"]
    assert titles(reviewer.get("/inbox?box=claimable").text) == []
    assert titles(starter.get("/inbox?box=started").text) == ["冬春防火隐患排查"]
    assert titles(starter.get("/inbox?box=done").text) == ["冬春防火隐患排查"]
    assert titles(starter.get("/inbox").text) == []


def test_filters_narrow_the_list_and_stay_filled_in(desk: Desk) -> None:
    desk.submitted()
    reviewer = desk.browser("clerk@sw")

    found = reviewer.get("/inbox?q=防火&phase=待审核&list=履职清单&order=new").text

    assert titles(found) == ["冬春防火隐患排查"]
    assert 'value="防火"' in found
    assert '<option value="待审核" selected>' in found and '<option value="new" selected>' in found
    for nothing in ("?q=防汛", "?phase=办理中", "?list=负面清单"):
        page = reviewer.get(f"/inbox{nothing}").text
        assert titles(page) == [] and "没有符合的事" in page


def test_a_long_box_is_read_page_by_page(desk: Desk, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(inbox, "PAGE", 1)
    desk.submitted()
    desk.submitted(**{"f/subject": "第二件事情"})
    reviewer = desk.browser("clerk@sw")

    first = reviewer.get("/inbox").text
    following = re.search(r'href="(/inbox\?[^"]*after=[^"]+)"', first)
    assert following
    second = reviewer.get(following.group(1).replace("&amp;", "&")).text

    assert sorted(titles(first) + titles(second)) == ["冬春防火隐患排查", "第二件事情"]
    assert "再往后看" not in second and "回到最前" in second


def test_an_empty_box_says_what_would_be_here(desk: Desk) -> None:
    reader = desk.browser("clerk@d2")

    for box, words in (
        ("todo", "没有等您处理的事"), ("claimable", "没有可以领取的事"), ("doing", "您手上没有在办的事"),
        ("done", "还没有办过的事"), ("started", "您还没有发起过事项"), ("drafts", "没有草稿"),
    ):  # fmt: skip
        assert words in reader.get(f"/inbox?box={box}").text


def test_an_unknown_box_or_key_shows_what_waits(desk: Desk) -> None:
    desk.submitted()

    page = desk.browser("clerk@sw").get("/inbox?box=<x>&after=nonsense").text

    assert titles(page) == ["冬春防火隐患排查"]


def test_the_navigation_counts_what_waits(desk: Desk) -> None:
    desk.submitted()

    page = desk.browser("clerk@sw").get("/start").text

    assert re.search(r'收件箱</span><span class="count">.*?1</span>', page)


def test_the_inbox_needs_five_statements(desk: Desk) -> None:
    from sqlalchemy import event

    from webapp.db import db

    desk.submitted()
    reviewer = desk.browser("clerk@sw")
    said: list[str] = []
    with desk.app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *args: said.append(args[2]))

    reviewer.get("/inbox")

    assert len([text for text in said if not text.startswith("BEGIN")]) <= 5


def test_a_phase_is_offered_once_and_means_what_definitions_say(desk: Desk) -> None:
    browser, _ = desk.drafted()
    offered = re.findall(r'<option value="([^"]*)"[^>]*>草稿</option>', browser.get("/inbox?box=drafts").text)
    assert offered == ["起草"]
