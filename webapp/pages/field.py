"""The life of one field of a case, beside its replay."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from engine import commands
from engine.assignment import ERASERS, may_erase
from engine.errors import NotFound
from engine.model import Case
from webapp import access, db, looks
from webapp.fieldlife import Field, field_of
from webapp.replaying import Past, past_of
from webapp.shell import render
from webapp.wording import say

blueprint = Blueprint("field", __name__)

_LONGEST = 500


@blueprint.get("/case/<id>/field")
@access.rule(access.signed_in)
def show(id: str) -> str:
    """Show every value the field at `pointer` had; who may not see the field finds nothing."""
    case = access.case_for(id)
    past = past_of(db.session(), access.actor(), case)
    pointer = request.args.get("pointer", "")
    field = field_of(past, pointer)
    access.note_access("field-read", case=id, pointer=pointer)
    return _page(past, field, case, pointer)


@blueprint.post("/case/<id>/field")
@access.rule(access.holds(*sorted(ERASERS)))
def erase(id: str) -> Answer | tuple[str, int]:
    """Erase every value the field at `pointer` had, for a reason and on a legal basis."""
    case = access.case_for(id)
    person, pointer = access.actor(), request.values.get("pointer", "")
    told = {name: request.form.get(name, "").strip()[:_LONGEST] for name in ("reason", "basis")}
    past = past_of(db.session(), person, case)
    field = field_of(past, pointer)
    if not may_erase(person, root_unit_id=person.root_unit_id):
        raise NotFound(what="field", id=pointer)
    if not all(told.values()):
        return _page(past, field, case, pointer, problem=_("原因和依据都要写")), 422
    commands.erase_value(db.session(), id, pointer, actor=person, **told)
    say(_("已删除，只留指纹；其余记录的证明不受影响"))
    return redirect(url_for("field.show", id=id, pointer=pointer), 303)


def _page(past: Past, field: Field, case: Case, pointer: str, problem: str = "") -> str:
    person = access.actor()
    held = any(one.case_id == case.id for one in commands.legal_holds(db.session(), person))
    erasable = not held and case.state != "running" and may_erase(person, root_unit_id=person.root_unit_id)
    number = looks.number_of(case) or looks.title_of(case)
    return render(
        "replay/field.html",
        held=held,
        past=past, field=field, number=number, pointer=pointer, problem=problem,
        erasable=erasable and not all(life.erased for life in field.lives),
    )  # fmt: skip
