"""What the browser is told, and what is refused before a view runs."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Blueprint, Flask

from tests.webapp.browser import PASSWORD, Browser
from webapp.access import anyone, rule
from webapp.config import load
from webapp.security import allows_inline_styles, content_policy


def directives(policy: str) -> dict[str, str]:
    return {name: rest for name, _, rest in (part.strip().partition(" ") for part in policy.split(";"))}


@pytest.mark.parametrize("path", ["/login", "/password", "/nowhere", "/healthz", "/static/mark.svg"])
def test_every_answer_carries_the_headers(browser: Browser, path: str) -> None:
    headers = browser.get(path).headers
    policy = directives(headers["Content-Security-Policy"])
    assert policy["script-src"] == policy["style-src"] == policy["default-src"] == "'self'"
    assert policy["object-src"] == policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"


def test_a_designer_page_may_set_styles_and_still_no_script(app: Flask) -> None:
    pages = Blueprint("drawing", __name__)
    pages.add_url_rule("/drawing", view_func=rule(anyone)(allows_inline_styles(lambda: "drawn")))
    app.register_blueprint(pages)
    first, second = (app.test_client().get("/drawing").headers["Content-Security-Policy"] for _ in range(2))
    policy = directives(first)
    assert policy["script-src"] == "'self'"
    assert policy["style-src-attr"] == "'unsafe-inline'"
    assert policy["style-src"].startswith("'self' 'nonce-")
    assert first != second


def test_a_portal_may_frame_the_pages_when_it_is_named(make_app: Callable[..., Flask]) -> None:
    headers = make_app(FRAME_ANCESTORS="https://portal.example").test_client().get("/login").headers
    assert directives(headers["Content-Security-Policy"])["frame-ancestors"] == "https://portal.example"
    assert "X-Frame-Options" not in headers
    assert content_policy(ancestors="'none'").endswith("frame-ancestors 'none'")


def test_pages_are_never_kept_and_built_files_always(browser: Browser) -> None:
    assert browser.get("/login").headers["Cache-Control"] == "private, no-store"
    assert browser.get("/static/mark.svg").headers["Cache-Control"] == "no-cache"


def test_a_post_without_the_token_changes_nothing(browser: Browser) -> None:
    answer = browser.post("/login", data={"login": "clerk@v11", "password": PASSWORD})
    assert answer.status_code == 400
    assert "没有保存。这一页打开后登录状态变了" in answer.text
    assert browser.get("/password").status_code == 302


def test_the_token_of_somebody_else_is_refused(app: Flask) -> None:
    mine, theirs = app.test_client(), app.test_client()
    assert isinstance(mine, Browser)
    assert isinstance(theirs, Browser)
    mine.sign_in("clerk@v11")
    theirs.sign_in("clerk@v12")
    token = theirs.token("/password")
    assert mine.post("/logout", data={"csrf_token": token}).status_code == 400
    assert mine.get("/password").status_code == 200


def test_the_session_cookie_is_for_the_server_alone(browser: Browser) -> None:
    cookie = browser.get("/login").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_over_tls_the_cookie_is_secure_and_bound_to_the_host(make_app: Callable[..., Flask]) -> None:
    answer = make_app(HTTPS=True).test_client().get("/login", base_url="https://localhost")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-qingche=")
    assert "Secure" in cookie
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")


@pytest.mark.parametrize("path", ["/search?q=a%00b", "/case/%00", "/cases/request?%00=1", "/inbox?phase=%00"])
def test_a_zero_sign_in_an_address_is_not_understood(browser: Browser, path: str) -> None:
    browser.sign_in("clerk@d1")
    assert browser.get(path).status_code == 400


def test_a_zero_sign_in_a_form_is_not_understood(browser: Browser) -> None:
    assert browser.sign_in("clerk\0@d1").status_code == 400
    assert browser.sign_in("clerk@d1").status_code == 302
    assert browser.send("/studio/upload", {"note": "\0"}, page="/password").status_code == 400


def test_a_host_nobody_named_is_refused(browser: Browser) -> None:
    assert browser.get("/login", headers={"Host": "evil.example"}).status_code == 400


def test_guessing_passwords_fast_is_slowed_down(make_app: Callable[..., Flask], city: object) -> None:
    client = make_app(RATELIMIT_ENABLED=True, LOGIN_RATE="3 per minute").test_client()
    assert isinstance(client, Browser)
    answers = [client.sign_in(f"nobody{n}", "wrong").status_code for n in range(4)]
    assert answers == [422, 422, 422, 429]
    blocked = client.sign_in("nobody9", "wrong")
    assert "来得太快了，请稍等" in blocked.text
    assert blocked.headers["Retry-After"] == "60"


def test_the_secret_key_is_made_once_and_kept_private(make_app: Callable[..., Flask]) -> None:
    first, second = make_app(), make_app()
    assert first.config["SECRET_KEY"] == second.config["SECRET_KEY"]
    kept = Path(first.config["VAR"]) / "secret.key"
    assert kept.stat().st_mode & 0o077 == 0
    assert len(first.config["SECRET_KEY"]) == 64


def test_processes_that_start_together_have_one_secret(tmp_path: Path) -> None:
    # Made one after the other: Python 3.11 cannot compile the routes of two at a time.
    apps = [Flask("starting") for _ in range(8)]

    def secret(app: Flask, var: Path) -> str:
        load(app, {"VAR": str(var), "SECRET_KEY": None})
        return str(app.config["SECRET_KEY"])

    with ThreadPoolExecutor(8) as starting:
        for at in range(30):
            read = list(starting.map(secret, apps, [tmp_path / str(at)] * 8))
            assert {len(each) for each in read} == {64} and len(set(read)) == 1
            assert [file.name for file in (tmp_path / str(at)).iterdir()] == ["secret.key"]
