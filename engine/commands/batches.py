"""One order about many cases: a job per case, each in its own transaction, and what became of every case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.canonical import canonical, from_iso, iso, parse
from engine.clock import now
from engine.commands.migrating import migrate_ordered
from engine.commands.suspending import resume_case, suspend_case
from engine.errors import NotFound, QingcheError
from engine.ids import new_id
from engine.model import Actor
from engine.records import suspension_of
from engine.store import batches as store
from engine.store import jobs
from engine.store.base import Session
from engine.store.jobs import ClaimedJob

JOB = "operate"
MOST_CASES = 50_000
SHOWN = 1_000


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What became of one case of an order."""

    case_id: str
    number: str | None
    title: str
    state: str
    why: str


@dataclass(frozen=True, slots=True)
class Batch:
    """An order and how far it is; `results` has those refused first, at most `SHOWN`."""

    id: str
    kind: str
    definition: str
    ordered_by: str
    reason: str
    at: datetime
    body: Mapping[str, Any]
    waiting: int
    done: int
    refused: int
    results: list[CaseResult]

    @property
    def total(self) -> int:
        return self.waiting + self.done + self.refused


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


def operate_ordered(session: Session, job: ClaimedJob) -> None:
    """Do what an order says to one case, in the name of who ordered it; a refusal is the case's result, no incident."""
    batch_id, case_id = parse(job.payload)["batch"], job.case_id or ""
    row = store.find(session, batch_id)
    if row is None:
        raise NotFound(what="batch", id=batch_id)
    body = parse(row.body)
    actor = Actor(**{**body["actor"], "grants": frozenset(map(tuple, body["actor"]["grants"])), "via": "worker"})
    state, why = "done", ""
    try:
        with session.begin_nested():
            _KINDS[row.kind](session, case_id, actor, {**body, "definition": row.definition})
    except QingcheError as refusal:
        state, why = "refused", refusal.message("zh")
    store.settle(session, batch_id, case_id, state=state, why=why, at=iso(now(session)))


def read_batch(session: Session, batch_id: str) -> Batch:
    """Return an order with its results; raises NotFound."""
    row = store.find(session, batch_id)
    if row is None:
        raise NotFound(what="batch", id=batch_id)
    found = [
        CaseResult(one.case_id, one.number, one.title, one.state, one.why)
        for one in store.results(session, batch_id, SHOWN)
    ]
    return _batch(session, row, found)


def batches_of(session: Session, definition: str, kind: str, limit: int = 10) -> list[Batch]:
    """Return the last orders of a kind on a definition, newest first, without results."""
    return [_batch(session, row, []) for row in store.newest(session, definition, kind, limit)]


def _batch(session: Session, row: store.BatchRow, results: list[CaseResult]) -> Batch:
    body, counts = parse(row.body), store.counts(session, row.id)
    return Batch(
        row.id, row.kind, row.definition, body["actor"]["name"], body.get("reason", ""), from_iso(row.created_at), body,
        counts.get("waiting", 0), counts.get("done", 0), counts.get("refused", 0), results,
    )  # fmt: skip


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


def _suspend(session: Session, case_id: str, actor: Actor, body: Mapping[str, Any]) -> None:
    suspend_case(session, case_id, actor=actor, reason=body["reason"], source=f"definition:{body['definition']}")


def _resume(session: Session, case_id: str, actor: Actor, body: Mapping[str, Any]) -> None:
    resume_case(session, case_id, actor=actor, reason=body["reason"])


_KINDS: Mapping[str, Callable[[Session, str, Actor, Mapping[str, Any]], None]] = {
    "suspend": _suspend,
    "resume": _resume,
    "migrate": migrate_ordered,
}


def suspended_with(session: Session, definition: str, root_unit_id: str) -> list[str]:
    """Return the running cases that were suspended together with their definition."""
    source = f"definition:{definition}"
    found = []
    for row in store.running(session, definition, root_unit_id, MOST_CASES):
        told = suspension_of(row.suspension)
        if told is not None and told.source == source:
            found.append(row.id)
    return found
