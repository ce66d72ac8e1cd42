"""One step of one case: lock it, load it, act through `engine.spiff`, save it, in the caller's transaction.

Every command and the worker come through here; nobody else writes a case, its window, its tasks or its chain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple

from engine import spiff
from engine.candidates import Resolution, resolve
from engine.canonical import canonical, from_iso, iso, parse
from engine.clock import clock_of
from engine.errors import CaseSuspended, NotFound, Stale
from engine.history import chain
from engine.history.choice import hash_of
from engine.history.diff import ABSENT, Change, diff
from engine.model import Actor, Completion
from engine.numbers import allocate
from engine.opened import jobs_of, task_rows, tasks_of
from engine.pins import Bundle, bundle_of
from engine.ports import live_ports
from engine.records import case_after, due_of, fact_text, suspension_of
from engine.spiff.face import CaseFacts, Opened, Outcome, Ports
from engine.store import hot
from engine.store import jobs as job_store
from engine.store.base import Session
from engine.waiting import sending, subscribe

LockedCase = hot.LockedCase
LockedTask = hot.LockedTask
_HELD = "engine.step.held"  # session.info: (transaction, case, task) last locked by `lock_task`
_NO_WINDOW = b""
_LONGEST_TITLE = 500


class Act(NamedTuple):
    """What the event of one step says beside what every step has.

    task: the task it closes, when a person or job names one. inputs: what came from outside, kept erasable.
    operation: it is done to the case, not in it, and so also while the case is suspended.
    """

    kind: str
    actor: Actor
    task: LockedTask | None = None
    inputs: Any = ABSENT
    body: Mapping[str, Any] = MappingProxyType({})
    operation: bool = False


def lock_task(session: Session, task_id: str) -> tuple[LockedCase, LockedTask]:
    """Lock the case of a task and read both; one statement. Raises NotFound.

    A second call in the same transaction answers from the first: under the lock nobody else can change them, and
    every write of our own forgets them. So a page may read under the lock before it hands over to a command.
    """
    held = session.info.get(_HELD)
    if held is not None and held[0] is session.get_transaction() and held[2].id == task_id:
        return held[1], held[2]
    found = hot.lock_by_task(session, task_id)
    if found is None:
        raise NotFound(what="task", id=task_id)
    session.info[_HELD] = (session.get_transaction(), *found)
    return found


def lock_case(session: Session, case_id: str) -> LockedCase:
    """Lock a case and read it; one statement. Raises NotFound.

    The order of locks is the same everywhere, so that two transactions never wait for each other: one case, then its
    jobs, then the sequence a number comes from, then names of messages (`subscriptions.lock_names`). A worker that
    claims a job commits before it locks the case; no transaction locks two cases that are not parent and new child.
    """
    found = hot.lock_by_case(session, case_id)
    if found is None:
        raise NotFound(what="case", id=case_id)
    return found


def begin(
    session: Session, case: LockedCase, act: Act, values: dict[str, Any], *, at_start: str | None = None
) -> Completion:
    """Start a case that is not in the database yet; `case` holds its first columns.

    at_start: the start event whose message, signal, moment or condition has come; else the first that waits for none.
    """
    bundle = bundle_of(session, case.pins)
    at = clock_of(session).now()
    live, outcome = spiff.start(bundle.program, facts_of(case), values, live_ports(session, bundle, at), at_start)
    return _save(session, case, bundle, act, live, outcome, at, before={}, new=True)


def advance(
    session: Session,
    case: LockedCase,
    act: Act,
    do: Callable[[Any, Ports], Outcome],
    *,
    onto: tuple[str, str] | None = None,
) -> Completion:
    """Carry a locked case on by one act until it waits again.

    do: the call into `engine.spiff`. onto: (artifact id, pins text) the case runs on from now on. Returns the case
    after it and the tasks that were opened, in the order of the diagram. Queues timers, child starts and, when the
    case ended, the report to its parent. Raises CaseSuspended, and what `engine.spiff` raises (Incident); then nothing
    was written.
    """
    if case.suspension is not None and not act.operation:
        raise suspended(case)
    bundle = bundle_of(session, case.pins)
    at = clock_of(session).now()
    before = parse(case.values_json)
    # Values are replaced, never changed in place: what a step left alone is the same object before and after it.
    live = spiff.load(bundle.program, case.window, before, facts_of(case))
    if onto is not None:
        bundle = bundle_of(session, onto[1])
        case = case._replace(artifact_id=onto[0], pins=onto[1])
        hot.repin(session, case.id, artifact_id=onto[0], pins=onto[1])
    outcome = do(live, live_ports(session, bundle, at))
    return _save(session, case, bundle, act, live, outcome, at, before=before, new=False)


def suspended(case: LockedCase) -> CaseSuspended:
    """Return the refusal that tells who suspended a case, since when and why."""
    told = suspension_of(case.suspension)
    assert told is not None
    return CaseSuspended(case=case.id, by=told.by, at=told.at, reason=told.why)


def request_now(session: Session, case: LockedCase, task_id: str) -> dict[str, Any]:
    """Return the request of an open service task with the case's values as they are; changes nothing."""
    bundle = bundle_of(session, case.pins)
    live = spiff.load(bundle.program, bytes(case.window), parse(case.values_json), facts_of(case))
    return spiff.request(live, task_id, live_ports(session, bundle, clock_of(session).now()))


