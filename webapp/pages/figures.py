"""全域一屏: what the packs' figures come to, with the year before, and the cases behind each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from engine import library, organisation, reads
from engine.model import CaseItem, Unit
from webapp import access, chart, db, figures, spreadsheet, wording
from webapp.access import rule, signed_in
from webapp.language import language
from webapp.shell import render

blueprint = Blueprint("figures", __name__)


@dataclass(frozen=True)
class Chosen:
    """What the page is about: the declared figures, the span, the filters, and the cases of both years."""

    declared: figures.Figures
    period: figures.Period
    department: str
    township: str
    now: list[CaseItem]
    before: list[CaseItem]


@blueprint.get("/figures")
@rule(signed_in)
def show() -> str:
    """Show the figures of the packs over the cases this person may read."""
    chosen = _choose()
    totals = figures.total(chosen.declared.figures, chosen.now, chosen.before)
    # What departments answer for; complaints are counted above, and not beside the unit that complained.
    own = chosen.declared.split.definition if chosen.declared.split else None
    sent = [figure for figure in chosen.declared.figures if figure.lead and figure.definition == own]
    return render(
        "figures/show.html",
        chosen=chosen,
        totals=totals,
        label=_label,
        value=value,
        compared=compared,
        percent=percent,
        periods=period_names(),
        departments=_options("department", _("全部部门")),
        townships=_options("township", _("全部乡镇（街道）")),
        bars=_bars(chosen),
        split=chosen.declared.split,
        months=_months(chosen),
        sent=sent,
        by_unit=figures.by_unit(sent, _of_departments(chosen.now)),
        busy=_busy(chosen),
        busiest=max([1, *(count for _name, count in _busy(chosen))]),
        link=_link(chosen),
    )


@blueprint.get("/figures/cases")
@rule(signed_in)
def cases() -> str:
    """List the cases behind one figure."""
    chosen = _choose()
    figure = chosen.declared.named(request.args.get("figure", ""))
    counted = [case for case in chosen.now if figure is None or figure.counts(case)]
    month = request.args.get("month", "")
    if month:
        counted = [case for case in counted if wording.local(case.started_at).strftime("%Y-%m") == month]
    return render(
        "figures/cases.html",
        cases=counted[:500],
        total=len(counted),
        title=_label(figure) if figure else _("全部派单"),
        period=chosen.period,
        month=month,
    )


@blueprint.get("/figures.<any(csv, xlsx):kind>")
@rule(signed_in)
def download(kind: str) -> Response:
    """Give the figures by department and month as a table; the export is an event."""
    chosen = _choose()
    header = [_("部门"), _("月份"), *(_label(figure) for figure in chosen.declared.figures)]
    rows: list[Sequence[spreadsheet.Cell]] = []
    for year, month in chosen.period.months():
        own = [case for case in chosen.now if _month_of(case) == (year, month)]
        for _unit_id, name, values in figures.by_unit(chosen.declared.figures, _of_departments(own)):
            rows.append([name, f"{year}-{month:02d}", *values])
    access.note_access("export", what="figures", format=kind, rows=len(rows), period=chosen.period.key)
    return spreadsheet.respond(kind, _("派单统计"), header, rows)


def value(figure: figures.Figure, amount: Decimal) -> str:
    """Say an amount with its unit: 143 件, 1,204,500 元."""
    unit = figure.unit_en if language() == "en" else figure.unit
    return f"{amount:,.0f} {unit}".strip()


def percent(share: Decimal | None) -> str:
    """Say a fraction as a percentage with one digit; empty for None."""
    return "" if share is None else f"{share * 100:.1f}%"


def compared(total: figures.Total) -> str:
    """Say the year before in words, without praise or blame: fewer is not always better."""
    if total.change is None:
        return _("去年同期 %(before)s", before=value(total.figure, total.before)) if total.before else _("去年同期没有")
    sign = "+" if total.change >= 0 else "−"
    return _("比去年同期 %(change)s", change=f"{sign}{abs(total.change) * 100:.1f}%")


def _choose() -> Chosen:
    declared = figures.read(library.pack_file(db.session()), now=wording.local(access.now()))
    spans = figures.periods(wording.local(access.now()).date())
    period = spans.get(request.args.get("period", ""), spans["year"])
    earlier = period.before()
    known = {figure.definition for figure in declared.figures} | set(declared.processes)
    rows = reads.figure_cases(
        db.session(),
        access.actor(),
        definitions=sorted(known),
        since=earlier.first,
        zone=wording.zone(),
        at=access.now(),
    )
    department, township = request.args.get("department", ""), request.args.get("township", "")
    if department:
        rows = [case for case in rows if case.starter_unit_id == department]
    if township:
        rows = _touching(rows, township)
    zone = wording.zone()
    return Chosen(
        declared,
        period,
        department,
        township,
        figures.started_in(rows, period, zone),
        figures.started_in(rows, earlier, zone),
    )


def _touching(rows: list[CaseItem], unit_id: str) -> list[CaseItem]:
    """Keep the cases of a unit, the cases above them that sent them, and the children they sent out themselves."""
    parents = {case.id: case.parent_case_id for case in rows}
    own = {case.id for case in rows if case.unit_id == unit_id}
    above = {parents[case_id] for case_id in own}
    return [case for case in rows if case.id in own or case.id in above or case.parent_case_id in own]


def _label(figure: figures.Figure) -> str:
    return figure.label_en if language() == "en" else figure.label


def period_names() -> list[tuple[str, str]]:
    return [("year", _("今年")), ("month", _("本月")), ("twelve", _("近十二个月")), ("last-year", _("去年全年"))]


def _units(level: str) -> list[Unit]:
    root = access.actor().root_unit_id
    return organisation.units_under(db.session(), root, level=level, at=access.now())


def _of_departments(cases: list[CaseItem]) -> list[CaseItem]:
    """Keep what departments sent: a village that complained is not listed beside those it complains about."""
    departments = {unit.id for unit in _units("department")}
    return [case for case in cases if case.starter_unit_id in departments]


def _options(level: str, everyone: str) -> list[tuple[str, str]]:
    return [("", everyone), *((unit.id, unit.name) for unit in _units(level))]


def _month_of(case: CaseItem) -> tuple[int, int]:
    at = wording.local(case.started_at)
    return at.year, at.month


def _months(chosen: Chosen) -> dict[tuple[int, int], list[int]]:
    split = chosen.declared.split
    return figures.by_month(split, chosen.now, chosen.period, wording.zone()) if split else {}


def _bars(chosen: Chosen) -> chart.Bars | None:
    months = _months(chosen)
    if not any(any(values) for values in months.values()):
        return None
    return chart.stack([(_("%(n)s月", n=month), values) for (_year, month), values in months.items()])


def _busy(chosen: Chosen) -> list[tuple[str, int]]:
    """Return how many cases sent to each township run now, in the order of the townships."""
    running = Counter(case.unit_id for case in chosen.now if case.state == "running" and case.parent_case_id)
    return [(unit.short_name, running[unit.id]) for unit in _units("township")]


def _link(chosen: Chosen) -> dict[str, str]:
    kept = {"period": chosen.period.key, "department": chosen.department, "township": chosen.township}
    return {name: given for name, given in kept.items() if given}
