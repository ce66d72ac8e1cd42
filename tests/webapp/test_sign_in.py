"""Signing in and out, through the login page only."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from engine.clock import FixedClock
from engine.store.base import writing
from engine.store.events import EventRow
from tests.webapp.browser import PASSWORD, Browser
from webapp.accounts.sign_in import attempts, record_failure
from webapp.accounts.tables import AccountRow, SignInRow


def cookie_of(browser: Browser) -> str:
    found = browser.get_cookie("qingche")
    assert found is not None
    return found.value


def access_kinds(database: Engine) -> list[str]:
    with Session(database) as session:
        rows = session.execute(select(EventRow.kind, EventRow.stream).order_by(EventRow.at, EventRow.seq))
        return [row.kind for row in rows if row.stream.startswith("access:")]


def test_a_page_asks_who_is_there_and_comes_back_to_where_one_was_going(browser: Browser) -> None:
    asked = browser.get("/password?from=mail")
    assert asked.status_code == 302
    assert asked.location == "/login?next=/password%3Ffrom%3Dmail"
    page = browser.get(asked.location).text
    assert 'name="next" value="/password?from=mail"' in page
    answer = browser.send("/login", {"login": "clerk@v11", "password": PASSWORD, "next": "/password?from=mail"})
    assert (answer.status_code, answer.location) == (302, "/password?from=mail")
    assert "样例村11 clerk" in browser.get("/password").text


@pytest.mark.parametrize(
    "target", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:x", "/a\nb"]
)
def test_signing_in_never_leads_to_another_site(browser: Browser, target: str) -> None:
    answer = browser.send("/login", {"login": "clerk@v11", "password": PASSWORD, "next": target})
    assert answer.location == "/"


def test_the_login_name_is_read_as_people_type_it(browser: Browser) -> None:
    assert browser.sign_in(" Ｃlerk@V11 ").status_code == 302


def test_a_wrong_password_says_how_often_one_may_still_try(browser: Browser) -> None:
    answer = browser.sign_in("clerk@v11", "wrong")
    assert answer.status_code == 422
    assert "账号或密码不对，还可以试 4 次" in answer.text
    assert 'value="clerk@v11"' in answer.text
    assert "wrong" not in answer.text


@pytest.mark.parametrize("login", ["clerk@v11", "nobody@nowhere"])
def test_five_wrong_passwords_lock_a_name_for_a_quarter_of_an_hour(
    browser: Browser, clock: FixedClock, login: str
) -> None:
    for left in (4, 3, 2, 1):
        assert f"还可以试 {left} 次" in browser.sign_in(login, "wrong").text
    locked = browser.sign_in(login, "wrong")
    assert locked.status_code == 429
    assert "连续输错 5 次，这个账号锁到 09:15" in locked.text
    # The right password does not open it either, and nobody learns that it was right.
    assert browser.sign_in(login, PASSWORD).status_code == 429
    clock.advance(minutes=15, seconds=1)
    again = browser.sign_in(login, PASSWORD)
    assert again.status_code == (302 if login == "clerk@v11" else 422)


def test_guesses_made_at_once_are_counted_one_after_the_other(database: Engine, clock: FixedClock) -> None:
    together = threading.Barrier(4)

    def guess(_number: int) -> int:
        together.wait(10)
        with Session(database) as session, writing(session):
            known = attempts(session, "clerk@v11", at=clock.now())
            assert known.locked_until is None
            after = record_failure(
                session, "clerk@v11", at=clock.now(), lock_after=9, lock_for=timedelta(minutes=15)
            )  # fmt: skip
            return after.failed

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(guess, range(4))) == [1, 2, 3, 4]


def test_a_right_password_forgets_the_wrong_ones(browser: Browser) -> None:
    browser.sign_in("clerk@v11", "wrong")
    browser.sign_in("clerk@v11")
    browser.send("/logout", page="/password")
    assert "还可以试 4 次" in browser.sign_in("clerk@v11", "wrong").text


def test_an_unknown_name_costs_as_much_hashing_as_a_known_one(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from webapp.accounts import passwords

    checked: list[str] = []
    ours = passwords.hasher((1, 8, 1))
    real = type(ours).verify

    def count(self: object, stored: str, password: str) -> bool:
        checked.append(stored)
        return bool(real(ours, stored, password))

    monkeypatch.setattr(type(ours), "verify", count)
    for login in ("clerk@v11", "nobody@nowhere"):
        app.test_client().sign_in(login, "wrong")  # type: ignore[attr-defined]
    assert len(checked) == 2
    assert {stored.split("$")[3] for stored in checked} == {"m=8,t=1,p=1"}


def test_signing_in_starts_a_session_nobody_could_have_planted(browser: Browser) -> None:
    browser.get("/login")
    before = cookie_of(browser)
    token = browser.token()
    browser.sign_in("clerk@v11")
    after = cookie_of(browser)
    assert before != after
    # Neither the cookie nor the token from before is worth anything now.
    assert browser.post("/logout", data={"csrf_token": token}).status_code == 400
    browser.set_cookie("qingche", before)
    assert browser.get("/password").status_code == 302


def test_signing_out_ends_the_session_on_the_server_too(browser: Browser, database: Engine) -> None:
    browser.sign_in("clerk@v11")
    stolen = cookie_of(browser)
    assert browser.send("/logout", page="/password").location == "/login"
    browser.set_cookie("qingche", stolen)
    assert browser.get("/password").status_code == 302
    with Session(database) as session:
        assert session.execute(select(SignInRow.ended_at)).scalar_one() is not None


def test_an_hour_without_use_ends_the_session(browser: Browser, clock: FixedClock) -> None:
    browser.sign_in("clerk@v11")
    for _ in range(3):
        clock.advance(minutes=50)
        assert browser.get("/password").status_code == 200
    clock.advance(minutes=61)
    assert browser.get("/password").status_code == 302


def test_twelve_hours_end_the_session_however_busy(browser: Browser, clock: FixedClock) -> None:
    browser.sign_in("clerk@v11")
    for _ in range(14):
        clock.advance(minutes=50)
        assert browser.get("/password").status_code == 200
    clock.advance(minutes=21)
    assert browser.get("/password").status_code == 302


def test_the_database_keeps_no_token_and_no_password(browser: Browser, database: Engine) -> None:
    browser.sign_in("clerk@v11")
    with browser.session_transaction() as kept:
        token = kept["_user_id"]
    with Session(database) as session:
        row = session.execute(select(SignInRow)).scalar_one()
        assert token not in (row.token_sha256, row.account_id)
        stored = session.execute(select(AccountRow.password_hash).limit(1)).scalar_one()
        assert stored.startswith("$argon2id$")


def test_an_account_that_is_disabled_is_out_at_once(browser: Browser, database: Engine, clock: FixedClock) -> None:
    browser.sign_in("clerk@v11")
    with Session(database) as session:
        row = session.execute(select(AccountRow).where(AccountRow.login == "clerk@v11")).scalar_one()
        row.disabled_at = "2026-11-23T01:00:00.000000Z"
        session.commit()
    assert browser.get("/password").status_code == 302
    assert "还可以试 4 次" in browser.sign_in("clerk@v11").text


def test_sign_ins_failures_and_sign_outs_are_events(browser: Browser, database: Engine, clock: FixedClock) -> None:
    browser.sign_in("clerk@v11", "wrong")
    clock.advance(timedelta(seconds=1))
    browser.sign_in("clerk@v11")
    clock.advance(timedelta(seconds=1))
    browser.send("/logout", page="/password")
    assert access_kinds(database) == ["sign-in-failed", "sign-in", "sign-out"]


def test_a_new_password_ends_every_other_sign_in(app: Flask) -> None:
    here, there = app.test_client(), app.test_client()
    assert isinstance(here, Browser)
    assert isinstance(there, Browser)
    here.sign_in("clerk@v11")
    there.sign_in("clerk@v11")
    wrong = here.send("/password", {"old": "no", "new": "short", "again": "other"}, page="/password")
    assert wrong.status_code == 422
    assert all(text in wrong.text for text in ("现在的密码不对", "新密码至少 10 个字", "两次填的新密码不一样"))
    changed = here.send(
        "/password", {"old": PASSWORD, "new": "quite another one", "again": "quite another one"}, page="/password"
    )
    assert (changed.status_code, changed.location) == (302, "/")
    assert here.get("/password").status_code == 200
    assert there.get("/password").status_code == 302
    assert there.sign_in("clerk@v11").status_code == 422
    assert there.sign_in("clerk@v11", "quite another one").status_code == 302


def test_a_password_somebody_else_set_is_changed_before_anything_else(browser: Browser, database: Engine) -> None:
    with Session(database) as session:
        session.execute(select(AccountRow).where(AccountRow.login == "clerk@v11")).scalar_one().must_change = True
        session.commit()
    browser.sign_in("clerk@v11")
    for path in ("/", "/figures", "/search"):
        assert browser.get(path).location == "/password"
    assert "现在的密码是别人给您设的" in browser.get("/password").text
    new = {"old": PASSWORD, "new": "only I know this", "again": "only I know this"}
    browser.send("/password", new, page="/password")
    assert browser.get("/").location != "/password"