def note_event(session: Session, case: LockedCase, *, kind: str, actor: Actor, body: Mapping[str, Any]) -> None:
    """Append an event to a locked case whose state does not change: a claim, a release, a saved draft."""
    clock = clock_of(session)
    event = chain.link(
        f"case:{case.id}",
        case.head_seq + 1,
        case.head_hash,
        by=hash_of(session),
        kind=kind,
        at=clock.now(),
        clock_kind=clock.kind,
        actor=actor,
        body=body,
    )
    head = {
        "id": case.id,
        "head_seq_before": case.head_seq,
        "head_seq": event.seq,
        "head_hash": event.hash,
        "updated_at": event.at,
    }
    session.info.pop(_HELD, None)
    if not hot.update_head(session, head):
        raise Stale(case=case.id)
    chain.write(session, event, ())


def facts_of(case: LockedCase) -> CaseFacts:
    """Return what expressions may read of a case."""
    return CaseFacts(
        id=case.id,
        number=case.number,
        starter=case.started_by,
        unit=case.unit_id,
        started_at=from_iso(case.started_at),
        parent=case.parent_case_id,
    )


def _save(
    session: Session,
    case: LockedCase,
    bundle: Bundle,
    act: Act,
    live: Any,
    outcome: Outcome,
    at: datetime,
    *,
    before: dict[str, Any],
    new: bool,
) -> Completion:
    session.info.pop(_HELD, None)
    moment = iso(at)
    resolution = resolve(session, outcome.opened, outcome.readers, moment, case.organisation)
    number = _number(session, case, bundle, outcome, at)
    changes = [*diff(before, outcome.values), *_outside(act, outcome)]
    by = hash_of(session)
    commitments = [chain.commitment(change, by) for change in changes]
    event = chain.link(
        f"case:{case.id}",
        case.head_seq + 1,
        case.head_hash,
        by=by,
        kind=act.kind,
        at=at,
        clock_kind=clock_of(session).kind,
        actor=act.actor,
        body=_body(case, act, outcome, resolution, number),
        values=commitments,
    )
    ended = outcome.state != "running"
    columns = {
        "number": number,
        "title": (outcome.title or bundle.program.name)[:_LONGEST_TITLE],
        "unit_path": case.unit_path,
        "state": outcome.state,
        "phase": outcome.phase or case.phase,
        "outcome": fact_text(outcome.facts.get("outcome")),
        "facts": canonical(outcome.facts),
        # A child that names no readers of its own stays as restricted as its parent was.
        "readers": case.readers if resolution.readers is None else canonical(resolution.readers),
        "updated_at": moment,
        "ended_at": moment if ended else None,
        "due_at": due_of(outcome.facts.get("due")),
        "revision": case.revision + 1,
        "head_seq": event.seq,
        "head_hash": event.hash,
    }
    window = _NO_WINDOW if ended else spiff.dump(live)
    values_json = canonical(outcome.values)
    if new:
        own = {name: getattr(case, name) for name in hot.CASE_COLUMNS}
        hot.insert_case(session, {**own, **columns})
        hot.insert_window(session, case.id, case.revision + 1, window, values_json)
    else:
        if not hot.update_case(session, case, columns):
            raise Stale(case=case.id)
        unchanged = values_json == case.values_json
        hot.update_window(session, case.id, case.revision + 1, window, None if unchanged else values_json)
    chain.write(session, event, commitments)
    hot.upsert_tasks(session, task_rows(case, act.task, outcome, resolution, act.actor, moment))
    _queue(session, case, act, outcome, columns, at)
    after = partial(case_after, case, columns, outcome.facts, bundle.pins)
    return Completion(after, tasks_of(case, outcome, resolution, at))


