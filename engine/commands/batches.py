"""One order about many cases: a job per case, each in its own transaction, and what became of every case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.canonical import from_iso, iso, parse
from engine.clock import now
from engine.commands.migrating import migrate_ordered, try_ordered
from engine.commands.ordering import MOST_CASES
from engine.commands.suspending import resume_case, suspend_case
from engine.errors import NotFound, QingcheError
from engine.model import Actor
from engine.records import shown_title, suspension_of
from engine.store import batches as store
from engine.store.base import Session
from engine.store.jobs import ClaimedJob

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
        CaseResult(one.case_id, one.number, shown_title(one.title, one.readers), one.state, one.why)
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


def _suspend(session: Session, case_id: str, actor: Actor, body: Mapping[str, Any]) -> None:
    suspend_case(session, case_id, actor=actor, reason=body["reason"], source=f"definition:{body['definition']}")


def _resume(session: Session, case_id: str, actor: Actor, body: Mapping[str, Any]) -> None:
    resume_case(session, case_id, actor=actor, reason=body["reason"])


_KINDS: Mapping[str, Callable[[Session, str, Actor, Mapping[str, Any]], None]] = {
    "suspend": _suspend,
    "resume": _resume,
    "migrate": migrate_ordered,
    "try": try_ordered,
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
