"""Order one operation on many cases: what is asked is kept, and one job per case written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.canonical import canonical, iso
from engine.clock import now
from engine.ids import new_id
from engine.model import Actor
from engine.store import batches as store
from engine.store import jobs
from engine.store.base import Session

JOB = "operate"
MOST_CASES = 50_000


def order(
    session: Session, kind: str, definition: str, case_ids: list[str], *, actor: Actor, body: Mapping[str, Any]
) -> str:
    """Write an order and one job per case; returns its id. Whether the actor may is the caller's to check."""
    at = now(session)
    batch_id = new_id(at)
    told = {**body, "actor": _told(actor)}
    row = store.BatchRow(
        id=batch_id, root_unit_id=actor.root_unit_id, kind=kind, definition=definition, body=canonical(told),
        created_at=iso(at),
    )  # fmt: skip
    store.insert(session, row, case_ids)
    rows = [
        jobs.order_row(
            new_id(at),
            iso(at),
            JOB,
            f"{batch_id}:{case_id}",
            root_unit_id=actor.root_unit_id,
            case_id=case_id,
            task_id=None,
            payload=canonical({"batch": batch_id}),
        )
        for case_id in case_ids
    ]
    jobs.insert_jobs(session, rows)
    return batch_id


def _told(actor: Actor) -> dict[str, Any]:
    """Return the actor with the roles that counted when the order was given."""
    return {
        "user_id": actor.user_id,
        "name": actor.name,
        "unit_id": actor.unit_id,
        "unit_path": actor.unit_path,
        "unit_name": actor.unit_name,
        "root_unit_id": actor.root_unit_id,
        "grants": sorted(map(list, actor.grants)),
        "on_behalf_of": actor.on_behalf_of,
    }
