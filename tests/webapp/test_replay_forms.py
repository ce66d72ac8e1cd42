"""The replay shows each step's form as it lay before its holder, and what was done beside the diagram."""

from __future__ import annotations

import re

import pytest

from tests.webapp.desk import Desk
from tests.webapp.test_case import returned_and_approved
from tests.webapp.test_operate import order
from tests.webapp.test_replay_page import marks, words
from webapp import replaying


def held(page: str) -> str:
    return words(page.split('id="held"')[1].split('aria-labelledby="f1"')[0])


def test_a_form_is_shown_with_the_rights_of_its_step(desk: Desk) -> None:
    case = returned_and_approved(desk)
    auditor = desk.browser("audit@city")

    handed_in = held(auditor.get(f"{case}/replay?at=2").text)
    assert "交上来的“起草申请”" in handed_in and "300.00 元" in handed_in and "只给自己看" in handed_in
    assert "可填" in handed_in and "不给这一步看的：清单" in handed_in

    sent_back = held(auditor.get(f"{case}/replay?at=3").text)
    assert "交上来的“审核”" in sent_back and "金额请写清楚" in sent_back
    # What the reviewer had before them is the request in the view of their step, which hides one field.
    assert "依据：" in sent_back and "冬春防火隐患排查" in sent_back and "只给自己看" not in sent_back

    begun = held(auditor.get(f"{case}/replay?at=1").text)
    assert "“起草申请”办的人看到的" in begun and "冬春防火" not in begun


def test_another_holders_form_is_one_link_away(desk: Desk) -> None:
    case, _ = desk.submitted()
    auditor = desk.browser("audit@city")
    page = auditor.get(f"{case}/replay?at=2").text
    link = re.search(r'<th scope="row"><a href="([^"]*task=[^"]+)#held" data-go>审核</a>', page)
    assert link
    assert "“审核”办的人看到的" in held(auditor.get(link.group(1).replace("&amp;", "&")).text)


@pytest.mark.parametrize(("login", "sees"), [("clerk@d1", "起草申请"), ("clerk@sw", None)])
def test_nobody_sees_by_it_what_their_own_steps_hide(desk: Desk, login: str, sees: str | None) -> None:
    case, _ = desk.submitted()
    page = desk.browser(login).get(f"{case}/replay?at=2").text
    if sees is None:
        assert "只给自己看" not in page and "起草申请”" not in words(page.split('id="held"')[-1].split("</h2>")[0])
    else:
        assert sees in held(page)


def test_what_was_done_by_hand_is_drawn_and_told(desk: Desk) -> None:
    case, _ = desk.submitted()
    auditor, operator = desk.browser("audit@city"), desk.browser("admin@city")
    before = auditor.get(f"{case}/replay").text
    assert "都照第 1 版的图走" in before and 'id="dev"' not in before
    _, done = order(operator, case, action="restart", element="draft", values="now")
    assert done.status_code == 303

    after = auditor.get(f"{case}/replay").text
    told = words(after.split('id="dev"')[1].split("</section>")[0])
    assert "重新办" in told and "起草申请" in told and "核实" in told
    drawn = marks(after)[0]
    assert drawn["draft"]["note"] == drawn["review"]["note"] == "第 3 步人工动过"
    assert all("note" not in mark for mark in marks(auditor.get(f"{case}/replay?at=2").text)[0].values())


def test_a_long_chain_is_checked_after_the_page_is_there(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "PROVEN_UNASKED", 1)
    case, _ = desk.submitted()
    auditor = desk.browser("audit@city")
    page = auditor.get(f"{case}/replay").text
    later = re.search(r'href="([^"]*prove=1)" data-go data-later', page)
    assert later and "记录链完整" not in page and "未被改动" not in page

    assert "记录链完整" in auditor.get(later.group(1).replace("&amp;", "&") + "&part=1").text
    assert "记录链完整" in auditor.get(f"{case}/replay?at=1&part=1").text
    assert "记录链完整" not in auditor.get(f"{case}/replay").text


@pytest.mark.parametrize(("login", "sees"), [("audit@city", True), ("clerk@sw", False)])
def test_everything_that_happened_stands_in_a_table(desk: Desk, login: str, sees: bool) -> None:
    case = returned_and_approved(desk)
    browser = desk.browser(login)
    page = browser.get(f"{case}/replay?as=table").text
    rows = [words(row) for row in page.split("<tbody>")[1].split("<tr>")[1:]]
    assert ["审核：同意" in rows[0], "审核：退回补充" in rows[2], "发起" in rows[4]] == [True] * 3
    assert "金额请写清楚" in rows[2] and "300.00 元" in rows[1] and "800.00 元" in rows[1] and "800" not in rows[3]
    assert ("只给自己看" in page) is sees
    earlier = browser.get(f"{case}/replay?as=table&at=2").text
    assert earlier.count("<tr>") == 3 and "更后的" in earlier and "更早的" not in earlier
