"""Hand a step to a colleague who may do it, too; a supervisor does so whoever holds it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import commands, organisation
from engine.assignment import supervises
from engine.errors import CaseSuspended, NotFound, TaskGone, TaskHeld
from webapp import access, db, looks
from webapp.language import language
from webapp.shell import render
from webapp.tasksheet import Sheet
from webapp.wording import say

blueprint = Blueprint("hand_over", __name__)


@dataclass(frozen=True)
class Receiver:
    """Somebody who may do the step: by which post, of which unit."""

    user_id: str
    name: str


@blueprint.get("/task/<id>/transfer")
@access.rule(access.signed_in)
def show(id: str) -> str:
    """Choose who goes on with the step."""
    sheet = _sheet(id)
    return _page(sheet, receivers(sheet), [])


@blueprint.post("/task/<id>/transfer")
@access.rule(access.signed_in)
def act(id: str) -> Response | tuple[str, int]:
    """Hand the step over (to, reason)."""
    sheet = _sheet(id)
    found = receivers(sheet)
    chosen = next((one for one in found if one.user_id == request.form.get("to")), None)
    reason = request.form.get("reason", "").strip()[:500]
    problems = [] if chosen else [("to-1" if found else "", _("请选转给谁"))]
    problems += [] if reason else [("reason", _("请写为什么转"))]
    if chosen is None or problems:
        db.abandon()
        return _page(sheet, found, problems), 422
    try:
        commands.transfer(
            db.session(), id, to_user=chosen.user_id, to_name=chosen.name, actor=sheet.person, reason=reason
        )
    except (TaskGone, TaskHeld, CaseSuspended) as refusal:
        db.abandon()
        return _page(sheet, found, [("", refusal.message(language()))]), 409
    say(_("已转给%(who)s", who=chosen.name))
    return redirect(url_for("inbox.show"), 303)


def receivers(sheet: Sheet) -> list[Receiver]:
    """Return who else may do a step: holders of its grants and the persons it names, in order of their names."""
    named = organisation.grant_labels(db.session(), sheet.task.candidates)
    found: dict[str, str] = {}
    for grant, people in organisation.holders(db.session(), sheet.task.candidates, access.now()).items():
        unit = named[grant][1] if grant in named else ""
        found |= {user_id: looks.post_of(post, unit) for user_id, post in people}
    gone = {sheet.person.user_id, sheet.task.holder_id}
    return [Receiver(*one) for one in sorted(found.items(), key=lambda one: one[1]) if one[0] not in gone]


def _sheet(task_id: str) -> Sheet:
    sheet = access.task_for(task_id)
    case = sheet.case
    overseen = case.readers is None and supervises(access.actor(), case.unit_path)
    theirs = sheet.is_mine or (sheet.used is not None and sheet.task.holder_id is None)
    if not sheet.is_open or not (theirs or overseen):
        raise NotFound(what="task", id=task_id)
    return sheet


def _page(sheet: Sheet, found: list[Receiver], problems: list[tuple[str, str]]) -> str:
    return render(
        "task/transfer.html",
        sheet=sheet,
        title=looks.title_of(sheet.case),
        number=looks.number_of(sheet.case),
        receivers=found,
        problems=problems,
        typed=request.form,
        place="inbox",
    )
