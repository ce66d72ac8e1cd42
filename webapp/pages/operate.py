"""Operating on one running case: suspend, change, correct, restart; each order shows its consequences first."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import commands, reads
from engine.assignment import OPERATORS
from engine.commands import Found, Standing
from engine.errors import CannotOperate, Incident, Invalid, NotFound
from engine.model import Task
from engine.records import case_of
from webapp import access, db, looks
from webapp.language import language
from webapp.operations import ACTIONS, carry_out, foresee, read_order, units_of
from webapp.shell import render
from webapp.wording import local, say

blueprint = Blueprint("operate", __name__)

operators = access.holds(*sorted(OPERATORS))
VALUES_SHOWN = 300
FOUND = 50


@blueprint.get("/operations")
@access.rule(operators)
def find() -> str:
    """Find a case to operate on by number or title; without a word: what is suspended or stopped."""
    query = request.args.get("q", "").strip()[:100]
    person = access.actor()
    found = commands.operable_cases(db.session(), person, query=query, limit=FOUND)
    stopped = {job.case_id for job in commands.stopped_jobs(db.session(), limit=FOUND)}

    def state(case: Found) -> str:
        waits = "已暂停" if case.suspension else case.phase or "办理中"
        return "平台故障" if case.id in stopped else waits

    return render("operate/find.html", query=query, found=found, case_state=state, most=FOUND)


@blueprint.get("/case/<id>/operate")
@access.rule(operators)
def show(id: str) -> str:
    """Show where a case stands and every operation that its state allows."""
    return _page(_standing(id), None, [])


@blueprint.post("/case/<id>/operate")
@access.rule(operators)
def act(id: str) -> Response | str | tuple[str, int]:
    """Show what the order would do; with confirmed=1 do it."""
    seen = _standing(id)
    try:
        order = read_order(request.form)
        if request.form.get("confirmed") != "1":
            outcome = foresee(db.session(), seen, order, access.actor())
            return render("operate/confirm.html", **_named(seen), order=order, outcome=outcome)
        carry_out(db.session(), seen, order, access.actor())
    except (Invalid, CannotOperate, Incident) as refusal:
        db.abandon()
        return _page(_standing(id), request.form.get("action"), [_words(refusal)]), 422
    say(_("已办：%(what)s", what=order.title))
    return redirect(url_for("operate.show", id=id), 303)


def _standing(case_id: str) -> Standing:
    try:
        seen = commands.standing(db.session(), case_id, access.actor())
    except NotFound:
        access.note_access("refused", path=request.path, rule="operate")
        raise
    access.note_access("operated", case=case_id)
    return seen


def _words(refusal: Invalid | CannotOperate | Incident) -> str:
    if isinstance(refusal, Invalid):
        return str(refusal.fields["why"])
    return refusal.message(language())


def _named(seen: Standing) -> dict[str, Any]:
    case = case_of(seen.case)
    return {
        "case": case,
        "title": looks.title_of(case),
        "number": looks.number_of(case),
        "state_name": looks.state_name(case),
        "unit_name": units_of(db.session(), seen),
        "may_read": reads.may_read(db.session(), access.actor(), case.id),
    }


def _page(seen: Standing, action: str | None, problems: list[str]) -> str:
    tasks = reads.tasks(db.session(), seen.case.id, open_only=True)
    shown = [token for token in seen.tokens if token.task_id is None]
    return render(
        "operate/show.html",
        **_named(seen),
        seen=seen,
        tasks=tasks,
        name_of=_name_of,
        tokens=shown,
        dated=[task for task in tasks if task.kind in ("user", "manual", "external", "timer")],
        reached=[place for place in seen.places if place.reached and place.type != "endEvent"],
        values=list(seen.values.items())[:VALUES_SHOWN],
        more_values=max(0, len(seen.values) - VALUES_SHOWN),
        incidents=commands.stopped_jobs(db.session(), case_id=seen.case.id),
        actions=ACTIONS,
        typed=request.form,
        chosen=action,
        problems=[("", problem) for problem in problems],
        today=local(access.now()),
    )


def _name_of(task: Task) -> str:
    """Name a step, and which of several it is."""
    about = looks.item_of(task.locals)
    return f"{task.name or task.element_id}：{about}" if about else task.name or task.element_id
