"""The life of one field of a case, beside its replay."""

from __future__ import annotations

from flask import Blueprint, request

from webapp import access, db, looks
from webapp.fieldlife import field_of
from webapp.replaying import past_of
from webapp.shell import render

blueprint = Blueprint("field", __name__)


@blueprint.get("/case/<id>/field")
@access.rule(access.signed_in)
def show(id: str) -> str:
    """Show every value the field at `pointer` had; who may not see the field finds nothing."""
    case = access.case_for(id)
    past = past_of(db.session(), access.actor(), case)
    pointer = request.args.get("pointer", "")
    field = field_of(past, pointer)
    access.note_access("field-read", case=id, pointer=pointer)
    return render("replay/field.html", past=past, field=field, number=looks.number_of(case) or looks.title_of(case))
