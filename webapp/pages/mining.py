"""流程分析: how the cases of a process really went, for the auditor: by step and by unit, never by person."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _

from engine import library, registers
from engine.history.traces import Trace, counts, traces
from engine.history.xes import write_ocel, write_xes
from webapp import access, db, mining, wording
from webapp.figures import Period, periods
from webapp.pages.figures import period_names
from webapp.shell import render

blueprint = Blueprint("mining", __name__)
# More cases than this are not read for one page; a shorter span is asked for.
_MOST = 5000
_LINES = 12


@blueprint.get("/flows")
@access.rule(access.audits)
def show() -> str:
    """Show the variants, durations, repetitions and hand-overs of a process in a span, beside the year before."""
    key, period = _asked()
    found, calendar = _traces(key, period), registers.working_days(db.session())
    return render(
        "mining/show.html",
        key=key,
        period=period,
        processes=[(one.key, one.name) for one in library.listed(db.session(), "process")],
        periods=period_names(),
        mined=mining.mine(found, calendar),
        before=mining.totals(_traces(key, period.before()), calendar),
        full=len(found) == _MOST,
        most=_MOST,
        lines=_LINES,
        asked={"process": key, "period": period.key},
        days=says_days,
    )


@blueprint.get("/flows/cases")
@access.rule(access.audits)
def cases() -> str:
    """List the cases behind one figure of the page; ?what= names it."""
    key, period = _asked()
    what = request.args.get("what", "")
    return render(
        "mining/cases.html",
        key=key,
        period=period,
        found=mining.chosen(_traces(key, period), what),
        name=next((one.name for one in library.listed(db.session(), "process") if one.key == key), key),
        back=url_for("mining.show", process=key, period=period.key),
    )


@blueprint.get("/flows/log.<any(xes, ocel):form>")
@access.rule(access.audits)
def log(form: str) -> Response:
    """Take the event log of the span away as `xes` or `ocel`; that it was taken is recorded."""
    key, period = _asked()
    found, out = _traces(key, period), io.BytesIO()
    if form == "xes":
        _cases, events = write_xes(found, out, calendar=registers.working_days(db.session()))
    else:
        text = io.TextIOWrapper(out, encoding="utf-8", write_through=True)
        _objects, events = write_ocel(found, text)
        text.detach()
    span = f"{period.first.isoformat()}–{period.last.isoformat()}"
    access.note_access("export", what=f"{form}:{key}", format=form, rows=events, period=span)
    response = Response(out.getvalue(), content_type="application/xml" if form == "xes" else "application/json")
    response.headers["Content-Disposition"] = f"attachment; filename={period.first}-{period.last}.{_ENDING[form]}"
    return response


_ENDING = {"xes": "xes", "ocel": "ocel.json"}


def _asked() -> tuple[str, Period]:
    spans = periods(wording.local(access.now()).date())
    known = [one.key for one in library.listed(db.session(), "process")]
    key = request.args.get("process", "")
    period = spans.get(request.args.get("period", ""), spans["twelve"])
    return key if key in known else _busiest(known, period), period


def _busiest(known: Iterable[str], period: Period) -> str:
    """Return the process to begin with: of those that people start the one with the most cases, else any."""
    since, until = _ends(period)
    cases = counts(db.session(), access.actor().root_unit_id, since=since, until=until)
    startable = [one.key for one in library.listed(db.session(), "process") if one.meta.get("starters")]
    return max(startable or known, key=lambda key: cases.get(key, 0), default="")


def _traces(key: str, period: Period) -> list[Trace]:
    since, until = _ends(period)
    root = access.actor().root_unit_id
    return list(traces(db.session(), root, definition=key, since=since, until=until, limit=_MOST))


def _ends(period: Period) -> tuple[datetime, datetime]:
    return _midnight(period.first), _midnight(period.last + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), wording.zone())


def says_days(days: float | None) -> str:
    """Say how many working days, in words short enough for a table."""
    if days is None:
        return "—"
    return _("%(n)s 天", n=f"{days:.1f}" if days < 10 else f"{days:.0f}")
