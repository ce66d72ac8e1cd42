"""单位与岗位: the units, the posts in them, what each post may do and who holds it.

The system administrator keeps the units; the security administrator keeps posts and who holds them. Neither can
do the other's part, and nobody gives a post to oneself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import organisation, posts, units
from engine.duties import SECURITY_ADMIN, SYSTEM_ADMIN
from engine.errors import DutiesApart, Invalid, NotFound
from engine.ids import grant_id
from engine.model import Unit
from webapp import access, db
from webapp.accounts import roster
from webapp.accounts.sign_in import find_account
from webapp.language import language
from webapp.shell import render
from webapp.wording import say

blueprint = Blueprint("people", __name__)
administrators = access.keeps(SYSTEM_ADMIN, SECURITY_ADMIN)
_MOST = 50
# What a form's action does with a unit; each tells what was done.
_Acts = dict[str, Callable[[Unit], str]]


@blueprint.get("/people")
@access.rule(administrators)
def find() -> str | Response:
    """Look for units by name; without a text, show the topmost."""
    query = request.args.get("q", "").strip()
    if not query:
        return redirect(url_for("people.show", unit_id=access.actor().root_unit_id))
    return render("people/find.html", query=query, found=units.search(db.session(), query, limit=_MOST))


@blueprint.get("/people/unit/<unit_id>")
@access.rule(administrators)
def show(unit_id: str) -> str:
    """Show a unit: what is below it, its posts, what each gives, and who holds it."""
    return _page(unit_id, [])


@blueprint.post("/people/unit/<unit_id>")
@access.rule(access.keeps(SYSTEM_ADMIN))
def change_unit(unit_id: str) -> Response | tuple[str, int]:
    """Rename or move the unit (action=change), add one below it (add), or close it (close)."""
    acts: _Acts = {"change": _change, "add": _add, "close": _close}
    return _done(unit_id, acts)


@blueprint.post("/people/unit/<unit_id>/posts")
@access.rule(access.keeps(SECURITY_ADMIN))
def change_posts(unit_id: str) -> Response | tuple[str, int]:
    """Set what a post may do (action=put), give it to somebody (give), or end holding it (end)."""
    acts: _Acts = {"put": _put_post, "give": _give, "end": _end}
    return _done(unit_id, acts)


def _done(unit_id: str, acts: _Acts) -> Response | tuple[str, int]:
    unit, act = units.unit(db.session(), unit_id), acts.get(request.form.get("action", ""))
    try:
        if act is None:
            raise Invalid(why=_("请选要办什么"))
        say(act(unit))
    except Invalid as refusal:
        problem = str(refusal.fields.get("why") or refusal.message(language()))
    except DutiesApart as refusal:
        problem = refusal.message(language())
    else:
        return redirect(url_for("people.show", unit_id=unit_id), 303)
    db.abandon()
    return _page(unit_id, [("", problem)]), 422


def _change(unit: Unit) -> str:
    parent = _typed("parent")
    above = _unit_named(parent).id if parent else None
    units.put_unit(
        db.session(), unit.code, name=_required("name"), short_name=_typed("short_name") or None,
        level=_required("level"), parent=above, position=unit.position, actor=access.actor(),
    )  # fmt: skip
    return _("单位已改")


def _add(unit: Unit) -> str:
    code = _required("code")
    if _exists(code):
        raise Invalid(why=_("代码“%(code)s”已经有单位用了", code=code))
    below = len(units.units_under(db.session(), unit.id))
    units.put_unit(
        db.session(), code, name=_required("name"), short_name=_typed("short_name") or None,
        level=_required("level"), parent=unit.id, position=below, actor=access.actor(),
    )  # fmt: skip
    return _("单位已设")


def _close(unit: Unit) -> str:
    successor, note = _typed("successor"), _required("note")
    heir = _unit_named(successor).id if successor else None
    units.close_unit(db.session(), unit.id, successor=heir, note=note, actor=access.actor())
    return _("单位已撤销，原来的事都还查得到")


def _put_post(unit: Unit) -> str:
    known = next((post for post in posts.posts(db.session(), unit.id) if post.id == _typed("post")), None)
    if known is not None and access.actor().user_id in _holders(unit, known.id):
        raise Invalid(why=_("不能动自己的岗位，请另一位安全管理岗办"))
    name = known.name if known else _required("name")
    if known is None and any(post.name == name for post in posts.posts(db.session(), unit.id)):
        raise Invalid(why=_("本单位已有“%(name)s”", name=name))
    kept = set(request.form.getlist("keep"))
    grants = [grant for grant in known.grants if grant_id(*grant) in kept] if known else []
    role = _typed("role")
    if role:
        where = _typed("scope") or unit.id
        if where not in {one.id for one in _line(unit)}:
            raise Invalid(why=_("权限只能管本单位或上级单位的范围"))
        grants.append((role, where))
    posts.put_post(db.session(), unit.id, name, grants=grants, actor=access.actor())
    return _("岗位已定")


def _give(unit: Unit) -> str:
    account = find_account(db.session(), _required("login"))
    if account is None:
        raise Invalid(why=_("没有这个账号，或已停用。账号由系统管理岗开"))
    if account.user_id == access.actor().user_id:
        raise Invalid(why=_("不能给自己安排岗位，请另一位安全管理岗办"))
    posts.hold_post(db.session(), account.user_id, _own_post(unit), actor=access.actor())
    return _("已任职")


def _end(unit: Unit) -> str:
    holder = _required("user")
    if holder == access.actor().user_id:
        raise Invalid(why=_("不能动自己的岗位，请另一位安全管理岗办"))
    posts.leave_post(db.session(), holder, _own_post(unit), actor=access.actor())
    return _("已离任，手上没办完的会退回给同岗的人")


def _holders(unit: Unit, post_id: str) -> set[str | None]:
    return {one.user_id for one in posts.posts_below(db.session(), unit.path) if one.post_id == post_id}


def _own_post(unit: Unit) -> str:
    post_id = _typed("post")
    if post_id not in {post.id for post in posts.posts(db.session(), unit.id)}:
        raise NotFound(what="post", id=post_id)
    return post_id


def _page(unit_id: str, problems: list[tuple[str, str]]) -> str:
    session, person = db.session(), access.actor()
    unit = units.unit(session, unit_id)
    own = posts.posts(session, unit.id)
    held = [one for one in posts.posts_below(session, unit.path) if one.unit_id == unit.id and one.user_id]
    line = _line(unit)
    return render(
        "people/unit.html",
        unit=unit,
        line=line,
        below=[one for one in units.units_under(session, unit.id) if one.parent_id == unit.id],
        posts=own,
        holders={post.id: [one.user_id for one in held if one.post_id == post.id] for post in own},
        names=roster.names_of(session, {one.user_id for one in held if one.user_id}),
        roles=posts.roles(session),
        unit_names={one.id: one.short_name for one in [*line, *_granted(own)]},
        grant_id=grant_id,
        keeps_units=access.keeps(SYSTEM_ADMIN).allows(person),
        keeps_posts=access.keeps(SECURITY_ADMIN).allows(person),
        levels=sorted({one.level for one in units.units_under(session, person.root_unit_id)}),
        problems=problems,
        typed=request.form,
    )


def _granted(own: Iterable[posts.Post]) -> list[Unit]:
    return [units.unit(db.session(), unit_id) for post in own for _role, unit_id in post.grants]


def _line(unit: Unit) -> list[Unit]:
    """Return the unit and those above it, the topmost first."""
    return [units.unit(db.session(), part) for part in unit.path.strip("/").split("/")]


def _unit_named(text: str) -> Unit:
    try:
        return organisation.unit(db.session(), text)
    except NotFound as error:
        raise Invalid(why=_("没有代码是“%(code)s”的单位", code=text)) from error


def _exists(code: str) -> bool:
    try:
        organisation.unit(db.session(), code)
    except NotFound:
        return False
    return True


def _typed(name: str) -> str:
    return request.form.get(name, "").strip()


def _required(name: str) -> str:
    found = _typed(name)
    if not found:
        raise Invalid(why=_("还有必填的没有填"))
    return found
