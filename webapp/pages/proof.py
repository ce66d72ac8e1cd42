"""Proof for anybody: signed heads and how to check them, a paper or a case file held against them, proofs to take away.

Public is what has no content: heads, public keys, and whether the very hash a paper carries was recorded.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, make_response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from engine import reads
from engine.errors import NotFound
from engine.history.heads import Keys
from engine.history.proof import head_at, newest_head, newest_heads
from webapp import access, db, looks, proving
from webapp.language import language
from webapp.paper import code_of
from webapp.sealing import keys_in
from webapp.shell import render

blueprint = Blueprint("proof", __name__)

SHOWN = 20
_LINES = 5000


@blueprint.get("/proof")
@access.rule(access.anyone)
def show() -> str:
    """Show the newest head with its key's fingerprint, the heads before it, and how to check; line: one to compare."""
    before = request.args.get("before", type=int)
    line = request.args.get("line", "")[:2000]
    heads = newest_heads(db.session(), before=before, limit=SHOWN)
    held = proving.held_line(db.session(), _keys(), line) if line.strip() else None
    return render("proof/show.html", newest=newest_head(db.session()), heads=heads, line=line, held=held, shown=SHOWN)


@blueprint.get("/proof/head/<int:number>")
@access.rule(access.anyone)
def head(number: int) -> str:
    """Show one head as a sheet for A4, its line as a code to scan."""
    found = head_at(db.session(), number)
    if found is None:
        raise NotFound(what="head", id=str(number))
    return render("proof/head.html", head=found, code=code_of(found.line, _("封条全文")))


@blueprint.get("/proof/heads.txt")
@access.rule(access.anyone)
def heads() -> Response:
    """Give published lines, oldest first: the newest 5,000, or those below `before`; to be kept elsewhere."""
    before = request.args.get("before", type=int)
    found = newest_heads(db.session(), before=before, limit=_LINES)
    reply = make_response("".join(f"{one.line}\n" for one in reversed(found)))
    reply.mimetype = "text/plain"
    return reply


@blueprint.get("/proof/keys.json")
@access.rule(access.anyone)
def keys() -> Response:
    """Give the public keys, and the rotations signed by old and new."""
    return jsonify(proving.told_keys(db.session(), _keys()))


@blueprint.get("/proof/paper/<case_id>/<int:seq>/<digits>")
@access.rule(access.anyone)
def paper(case_id: str, seq: int, digits: str) -> str:
    """Say whether what a paper carries was recorded; nothing of the case is shown, and every mismatch looks alike."""
    matches = seq < 2**31 and proving.paper_matches(db.session(), case_id, seq, digits)
    return render("proof/paper.html", matches=matches, seq=seq, digits=digits[: proving.PAPER_DIGITS], case_id=case_id)


@blueprint.get("/proof/consistency/<int:number>")
@access.rule(access.signed_in)
def consistency(number: int) -> Response:
    """Give the proof (RFC 6962, 2.1.2) that the newest head grew from an older one."""
    found = proving.consistency_of(db.session(), number) if number < 2**31 else None
    if found is None:
        raise NotFound(what="head", id=str(number))
    return jsonify(found)


@blueprint.get("/case/<id>/proof")
@access.rule(access.signed_in)
def event(id: str) -> str | Response:
    """Tell in words that one event of the case is under the newest head; format=json gives the proof itself."""
    case = access.case_for(id)
    seq = max(1, min(request.args.get("seq", case.head_seq, type=int), case.head_seq))
    found = proving.inclusion_of(db.session(), f"case:{id}", seq)
    if request.args.get("format") == "json":
        return jsonify(found or {"sealed": False})
    return render(
        "proof/event.html", case=case, title=looks.title_of(case), number=looks.number_of(case), seq=seq, found=found
    )


@blueprint.route("/proof/check", methods=["GET", "POST"])
@access.rule(access.signed_in)
@db.reads_first
def check() -> str | Answer | tuple[str, int]:
    """Check an uploaded case file against the platform's key, or lead a number to its case's replay."""
    problem, checked = "", None
    number = request.values.get("number", "").strip()
    if number:
        found = reads.case_numbered(db.session(), access.actor(), number)
        if found is not None:
            return redirect(url_for("replay.show", id=found.id))
        problem = _("没有您能看到的这个编号")
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        checked = proving.check_file(db.session(), upload.stream, chinese=language() == "zh")
        problem = "" if checked else _("这个文件太大，请用件内的 verify.py 核验")
    elif request.method == "POST" and not number:
        problem = _("请选一个卷宗文件")
    page = render("proof/check.html", problem=problem, checked=checked, number=number)
    return (page, 422) if problem else page


def _keys() -> Keys:
    var: Any = current_app.config["VAR"]
    return keys_in(var)
