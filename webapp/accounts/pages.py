"""Sign-in, sign-out, password, language and theme."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, make_response, redirect, request, url_for
from flask import session as browser
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address
from flask_login import current_user, login_user, logout_user
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as Answer

from webapp import db, wording
from webapp.access import anyone, note_access, now, rule, sign_in, signed_in
from webapp.accounts import passwords
from webapp.accounts import sign_in as accounts
from webapp.language import COOKIE as LANGUAGE_COOKIE
from webapp.language import LANGUAGES
from webapp.security import limiter
from webapp.shell import THEME_COOKIE, THEMES, render

blueprint = Blueprint("accounts", __name__)


@blueprint.get("/login")
@rule(anyone)
def login() -> str | Answer:
    """Show the sign-in page; who is signed in already goes on."""
    if current_user.is_authenticated:
        return redirect(_next())
    return _login_page()


@blueprint.post("/login")
@rule(anyone)
@limiter.limit(lambda: current_app.config["LOGIN_RATE"], key_func=get_remote_address)
@db.reads_first
def sign_in_now() -> Answer | tuple[str, int]:
    """Check name and password; the slow hash runs before the write lock is taken."""
    typed, password = request.form.get("login", ""), request.form.get("password", "")
    cost = current_app.config["ARGON2"]
    if not typed.strip() or not password:
        return _login_page(typed, _("请填写账号和密码")), 422
    account = accounts.find_account(db.session(), typed)
    right = passwords.verify(account.password_hash if account else None, password, cost=cost)
    stale = account is not None and right and passwords.outdated(account.password_hash, cost=cost)
    new_hash = passwords.hash_password(password, cost=cost) if stale else None

    session = db.start_writing()
    known = accounts.attempts(session, typed, at=now())
    if known.locked_until is not None:
        note_access("sign-in-locked", login=accounts.spelled(typed))
        return _locked(typed, known.locked_until)
    if account is None or not right:
        return _wrong(typed)
    if new_hash:
        accounts.rehash(session, account.id, new_hash)
    _begin_session(account)
    note_access("sign-in", who=(account.user_id, account.name), login=account.login)
    return redirect(_next())


@blueprint.post("/logout")
@rule(anyone)
def logout() -> Answer:
    """End the sign-in on the server and forget it in the browser."""
    account = sign_in()
    if account:
        accounts.end_sign_in(db.session(), account.token, at=now())
        note_access("sign-out", who=(account.user_id, account.name), login=account.login)
    logout_user()
    browser.clear()
    return redirect(url_for("accounts.login"))


@blueprint.get("/password")
@rule(signed_in)
def password() -> str:
    """Show the page for a new password."""
    return render("accounts/password.html", problems=[])


@blueprint.post("/password")
@rule(signed_in)
@db.reads_first
def change_password() -> Answer | tuple[str, int]:
    """Set a new password; every other sign-in of the account ends, this one goes on under a new token."""
    me = sign_in()
    old, new, again = (request.form.get(name, "") for name in ("old", "new", "again"))
    cost = current_app.config["ARGON2"]
    account = accounts.find_account(db.session(), me.login) if me else None
    if me is None or account is None:
        return redirect(url_for("accounts.login"))
    problems: list[tuple[str, str]] = []
    if not passwords.verify(account.password_hash, old, cost=cost):
        problems.append(("old", _("现在的密码不对")))
    weak = passwords.weakness(new, login=account.login)
    if weak:
        problems.append(("new", weak))
    elif new == old:
        problems.append(("new", _("新密码和现在的一样，请换一个")))
    if new != again:
        problems.append(("again", _("两次填的新密码不一样")))
    if problems:
        return render("accounts/password.html", problems=problems), 422
    new_hash = passwords.hash_password(new, cost=cost)
    session = db.start_writing()
    version = accounts.change_password(session, account.id, new_hash)
    _begin_session(replace(account, password_hash=new_hash, session_version=version))
    note_access("password-changed", who=(account.user_id, account.name), login=account.login)
    wording.say(_("密码已改，其他地方的登录已退出"))
    return redirect("/")


@blueprint.post("/language")
@rule(anyone)
def language() -> Answer:
    """Keep the language chosen, with the account and in the browser."""
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        return redirect(_back())
    account = sign_in()
    if account:
        accounts.set_preference(db.session(), account.account_id, language=chosen)
    return _remember(LANGUAGE_COOKIE, chosen)


@blueprint.post("/theme")
@rule(anyone)
def theme() -> Answer:
    """Keep light, dark or as the system has it."""
    chosen = request.form.get("theme", "")
    if chosen not in THEMES:
        return redirect(_back())
    account = sign_in()
    if account:
        accounts.set_preference(db.session(), account.account_id, theme=chosen)
    return _remember(THEME_COOKIE, chosen)


def _begin_session(account: accounts.Account) -> None:
    # Nothing of the session before sign-in survives it: a planted cookie gains nothing.
    browser.clear()
    token = accounts.start_sign_in(db.session(), account, at=now(), ip=request.remote_addr)
    signed = accounts.load_sign_in(db.session(), token, at=now())
    browser["seen"] = now().timestamp()
    login_user(signed)
    generate_csrf()


def _wrong(typed: str) -> tuple[str, int]:
    config = current_app.config
    lock_for = timedelta(minutes=config["LOCK_MINUTES"])
    after = accounts.record_failure(db.session(), typed, at=now(), lock_after=config["LOCK_AFTER"], lock_for=lock_for)
    db.keep()
    note_access("sign-in-failed", login=accounts.spelled(typed), failed=after.failed)
    if after.locked_until is not None:
        return _locked(typed, after.locked_until)
    left = config["LOCK_AFTER"] - after.failed
    return _login_page(typed, _("账号或密码不对，还可以试 %(n)s 次", n=left)), 422


def _locked(typed: str, until: str) -> tuple[str, int]:
    # Rounded up to the next minute, so that the time shown is never too early.
    at = datetime.fromisoformat(until).astimezone(UTC) + timedelta(seconds=59)
    tries = current_app.config["LOCK_AFTER"]
    text = _(
        "连续输错 %(n)s 次，这个账号锁到 %(time)s。着急请找本单位的系统管理岗", n=tries, time=wording.clock_time(at)
    )
    return _login_page(typed, text), 429


def _login_page(typed: str = "", problem: str | None = None) -> str:
    return render(
        "accounts/login.html",
        typed=typed,
        problem=problem,
        next=_next(),
        tries=current_app.config["LOCK_AFTER"],
        minutes=current_app.config["LOCK_MINUTES"],
    )


def _remember(cookie: str, value: str) -> Response:
    answer = make_response(redirect(_back()))
    answer.set_cookie(
        cookie,
        value,
        max_age=365 * 24 * 3600,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return answer


def _next() -> str:
    return _local(request.values.get("next")) or "/"


def _back() -> str:
    return _local(request.form.get("next")) or "/"


def _local(target: str | None) -> str | None:
    """Return `target` if it stays on this site: a path, no host, no backslash a browser would read as a slash."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return None
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or any(ord(sign) < 32 for sign in target):
        return None
    return target
