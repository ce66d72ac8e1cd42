"""Lists of cases: of one definition, or found by a search over everything this person may read."""

from __future__ import annotations

from flask import Blueprint, request

from engine import library, organisation, reads, registers
from engine.errors import NotFound
from webapp import access, db
from webapp.access import rule, signed_in
from webapp.shell import render

blueprint = Blueprint("cases", __name__)


@blueprint.get("/cases/<definition>")
@rule(signed_in)
def listing(definition: str) -> str:
    """List the cases of one definition that this person may read, newest first."""
    named = library.live(db.session(), "process", definition)
    if named is None:
        raise NotFound
    page = reads.cases(
        db.session(),
        access.actor(),
        definition=definition,
        query=request.args.get("q", "").strip() or None,
        state=request.args.get("state") or None,
        after=request.args.get("after") or None,
        limit=50,
        at=access.now(),
    )
    return render("cases/listing.html", definition=named, page=page)


@blueprint.get("/search")
@rule(signed_in)
def search() -> str:
    """Find cases by number or title, units and list entries by name; only what this person may read."""
    query = request.args.get("q", "").strip()
    session, person, at = db.session(), access.actor(), access.now()
    if not query:
        return render("cases/search.html", query="", cases=[], villages=[], matters=[])
    found = reads.cases(session, person, query=query, limit=20, at=at)
    villages = organisation.search(session, query, scope=person.root_unit_id, level="village", limit=10)
    matters = registers.search(session, "matters", query=query, limit=10, at=at).items
    return render("cases/search.html", query=query, cases=found.items, villages=villages, matters=matters)
