"""For the machine that watches: is the server up, and does the database answer?"""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from engine import chores
from webapp import db
from webapp.access import anyone, rule
from webapp.security import limiter

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@rule(anyone)
@limiter.exempt
def check() -> dict[str, Any]:
    """Answer 200 with {"ok": true} once the database has answered; `failing` names chores that fail, wherever.

    What fails stands in the log of who did it under `chore_failed`: sealing the history, mailing heads,
    sweeping files nobody uses.
    """
    failing = chores.failing(db.session())
    return {"ok": True, **({"failing": failing} if failing else {})}
