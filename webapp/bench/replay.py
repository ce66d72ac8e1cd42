"""`qingche bench replay`: the replay page of a case of 5,000 events, as the server makes it."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import g

from engine.assignment import AUDITOR
from engine.bench.desk import scratch
from engine.bench.replay import LONG, long_case
from webapp import create_app


def run() -> dict[str, dict[str, Any]]:
    """Measure the whole page once cold, then steps from event to event."""
    from webapp.pages.replay import show

    figures: dict[str, Any] = {}
    with scratch(durable=False) as desk:
        case = long_case(desk).case_id
        url = desk.database.url.render_as_string(hide_password=False)
        app = create_app(
            {"DATABASE_URL": url, "VAR": str(Path(desk.database.url.database or "").parent), "RATELIMIT_ENABLED": False}
        )
        auditor = replace(desk.clerk, grants=frozenset({(AUDITOR, desk.clerk.root_unit_id)}))

        def page(query: str) -> float:
            began = time.process_time()
            with app.test_request_context(f"/case/{case}/replay?{query}"):
                g.actor = auditor
                show(case)
            return time.process_time() - began

        name = f"replay page of {LONG:,} events"
        figures[f"{name}: first, ms of CPU"] = round(1000 * page(""))
        later = [page(f"at={seq}&part=1") for seq in (4000, 4001, 4002, 1000, 1001)]
        figures[f"{name}: a step, ms of CPU"] = round(1000 * sorted(later)[2])
    return {"figures": figures}
