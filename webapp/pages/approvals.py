"""等人同意的发布: what a designer wants published, for another one to read, approve or refuse."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _

from engine import approvals, designs, library
from engine.approvals import Asked
from engine.errors import InvalidDefinition, QingcheError
from forms import designer
from webapp import access, checks, db, design_words, designing, process_drawing, publishing, trying, wording
from webapp.access import holds, rule
from webapp.language import language
from webapp.pages.studio import KINDS
from webapp.shell import counted, render

blueprint = Blueprint("approvals", __name__)

deciders = holds("designer", "system_admin")


@counted("approvals")
def _count() -> int:
    return len(designs.listed(db.session(), approvals.KIND))


@blueprint.get("/studio/approvals")
@rule(deciders)
def show() -> str:
    """List what waits for a second person."""
    return render("approvals/show.html", waiting=approvals.waiting(db.session()), kinds=KINDS)


@blueprint.get("/studio/approvals/<path:key>")
@rule(deciders)
def one(key: str) -> str:
    """Show what one publication would change, and how its scenarios go."""
    return _one(key)


@blueprint.post("/studio/approvals/<path:key>")
@rule(deciders)
def decide(key: str) -> Any:
    """Approve or refuse; never by who asked for it."""
    session, person = db.session(), access.actor()
    try:
        if request.form.get("action") == "approve":
            digest = request.form.get("digest", "")
            done = approvals.approve(session, key, digest=digest, actor=person, checks=checks.form_checks())
            wording.say(_("已发布：%(name)s 第 %(n)s 版", name=done[0].name, n=done[0].version))
        else:
            asked = approvals.refuse(session, key, actor=person, reason=request.form.get("reason", ""))
            words = (
                _("已收回")
                if asked.asked_by == person.user_id
                else _("没有同意，已退给%(who)s", who=asked.asked_by_name)
            )
            wording.say(words)
    except InvalidDefinition as why:
        db.abandon()
        errors: list[dict[str, Any]] = why.fields["errors"]  # type: ignore[assignment]
        return _one(key, [str(each["message"]) for each in errors]), 422
    except QingcheError as why:
        if why.code == "not-found":
            raise
        db.abandon()
        return _one(key, [why.message(language())]), 422
    return redirect(url_for(".show"), 303)


def _one(key: str, problems: list[str] | None = None) -> str:
    session = db.session()
    asked = approvals.read(session, key)
    kind, file_key, content = asked.files[0]
    page: dict[str, Any] = {"differences": [], "changes": [], "scenarios": [], "drawn": None}
    live = library.live(session, kind, file_key)
    if kind == "process":
        old = library.body(session, live.id) if live else None
        page["differences"] = process_drawing.differences(old, content, file_key)
        page["drawn"] = process_drawing.marked(checks.source_text(content), page["differences"])
        what = trying.Tried(file_key, asked.name, content, True, live.version if live else 0)
        page["scenarios"] = publishing.tested(session, what, access.now(), shipped=False)
    elif kind == "form":
        page["changes"] = _form_changes(asked)
    mine = access.actor().user_id in (asked.asked_by, asked.drawn_by)
    return render(
        "approvals/one.html", asked=asked, live=live, kinds=KINDS, mine=mine, parts=design_words.parts(),
        kinds_of_change=design_words.kinds("en" if language() == "en" else "zh"),
        problems=[("", each) for each in problems or []], **page,
    )  # fmt: skip


def _form_changes(asked: Asked) -> list[Any]:
    files = {kind: content for kind, _key, content in asked.files}
    old = designing.published(db.session(), asked.files[0][1].removesuffix(designing.SCHEMA)) or ({}, {})
    return designer.compare(old, (designing.read_json(files["form"]), designing.read_json(files.get("ui", b"{}"))))
