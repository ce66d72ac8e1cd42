"""For the machine that watches: is the server up, and does the database answer?"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app

from webapp import db
from webapp.access import anyone, rule
from webapp.security import limiter

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@rule(anyone)
@limiter.exempt
def check() -> dict[str, Any]:
    """Answer 200 with {"ok": true} once the database has answered; `failing` names chores of this process that fail.

    What fails stands in the log under `chore_failed`: sealing the history, sweeping files nobody uses.
    """
    db.ping()
    failing = getattr(current_app.extensions.get("worker"), "failed_chores", {})
    return {"ok": True, **({"failing": sorted(failing)} if failing else {})}
