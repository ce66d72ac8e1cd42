"""Start a case: what this person may start, and the post that starts it and goes to its first task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import commands, library, reads
from engine.assignment import usable_candidate
from engine.errors import FormNotOpen, NotFound
from engine.model import Case, Definition
from forms.fields.dates import write_date
from webapp import access, db
from webapp.availability import windows
from webapp.language import language
from webapp.shell import render
from webapp.tasksheet import FOR_PEOPLE
from webapp.wording import say, zone

blueprint = Blueprint("start", __name__)


@dataclass(frozen=True)
class Group:
    """Definitions of one category."""

    title: str
    choices: list[Definition]


@blueprint.get("/start")
@access.rule(access.signed_in)
def choose() -> str:
    """List what this person may start; ?about=<case id> is carried into what is started."""
    choices = library.startable(db.session(), access.actor(), any_day=True)
    wanted = request.args.get("only")
    if wanted:
        choices = [choice for choice in choices if choice.key == wanted]
    about = _about(request.args.get("about"))
    return render(
        "start/choose.html", groups=_grouped(choices), about=about, only=len(choices) == 1, closed=_closed(choices)
    )


@blueprint.post("/start/<key>")
@access.rule(access.signed_in)
def begin(key: str) -> Response:
    """Start a case of the definition `key` and open its first task; `about` names the case it is about."""
    person, session = access.actor(), db.session()
    chosen = next((choice for choice in library.offered(session, person) if choice.key == key), None)
    if chosen is None:
        raise NotFound(what="definition", id=key)
    why = _closed([chosen]).get(key)
    if why is not None:
        raise FormNotOpen(name=chosen.name, why=why)
    about = _about(request.form.get("about"))
    case = commands.start_case(session, key, actor=person, values=_first_values(about) if about else None)
    first = _first_task(case)
    if first is None:
        say(_("已发起"))
        return redirect(url_for("case.show", id=case.id), 303)
    return redirect(url_for("task.show", id=first), 303)


def _closed(choices: Sequence[Definition]) -> dict[str, str]:
    """Say by key why a process may not be begun today."""
    today = access.now().astimezone(zone()).date()
    found = {}
    for key, span in windows(db.session(), choices).items():
        if span.opens is not None and today < span.opens:
            found[key] = _("%(day)s 起可以发起", day=write_date(span.opens, language()))
        elif span.closes is not None and today > span.closes:
            found[key] = _("%(day)s 已到期，不再发起", day=write_date(span.closes, language()))
    return found


def _first_task(case: Case) -> str | None:
    """Return the id of the task the starter goes on with, or None."""
    person = access.actor()
    waiting = (task for task in reads.tasks(db.session(), case.id, open_only=True) if task.kind in FOR_PEOPLE)
    return next((task.id for task in waiting if usable_candidate(task.candidates, person)), None)


def _grouped(choices: Sequence[Definition]) -> list[Group]:
    found: dict[str, list[Definition]] = {}
    for choice in choices:
        found.setdefault(str(choice.meta.get("category") or _("其他")), []).append(choice)
    return [Group(title, inside) for title, inside in found.items()]


def _about(case_id: str | None) -> Case | None:
    """Return the case a new one is about; only one this person may read."""
    return access.case_for(case_id) if case_id else None


def _first_values(about: Case) -> dict[str, Any]:
    # The number people know, and the department it came from, as far as the case says so.
    number = about.number or about.facts.get("ticket_number")
    accused = about.facts.get("department") or about.starter_unit_id
    return {key: value for key, value in {"about": number, "accused": accused}.items() if value}
