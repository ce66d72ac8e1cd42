"""Starting: what a post may start, and what is carried into it."""

from __future__ import annotations

import pytest

from tests.webapp.desk import Desk


def test_only_what_the_post_may_start_is_offered(desk: Desk) -> None:
    clerk, lead = desk.browser("clerk@d1").get("/start").text, desk.browser("lead@d1").get("/start").text

    assert 'action="/start/request"' in clerk and 'action="/start/whisper"' in clerk and "写清要什么" in clerk
    assert "/start/piece" not in clerk
    assert "您的岗位没有要发起的事" in lead and "/start/request" not in lead


def test_a_start_opens_the_first_task_as_a_draft(desk: Desk) -> None:
    browser, task = desk.drafted()

    page = browser.get(task).text

    assert task.startswith("/task/") and "新申请" in page and "没填完可以先存草稿" in page


@pytest.mark.parametrize(("login", "key"), [("lead@d1", "request"), ("clerk@d1", "piece"), ("clerk@d1", "nothing")])
def test_what_may_not_be_started_does_not_exist(desk: Desk, login: str, key: str) -> None:
    browser = desk.browser(login)

    assert browser.send(f"/start/{key}", page="/inbox").status_code == 404


def test_what_it_is_about_is_filled_in(desk: Desk) -> None:
    case, _ = desk.submitted()
    browser = desk.browser("clerk@d1")
    about = case.rsplit("/", 1)[1]

    page = browser.get(f"/start?only=whisper&about={about}").text
    task = browser.send("/start/whisper", {"about": about}, page="/start").headers["Location"]

    assert "冬春防火隐患排查" in page and f'name="about" value="{about}"' in page and "/start/request" not in page
    assert 'value="申〔2026〕0001"' in browser.get(task).text


def test_a_case_of_others_cannot_be_brought_along(desk: Desk) -> None:
    case, _ = desk.submitted()
    stranger, about = desk.browser("clerk@d2"), case.rsplit("/", 1)[1]

    assert stranger.get(f"/start?about={about}").status_code == 404
    assert stranger.send("/start/whisper", {"about": about}, page="/start").status_code == 404
