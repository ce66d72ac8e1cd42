"""村情一表: a village's basic facts on one page, and what it is asked to do; nobody asks for these facts again."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from flask_babel import gettext as _

from engine import library, organisation, reads, registers
from engine.errors import NotFound
from engine.model import RegisterRow, Unit
from webapp import access, db
from webapp.access import rule, signed_in
from webapp.pages.case import COMPLAINTS
from webapp.pages.register import columns_of, text
from webapp.shell import render

blueprint = Blueprint("village", __name__)

# The register whose rows are villages, by unit code; packs bring it.
REGISTER = "villages"


@blueprint.get("/village")
@rule(signed_in)
def choose() -> str:
    """List the villages under the townships, to pick one."""
    root, query = access.actor().root_unit_id, request.args.get("q", "").strip()
    townships = organisation.units_under(db.session(), root, level="township", at=access.now())
    villages = organisation.units_under(db.session(), root, level="village", at=access.now())
    groups = [
        (township, [village for village in villages if village.parent_id == township.id and query in village.name])
        for township in townships
    ]
    return render(
        "village/choose.html", groups=[group for group in groups if group[1]], query=query, total=len(villages)
    )


@blueprint.get("/village/<unit_id>")
@rule(signed_in)
def show(unit_id: str) -> str:
    """Show one village: facts with source and date, cases this person may read, and the way to complain."""
    session, person, at = db.session(), access.actor(), access.now()
    village = organisation.unit(session, unit_id)
    if village.level != "village" or village.root_unit_id != person.root_unit_id:
        raise NotFound
    row = registers.read(session, REGISTER, village.code, at=at)
    running = reads.unit_cases(session, person, village.id, state="running", limit=50, at=at)
    ended = reads.unit_cases(session, person, village.id, state="completed", limit=10, at=at)
    own = any(unit == village.id for _role, unit in person.grants)
    return render(
        "village/show.html",
        village=village,
        above=_above(village),
        facts=_facts(row),
        running=running,
        ended=ended,
        posts=organisation.posts(session, village.id),
        own=own,
        row=row,
        complain=_complain_href() if own else None,
        hours=sum(hours for case in running if isinstance(hours := case.facts.get("hours"), int | float)),
    )


def _complain_href() -> str | None:
    choices = library.startable(db.session(), access.actor())
    found = next((choice for choice in choices if choice.meta.get("category") == COMPLAINTS), None)
    return url_for("start.choose", only=found.key) if found else None


def _above(village: Unit) -> Unit | None:
    return organisation.unit(db.session(), village.parent_id) if village.parent_id else None


def _facts(row: RegisterRow | None) -> list[tuple[str, str, str]]:
    """Return (title, value, source and date) for each column that has a value."""
    declared = library.register_columns(db.session(), REGISTER)
    if row is None or declared is None:
        return []
    shown = []
    for column in columns_of(declared):
        schema = declared["columns"]["properties"][column.key]
        value = text(row.values.get(column.key), column)
        if value and column.key not in {"code", "name"}:
            unit = schema.get("qc:unit", "")
            source = schema.get("qc:source") or _("台账")
            shown.append((column.title, f"{value} {unit}".strip(), f"{source} · {_('第 %(n)s 版', n=row.version)}"))
    return shown
