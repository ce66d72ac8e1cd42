"""操作日志: what was done outside cases, for the auditor: read, checked, taken away."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import NotFound
from engine.history import log
from engine.history.verify import verify
from engine.model import Verification
from webapp import access, db, spreadsheet
from webapp.deeds import BOOKS, DEEDS, Deed, deeds
from webapp.shell import render
from webapp.spreadsheet import Cell
from webapp.wording import local

blueprint = Blueprint("log", __name__)
_PAGE = 50
_MOST = 20_000
_CHECKED = 20_000


@blueprint.get("/log")
@access.rule(access.audits)
def show() -> str | Response:
    """Show a book, newest first, by kind and text; ?format=csv|xlsx takes it away.

    ?verify=1 checks the newest of its chains, so many that a page can wait for it; `qingche verify` checks everything.
    """
    book = request.args.get("book") or "access"
    day = _day() if book == "access" else None
    query, kind, form = (request.args.get(name, "").strip() for name in ("q", "kind", "format"))
    session = db.session()
    found = log.entries(
        session,
        book,
        day=day,
        kinds=[kind] if kind else [],
        containing=query,
        before=_place(request.args.get("before", "")),
        limit=_MOST if form else _PAGE + 1,
    )
    if form in {"csv", "xlsx"}:
        return _taken_away(book, day, form, deeds(session, found))
    shown, more = found[:_PAGE], len(found) > _PAGE
    wished = {"book": book, "day": day.isoformat() if day else "", "q": query, "kind": kind}
    asked: dict[str, Any] = {name: value for name, value in wished.items() if value}
    return render(
        "log/show.html",
        book=book,
        books=BOOKS,
        day=day,
        query=query,
        kind=kind,
        kinds=DEEDS,
        deeds=deeds(session, shown),
        asked=asked,
        next=url_for("log.show", before="~".join(map(str, shown[-1].place)), **asked) if more else None,
        checked=_checked(book, day) if request.args.get("verify") else None,
    )


def _checked(book: str, day: date | None) -> Verification:
    return verify(db.session(), log.streams_of(db.session(), book, day), newest=_CHECKED)


def _taken_away(book: str, day: date | None, form: str, found: list[Deed]) -> Response:
    span = [found[-1].entry.place[0], found[0].entry.place[0]] if found else []
    access.note_access("export", what=f"log:{book}", format=form, rows=len(found), period="–".join(span))
    header = [_("时间"), _("谁"), _("做了什么"), _("内容"), _("链"), _("第几条"), _("哈希值")]
    rows: list[list[Cell]] = [
        [
            local(deed.entry.at).strftime("%Y-%m-%d %H:%M:%S"),
            deed.who,
            deed.what,
            "；".join(f"{label}：{text}" for label, text in deed.about),
            deed.entry.stream,
            deed.entry.seq,
            deed.entry.hash,
        ]
        for deed in found
    ]
    name = " ".join(filter(None, [_("操作日志"), str(BOOKS[book]), day.isoformat() if day else ""]))
    return spreadsheet.respond(form, name, header, rows)


def _day() -> date:
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return local(access.now()).date()


def _place(text: str) -> tuple[str, str, int] | None:
    if not text:
        return None
    at, _sep, rest = text.partition("~")
    stream, _sep, seq = rest.rpartition("~")
    if not seq.isdecimal() or len(seq) > 12:
        raise NotFound(what="log", id=text)
    return at, stream, int(seq)
