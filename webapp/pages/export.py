"""Take a case away as a file that proves itself; auditors only."""

from __future__ import annotations

import tempfile

from flask import Blueprint, Response, request, send_file

from engine import reads
from webapp import access, db, looks
from webapp.exporting import export_case, file_name
from webapp.formfiles import AUDITOR
from webapp.shell import render

blueprint = Blueprint("export", __name__)

# So much of a file is kept in memory; what is larger waits on disk.
_IN_MEMORY_BYTES = 8 * 1024 * 1024


@blueprint.get("/case/<id>/export")
@access.rule(access.holds(AUDITOR))
def show(id: str) -> str:
    """Say what the file holds and what stays behind, and ask about child cases."""
    case = access.case_for(id)
    below = reads.tree(db.session(), access.actor(), case)
    return render(
        "case/export.html",
        case=case, title=looks.title_of(case), number=looks.number_of(case), children=len(below),
    )  # fmt: skip


@blueprint.post("/case/<id>/export")
@access.rule(access.holds(AUDITOR))
@db.reads_first
def write(id: str) -> Response:
    """Write the file and hand it over; that it was done, over what and how much, is an event."""
    case = access.case_for(id)
    out = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115 - closed with the answer
    written, cases = export_case(db.session(), access.actor(), id, out, children=request.form.get("children") == "1")
    access.note_access("case-exported", case=id, cases=cases, events=written.events, head=written.head)
    out.seek(0)
    name = file_name(looks.number_of(case) or "", id)
    reply = send_file(out, mimetype="application/zip", as_attachment=True, download_name=name)
    reply.headers["Cache-Control"] = "private, no-store"
    return reply