def _number(session: Session, case: LockedCase, bundle: Bundle, outcome: Outcome, at: datetime) -> str | None:
    rule = bundle.program.number
    if case.number is not None or rule is None or not outcome.number_at:
        return case.number
    counted_in = case.root_unit_id if rule["scope"] == "root" else case.unit_id
    return allocate(session, rule["template"], unit_id=counted_in, at=at)


def _outside(act: Act, outcome: Outcome) -> list[Change]:
    """What a replay is given again, what a decision answered and why: erasable like any value."""
    answers = [
        Change(f"#decision/{index}", ABSENT, {name: decision.get(name) for name in ("value", "told")})
        for index, decision in enumerate(outcome.decisions)
    ]
    return answers if act.inputs is ABSENT else [Change("#input", ABSENT, act.inputs), *answers]


def _body(case: LockedCase, act: Act, outcome: Outcome, resolution: Resolution, number: str | None) -> dict[str, Any]:
    body: dict[str, Any] = {
        **act.body,
        "path": [[step.element_id, step.what] for step in outcome.path],
        "opened": [_told(task, resolution) for task in outcome.opened],
        "closed": [[closed.task_id, closed.state] for closed in outcome.closed],
        "state": outcome.state,
        "phase": outcome.phase or case.phase,
        "revision": case.revision + 1,
        "digest": outcome.digest,
    }
    if act.task is not None:
        body |= {"task": act.task.id, "element": act.task.element_id}
    if number != case.number:
        body["number"] = number
    if outcome.lookups:
        body["lookups"] = [list(found) for found in outcome.lookups]
    if outcome.workdays:
        body["workdays"] = outcome.workdays
    if outcome.decisions:
        body["decisions"] = [[d.get("element_id"), d.get("decision")] for d in outcome.decisions]
    if outcome.thrown:
        body["thrown"] = outcome.thrown
    return body


def _told(task: Opened, resolution: Resolution) -> dict[str, Any]:
    told: dict[str, Any] = {"id": task.id, "element": task.element_id, "kind": task.kind, "name": task.name}
    if task.due_at is not None:
        told["due_at"] = iso(task.due_at)
    if task.timer_at is not None:
        told["timer_at"] = iso(task.timer_at)
    if task.topic is not None:
        told["topic"] = task.topic
    if task.called is not None:
        told["called"] = {"process": task.called["process"], "unit": task.called["unit"]}
    resolved = resolution.of_task.get(task.id)
    if resolved is not None:
        told["candidates"] = resolved.told
        if resolved.why_nobody:
            told["unassigned"] = resolved.why_nobody
    return told


def _queue(
    session: Session, case: LockedCase, act: Act, outcome: Outcome, columns: Mapping[str, Any], at: datetime
) -> None:
    """Write the jobs of this step and take back those of tasks that closed."""
    known = {task.id for task in outcome.opened} | ({act.task.id} if act.task is not None else set())
    others = [closed.task_id for closed in outcome.closed if closed.task_id not in known]
    kinds = hot.kinds_of_tasks(session, others) if others else {}
    machines = [task_id for task_id in others if kinds.get(task_id) in ("timer", "call", "external")]
    if act.task is not None and act.task.kind == "external":
        # Closed by whoever did it: nobody else is to be given it any more.
        machines.append(act.task.id)
    if machines:
        job_store.cancel_jobs(session, case.id, machines)
    calls = [task_id for task_id in machines if kinds.get(task_id) == "call"]
    messages = [task_id for task_id in others if kinds.get(task_id) == "message"]
    if act.task is not None and act.task.kind == "message":
        messages.append(act.task.id)
    handed = subscribe(session, case, outcome, messages, at)
    sent = sending(case, outcome, columns["revision"], at)
    job_store.insert_jobs(session, [*jobs_of(case, outcome, columns, at, cancelled_calls=calls), *handed, *sent])
