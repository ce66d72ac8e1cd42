"""What the platform should have done by itself and could not: for who runs it, and for who drew the process."""

from __future__ import annotations

from flask import Blueprint

from engine import commands
from engine.assignment import OPERATORS
from webapp import access, db
from webapp.shell import render

blueprint = Blueprint("incidents", __name__)

_MOST = 200
_operators = access.holds(*sorted(OPERATORS))
_menders = access.holds("designer", *sorted(OPERATORS))


@blueprint.get("/incidents")
@access.rule(_menders)
def show() -> str:
    """List stopped steps, the longest waiting first; restricted cases only for who may read them."""
    person = access.actor()
    stopped = commands.stopped_jobs(db.session(), limit=_MOST, actor=person)
    return render("incidents.html", stopped=stopped, most=_MOST, operates=_operators.allows(person))
