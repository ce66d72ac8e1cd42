"""The replay of a case: any of its events as it was, two of them side by side, and the life of one field."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, request, url_for

from engine import reads
from engine.errors import NotFound
from webapp import access, db, looks
from webapp.replay_rows import rows_until
from webapp.replaying import Past, Shot, past_of
from webapp.shell import render
from webapp.wording import day

blueprint = Blueprint("replay", __name__)

# So many events the list shows at once, about the one that is shown.
WINDOW = 40
ROWS = 100
_TICKS = 4


@blueprint.get("/case/<id>/replay")
@access.rule(access.signed_in)
def show(id: str) -> str:
    """Show a case as it stood after one event; part=1 gives what changes from event to event without the frame."""
    case = access.case_for(id)
    fragment = request.args.get("part") == "1"
    asked = request.args.get("prove") == "1"
    past = past_of(db.session(), access.actor(), case, afresh=not fragment, asked=asked)
    seq = _wanted(past)
    shot = past.shot(seq)
    if request.args.get("as") == "table":
        return _table(past, shot)
    other = _number("with", past.last)
    if not fragment:
        access.note_access("replayed", case=id)
    first = max(1, min(_number("from", past.last) or seq - WINDOW // 2, past.last - WINDOW + 1))
    return render(
        "replay/part.html" if fragment else "replay/show.html",
        past=past, shot=shot, other=past.shot(other) if other and other != seq else None,
        held=shot.held(request.args.get("task", "")), checked=shot.checked(asked=request.args.get("check") == "1"),
        lines=past.lines(first, WINDOW), first=first, window=WINDOW, ticks=_ticks(past),
        title=looks.title_of(case), number=looks.number_of(case) or "", diagram_of=_diagram_of, above=_above(past),
        audits=access.audits.allows(access.actor()),
    )  # fmt: skip


def _table(past: Past, shot: Shot) -> str:
    """Show the events until one as a table, newest first: words only, for paper and for those who see no drawing."""
    access.note_access("replayed", case=past.case.id)
    first = max(1, shot.moment.seq + 1 - ROWS)
    return render(
        "replay/table.html", past=past, shot=shot, first=first, rows=rows_until(shot, first),
        title=looks.title_of(past.case), number=looks.number_of(past.case) or "",
    )  # fmt: skip


def _wanted(past: Past) -> int:
    time = request.args.get("time", "")
    if time:
        try:
            at = datetime.fromisoformat(time)
        except ValueError:
            raise NotFound(what="event", id=time) from None
        return past.at_time(at if at.tzinfo else at.replace(tzinfo=UTC))
    return _number("at", past.last) or past.last


def _number(name: str, most: int) -> int | None:
    text = request.args.get(name, "")
    return max(1, min(int(text), most)) if text.isdecimal() and len(text) < 10 else None


def _ticks(past: Past) -> list[tuple[float, str]]:
    """Return (percent along the slider, day) of some events, the first and the last among them."""
    last, count = past.last, min(_TICKS, past.last)
    chosen = [1 + round(place * (last - 1) / max(1, count - 1)) for place in range(count)]
    days = {entry.seq: day(entry.at) for entry in past.entries if entry.seq in chosen}
    return [(100 * (seq - 1) / max(1, last - 1), days[seq]) for seq in dict.fromkeys(chosen)]


def _diagram_of(shot: Shot) -> dict[str, Any]:
    url = url_for("case.diagram", id=shot.past.case.id, v=shot.moment.pins["process"])
    return {"url": url, "marks": shot.marks, "focus": shot.focus}


def _above(past: Past) -> str | None:
    parent = past.case.parent_case_id
    return parent if parent and reads.may_read(db.session(), past.person, parent) else None
