"""Take a case away as a file that proves itself; auditors only."""

from __future__ import annotations

import tempfile

from flask import Blueprint, Response, request, send_file
from flask_babel import gettext as _

from engine import reads
from engine.history.casefile import PersonalInside
from webapp import access, db, looks
from webapp.exporting import export_case, file_name
from webapp.formfiles import AUDITOR
from webapp.language import language
from webapp.shell import render

blueprint = Blueprint("export", __name__)

# So much of a file is kept in memory; what is larger waits on disk.
_IN_MEMORY_BYTES = 8 * 1024 * 1024


@blueprint.get("/case/<id>/export")
@access.rule(access.holds(AUDITOR))
def show(id: str) -> str:
    """Say what the file holds and what stays behind, and ask about child cases."""
    return _page(id, [])


def _page(id: str, problems: list[tuple[str, str]]) -> str:
    case = access.case_for(id)
    below = reads.tree(db.session(), access.actor(), case)
    return render(
        "case/export.html",
        case=case, title=looks.title_of(case), number=looks.number_of(case), children=len(below), problems=problems,
    )  # fmt: skip


@blueprint.post("/case/<id>/export")
@access.rule(access.holds(AUDITOR))
@db.reads_first
def write(id: str) -> Response | tuple[str, int]:
    """Write the file and hand it over; that it was done, over what and how much, is an event."""
    case = access.case_for(id)
    out = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115 - closed with the answer
    children = request.form.get("children") == "1"
    try:
        written, cases = export_case(db.session(), access.actor(), id, out, children=children)
    except PersonalInside as refusal:
        out.close()
        db.abandon()
        advice = _(
            "确需带身份证号的，由管服务器的人用命令导出：qingche export case 编号 -o 文件.zip --personal，会记下来"
        )
        return _page(id, [("", refusal.message(language())), ("", advice)]), 422
    access.note_access("case-exported", case=id, cases=cases, events=written.events, head=written.head)
    out.seek(0)
    name = file_name(looks.number_of(case) or "", id)
    reply = send_file(out, mimetype="application/zip", as_attachment=True, download_name=name)
    reply.headers["Cache-Control"] = "private, no-store"
    return reply
