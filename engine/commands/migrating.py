"""Carry running cases over to another version of their definition: plan, check, dry run, one case, many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine import spiff
from engine.assignment import is_system, may_operate
from engine.candidates import resolve
from engine.canonical import canonical, iso, parse
from engine.clock import clock_of
from engine.commands.ordering import MOST_CASES, order
from engine.commands.rights import required
from engine.errors import CannotOperate, Invalid, NotFound, QingcheError
from engine.model import Actor, Completion
from engine.pins import bundle_of, pin, program_of
from engine.ports import live_ports
from engine.records import shown_title
from engine.spiff.elements import Element, Program
from engine.step import Act, LockedCase, advance, facts_of, lock_case
from engine.store import artifacts, batches, hot
from engine.store.base import Session

Mapped = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Line:
    """One element of a plan: where it goes in the new version, or why it has no place there.

    renews: what the new version decides anew of tasks that wait there: "candidates", "due".
    """

    element_id: str
    name: str
    kind: str
    target: str | None
    why: str | None
    renews: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a dry run found for one case; `why` is empty when it can be carried over."""

    case_id: str
    number: str | None
    title: str
    version_id: str
    why: str


def plan(old: Program, new: Program, mapping: Mapped) -> list[Line]:
    """Return every step a case may stand at, and where the mapping (else the same id) takes it."""
    return [
        Line(
            was.id, was.name or was.id, was.type, None if to is None else to.id, why,
            frozenset() if to is None or why is not None else spiff.rules_that_differ(was, to),
        )
        for was, to, why in spiff.compare(old, new, mapping)
    ]  # fmt: skip


def dry_run(
    session: Session, definition: str, artifact_id: str, mapping: Mapped, *, root_unit_id: str, limit: int
) -> list[Verdict]:
    """Say of every running case of a definition that runs on another version whether it can be carried over.

    Writes nothing. Each case is carried over in memory as the command would do it.
    """
    onto = target_pins(session, definition, artifact_id)
    found = []
    for row in batches.running(session, definition, root_unit_id, limit, but_on=artifact_id):
        case = hot.read_case(session, row.id)
        if case is not None:
            title = shown_title(row.title, case.readers)
            found.append(Verdict(row.id, row.number, title, row.artifact_id, _why_not(session, case, onto, mapping)))
    return found


def order_trial(session: Session, definition: str, artifact_id: str, mapping: Mapped, *, actor: Actor) -> str:
    """Let the worker do the dry run of every running case on another version, a job each; returns the order's id.

    What came of each is in the order (`read_batch`): done can be carried over, refused says why not. Raises NotFound,
    Invalid when no case runs on another version.
    """
    if not may_migrate(actor, actor.root_unit_id):
        raise NotFound(what="process", id=definition)
    rows = batches.running(session, definition, actor.root_unit_id, MOST_CASES, but_on=artifact_id)
    case_ids = [row.id for row in rows]
    if not case_ids:
        raise Invalid(why="没有要换过去的事")
    body = {"artifact": artifact_id, "pins": target_pins(session, definition, artifact_id), "mapping": dict(mapping)}
    return order(session, "try", definition, case_ids, actor=actor, body=body)


def try_ordered(session: Session, case_id: str, _actor: Actor, body: Mapping[str, Any]) -> None:
    """Do the dry run of one case of a trial; writes nothing and locks nothing. Raises CannotOperate (why not)."""
    case = hot.read_case(session, case_id)
    if case is None or case.state != "running":
        raise CannotOperate(why="这件事已经结束")
    why = _why_not(session, case, body["pins"], body["mapping"])
    if why:
        raise CannotOperate(why=why)


def able_of_trial(session: Session, trial_id: str) -> list[str]:
    """Return the cases that a trial found can be carried over."""
    return batches.case_ids(session, trial_id, "done")


