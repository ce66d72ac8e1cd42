"""One case: its page, its diagram's drawing, its print, and how it is cancelled."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from engine import commands, library
from engine.assignment import may_cancel
from engine.errors import NotFound
from engine.history.moments import ran_on
from engine.history.proof import recorded_event
from engine.model import Case
from forms.fields.upload import read_size
from webapp import access, db, looks
from webapp.casefile import CaseFile, open_case
from webapp.checks import source_text
from webapp.paper import code_of, marks_of
from webapp.proving import PAPER_DIGITS
from webapp.shell import render
from webapp.wording import local, moment, say

blueprint = Blueprint("case", __name__)
blueprint.add_app_template_filter(read_size, "file_size")

CHILDREN_SHOWN = 20
STORY_SHOWN = 15
DECISIONS_SHOWN = 5
# A definition of this category takes complaints; the button to it carries the case along.
COMPLAINTS = "投诉"
_LONGEST_REASON = 500


@blueprint.get("/case/<id>")
@access.rule(access.signed_in)
def show(id: str) -> str:
    """Show a case to those who may read it."""
    file = _opened(id)
    return render(
        "case/show.html",
        **_common(file),
        crumbs=_crumbs(file),
        deadline=looks.case_deadline(file.case),
        diagram_href=url_for("case.diagram", id=id, v=file.case.artifact_id),
        diagram_label=_("流程图：%(steps)s", steps=_in_words(file)),
        complain_href=_complain_href(file.case),
        children_shown=CHILDREN_SHOWN,
        story_shown=STORY_SHOWN,
        decisions_shown=DECISIONS_SHOWN,
        place="started" if file.case.started_by == file.person.user_id else None,
    )


@blueprint.get("/case/<id>/print")
@access.rule(access.signed_in)
def print_out(id: str) -> str:
    """Show the whole case as one sheet for A4: nothing folded, number, trail, and who printed it when."""
    file = _opened(id)
    access.note_access("printed", case=id)
    who = looks.post_of(file.person.name, file.person.unit_name)
    foot = _(
        "%(number)s　%(when)s 由 %(who)s 从平台打印　共 %(n)s 步留痕",
        number=looks.number_of(file.case) or "", when=moment(access.now()), who=who, n=len(file.entries),
    )  # fmt: skip
    last = file.entries[-1].seq if file.entries else 0
    digits = (recorded_event(db.session(), f"case:{id}", last) or "")[:PAPER_DIGITS]
    address = url_for("proof.paper", case_id=id, seq=last, digits=digits or "0", _external=True)
    return render(
        "case/print.html",
        **_common(file),
        marks=marks_of(file.files, local(access.now()).date()),
        code=code_of(address, _("扫码查验这张纸")),
        foot=foot.strip("　"),
    )


@blueprint.get("/case/<id>/diagram")
@access.rule(access.signed_in)
def diagram(id: str) -> Response:
    """Give the drawing the case runs on, or the one it ran on that `v` names; the browser keeps it: versions stay."""
    case = access.case_for(id)
    version = request.args.get("v", case.artifact_id)
    if version != case.artifact_id and version not in ran_on(db.session(), id):
        raise NotFound(what="artifact", id=version)
    # Published as UTF-16 or GB18030 it is drawn all the same: the browser reads UTF-8.
    reply = make_response(source_text(library.load(db.session(), version).body))
    reply.mimetype = "application/xml"
    reply.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return reply


@blueprint.route("/case/<id>/cancel", methods=["GET", "POST"])
@access.rule(access.signed_in)
def cancel(id: str) -> str | Answer | tuple[str, int]:
    """Ask why, then cancel the case; whoever may not cancel it finds nothing here."""
    person = access.actor()
    case = access.case_for(id)
    if not may_cancel(
        person, started_by=case.started_by, unit_path=case.unit_path, readers=case.readers,
        parent_case_id=case.parent_case_id,
    ):  # fmt: skip
        raise NotFound(what="case", id=id)
    if case.state != "running":
        return redirect(url_for("case.show", id=id))
    reason = request.form.get("reason", "").strip()[:_LONGEST_REASON]
    if request.method == "POST" and reason:
        commands.cancel_case(db.session(), id, actor=person, reason=reason)
        say(_("已作废，停在这一步"))
        return redirect(url_for("case.show", id=id), 303)
    problems = [("reason", _("请写为什么作废"))] if request.method == "POST" else []
    page = render(
        "case/cancel.html",
        case=case, title=looks.title_of(case), number=looks.number_of(case), reason=reason, problems=problems,
    )  # fmt: skip
    return (page, 422) if problems else page


def _opened(case_id: str) -> CaseFile:
    try:
        return open_case(db.session(), access.actor(), case_id)
    except NotFound:
        access.note_access("refused", path=request.path, rule="case")
        raise


def _common(file: CaseFile) -> dict[str, Any]:
    return {"file": file, "state_name": looks.state_name(file.case), "list_key": looks.list_key(file.case)}


def _crumbs(file: CaseFile) -> list[tuple[str, str | None]]:
    case = file.case
    started = case.started_by == file.person.user_id
    box = "started" if started else "done"
    first = (_("我发起的") if started else _("收件箱"), url_for("inbox.show", box=box if started else None))
    here = (file.title if case.parent_case_id else case.number or file.title, None)
    above = file.above
    between = [(above.number or looks.title_of(above), url_for("case.show", id=above.id))] if above else []
    return [first, *between, here]


def _in_words(file: CaseFile) -> str:
    done = [step.text for step in file.steps if step.state == "done"]
    now = [step.text for step in file.steps if step.state == "now"]
    parts = [_("%(names)s 已办", names="、".join(done))] if done else []
    parts += [_("正在 %(names)s", names="、".join(now))] if now else []
    return "，".join(parts) or _("还没有开始")


def _complain_href(case: Case) -> str | None:
    """Return where to complain about this case, for posts that may; a complaint itself is not complained about."""
    if case.readers is not None or not access.may_open("start.begin"):
        return None
    for choice in library.startable(db.session(), access.actor()):
        if choice.meta.get("category") == COMPLAINTS:
            return url_for("start.choose", only=choice.key, about=case.id)
    return None
