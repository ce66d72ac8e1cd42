"""A case at one of its events: as it stood then, for who may see it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from sqlalchemy import text

from tests.webapp.desk import Desk
from tests.webapp.test_case import returned_and_approved


def words(page: str) -> str:
    return re.sub(r"<[^>]+>|\s+", " ", page)


def marks(page: str) -> list[dict[str, Any]]:
    found = re.findall(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)
    return [json.loads(data)["marks"] for data in found]


def test_each_event_shows_what_was_so_then(desk: Desk) -> None:
    case = returned_and_approved(desk)
    auditor = desk.browser("audit@city")
    first = auditor.get(f"{case}/replay?at=1").text
    submitted = auditor.get(f"{case}/replay?at=2").text
    again = auditor.get(f"{case}/replay?at=4").text

    assert marks(first)[0]["draft"] == {"state": "now"} and "review" not in marks(first)[0]
    assert marks(submitted)[0]["review"] == {"state": "now"}
    assert marks(again)[0]["review"] == {"state": "now", "count": "第 2 次"}
    assert "300.00 元" in submitted and "800.00 元" not in submitted and "300.00 元" not in first
    assert re.search(r"<del>.*?300\.00 元</del>.*?<ins>.*?800\.00 元</ins>", again, re.DOTALL)
    assert "按当时输入重算，结果一致" in again and "步未被改动" in again
    assert "冬春防火隐患排查" in words(submitted).split("当时在谁手里")[1]


def test_it_is_walked_without_script(desk: Desk) -> None:
    case = returned_and_approved(desk)
    page = desk.browser("audit@city").get(f"{case}/replay?at=2").text

    links = [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]*/replay\?at=\d+[^"]*)" data-go', page)]
    assert [f"{case}/replay?at={n}" in links for n in (1, 2, 3)] == [True] * 3
    assert 'type="range" min="1"' in page and "<noscript><button" in page
    part = desk.browser("audit@city").get(f"{case}/replay?at=2&part=1").text
    assert "<html" not in part and part.strip() in page


def test_two_moments_stand_side_by_side(desk: Desk) -> None:
    case = returned_and_approved(desk)
    page = desk.browser("audit@city").get(f"{case}/replay?at=4&with=2").text

    now, then = marks(page)
    assert now["draft"]["state"] == "back" and then["draft"]["state"] == "done"
    compared = words(page.split('id="cmp"')[1].split("</section>")[0])
    assert "300.00 元" in compared and "800.00 元" in compared and "只给自己看" not in compared


@pytest.mark.parametrize(("login", "sees"), [("clerk@d1", True), ("clerk@sw", False), ("audit@city", True)])
def test_what_a_reader_may_not_see_stays_hidden(desk: Desk, login: str, sees: bool) -> None:
    case, _ = desk.submitted()
    browser = desk.browser(login)

    pages = [browser.get(f"{case}/replay?at={n}&with={m}").text for n, m in ((1, 2), (2, 1), (2, 2))]

    assert any("只给自己看" in page for page in pages) is sees
    assert browser.get(f"{case}/field?pointer=/inner").status_code == (200 if sees else 404)


@pytest.mark.parametrize("path", ["/replay", "/replay?at=1&part=1", "/field?pointer=/subject"])
@pytest.mark.parametrize("login", ["clerk@d2", "clerk@t1", "admin@city"])
def test_a_case_of_others_has_no_past(desk: Desk, login: str, path: str) -> None:
    case, _ = desk.submitted()
    answer = desk.browser(login).get(case + path)
    assert answer.status_code == 404 and "冬春防火" not in answer.text


def test_child_cases_are_followed_at_the_same_moment(desk: Desk) -> None:
    case = returned_and_approved(desk)
    auditor = desk.browser("audit@city")
    page = auditor.get(f"{case}/replay").text
    link = re.search(r'href="(/case/[^"]+/replay\?time=[^"]+)"', page)
    assert link

    child = auditor.get(link.group(1).replace("&amp;", "&")).text
    assert "第 1 步" in child and f"{case}/replay?time=" in child
    assert f"{case}/replay?time=" not in desk.browser("clerk@t1").get(link.group(1).split("?")[0]).text


def test_a_changed_record_is_told_with_its_place(desk: Desk) -> None:
    case, _ = desk.submitted()
    with desk.database.begin() as connection:
        connection.execute(
            text("UPDATE event_values SET after = '\"别的\"' WHERE stream = :s AND seq = 2 AND pointer = '/subject'"),
            {"s": f"case:{case.removeprefix('/case/')}"},
        )
    page = desk.browser("audit@city").get(f"{case}/replay").text
    assert "第 2 步的记录被改动过" in page and "步未被改动" not in page


def test_nonsense_in_the_address_leads_to_an_event_or_to_nothing(desk: Desk) -> None:
    case, _ = desk.submitted()
    auditor = desk.browser("audit@city")
    for query in ("at=0", "at=999", "at=x", "at=-1", "with=7", "from=99999", "at=²", "time=2020-01-01"):
        assert auditor.get(f"{case}/replay?{query}").status_code == 200, query
    assert auditor.get(f"{case}/replay?time=x").status_code == 404


def test_the_life_of_a_field_and_who_looked(desk: Desk) -> None:
    case = returned_and_approved(desk)
    lines = desk.browser("clerk@d1").get(f"{case}/field?pointer=/lines/0/amount").text
    assert "300.00 元" in lines and "800.00 元" in lines and "谁看过" not in lines

    looked = desk.browser("audit@city").get(f"{case}/field?pointer=/lines/0/amount").text
    assert "谁看过" in looked and "看了这一项的经过" in looked


def test_a_case_is_held_and_let_go_again(desk: Desk) -> None:
    case, _ = desk.submitted()
    auditor = desk.browser("audit@city")
    desk.browser("clerk@d1").send(f"{case}/cancel", {"reason": "重复"}, page=f"{case}/cancel")
    page, field = f"{case}/hold", f"{case}/field?pointer=/inner"
    assert f'href="{page}"' in auditor.get(f"{case}/replay").text
    assert f'href="{page}"' not in desk.browser("clerk@d1").get(f"{case}/replay").text
    assert auditor.send(page, {"action": "place", "reason": " "}, page=page).status_code == 422
    assert auditor.send(page, {"action": "place", "reason": "复议第 3 号"}, page=page).status_code == 303
    assert "正在保全" in auditor.get(page).text and "复议第 3 号" in auditor.get("/audit/holds").text
    told = {"pointer": "/inner", "reason": "本人申请", "basis": "个人信息保护法"}
    assert auditor.send(f"{case}/field", told, page=page).status_code == 409
    assert "依法删除这一项" not in auditor.get(field).text and "正在保全" in auditor.get(field).text
    assert auditor.send(page, {"action": "lift", "reason": "结案"}, page=page).status_code == 303
    assert "没有保全" in auditor.get(page).text and "现在没有保全的事" in auditor.get("/audit/holds").text
    assert "依法删除这一项" in auditor.get(field).text and "解除保全" in auditor.get(case).text


def test_a_field_is_erased_by_law(desk: Desk) -> None:
    case, _ = desk.submitted()
    auditor, clerk = desk.browser("audit@city"), desk.browser("clerk@d1")
    page = f"{case}/field?pointer=/inner"
    assert "依法删除这一项" not in auditor.get(page).text  # the case still runs
    clerk.send(f"{case}/cancel", {"reason": "重复"}, page=f"{case}/cancel")
    told = {"pointer": "/inner", "reason": "本人申请", "basis": "个人信息保护法"}

    assert "依法删除这一项" in auditor.get(page).text and "依法删除这一项" not in clerk.get(page).text
    assert auditor.send(f"{case}/field", {**told, "basis": ""}, page=page).status_code == 422
    assert auditor.send(f"{case}/field", told, page=page).status_code == 303
    after = auditor.get(page).text
    assert "只给自己看" not in after and "已依法删除" in after and "依法删除这一项" not in after
    replayed = auditor.get(f"{case}/replay?at=3").text
    assert "步未被改动" in replayed and "的输入已依法删除" in words(replayed) and "只给自己看" not in replayed
    assert "依法删除一项内容" in auditor.get(case).text
