"""Run a case again from its events and compare the digests: the proof that the window is a cache.

Everything comes from the chain and what it commits to: inputs, clock, versions pinned, register rows read,
results of children. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine import spiff
from engine.canonical import canonical, from_iso, parse
from engine.errors import CannotOperate, NotFound, QingcheError
from engine.history.chain import ENGINE_SEMANTICS
from engine.pins import Bundle, bundle_of
from engine.ports import recorded_ports
from engine.spiff.face import CaseFacts, Outcome, Ports
from engine.store import events as store
from engine.store.base import Session

Body = dict[str, Any]
_ERASED = "inputs erased"


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay found.

    events: all events of the case. mismatches: [{"case", "seq", "kind", "why"}], empty or the first event whose state
    could not be reached again: what follows it would differ for that reason alone. erased_at: the event whose inputs
    were erased; nothing from it on was compared, None where all was.
    """

    ok: bool
    events: int
    mismatches: list[dict[str, Any]]
    erased_at: int | None = None


def case_ids(session: Session) -> list[str]:
    """Return the ids of all cases, oldest first."""
    return store.case_ids(session)


def replay(session: Session, case_id: str, *, until: int | None = None) -> Replay:
    """Run a case again from its first event and compare every recorded digest; until: to that event only.

    Between two events the state is written and read back, as in production. A step whose inputs were erased
    cannot be run again: there comparing stops, and the answer says so. Raises NotFound.
    """
    stream = f"case:{case_id}"
    rows = [row for row in store.read_stream(session, stream) if until is None or row.seq <= until]
    if not rows:
        raise NotFound(what="case", id=case_id)
    inputs = store.read_inputs(session, stream)
    run = _Run(session)
    mismatches: list[dict[str, Any]] = []
    for row in rows:
        body: Body = parse(row.body)
        if "digest" not in body:
            continue
        why = _repeat(run, row.kind, body, inputs.get(row.seq))
        if why == _ERASED:
            return Replay(True, len(rows), [], row.seq)
        if why is not None:
            mismatches.append({"case": case_id, "seq": row.seq, "kind": row.kind, "why": why})
            break
    return Replay(not mismatches, len(rows), mismatches)


def values_at(session: Session, case_id: str, seq: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the process values of a case as of after an event, and what FEEL knew them as.

    Found by running the case again until there. Raises CannotOperate when that cannot be done.
    """
    stream = f"case:{case_id}"
    inputs = store.read_inputs(session, stream)
    run = _Run(session)
    for row in store.read_stream(session, stream):
        body: Body = parse(row.body)
        if row.seq > seq:
            break
        if "digest" in body and _repeat(run, row.kind, body, inputs.get(row.seq)) is not None:
            raise CannotOperate(why="那时的值已经找不回来，只能用现在的值")
    return run.values()


def _repeat(run: _Run, kind: str, body: Body, text: str | None) -> str | None:
    """Run one event again; returns what differs, or None."""
    if body["engine_semantics"] > ENGINE_SEMANTICS:
        return f"written by a newer engine (semantics {body['engine_semantics']})"
    if _takes_input(kind) and text is None:
        return _ERASED
    try:
        outcome = run.step(kind, body, parse(text or "{}"))
    except QingcheError as why:
        return f"{why.code}: {why}"
    if outcome.digest != body["digest"]:
        return f"digest {outcome.digest} instead of {body['digest']}"
    if outcome.state != body["state"]:
        return f"state {outcome.state} instead of {body['state']}"
    return None


def _takes_input(kind: str) -> bool:
    machine = (
        "case.started", "task.completed", "child.finished", "service.answered", "error.thrown", "message.received",
        "signal.received",
    )  # fmt: skip
    return kind in machine or kind in spiff.OPERATIONS


class _Run:
    """The state of the case as the replay has reached it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._bundle: Bundle | None = None
        self._facts: CaseFacts | None = None
        self._window = b""
        self._values: dict[str, Any] = {}

    def step(self, kind: str, body: Body, inputs: dict[str, Any]) -> Outcome:
        """Repeat one step and keep where it led."""
        if kind == "case.started":
            self._begin(body)
        if self._bundle is None or self._facts is None:
            raise NotFound(what="case.started", id=body["stream"])
        live = None
        if kind == "case.migrated":
            live = spiff.load(self._bundle.program, self._window, self._values, self._facts)
            self._bundle = bundle_of(self._session, canonical(body["pins"]))
        lookups = [(register, key, version) for register, key, version in body.get("lookups", ())]
        ports = recorded_ports(self._session, self._bundle, from_iso(body["at"]), lookups, body.get("workdays", ()))
        if kind == "case.started":
            live, outcome = spiff.start(self._bundle.program, self._facts, inputs, ports, body.get("start"))
        elif live is not None:
            outcome = spiff.migrate(live, self._bundle.program, body["mapping"], ports)
        else:
            live = spiff.load(self._bundle.program, self._window, self._values, self._facts)
            outcome = _act(kind, body, inputs)(live, ports)
        if outcome.state == "running":
            self._window = spiff.dump(live)
            self._values = parse(canonical(outcome.values))
        if "number" in body:
            self._facts = self._facts._replace(number=body["number"])
        return outcome

    def values(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the process values reached, and their kinds."""
        assert self._bundle is not None and self._facts is not None
        live = spiff.load(self._bundle.program, self._window, self._values, self._facts)
        return live.workflow.scope.values, live.workflow.scope.kinds

    def _begin(self, body: Body) -> None:
        told = body["case"]
        self._bundle = bundle_of(self._session, canonical(body["pins"]))
        self._facts = CaseFacts(
            id=told["id"],
            starter=told["starter"],
            unit=told["unit"],
            started_at=from_iso(told["started_at"]),
            parent=told["parent"],
        )


def _act(kind: str, body: Body, inputs: dict[str, Any]) -> Callable[[Any, Ports], Outcome]:
    if kind == "case.cancelled":
        return spiff.cancel
    if kind in spiff.OPERATIONS:
        return lambda live, ports: spiff.operate(live, kind, inputs, ports)
    if kind == "signal.received":
        return lambda live, ports: spiff.hear(live, body["signal"], inputs, ports)
    task_id: str = body["task"]
    if kind in ("child.finished", "child.raised"):
        raised, ended = body["child"].get("raised", []), kind == "child.finished"
        return lambda live, ports: spiff.end_call(live, task_id, inputs, raised, ports, ended=ended)
    if kind == "timer.fired":
        return lambda live, ports: spiff.fire(live, task_id, ports)
    if kind == "error.thrown":
        return lambda live, ports: spiff.throw(live, task_id, inputs["code"], inputs["message"], ports)
    if kind == "service.answered":
        return lambda live, ports: spiff.answer(live, task_id, inputs, ports)
    return lambda live, ports: spiff.complete(live, task_id, inputs, ports)
