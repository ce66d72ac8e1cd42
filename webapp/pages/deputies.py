"""代办安排: who acts for me while I am away, from when to when, in everything or in one process."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import library, organisation
from engine.errors import Invalid, NotFound
from engine.organisation import Deputy
from webapp import access, db, looks
from webapp.shell import render
from webapp.wording import local, say, zone

blueprint = Blueprint("deputies", __name__)


@blueprint.get("/deputies")
@access.rule(access.signed_in)
def show() -> str:
    """List whom I named and who named me; name somebody."""
    return _page([])


@blueprint.post("/deputies")
@access.rule(access.signed_in)
def act() -> Response | tuple[str, int]:
    """Name a deputy (action=name: deputy, definition, since, until) or end an arrangement of mine (action=end: id)."""
    person, session = access.actor(), db.session()
    mine = [one for one in organisation.deputies_of(session, person.user_id) if one.user_id == person.user_id]
    if request.form.get("action") == "end":
        chosen = request.form.get("id")
        if chosen not in {one.id for one in mine}:
            raise NotFound(what="deputy", id=chosen)
        organisation.end_deputy(session, chosen, actor=person)
        say(_("代办已结束"))
        return redirect(url_for("deputies.show"), 303)
    try:
        deputy, definition = _choice(person.user_id)
        since, until = _days()
        organisation.name_deputy(
            session, person.user_id, deputy, actor=person, since=since, until=until, definition=definition
        )
    except Invalid as refusal:
        db.abandon()
        return _page([str(refusal.fields["why"])]), 422
    say(_("代办已安排"))
    return redirect(url_for("deputies.show"), 303)


def _choice(user_id: str) -> tuple[str, str | None]:
    deputy, definition = request.form.get("deputy", ""), request.form.get("definition", "")
    if deputy not in {one[0] for one in organisation.colleagues(db.session(), user_id)}:
        raise Invalid(why=_("请选由谁代办"))
    if definition and library.live(db.session(), "process", definition) is None:
        raise Invalid(why=_("请选哪一种事"))
    return deputy, definition or None


def _days() -> tuple[datetime, datetime]:
    """Return the first moment of the first day and the end of the last; never before now."""
    try:
        first, last = (date.fromisoformat(request.form.get(name, "")) for name in ("since", "until"))
    except ValueError as error:
        raise Invalid(why=_("请写从哪天到哪天")) from error
    since = max(datetime.combine(first, time(), zone()), access.now())
    until = datetime.combine(last + timedelta(days=1), time(), zone())
    if until <= since:
        raise Invalid(why=_("最后一天要不早于第一天，也不早于今天"))
    return since, until


def _page(problems: Sequence[str]) -> str:
    person, session = access.actor(), db.session()
    found = organisation.deputies_of(session, person.user_id)
    names = {row[0]: looks.post_of(row[1], row[2]) for row in organisation.colleagues(session, person.user_id)}
    processes = {one.key: one.name for one in library.listed(session, "process")}
    for one in found:
        for user_id in (one.user_id, one.deputy_user_id):
            names.setdefault(user_id, _post_of(user_id))

    def last_day(one: Deputy) -> date | None:
        return local(one.until - timedelta(seconds=1)).date() if one.until else None

    return render(
        "deputies/show.html",
        mine=[one for one in found if one.user_id == person.user_id],
        others=[one for one in found if one.deputy_user_id == person.user_id],
        names=names,
        processes=processes,
        colleagues=[(user_id, names[user_id]) for user_id, *_rest in organisation.colleagues(session, person.user_id)],
        last_day=last_day,
        problems=[("", problem) for problem in problems],
        typed=request.form,
        today=local(access.now()).date().isoformat(),
    )


def _post_of(user_id: str) -> str:
    rights = organisation.grants_of(db.session(), user_id, access.now())
    own = next((right for right in rights if right.on_behalf_of is None), None)
    return looks.post_of(own.post_name, own.unit_name) if own else _("已离任的岗位")
