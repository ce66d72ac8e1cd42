"""For the machine that watches: is the server up, and does the database answer?"""

from __future__ import annotations

from flask import Blueprint

from webapp import db
from webapp.access import anyone, rule
from webapp.security import limiter

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@rule(anyone)
@limiter.exempt
def check() -> dict[str, bool]:
    """Answer 200 with {"ok": true} once the database has answered."""
    db.ping()
    return {"ok": True}
