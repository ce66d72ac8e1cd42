"""Messages and signals between cases and from outside: exactly one receiver for a message, all who wait for a signal.

Each function changes one case at most; what concerns several is a job each.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from engine import spiff
from engine.assignment import system_actor
from engine.bpmn import LONGEST_NAME
from engine.canonical import canonical, from_iso, iso, parse
from engine.clock import now
from engine.commands.beginnings import begin_by_event
from engine.errors import AmbiguousMessage, CaseSuspended, Invalid, NobodyWaits, NotOpen
from engine.ids import new_id
from engine.model import Actor, Case
from engine.step import Act, advance, lock_case, lock_task
from engine.store import jobs, subscriptions
from engine.store.base import Session
from engine.store.jobs import ClaimedJob
from engine.store.subscriptions import Waiting
from engine.waiting import job_of

KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a message: the case that took it or began with it, or None while it is kept for one to come."""

    case: Case | None
    begun: bool = False


def correlate(
    session: Session,
    name: str,
    key: object = None,
    payload: Mapping[str, Any] | None = None,
    *,
    actor: Actor,
    keep_for: timedelta = KEPT_FOR,
    within: str = "/",
) -> Delivery:
    """Give a message to the one case that waits for its name and key, or begin the one definition it begins.

    key: any FEEL value, None for a message without one; a case that waits under no key takes any. A case under way
    goes before a definition, one that waits under just this key before those that wait under none. payload: JSON
    values. Nobody waits: it is kept for `keep_for` and taken by the first to wait for it; zero keeps nothing. Whether
    the actor may is the caller's to know; within: path of the unit whose cases alone it may reach or begin, and then
    nothing is kept. Raises AmbiguousMessage, NobodyWaits, CaseSuspended, Incident.
    """
    if len(name) > LONGEST_NAME:
        raise Invalid(why=f"消息名称最长 {LONGEST_NAME} 个字")
    text, values, at = spiff.key_text(key), dict(payload or {}), now(session)
    message = {"name": name, "key": text, "payload": values, "until": iso(at + keep_for)}
    chosen = _receiver(session, name, text, within)
    may_be_kept = keep_for > timedelta(0) and within == "/"
    if chosen is not None and chosen.task_id is None:
        definition, start = chosen.definition or "", chosen.element_id
        return Delivery(begin_by_event(session, definition, start, values, actor, name=name, within=within), True)
    if chosen is not None:
        case = _deliver(session, chosen.task_id or "", name, values, actor)
        if case is None and not may_be_kept:
            raise NobodyWaits(name=name)
        if case is None:
            _send_again(session, message, actor.root_unit_id)
        return Delivery(case)
    if not may_be_kept:
        raise NobodyWaits(name=name)
    subscriptions.lock_names(session, [name])
    if subscriptions.for_message(session, name, text):
        # Somebody came to wait just now. Their case is not locked on top of this lock: a job does that.
        _send_again(session, message, actor.root_unit_id)
        return Delivery(None)
    subscriptions.keep(
        session,
        {
            "id": new_id(at), "name": name, "key": text, "payload": canonical(values), "kept_at": iso(at),
            "expires_at": message["until"],
        },
    )  # fmt: skip
    return Delivery(None)


def broadcast(session: Session, name: str, payload: Mapping[str, Any] | None = None, *, actor: Actor) -> int:
    """Send a signal to all cases that wait for it and all definitions it begins, one job each; returns how many."""
    return _spread(session, name, canonical(dict(payload or {})), actor.root_unit_id, origin=new_id(now(session)))


# ---- jobs --------------------------------------------------------------------------------------


