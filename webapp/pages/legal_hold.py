"""Keep a case for a proceeding: place and lift its hold, list the holds that stand."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from engine import commands
from engine.model import Case
from webapp import access, db, looks
from webapp.shell import render
from webapp.wording import say

blueprint = Blueprint("legal_hold", __name__)

_LONGEST = 500


@blueprint.get("/audit/holds")
@access.rule(access.audits)
def listing() -> str:
    """List every hold that stands."""
    return render("audit/holds.html", holds=commands.legal_holds(db.session(), access.actor()))


@blueprint.get("/case/<id>/hold")
@access.rule(access.audits)
def show(id: str) -> str:
    """Show whether a case is held, and the form that changes it."""
    return _page(access.case_for(id))


@blueprint.post("/case/<id>/hold")
@access.rule(access.audits)
def act(id: str) -> Answer | tuple[str, int]:
    """Place the hold on a case (action=place) or lift it (action=lift), for a reason."""
    case = access.case_for(id)
    lifts = request.form.get("action") == "lift"
    reason = request.form.get("reason", "").strip()[:_LONGEST]
    if not reason:
        return _page(case, problem=_("请写原因")), 422
    change = commands.lift_hold if lifts else commands.place_hold
    change(db.session(), id, actor=access.actor(), reason=reason)
    say(_("已解除保全") if lifts else _("已开始保全，解除以前什么也删不掉"))
    return redirect(url_for("legal_hold.show", id=id), 303)


def _page(case: Case, problem: str = "") -> str:
    holds = commands.legal_holds(db.session(), access.actor())
    held = next((one for one in holds if one.case_id == case.id), None)
    number = looks.number_of(case) or looks.title_of(case)
    return render("audit/hold.html", case=case, number=number, held=held, problem=problem)