def migrate_case(
    session: Session, case_id: str, artifact_id: str, mapping: Mapped, *, actor: Actor, reason: str
) -> Completion:
    """Carry one running case over to another version of its definition.

    mapping: element ids of its version -> of the new one; those not named keep their id, None leaves out a boundary
    event. What it calls, its forms and decisions are pinned anew; open tasks keep id, holder and drafts and get the
    new version's form. Candidates and deadline are decided anew where the new version states them differently, else
    they stay, also as a person set them. For designers and operators. Raises NotFound, Invalid,
    CannotOperate (why not).
    """
    why = required(reason)
    case = lock_case(session, case_id)
    if not may_migrate(actor, case.root_unit_id):
        raise NotFound(what="case", id=case_id)
    if case.state != "running":
        raise CannotOperate(why="这件事已经结束")
    if case.artifact_id == artifact_id:
        raise CannotOperate(why="这件事已经在这一版上")
    onto = target_pins(session, case.definition, artifact_id)
    program = bundle_of(session, onto).program
    waiting: dict[str, Element] = {}
    given: list[dict[str, Any]] = []

    def carry(live: Any, ports: Any) -> Any:
        before = spiff.waiting(live)
        outcome = spiff.migrate(live, program, mapping, ports)
        waiting.update(spiff.waiting(live))
        found = spiff.renewed(live, before)
        if found:
            given.extend(_renew(session, found))
            body["renewed"] = [{name: told for name, told in row.items() if name != "ids"} for row in given]
        return outcome

    body: dict[str, Any] = {
        "note": why, "from": case.artifact_id, "to": artifact_id, "pins": parse(onto), "mapping": dict(mapping),
        "intervention": True,
    }  # fmt: skip
    act = Act("case.migrated", actor, body=body, operation=True)
    done = advance(session, case, act, carry, onto=(artifact_id, onto))
    hot.rename_tasks(session, [_task(task_id, element) for task_id, element in sorted(waiting.items())])
    for row in given:
        if "ids" in row:
            hot.set_candidates(session, row["task"], row["ids"])
        if row.get("due_at") is not None:
            hot.set_due(session, row["task"], due_at=row["due_at"], sort_at=row["due_at"])
        elif "due_at" in row:
            hot.clear_due(session, row["task"])
    return done


def migrate_ordered(session: Session, case_id: str, actor: Actor, body: Mapping[str, Any]) -> None:
    """Carry over one case of an order (a batch)."""
    migrate_case(session, case_id, body["artifact"], body["mapping"], actor=actor, reason=body["reason"])


def may_migrate(actor: Actor, root_unit_id: str) -> bool:
    """Say whether the actor may carry cases over: who designs or runs the platform for the whole tree."""
    designs = any(role == "designer" and unit_id == root_unit_id for role, unit_id in actor.grants)
    runs = may_operate(actor, root_unit_id=root_unit_id, readers=None, starter_unit_id="")
    return designs or runs or is_system(actor)


def running_versions(session: Session, definition: str, root_unit_id: str) -> dict[str, int]:
    """Return how many cases of a definition run on each version (artifact id), the most first."""
    return batches.running_by_version(session, definition, root_unit_id)


def program_of_version(session: Session, definition: str, artifact_id: str) -> Program:
    """Return the process of one version; raises NotFound."""
    found = artifacts.bodies(session, [artifact_id])
    if not found or found[0][2] != definition:
        raise NotFound(what="process", id=artifact_id)
    return program_of(definition, *found[0][3:])


def order_migration(
    session: Session,
    definition: str,
    artifact_id: str,
    mapping: Mapped,
    case_ids: list[str],
    *,
    actor: Actor,
    reason: str,
) -> str:
    """Let the worker carry these cases over, one transaction each; returns the order's id.

    Raises NotFound, Invalid (no reason, no case).
    """
    why = required(reason)
    if not may_migrate(actor, actor.root_unit_id):
        raise NotFound(what="process", id=definition)
    if not case_ids:
        raise Invalid(why="没有可以换过去的事")
    target_pins(session, definition, artifact_id)
    body = {"reason": why, "artifact": artifact_id, "mapping": dict(mapping)}
    return order(session, "migrate", definition, case_ids, actor=actor, body=body)


def target_pins(session: Session, definition: str, artifact_id: str) -> str:
    """Return the pins of a case that runs on this version: the newest forms, decisions and called definitions."""
    return pin(session, definition, artifact_id=artifact_id)[1]


def _why_not(session: Session, case: LockedCase, onto: str, mapping: Mapped) -> str:
    bundle, new = bundle_of(session, case.pins), bundle_of(session, onto)
    try:
        live = spiff.load(bundle.program, bytes(case.window), parse(case.values_json), facts_of(case))
        before = spiff.waiting(live)
        spiff.migrate(live, new.program, mapping, live_ports(session, new, clock_of(session).now()))
        spiff.renewed(live, before)
    except QingcheError as why:
        return str(why.fields.get("why")) if isinstance(why, CannotOperate) else why.message("zh")
    return ""


def _renew(session: Session, found: list[spiff.Renewed]) -> list[dict[str, Any]]:
    """Resolve what was decided anew: {task, candidates as told, ids: theirs, due_at}, only what changes."""
    resolved = resolve(session, [each.task for each in found], None, iso(clock_of(session).now())).of_task
    rows = []
    for each in found:
        row: dict[str, Any] = {"task": each.task.id}
        if "candidates" in each.what:
            row |= {"candidates": resolved[each.task.id].told, "ids": canonical(resolved[each.task.id].ids)}
        if "due" in each.what:
            row["due_at"] = None if each.task.due_at is None else iso(each.task.due_at)
        rows.append(row)
    return rows


def _task(task_id: str, element: Element) -> dict[str, Any]:
    form = None if element.form is None else canonical({**element.form, "variable": element.variable})
    return {"id": task_id, "element_id": element.id, "name": element.name[:200], "form": form}