def send(session: Session, job: ClaimedJob) -> None:
    """Carry what a case sent to others: a message to its receiver, a signal to all but itself."""
    sent: dict[str, Any] = parse(job.payload)
    if sent["kind"] == "signal":
        values = canonical(sent["payload"] or {})
        _spread(session, sent["name"], values, job.root_unit_id, origin=job.id, sender=job.case_id)
        return
    # One that was sent before and lost its receiver is kept no longer than it was to be.
    until = sent.get("until")
    left = KEPT_FOR if until is None else max(from_iso(until) - now(session), timedelta(0))
    try:
        system = system_actor(job.root_unit_id)
        correlate(session, sent["name"], sent["key"], sent["payload"], actor=system, keep_for=left)
    except NobodyWaits:
        if until is None:
            raise
    except CaseSuspended:
        # This job is its sender's: one of the receiver's own waits until that is resumed.
        waiting = _receiver(session, sent["name"], sent["key"], "/")
        if waiting is None or waiting.task_id is None:
            raise
        kept = {name: sent[name] for name in ("name", "key", "payload", "until") if name in sent}
        told, at = canonical(kept), now(session)
        row = job_of(
            job.root_unit_id, "message", at, told, key=job.id, case_id=waiting.case_id, task_id=waiting.task_id
        )
        jobs.insert_jobs(session, [row])


def hand_over(session: Session, job: ClaimedJob) -> None:
    """Give a task the message that was kept for it; one that waits no more leaves it to the next."""
    told: dict[str, Any] = parse(job.payload)
    if _deliver(session, job.task_id or "", told["name"], told["payload"], system_actor(job.root_unit_id)) is None:
        _send_again(session, told, job.root_unit_id)


def hear(session: Session, job: ClaimedJob) -> None:
    """Let one case hear a signal; it may have stopped waiting for it meanwhile."""
    told: dict[str, Any] = parse(job.payload)
    case = lock_case(session, job.case_id or "")
    if case.state != "running":
        return
    values: dict[str, Any] = told["payload"]
    act = Act("signal.received", system_actor(case.root_unit_id), inputs=values, body={"signal": told["name"]})
    try:
        advance(session, case, act, lambda live, ports: spiff.hear(live, told["name"], values, ports))
    except spiff.NoSuchTask:
        return


def begin_by_signal(session: Session, job: ClaimedJob) -> None:
    """Begin a case of a definition that a signal starts; outside its terms it does not hear."""
    told: dict[str, Any] = parse(job.payload)
    system = system_actor(job.root_unit_id)
    with suppress(NotOpen):
        begin_by_event(session, told["definition"], told["element"], told["payload"], system, name=told["name"])


def _spread(
    session: Session, name: str, payload: str, root_unit_id: str, *, origin: str, sender: str | None = None
) -> int:
    at, rows = now(session), []
    for waiting in subscriptions.for_signal(session, name):
        told = {"name": name, "payload": parse(payload)}
        key = f"{origin}:{waiting.id}"
        if waiting.definition is not None:
            told |= {"definition": waiting.definition, "element": waiting.element_id}
            rows.append(job_of(root_unit_id, "begin-by-signal", at, canonical(told), key=key))
        elif waiting.case_id != sender:
            rows.append(job_of(root_unit_id, "hear", at, canonical(told), key=key, case_id=waiting.case_id))
    jobs.insert_jobs(session, rows)
    return len(rows)


def _send_again(session: Session, message: Mapping[str, Any], root_unit_id: str) -> None:
    """Let a job look for another receiver: the one found stopped waiting, and one case is locked at a time."""
    at = now(session)
    told = canonical({**message, "kind": "message"})
    jobs.insert_jobs(session, [job_of(root_unit_id, "send", at, told, key=new_id(at))])


def _receiver(session: Session, name: str, key: str | None, within: str) -> Waiting | None:
    """Choose the one that takes a message; raises AmbiguousMessage where several cases or definitions might."""
    found = [
        one for one in subscriptions.for_message(session, name, key) if (one.unit_path or within).startswith(within)
    ]
    cases = [one for one in found if one.case_id is not None]
    exact = [one for one in cases if key is not None and one.key == key]
    among = exact or cases or found
    if len({one.case_id or one.definition for one in among}) > 1:
        raise AmbiguousMessage(name=name, several=len({one.case_id or one.definition for one in among}))
    return among[0] if among else None


def _deliver(session: Session, task_id: str, name: str, values: dict[str, Any], actor: Actor) -> Case | None:
    """Hand a message to a waiting task; None when it waits no more."""
    case, task = lock_task(session, task_id)
    if task.state != "open":
        return None
    act = Act("message.received", actor, task=task, inputs=values, body={"message": name})
    return advance(session, case, act, lambda live, ports: spiff.complete(live, task_id, values, ports)).case
