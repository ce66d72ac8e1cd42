"""The steps of a case: start, complete, throw, end_call, fire, deliver, cancel.

Pure: the same inputs give the same outcome and digest.

A step that raises (an `Incident`) leaves its `Live` unusable; load it again from the window before the step.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

from engine.errors import EvaluationFailed, Incident
from engine.spiff import window
from engine.spiff.elements import Event, Program
from engine.spiff.face import CaseFacts, ErrorUncaught, NoSuchStart, NoSuchTask, Outcome, Ports
from engine.spiff.hearing import names_waited_for, waiting_for
from engine.spiff.names import case_uid, task_uid
from engine.spiff.opening import texts
from engine.spiff.recorder import Recorder
from engine.spiff.records import is_open, open_tasks
from engine.spiff.scope import Scope, TaskView
from engine.spiff.services import request_of
from engine.spiff.specs.activities import WaitingNode
from engine.spiff.specs.events import CatchNode
from engine.spiff.specs.gateways import JoiningNode
from engine.spiff.specs.services import ServiceNode
from engine.spiff.specs.throwing import caught, raise_at
from engine.spiff.task import FINISHED, WAITING, CaseTask
from engine.spiff.typed import to_json
from engine.spiff.workflow import CaseWorkflow


@dataclass(slots=True)
class Live:
    """A case in memory: its program, its facts and its tokens."""

    program: Program
    case: CaseFacts
    workflow: CaseWorkflow


def start(
    program: Program, case: CaseFacts, values: dict[str, Any], ports: Ports, at: str | None = None
) -> tuple[Live, Outcome]:
    """Start a case with `values` and run it until it waits.

    at: one of `program.starts`, whose message, moment or condition has come; None: the first none start, else the first
    start, else all that no flow leads to. Raises NoSuchStart.
    """
    if at is not None and all(known.id != at for known in program.starts):
        raise NoSuchStart(process=program.id, start=at)
    live = create(program, case, values)
    return live, act(live, ports, lambda: live.workflow.begin(at))


def create(program: Program, case: CaseFacts, values: dict[str, Any]) -> Live:
    """Make a case without a token; `start` puts the first one."""
    workflow = CaseWorkflow(program, case_uid(case.id), Scope(dict(values)))
    workflow.plant()
    return Live(program, case, workflow)


def load(program: Program, blob: bytes, values: dict[str, Any], case: CaseFacts) -> Live:
    """Return the case a window was taken of, with its process values as of then."""
    return Live(program, case, window.load(program, blob, values, case.id))


def dump(live: Live) -> bytes:
    """Return the window of a case: small, the same bytes for the same state, without the process values."""
    return window.dump(live.workflow)


def complete(live: Live, task_id: str, values: dict[str, Any], ports: Ports) -> Outcome:
    """Complete a user, manual, external or call task (call: `values` are the child's final values), or hand over
    the message a message task waits for."""
    task = find(live, task_id)
    if task.kind == "timer":
        raise NoSuchTask(task_id=task_id)
    return act(live, ports, lambda: hand_over(live, task, values))


def hand_over(live: Live, task: CaseTask, values: dict[str, Any]) -> None:
    """Give a waiting task what it waits for."""
    live.workflow.wave = max(live.workflow.wave, task.wave)
    spec = task.task_spec
    if isinstance(spec, CatchNode):
        spec.occur(task, values)
    elif isinstance(spec, WaitingNode):
        try:
            spec.accept(task, values)
        except EvaluationFailed as why:
            if not caught(task, why):
                raise
        if not task._state & FINISHED:
            task.run()


def answer(live: Live, task_id: str, response: dict[str, Any], ports: Ports) -> Outcome:
    """Give a service task what the call it made was answered: {"status", "headers", "body"}.

    An error the definition sees in it is thrown as by `throw`. Raises CallFailed for any other answer that says no.
    """
    task = find(live, task_id)
    spec, service = task.task_spec, task.task_spec.element.service
    if not isinstance(spec, ServiceNode) or service is None:
        raise NoSuchTask(task_id=task_id)

    def give() -> None:
        error = spec.error_in(task, service, response)
        if error is not None:
            _fail(live, task, error, "")
            return
        live.workflow.wave = max(live.workflow.wave, task.wave)
        spec.answer(task, service, response)

    return act(live, ports, give)


def request(live: Live, task_id: str, ports: Ports) -> dict[str, Any]:
    """Return the request of a service task with the values as they are now; changes nothing."""
    task = find(live, task_id)
    service = task.task_spec.element.service
    if service is None:
        raise NoSuchTask(task_id=task_id)
    prepare(live, ports)
    return request_of(service, live.workflow.view(task.scope))


def fire(live: Live, task_id: str, ports: Ports) -> Outcome:
    """Fire a timer task. Whether it is due is the caller's to know; nothing fires by itself."""
    task = find(live, task_id)
    if task.kind != "timer":
        raise NoSuchTask(task_id=task_id)
    return act(live, ports, lambda: hand_over(live, task, {}))


def hear(live: Live, signal: str, payload: dict[str, Any] | None, ports: Ports) -> Outcome:
    """Let all who wait for a signal hear it; nobody does: raises NoSuchTask."""
    takers = waiting_for(live.workflow, "signal", signal)
    if not takers:
        raise NoSuchTask(task_id=signal)
    return act(live, ports, lambda: _give(live, takers, payload))


def _give(live: Live, takers: list[CaseTask], payload: dict[str, Any] | None) -> None:
    for task in takers:
        if task._state == WAITING:
            hand_over(live, task, dict(payload or {}))


def deliver(live: Live, message: str, payload: dict[str, Any] | None, key: str | None, ports: Ports) -> Outcome:
    """Deliver a message to the oldest task that waits for it under `key` (None: any), or a signal to all that wait."""
    top = live.workflow
    takers = [
        t for t in waiting_for(top, "message", message) if key is None or t.internal_data.get("key") in (None, key)
    ]
    takers = takers[:1] or waiting_for(top, "signal", message)
    if not takers:
        raise NoSuchTask(task_id=message)
    return act(live, ports, lambda: _give(live, takers, payload))


def throw(live: Live, task_id: str, code: str | None, message: str, ports: Ports) -> Outcome:
    """Throw a BPMN error at a waiting external or call task: a worker or a child case says that it cannot be done.

    It goes to who catches `code`, or any error (code None: only any): boundary events of the task, then event
    subprocesses and boundary events of the levels around. Nobody: it ends a child case and is in `Outcome.thrown`;
    elsewhere ErrorUncaught.
    """
    task = _doing(live, task_id)
    return act(live, ports, lambda: _fail(live, task, code, message))


def end_call(
    live: Live, task_id: str, values: dict[str, Any], raised: list[dict[str, Any]], ports: Ports, *, ended: bool = True
) -> Outcome:
    """Tell a call task what its child case threw and nobody there caught, and then that the child has ended.

    raised: the escalations and the error of the child's `Outcome.thrown`, in their order; values: as for `complete`.
    """
    task = _doing(live, task_id)
    return act(live, ports, lambda: hear_child(live, task, values, raised, ended=ended))


def hear_child(
    live: Live, task: CaseTask, values: dict[str, Any], raised: list[dict[str, Any]], *, ended: bool
) -> None:
    """Let a call task catch what its child threw; then, unless that has cancelled it, take its values if it ended."""
    top = live.workflow
    top.wave = max(top.wave, task.wave)
    for thrown in raised:
        if task._state & FINISHED:
            return
        if thrown["kind"] == "error":
            _fail(live, task, thrown["name"], "")
            return
        if not raise_at(task, Event("escalation", code=thrown["name"])):
            top.recorder.thrown.append({"kind": "escalation", "name": thrown["name"]})
    if ended and not task._state & FINISHED:
        hand_over(live, task, values)


def _doing(live: Live, task_id: str) -> CaseTask:
    task = find(live, task_id)
    if task.kind not in ("external", "call"):
        raise NoSuchTask(task_id=task_id)
    return task


def _fail(live: Live, task: CaseTask, code: str | None, message: str) -> None:
    top = live.workflow
    top.wave = max(top.wave, task.wave)
    if raise_at(task, Event("error", code=code), message):
        return
    if live.case.parent is None:
        raise ErrorUncaught(element_id=task.task_spec.element_id, error=code or "", why=message or "…")
    top.recorder.thrown.append({"kind": "error", "name": code})
    top.stop()


def cancel(live: Live, ports: Ports) -> Outcome:
    """Cancel the whole case."""
    live.workflow.cancelled = True
    return act(live, ports, live.workflow.stop)


def act(live: Live, ports: Ports, what: Callable[[], None], *, quiet: bool = True) -> Outcome:
    """Do one thing and run what it makes ready (quiet=False: only the thing itself)."""
    prepare(live, ports)
    top = live.workflow
    try:
        what()
        top.settle()
        if quiet:
            top.run_quiet()
    except RecursionError:
        raise Incident(why="the definition nests too deeply") from None
    top.completed = not top.live
    return outcome(live)


def prepare(live: Live, ports: Ports) -> Recorder:
    """Give the case a new record and its view of itself."""
    case, top = live.case, live.workflow
    top.recorder = Recorder(ports)
    top.case_view = {
        "id": case.id,
        "number": case.number,
        "starter": case.starter,
        "unit": case.unit,
        "started_at": case.started_at and case.started_at.astimezone(ports.zone),
        "parent": case.parent,
    }
    return top.recorder


def find(live: Live, task_id: str) -> CaseTask:
    """Return the waiting task with this id, or raise NoSuchTask."""
    try:
        wanted = bytes.fromhex(task_id.replace("-", ""))
    except ValueError:
        raise NoSuchTask(task_id=task_id) from None
    top, hint = live.workflow, task_id[:8].lower()
    places: list[Any] = [top]
    places.extend(top.subprocesses[i[0]] if type(i) is list else i for i in top.subprocesses.hinted(hint))
    for place in places:
        for task in open_tasks(place, hint):
            if task_uid(task) == wanted:
                return task
    raise NoSuchTask(task_id=task_id)


def outcome(live: Live) -> Outcome:
    """Read the outcome of the step that was just done."""
    top, program = live.workflow, live.program
    record = top.recorder
    view = top.view(top.scope)
    return Outcome(
        path=record.path,
        opened=record.opened,
        closed=record.closed,
        values=top.scope.values,
        state="cancelled" if top.cancelled else "completed" if top.completed else "running",
        phase=record.phase,
        decisions=record.decisions,
        lookups=record.lookups,
        title=_title(program, view),
        facts=_facts(program, view),
        readers=_readers(program, view),
        number_at=record.number_at,
        thrown=record.thrown,
        sent=record.sent,
        listening=_listening(live),
        digest=digest(live),
        stuck=_stuck(live),
        workdays=[] if record.ports.calendar is None else record.ports.calendar.asked(),
    )


def digest(live: Live) -> str:
    """Return the SHA-256 of the canonical form of live tasks and values, in hex."""
    state = window.canonical(live.workflow)
    try:
        text = orjson.dumps(state, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # whole numbers beyond 64 bits
        text = json.dumps(state, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    return hashlib.sha256(text).hexdigest()


def _listening(live: Live) -> list[str] | None:
    return names_waited_for(live.workflow, "signal") if live.program.catches_signals else None


def _stuck(live: Live) -> list[str]:
    top = live.workflow
    if top.recorder.opened or top.ready or top.watching or any(is_open(task) for task in top.tasks.kept()):
        return []
    if any(type(inside) is list and inside[3] for inside in top.subprocesses.kept()):
        return []
    waiting = list(top.everyone())
    if any(task.kind is not None or task.task_spec.hears for task in waiting):
        return []
    return [task.task_spec.element_id for task in waiting if isinstance(task.task_spec, JoiningNode)]


def _title(program: Program, view: TaskView) -> str | None:
    value = None if program.title is None else program.title.lenient(view)
    return value if isinstance(value, str) and value else None


def _facts(program: Program, view: TaskView) -> dict[str, Any]:
    facts = {}
    for name, expr in program.facts:
        try:
            facts[name] = to_json(expr.lenient(view))[0]
        except ValueError:
            facts[name] = None
    return facts


def _readers(program: Program, view: TaskView) -> list[dict[str, str | None]] | None:
    """A reader whose unit cannot be told yet lets nobody in; the case stays restricted."""
    if not program.readers:
        return None
    found: list[dict[str, str | None]] = []
    for reader in program.readers:
        if reader.unit is None:
            found.append({"role": reader.role, "unit": None})
            continue
        try:
            found.extend({"role": reader.role, "unit": unit} for unit in texts(reader.unit, view))
        except Incident:
            continue
    return found
