"""Handing steps over and acting for somebody who is away, over HTTP."""

from __future__ import annotations

import re
from datetime import timedelta

from engine.clock import FixedClock
from tests.webapp.desk import Desk

DAYS = {"since": "2026-11-23", "until": "2026-11-27"}


def test_a_step_is_handed_to_a_colleague_of_the_same_right(desk: Desk) -> None:
    case, review = desk.submitted()
    reviewer, other = desk.browser("clerk@sw"), desk.browser("lead@sw")
    assert f'href="{review}/transfer"' in reviewer.get(review).text
    page = reviewer.get(review + "/transfer").text
    assert "样例市社会工作部 lead" in page and page.count('type="radio"') == 1
    refused = reviewer.send(review + "/transfer", {"to": "nobody", "reason": "x"}, page=review + "/transfer")
    assert refused.status_code == 422 and "请选转给谁" in refused.text
    done = reviewer.send(review + "/transfer", {"to": "lead@sw", "reason": "出差"}, page=review + "/transfer")
    assert done.status_code == 303
    assert reviewer.get(review + "/transfer").status_code == 404
    assert review in other.get("/inbox?box=doing").text
    told = other.get(case).text
    assert "转给别人办" in told and "出差" in told
    assert other.send(review, {"f/decision": "approve", "action": "submit"}, page=review).status_code == 303


def test_nobody_hands_over_what_is_not_theirs(desk: Desk) -> None:
    _case, review = desk.submitted()
    assert desk.browser("clerk@d1").get(review + "/transfer").status_code == 404
    assert desk.browser("clerk@v11").get(review + "/transfer").status_code == 404


def test_a_deputy_is_named_acts_and_is_told_apart(desk: Desk) -> None:
    starter, task = desk.drafted()
    deputy = desk.browser("lead@d1")
    assert task not in deputy.get("/inbox").text
    named = starter.send("/deputies", {"action": "name", "deputy": "lead@d1", **DAYS}, page="/deputies")
    assert named.status_code == 303
    assert "11月27日" in starter.get("/deputies").text and "我代谁办" in deputy.get("/deputies").text
    assert task in deputy.get("/inbox").text
    assert "您在代样例市林业局 clerk办这一步" in deputy.get(task).text
    done = deputy.send(task, {**desk.request(), "action": "submit"}, page=task)
    assert done.status_code == 303
    assert "（代样例市林业局 clerk）" in starter.get(done.headers["Location"]).text


def test_an_arrangement_ends_by_its_maker_or_by_its_day(desk: Desk, clock: FixedClock) -> None:
    starter, task = desk.drafted()
    deputy = desk.browser("lead@d1")
    starter.send("/deputies", {"action": "name", "deputy": "lead@d1", **DAYS}, page="/deputies")
    made = re.search(r'name="id" value="([^"]+)"', starter.get("/deputies").text)
    assert made is not None
    assert deputy.send("/deputies", {"action": "end", "id": made[1]}, page="/deputies").status_code == 404
    assert task in deputy.get("/inbox").text
    assert starter.send("/deputies", {"action": "end", "id": made[1]}, page="/deputies").status_code == 303
    assert task not in deputy.get("/inbox").text
    starter.send("/deputies", {"action": "name", "deputy": "lead@d1", **DAYS}, page="/deputies")
    assert task in deputy.get("/inbox").text
    clock.advance(timedelta(days=6))
    assert task not in desk.browser("lead@d1").get("/inbox").text


def test_what_is_not_an_arrangement_is_refused(desk: Desk) -> None:
    reviewer = desk.browser("clerk@sw")
    good = {"action": "name", "deputy": "lead@sw", **DAYS}
    for wrong in ({"deputy": "clerk@d1"}, {"definition": "nothing"}, {"until": "2026-11-22"}, {"since": "soon"}):
        answer = reviewer.send("/deputies", {**good, **wrong}, page="/deputies")
        assert answer.status_code == 422 and "没有安排" in answer.text, wrong
