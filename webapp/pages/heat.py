"""现在到哪了: the running cases of a process on its diagram, and how long each step takes; never by person."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from flask import Blueprint, request
from flask_babel import gettext as _

from engine import heat, library
from engine.errors import NotFound
from engine.model import Definition
from webapp import access, checks, db, wording
from webapp.figures import Period, periods
from webapp.pages.figures import period_names
from webapp.pages.running import keepers
from webapp.pages.studio import KINDS_OF_STEP
from webapp.shell import render

blueprint = Blueprint("heat", __name__)


@blueprint.get("/studio/process/<key>/heat")
@access.rule(keepers)
def show(key: str) -> str:
    """Show where the running cases are and how long steps took in ?period=, on the diagram and as a table."""
    definition, session = _definition(key), db.session()
    spans = periods(wording.local(access.now()).date())
    period = spans.get(request.args.get("period", ""), spans["twelve"])
    root = access.actor().root_unit_id
    found = heat.heat(session, key, root, since=_midnight(period.first), until=_after(period))
    names = {one["id"]: one for one in definition.meta.get("elements", [])}
    # A case stands at the step, not at the clock beside it.
    beside = {key for key, one in names.items() if one["type"] == "boundaryEvent"}
    steps = [spot for spot in found.spots.values() if spot.element_id not in beside]
    spots = sorted(steps, key=lambda one: (-one.cases, -one.passed, one.element_id))
    rows = [(spot, names.get(spot.element_id, {})) for spot in spots]
    return render(
        "studio/heat.html",
        definition=definition,
        period=period,
        periods=period_names(),
        rows=rows,
        full=found.full,
        most=heat.MOST,
        kinds=KINDS_OF_STEP,
        days=_says_days,
        drawn={
            "xml": checks.source_text(library.body(session, definition.id)),
            "marks": {
                spot.element_id: {"state": spot.level, "count": _("%(n)s 件", n=spot.cases) if spot.cases else None}
                for spot in spots
            },
            "focus": spots[0].element_id if spots else None,
        },
        steps=[{"text": entry.get("name") or spot.element_id, "note": _note(spot)} for spot, entry in rows],
    )


@blueprint.get("/studio/process/<key>/heat/<element_id>")
@access.rule(keepers)
def cases(key: str, element_id: str) -> str:
    """List the running cases at one step that the reader may read, and say how many others there are."""
    definition, session = _definition(key), db.session()
    name = next((one["name"] for one in definition.meta.get("elements", []) if one["id"] == element_id), element_id)
    at = access.now()
    total = heat.heat(session, key, access.actor().root_unit_id, since=at, until=at).spots.get(element_id)
    found = heat.cases_at(session, key, element_id, access.actor())
    return render(
        "studio/heat_cases.html", definition=definition, name=name, found=found, total=total.cases if total else 0
    )


def _definition(key: str) -> Definition:
    found = library.live(db.session(), "process", key)
    if found is None:
        raise NotFound
    return found


def _note(spot: heat.Spot) -> str:
    here = _("%(n)s 件在这里", n=spot.cases)
    return here if spot.median is None else here + _("，一半在 %(days)s 内办完", days=_says_days(spot.median))


def _says_days(days: float | None) -> str:
    if days is None:
        return "—"
    if days < 1:
        return _("%(n)s 小时", n=f"{days * 24:.0f}" if days * 24 >= 1 else "<1")
    return _("%(n)s 天", n=f"{days:.1f}" if days < 10 else f"{days:.0f}")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), wording.zone())


def _after(period: Period) -> datetime:
    return _midnight(period.last + timedelta(days=1))
