"""账号: who can sign in; opened and closed by the system administrator, who gives no rights with it.

A password is reset by the system administrator too; that of one of the three duties by another holder of that duty.
"""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import organisation
from engine.duties import APART, SYSTEM_ADMIN, OtherDuty, duties_of, may_reset
from engine.errors import Invalid, NotFound
from webapp import access, db
from webapp.accounts import passwords, roster
from webapp.language import language
from webapp.looks import post_of
from webapp.shell import render
from webapp.wording import say

blueprint = Blueprint("roster", __name__)
keepers = access.keeps(SYSTEM_ADMIN)
_MOST = 50


@blueprint.get("/people/accounts")
@access.rule(access.keeps(*APART))
def show() -> str:
    """List accounts by login or name."""
    return _page([], None)


@blueprint.post("/people/accounts")
@access.rule(access.keeps(*APART))
@db.reads_first
def change() -> Response | str | tuple[str, int]:
    """Open an account (action=open: login, name), or disable, enable, unlock it or reset its password (by id).

    A first password is shown once, on the page that answers, and is kept nowhere.
    """
    action, chosen = request.form.get("action", ""), request.form.get("id", "")
    if action != "reset" and not keepers.allows(access.actor()):
        raise NotFound
    given = roster.initial_password() if action in ("open", "reset") else None
    # Hashing takes long on purpose: it comes before the write lock.
    made = passwords.hash_password(given, cost=current_app.config["ARGON2"]) if given else ""
    session, at, person = db.start_writing(), access.now(), access.actor()
    if action == "open":
        typed_login, typed_name = request.form.get("login", ""), request.form.get("name", "")
        try:
            chosen, _user = roster.open_account(
                session, typed_login, typed_name, password_hash=made, actor=person, at=at
            )
        except Invalid as refusal:
            db.abandon()
            return _page([("login", str(refusal.fields["why"]))], None), 422
    elif action not in ("reset", "unlock", "enable", "disable"):
        db.abandon()
        return _page([("", _("请选要办什么"))], None), 422
    elif roster.account(session, chosen, at=at).user_id == person.user_id:
        db.abandon()
        return _page([("", _("不能动自己的账号，请另一位系统管理岗办"))], None), 422
    elif action == "reset":
        try:
            roster.reset_password(session, chosen, made, actor=person)
        except OtherDuty as refusal:
            db.abandon()
            return _page([("", refusal.message(language()))], None), 422
    elif action == "unlock":
        roster.unlock(session, chosen, actor=person)
        say(_("已解锁"))
    else:
        roster.set_enabled(session, chosen, enabled=action == "enable", actor=person, at=at)
        say(_("账号已恢复") if action == "enable" else _("账号已停用，已登录的地方都退出了"))
    if given:
        return _page([], (roster.account(session, chosen, at=at).login, given))
    return redirect(url_for("roster.show", q=request.form.get("q", "")), 303)


def _page(problems: list[tuple[str, str]], given: tuple[str, str] | None) -> str:
    session, query, person = db.session(), request.values.get("q", "").strip(), access.actor()
    found = roster.listed(session, query, at=access.now(), limit=_MOST)
    return render(
        "people/accounts.html",
        query=query,
        found=found,
        most=_MOST,
        held={one.user_id: _posts(one.user_id) for one in found},
        keeps=keepers.allows(person),
        resets={
            one.id
            for one in found
            if one.user_id != person.user_id and may_reset(duties_of(session, one.user_id), person)
        },
        given=given,
        problems=problems,
        typed=request.form,
    )


def _posts(user_id: str) -> list[str]:
    rights = organisation.grants_of(db.session(), user_id, access.now())
    return sorted({post_of(right.post_name, right.unit_name) for right in rights if right.on_behalf_of is None})
