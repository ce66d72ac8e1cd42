"""Units, posts, accounts and the operation log over HTTP: three administrators, each with a part of their own."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from engine import organisation, posts
from engine.clock import FixedClock
from engine.history.verify import verify
from engine.store.base import writing
from tests.build import SYSTEM, Organisation
from tests.webapp.browser import CHEAP, PASSWORD, Browser
from webapp.accounts.passwords import hash_password
from webapp.accounts.sign_in import add_account
from webapp.cli import main
from webapp.pages import log

ROLES = ("system_admin", "security_admin", "auditor")


class Office:
    """The application and its three administrators, each by the role."""

    def __init__(self, app: Flask, city: Organisation) -> None:
        self.app, self.city = app, city

    def sign_in(self, login: str, password: str = PASSWORD) -> Browser:
        browser = self.app.test_client()
        assert isinstance(browser, Browser)
        assert browser.sign_in(login, password).status_code == 302, login
        return browser

    def unit(self, code: str) -> str:
        return f"/people/unit/{self.city.units[code].id}"

    def posts(self, code: str) -> str:
        return f"{self.unit(code)}/posts"

    def open_account(self, login: str) -> str:
        """Open an account and return the password shown."""
        page = self.sign_in("system_admin").send(
            "/people/accounts", {"action": "open", "login": login, "name": "样例村11 专干"}, page="/people/accounts"
        )
        shown = re.search(r"<code>([a-z0-9-]{19})</code>", page.text)
        assert page.status_code == 200 and shown
        return shown[1]


@pytest.fixture
def office(app: Flask, city: Organisation, database: Engine, clock: FixedClock) -> Office:
    with Session(database, info={"clock": clock}) as session, writing(session):
        for role in ROLES:
            post = organisation.put_post(session, "city", role, grants=[role], actor=SYSTEM)
            organisation.hold_post(session, role, post.id, actor=SYSTEM)
            add_account(
                session, login=role, user_id=role, name=role, at=clock.now(),
                password_hash=hash_password(PASSWORD, cost=CHEAP),
            )  # fmt: skip
    return Office(app, city)


def test_a_new_clerk_gets_an_account_from_one_and_a_post_from_another(office: Office) -> None:
    password = office.open_account("New@V11 ")
    giver = office.sign_in("security_admin")
    page = giver.get(office.unit("v11")).text
    post = re.search(r'name="post" value="([^"]+)"', page)
    assert post
    given = giver.send(
        office.posts("v11"), {"action": "give", "post": post[1], "login": "new@v11"}, page=office.unit("v11")
    )
    assert given.status_code == 303
    assert "样例村11 专干" in giver.get(office.unit("v11")).text
    clerk = office.sign_in("new@v11", password)
    assert "/password" in clerk.get("/inbox").headers.get("Location", "")


def test_an_account_taken_is_refused_and_what_was_typed_stays(office: Office) -> None:
    keeper = office.sign_in("system_admin")
    page = keeper.send(
        "/people/accounts", {"action": "open", "login": "clerk@v11", "name": "再开一个"}, page="/people/accounts"
    )
    assert page.status_code == 422 and "已经有了" in page.text and "再开一个" in page.text


def test_neither_administrator_does_the_others_part(office: Office) -> None:
    keeper, giver, auditor = (office.sign_in(role) for role in ROLES)
    assert "设一个岗位" not in keeper.get(office.unit("v11")).text
    assert "加一个下级单位" not in giver.get(office.unit("v11")).text
    token = giver.token(office.unit("v11"))
    assert keeper.post(office.posts("v11"), data={"action": "put"}).status_code in (400, 404)
    assert giver.post(office.unit("v11"), data={"csrf_token": token, "action": "add"}).status_code == 404
    assert auditor.get("/people").status_code == 404
    assert keeper.get("/log").status_code == 404 and giver.get("/log").status_code == 404


def test_nobody_adds_rights_to_a_post_of_ones_own(office: Office) -> None:
    giver, unit = office.sign_in("security_admin"), office.unit("city")
    posts = dict(
        re.findall(r'<h2 id="p-\d+">([^<]+)</h2>.*?name="post" value="([^"]+)"', giver.get(unit).text, re.DOTALL)
    )
    more = {"action": "put", "keep": "", "role": "designer", "scope": office.city.units["city"].id}
    own = giver.send(office.posts("city"), {**more, "post": posts["security_admin"]}, page=unit)
    assert own.status_code == 422 and "不能动自己的岗位" in own.text
    assert giver.get("/studio/processes").status_code == 404
    assert giver.send(office.posts("city"), {**more, "post": posts["admin"]}, page=unit).status_code == 303


@pytest.mark.parametrize("role", ["system_admin", "security_admin"])
def test_who_keeps_one_village_keeps_not_the_whole_tree(
    office: Office, role: str, database: Engine, clock: FixedClock
) -> None:
    with Session(database, info={"clock": clock}) as session, writing(session):
        post = organisation.put_post(session, "v11", role, grants=[role], actor=SYSTEM)
        organisation.hold_post(session, "clerk@v11", post.id, actor=SYSTEM)
    clerk = office.sign_in("clerk@v11")
    for page in (office.unit("city"), "/people/accounts", "/people/tokens"):
        assert clerk.get(page).status_code == 404
    for page in (office.unit("city"), office.posts("city"), "/people/accounts", "/people/tokens"):
        assert clerk.send(page, {"action": "add"}, page="/inbox").status_code == 404


def test_nobody_gives_a_post_to_oneself_and_three_stay_three(office: Office) -> None:
    giver, unit = office.sign_in("security_admin"), office.unit("city")
    page = giver.get(unit).text
    posts = dict(re.findall(r'<h2 id="p-\d+">([^<]+)</h2>.*?name="post" value="([^"]+)"', page, re.DOTALL))
    own = giver.send(
        office.posts("city"), {"action": "give", "post": posts["admin"], "login": "security_admin"}, page=unit
    )
    assert own.status_code == 422 and "不能给自己" in own.text
    both = giver.send(
        office.posts("city"), {"action": "give", "post": posts["auditor"], "login": "system_admin"}, page=unit
    )
    assert both.status_code == 422 and "三员分立" in both.text
    one = giver.send(
        office.posts("city"), {"action": "give", "post": posts["auditor"], "login": "clerk@v11"}, page=unit
    )
    assert one.status_code == 303


def test_a_closed_account_is_out_at_once_and_comes_back(office: Office, database: Engine) -> None:
    keeper, clerk = office.sign_in("system_admin"), office.sign_in("clerk@v11")
    with database.connect() as connection:
        account = connection.execute(text("SELECT id FROM accounts WHERE login = 'clerk@v11'")).scalar_one()

    def act(action: str) -> int:
        order = {"action": action, "id": account, "q": "v11"}
        return int(keeper.send("/people/accounts", order, page="/people/accounts").status_code)

    assert act("disable") == 303
    assert clerk.get("/inbox").status_code == 302
    stranger = office.app.test_client()
    assert isinstance(stranger, Browser)
    assert stranger.sign_in("clerk@v11").status_code == 422
    assert act("enable") == 303
    assert office.sign_in("clerk@v11").get("/inbox").status_code == 200
    assert act("reset") == 200
    assert stranger.sign_in("clerk@v11").status_code == 422


def test_an_administrator_does_not_touch_the_own_account(office: Office, database: Engine) -> None:
    with database.connect() as connection:
        own = connection.execute(text("SELECT id FROM accounts WHERE login = 'system_admin'")).scalar_one()
    keeper = office.sign_in("system_admin")
    answer = keeper.send("/people/accounts", {"action": "disable", "id": own}, page="/people/accounts")
    assert answer.status_code == 422 and "不能动自己的账号" in answer.text
    auditor = office.sign_in("auditor").get("/people/accounts?q=auditor").text
    assert "auditor</span>" in auditor and "重设密码" not in auditor, "what would be refused is not offered"


def test_no_administrator_takes_over_another_duty_by_its_password(
    office: Office, database: Engine, clock: FixedClock
) -> None:
    with Session(database, info={"clock": clock}) as session, writing(session):
        # Deputising for the auditor is auditing.
        posts.name_deputy(session, "auditor", "clerk@v11", actor=SYSTEM, since=clock.now(), until=None)
        ids = {role: session.execute(text("SELECT id FROM accounts WHERE login = :one"), {"one": role}).scalar_one()
               for role in (*ROLES, "clerk@v11", "clerk@v12", "admin@city")}  # fmt: skip
        post = session.execute(text("SELECT id FROM posts WHERE name = 'auditor'")).scalar_one()
        organisation.hold_post(session, "admin@city", post, actor=SYSTEM)

    def reset(role: str, login: str) -> tuple[int, str]:
        order = {"action": "reset", "id": ids[login]}
        answer = office.sign_in(role).send("/people/accounts", order, page="/people/accounts")
        return answer.status_code, answer.text

    for role in ROLES:
        for login in (*ROLES, "clerk@v11", "admin@city"):
            if (role, login) == ("auditor", "admin@city"):
                continue
            status, page = reset(role, login)
            own = role == login
            allowed = role == "auditor" and login == "clerk@v11"
            assert status == (200 if allowed else 422), (role, login)
            if not allowed:
                assert "<code>" not in page and ("自己的账号" if own else "同一员的另一个人") in page
    assert reset("auditor", "admin@city")[0] == 200
    assert reset("security_admin", "clerk@v12")[0] == 422 and reset("auditor", "clerk@v12")[0] == 422
    assert reset("system_admin", "clerk@v12")[0] == 200
    auditor = office.sign_in("auditor")
    assert (
        auditor.send("/people/accounts", {"action": "open", "login": "x"}, page="/people/accounts").status_code == 404
    )


def test_who_runs_the_server_gives_a_lone_auditor_a_password_on_the_record(office: Office, database: Engine) -> None:
    order = ["reset-password", "Auditor", "--db", database.url.render_as_string(hide_password=False)]
    answer = CliRunner().invoke(main, order, catch_exceptions=False)
    assert "/password" in office.sign_in("auditor", answer.stdout.strip()).get("/inbox").headers["Location"]
    with database.connect() as connection:
        bodies = connection.execute(text("SELECT body FROM events WHERE kind = 'password-reset'")).scalars().all()
    assert len(bodies) == 1 and '"cli"' in bodies[0] and answer.stdout.strip() not in bodies[0]
    assert CliRunner().invoke(main, [*order[:1], "nobody", *order[2:]]).exit_code == 1


def test_a_unit_is_added_changed_and_closed(office: Office, database: Engine, clock: FixedClock) -> None:
    keeper, town = office.sign_in("system_admin"), office.unit("t1")
    added = {"action": "add", "name": "样例村13", "code": "v13", "level": "village"}
    assert keeper.send(town, added, page=town).status_code == 303
    assert "样例村13" in keeper.get("/people?q=v13").text
    assert keeper.send(town, added, page=town).status_code == 422
    with Session(database, info={"clock": clock}) as session:
        made = organisation.unit(session, "v13").id
    place = f"/people/unit/{made}"
    moved = {"action": "change", "name": "样例村13", "level": "village", "parent": "t2"}
    assert keeper.send(place, moved, page=place).status_code == 303
    assert "样例镇02" in keeper.get(place).text
    assert keeper.send(place, {"action": "close", "successor": "nobody", "note": "并村"}, page=place).status_code == 422
    assert keeper.send(place, {"action": "close", "successor": "v21", "note": "并村"}, page=place).status_code == 303
    assert "已撤销" in keeper.get(place).text


def test_the_log_tells_what_was_done_is_checked_and_taken_away(office: Office, database: Engine) -> None:
    password = office.open_account("new@v11")
    auditor = office.sign_in("auditor")
    book = auditor.get("/log?book=organisation&verify=1").text
    assert "新设账号" in book and "system_admin" in book and "没有被改过" in book
    assert password not in book
    only = auditor.get("/log?book=organisation&kind=account-added").text
    assert only.count("<tr") == 2
    assert "登录" in auditor.get("/log").text and "这里没有记录" in auditor.get("/log?day=1999-01-01").text
    taken = auditor.get("/log?book=organisation&format=csv")
    assert (
        taken.headers["Content-Type"].startswith("text/csv") and "account" not in taken.headers["Content-Disposition"]
    )
    assert "新设账号" in taken.get_data(as_text=True)
    assert "log:organisation" in auditor.get("/log?kind=export").text
    with Session(database) as session:
        assert verify(session).ok


def test_the_page_checks_the_newest_and_says_that_it_left_the_rest(
    office: Office, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    auditor, address = office.sign_in("auditor"), "/log?book=organisation&verify=1"
    assert "qingche verify" not in auditor.get(address).text
    monkeypatch.setattr(log, "_CHECKED", 10)
    page = auditor.get(address).text
    assert "没有被改过" in page and "1 条链、10 条记录" in page and "条没有核对" in page and "qingche verify" in page
    with Session(database) as session:
        whole = verify(session, ["organisation"])
    assert f"更早的 {whole.events - 10} 条" in page
    guard = "events_no_update" if database.dialect.name == "sqlite" else "events_no_change ON events"
    change = text(
        "UPDATE events SET body = replace(body, '\"kind\"', '\"kind \"') WHERE stream = 'organisation' AND seq = :seq"
    )
    with database.begin() as connection:
        connection.execute(text(f"DROP TRIGGER {guard}"))
        connection.execute(change, {"seq": whole.events - 10})
    assert "没有被改过" in auditor.get(address).text
    with database.begin() as connection:
        connection.execute(change, {"seq": whole.events - 9})
    assert f"第 {whole.events - 9} 条" in auditor.get(address).text


def test_the_log_is_read_page_by_page(office: Office) -> None:
    for number in range(3):
        office.open_account(f"new{number}@v11")
    auditor = office.sign_in("auditor")
    seen: list[str] = []
    place: str | None = "/log?book=organisation"
    while place:
        page = auditor.get(place).text
        seen += re.findall(r'title="organisation #(\d+) ', page)
        following = re.search(r'<a class="btn btn-plain btn-sm" href="(/log\?[^"]*before=[^"]+)"', page)
        place = following[1].replace("&amp;", "&") if following else None
    assert seen == [str(n) for n in range(len(seen), 0, -1)] and len(seen) > 50


def test_an_entry_changed_behind_the_back_is_found(office: Office, database: Engine) -> None:
    guard = "events_no_update" if database.dialect.name == "sqlite" else "events_no_change ON events"
    with database.begin() as connection:
        connection.execute(text(f"DROP TRIGGER {guard}"))
        connection.execute(
            text("UPDATE events SET body = replace(body, '样例村12', '样例村99') WHERE stream = 'organisation'")
        )
    page = office.sign_in("auditor").get("/log?book=organisation&verify=1").text
    assert "对不上" in page and "没有被改过" not in page


def test_a_token_is_shown_once_works_and_is_ended_by_the_security_administrator(office: Office) -> None:
    keeper = office.sign_in("security_admin")
    made = {"action": "make", "purpose": "打印中心", "unit": "city", "topics": "print\nmessage:缴费", "days": "30"}
    page = keeper.send("/people/tokens", made, page="/people/tokens")
    shown = re.search(r"<code[^>]*>(qc_[\w-]+)</code>", page.text)
    assert page.status_code == 200 and shown
    asked = {"worker": "w", "topics": ["print"], "lock_seconds": 30}
    machine, header = office.app.test_client(), {"Authorization": f"Bearer {shown[1]}"}
    assert machine.post("/api/v1/external-tasks/fetch-and-lock", json=asked, headers=header).status_code == 200
    again = keeper.get("/people/tokens").text
    assert shown[1] not in again and "打印中心" in again and "message:缴费" in again
    found = re.search(r'name="id" value="([0-9a-f-]{36})"', again)
    assert found
    ended = keeper.send("/people/tokens", {"action": "end", "id": found[1]}, page="/people/tokens")
    assert ended.status_code == 303 and "已收回" in keeper.get("/people/tokens").text
    assert machine.post("/api/v1/external-tasks/fetch-and-lock", json=asked, headers=header).status_code == 401
    assert keeper.send("/people/tokens", {"action": "end", "id": found[1]}, page="/people/tokens").status_code == 404
    log = office.sign_in("auditor").get("/log?book=organisation").text
    assert "发出系统口令" in log and "收回系统口令" in log and shown[1] not in log


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"purpose": " "}, "purpose"), ({"unit": "nowhere"}, "unit"), ({"topics": "\n"}, "topics"),
     ({"days": "0"}, "days"), ({"days": "99999"}, "days"), ({"days": "000019999"}, "days"), ({"days": "九"}, "days")],
)  # fmt: skip
def test_a_token_that_says_too_little_is_not_made(office: Office, wrong: dict[str, str], field: str) -> None:
    keeper = office.sign_in("security_admin")
    made = {"action": "make", "purpose": "打印中心", "unit": "city", "topics": "*", "days": "30"} | wrong
    page = keeper.send("/people/tokens", made, page="/people/tokens")
    assert page.status_code == 422 and f'href="#{field}"' in page.text
    assert "还没有发过口令" in page.text
