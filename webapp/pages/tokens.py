"""系统口令: by which other systems use the interface; made, shown once and ended by the security administrator."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import posts, units
from engine.canonical import from_iso
from engine.duties import SECURITY_ADMIN
from engine.errors import NotFound
from webapp import access, db
from webapp.accounts import tokens
from webapp.pages.people import administrators
from webapp.shell import render
from webapp.wording import say

blueprint = Blueprint("tokens", __name__)
_LONGEST = 200
_MOST_DAYS = 1096


@blueprint.get("/people/tokens")
@access.rule(administrators)
def show() -> str:
    """List the tokens of other systems, the newest first; never their text."""
    return _page([], None)


@blueprint.post("/people/tokens")
@access.rule(access.keeps(SECURITY_ADMIN))
def change() -> Response | str | tuple[str, int]:
    """Make a token (action=make: purpose, unit by code, topics, days) or end one (action=end: id).

    Its text is shown once, on the page that answers, and is kept nowhere.
    """
    session, at, person = db.session(), access.now(), access.actor()
    if request.form.get("action") == "end":
        chosen = request.form.get("id", "")
        if not tokens.revoke_token(session, chosen, at):
            raise NotFound(what="token", id=chosen)
        posts.record(session, "token-revoked", person, {"token": chosen, "purpose": _purpose_of(chosen)})
        say(_("口令已收回，从现在起不能再用"))
        return redirect(url_for("tokens.show"), 303)
    problems = _problems()
    if problems:
        db.abandon()
        return _page(problems, None), 422
    place = units.unit(session, request.form["unit"].strip())
    purpose, listed = request.form["purpose"].strip(), _topics()
    until = at + timedelta(days=int(request.form["days"]))
    token_id, text = tokens.add_token(
        session, purpose=purpose, unit_id=place.id, topics=listed, created_by=person.user_id, at=at, expires_at=until
    )
    told = {"token": token_id, "purpose": purpose, "unit": place.code, "topics": listed or ["*"]}
    posts.record(session, "token-added", person, told)
    return _page([], (purpose, text))


def _problems() -> list[tuple[str, str]]:
    found = []
    purpose, days = request.form.get("purpose", "").strip(), request.form.get("days", "")
    if not 0 < len(purpose) <= _LONGEST:
        found.append(("purpose", _("请写是哪个系统用，最长 %(n)s 个字", n=_LONGEST)))
    try:
        units.unit(db.session(), request.form.get("unit", "").strip())
    except NotFound:
        found.append(("unit", _("没有这个代码的单位")))
    topics = _topics()
    if topics is not None and not (topics and all(len(topic) <= _LONGEST for topic in topics)):
        found.append(("topics", _("请写能取哪些任务的主题，每行一个；全部写 *")))
    if not (days.isascii() and days.isdecimal() and len(days) <= 5 and 0 < int(days) <= _MOST_DAYS):
        found.append(("days", _("有效天数要在 1 到 %(n)s 之间", n=_MOST_DAYS)))
    return found


def _topics() -> list[str] | None:
    """Read the topics, one a line; None for all."""
    listed = list(dict.fromkeys(filter(None, (line.strip() for line in request.form.get("topics", "").splitlines()))))
    return None if "*" in listed else listed


def _purpose_of(token_id: str) -> str:
    return next((one.purpose for one in tokens.list_tokens(db.session()) if one.id == token_id), "")


def _page(problems: list[tuple[str, str]], given: tuple[str, str] | None) -> str:
    session, at = db.session(), access.now()
    found = tokens.list_tokens(session)[::-1]
    return render(
        "people/tokens.html",
        found=found,
        over={one.id for one in found if one.is_over(at)},
        until={one.id: from_iso(one.expires_at) for one in found},
        names={unit_id: units.unit(session, unit_id).name for unit_id in {one.unit_id for one in found}},
        gives=access.keeps(SECURITY_ADMIN).allows(access.actor()),
        given=given,
        problems=problems,
        typed=request.form if problems else {},
        days=365,
    )
