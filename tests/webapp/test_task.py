"""A task in the browser: what is typed is never lost, one wins, nobody else learns anything."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event

from tests.webapp.desk import Desk


def problems(page: str) -> list[str]:
    return re.findall(r'<li><a href="#([^"]+)">', page)


def test_a_refused_submission_keeps_what_was_typed_and_names_each_field(desk: Desk) -> None:
    browser, task = desk.drafted()

    answer = browser.send(task, {"f/subject": "短", "f/work": "发底图", "action": "submit"}, page=task)

    assert answer.status_code == 422
    assert problems(answer.text) == ["f-subject", "f-targets"]
    assert 'value="短"' in answer.text and "发底图" in answer.text
    assert 'id="f-subject"' in answer.text and 'aria-invalid="true"' in answer.text


def test_rows_come_and_go_without_script_and_nothing_is_saved(desk: Desk) -> None:
    browser, task = desk.drafted()

    added = browser.send(task, {"f/subject": "护林防火", "_add:/lines": "1"}, page=task)
    row = {"f/lines[]": ["0"], "f/lines/0/what": "经费"}
    removed = browser.send(task, {"f/subject": "护林防火", **row, "_remove:/lines/0": "1"}, page=task)

    assert added.status_code == 200 and 'name="f/lines/0/what"' in added.text and 'value="护林防火"' in added.text
    assert removed.status_code == 200 and 'name="f/lines/0/what" value' not in removed.text
    assert "护林防火" not in browser.get(task).text


def test_a_draft_comes_back_to_its_writer_only(desk: Desk) -> None:
    browser, task = desk.drafted()

    typed = {"f/subject": "护林", "f/lines[]": ["0"], "f/lines/0/what": "经费"}
    saved = browser.send(task, {**typed, "action": "save"}, page=task)
    page = browser.get(task).text

    assert saved.status_code == 303
    assert "已存草稿，还没有提交" in page and 'value="护林"' in page and 'value="经费"' in page
    assert "护林" not in desk.browser("lead@d1").get(task).text
    assert "护林" in browser.get("/inbox?box=drafts&q=护林").text


def test_submitting_goes_on_and_says_what_comes_next(desk: Desk) -> None:
    case, _ = desk.submitted()

    page = desk.browser("clerk@d1").get(case).text

    assert "待审核" in page and "申〔2026〕0001" in page


def test_the_submit_button_says_what_the_form_says(desk: Desk) -> None:
    browser, task = desk.drafted()

    assert 'value="submit">送审</button>' in browser.get(task).text


def test_a_reviewer_reads_the_card_beside_the_decision(desk: Desk) -> None:
    _, review = desk.submitted()

    page = desk.browser("clerk@sw").get(review).text

    assert "三个明确" in page and "到场复核" in page and "做：每处走看一次" in page and "<b>300</b> 元" in page
    assert "履职清单：可以准入" in page
    assert "只给自己看" not in page


def test_the_second_browser_gets_409_with_who_when_and_what_he_typed(desk: Desk) -> None:
    _, review = desk.submitted()
    first, second = desk.browser("clerk@sw"), desk.browser("lead@sw")
    token = second.token(review)
    approved = first.send(review, {"f/decision": "approve", "action": "submit"}, page=review)

    answer = second.post(
        review,
        data={"csrf_token": token, "f/decision": "return", "f/comment": "金额请再写清楚", "action": "submit"},
    )

    assert approved.status_code == 303
    assert answer.status_code == 409
    assert "样例市社会工作部 clerk" in answer.text and "09:00" in answer.text
    assert "金额请再写清楚" in answer.text and "退回补充" in answer.text


def test_one_of_two_claims_wins_and_the_other_reads_who_has_it(desk: Desk) -> None:
    _, review = desk.submitted()
    first, second = desk.browser("clerk@sw"), desk.browser("lead@sw")
    token = second.token(review)

    claimed = first.send(review, {"action": "claim"}, page=review)
    late = second.post(review, data={"csrf_token": token, "action": "claim"})

    assert claimed.status_code == 303
    assert late.status_code == 409 and "样例市社会工作部 clerk" in late.text
    assert "由领取的人提交" in second.get(review).text and 'value="submit"' not in second.get(review).text


def test_a_released_task_is_free_again(desk: Desk) -> None:
    _, review = desk.submitted()
    first, second = desk.browser("clerk@sw"), desk.browser("lead@sw")
    first.send(review, {"action": "claim"}, page=review)

    released = first.send(review, {"action": "release"}, page=review)

    assert released.status_code == 303
    assert second.send(review, {"action": "claim"}, page=review).status_code == 303


@pytest.mark.parametrize("login", ["clerk@d2", "clerk@v11", "admin@city"])
def test_a_task_of_others_does_not_exist(desk: Desk, login: str) -> None:
    _, review = desk.submitted()
    stranger = desk.browser(login)

    answers = [stranger.get(review)] + [
        stranger.send(review, {"action": action, "f/decision": "approve"}, page="/inbox")
        for action in ("submit", "save", "claim", "release")
    ]

    assert [answer.status_code for answer in answers] == [404] * 5
    assert all("冬春防火" not in answer.text for answer in answers)


def test_an_unknown_task_looks_like_a_forbidden_one(desk: Desk) -> None:
    assert desk.browser("clerk@sw").get("/task/00000000-0000-0000-0000-000000000000").status_code == 404


def test_a_crafted_field_is_refused_and_nothing_happens(desk: Desk) -> None:
    browser, task = desk.drafted()

    answer = browser.send(task, {**desk.request(), "f/list_kind": "负面清单", "action": "submit"}, page=task)

    assert answer.status_code == 422
    assert browser.get(task).status_code == 200


def test_a_post_without_the_token_is_refused(desk: Desk) -> None:
    browser, task = desk.drafted()

    assert browser.post(task, data={"action": "submit"}).status_code == 400


def test_who_may_only_read_is_sent_to_the_case(desk: Desk) -> None:
    case, review = desk.submitted()

    answer = desk.browser("clerk@d1").get(review)

    assert answer.status_code == 302 and answer.headers["Location"] == case


def test_a_returned_form_starts_the_next_decision_empty(desk: Desk) -> None:
    _, review = desk.submitted()
    reviewer, starter = desk.browser("clerk@sw"), desk.browser("clerk@d1")
    reviewer.send(review, {"f/decision": "return", "f/comment": "金额请写清楚", "action": "submit"}, page=review)
    again = desk.task_of(starter)
    page = starter.get(again).text
    starter.send(again, {**desk.request(), "action": "submit"}, page=again)

    second = reviewer.get(desk.task_of(reviewer)).text

    assert "金额请写清楚" in page and "冬春防火隐患排查" in page
    assert "checked" not in second and "金额请写清楚" not in second


def test_completing_a_task_needs_ten_statements_and_one_commit(desk: Desk) -> None:
    _, review = desk.submitted()
    reviewer = desk.browser("clerk@sw")
    token = reviewer.token(review)
    said: list[str] = []
    event.listen(desk_engine(desk), "before_cursor_execute", lambda *args: said.append(args[2]))
    event.listen(desk_engine(desk), "commit", lambda _connection: said.append("COMMIT"))

    answer = reviewer.post(
        review, data={"csrf_token": token, "f/decision": "return", "f/comment": "请写清楚", "action": "submit"}
    )

    statements = [text for text in said if not text.startswith(("BEGIN", "COMMIT", "ROLLBACK"))]
    assert answer.status_code == 303
    assert said.count("COMMIT") == 1
    assert len(statements) <= 10, "\n".join(statements)


def desk_engine(desk: Desk):  # type: ignore[no-untyped-def]
    from webapp.db import db

    with desk.app.app_context():
        return db.engine


def test_who_may_read_the_case_still_cannot_post_to_a_task_of_others(desk: Desk) -> None:
    _, review = desk.submitted()
    starter = desk.browser("clerk@d1")

    answers = [starter.send(review, {"action": action}, page="/inbox").status_code for action in ("submit", "save", "")]

    assert answers == [404, 404, 404]
