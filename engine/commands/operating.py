"""Change a running case by hand: cancel and start steps, edit values, restart an earlier step, move a deadline.

Each command is one transaction and one event with its reason; `engine.commands.previewing` says beforehand what it
would do. All are an operator's right (`rights.operates`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import jsonschema_rs

from engine import spiff
from engine.canonical import from_iso, iso, parse
from engine.commands.rights import case_to_operate, required
from engine.errors import CannotOperate, Invalid, NotFound
from engine.history.replay import values_at
from engine.model import Actor, Completion
from engine.pins import bundle_of
from engine.spiff.patch import apply, tokens_of
from engine.step import Act, LockedCase, advance, note_event
from engine.store import hot, jobs
from engine.store.base import Session
from engine.store.history_reads import last_entered

Instruction = Mapping[str, Any]


def modify_case(
    session: Session, case_id: str, instructions: Sequence[Instruction], *, actor: Actor, reason: str
) -> Completion:
    """Cancel and start steps of a case in one go, in the order given; see `engine.spiff.operate` for instructions.

    Raises NotFound, Invalid (no reason, nothing to do), CannotOperate (the state does not allow it) and Incident;
    then nothing was written.
    """
    why = required(reason)
    case = case_to_operate(session, case_id, actor)
    inputs = modification(instructions)
    done = _operate(session, case, "case.modified", inputs, actor, {"note": why})
    for one in inputs["do"]:
        if one["do"] == "due":
            moment = iso(from_iso(one["at"]))
            jobs.move_timer(session, case.id, one["task"], moment)
    return done


def modification(instructions: Sequence[Instruction]) -> dict[str, Any]:
    """Return the inputs of a modification; raises Invalid for none."""
    if not instructions:
        raise Invalid(why="请选要取消或要开始的步骤")
    return {"do": [dict(one) for one in instructions]}


def edit_values(
    session: Session, case_id: str, patch: Sequence[Mapping[str, Any]], *, actor: Actor, reason: str
) -> Completion:
    """Change values of a case by JSON Patch (add, replace, remove); before and after stand in the event.

    A value that a form of the case describes must be as that form says. Raises NotFound, Invalid, CannotOperate.
    """
    why = required(reason)
    case = case_to_operate(session, case_id, actor)
    inputs = correction(session, case, patch)
    return _operate(session, case, "values.edited", inputs, actor, {"note": why})


def correction(session: Session, case: LockedCase, patch: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the inputs of an edit after checking every changed value against its form; raises Invalid."""
    if not patch:
        raise Invalid(why="请写要改哪一个值")
    values = apply(parse(case.values_json), patch)
    types = bundle_of(session, case.pins).types
    for name in dict.fromkeys(tokens_of(str(step["path"]))[0] for step in patch):
        if name not in values or name not in types:
            continue
        checked = jsonschema_rs.Draft202012Validator(dict(types[name]), offline=True, validate_formats=True)
        fault = next(iter(checked.iter_errors(values[name])), None)
        if fault is not None:
            place = "/".join([name, *map(str, fault.instance_path)])
            raise Invalid(why=f"“{place}”不合表单的要求：{fault.message[:200]}")
    return {"patch": [dict(step) for step in patch]}


def restart_case(
    session: Session,
    case_id: str,
    element_id: str,
    *,
    actor: Actor,
    reason: str,
    values: str = "now",
    within: str | None = None,
) -> Completion:
    """Do an element again that the case has been at: what came after it is cancelled, the history stays.

    values: "now" keeps them, "then" takes them as they were when the element was last entered. Raises NotFound,
    Invalid, CannotOperate (it was never there, or what it knew then was erased).
    """
    why = required(reason)
    case = case_to_operate(session, case_id, actor)
    inputs, seq = repetition(session, case, element_id, values=values, within=within)
    body = {"note": why, "element": element_id, "since": seq, "values_of": values}
    return _operate(session, case, "case.restarted", inputs, actor, body)


def repetition(
    session: Session, case: LockedCase, element_id: str, *, values: str, within: str | None = None
) -> tuple[dict[str, Any], int]:
    """Return the inputs of a restart and the event the element was last entered by."""
    seq = last_entered(session, case.id, element_id)
    if seq is None:
        raise CannotOperate(why="这件事还没有到过这一步，请用“开始一步”")
    inputs: dict[str, Any] = {"element": element_id, "within": within, "values": None, "kinds": None}
    if values == "then":
        inputs["values"], inputs["kinds"] = values_at(session, case.id, seq)
    elif values != "now":
        raise Invalid(why="值只能用现在的或当时的")
    return inputs, seq


def set_due(session: Session, task_id: str, due_at: datetime | None, *, actor: Actor, reason: str) -> None:
    """Set or take away the deadline of an open task; a timer is moved by `modify_case`.

    Raises NotFound, Invalid (no reason), CannotOperate (closed, or no task of a person).
    """
    why = required(reason)
    found = hot.lock_by_task(session, task_id)
    if found is None:
        raise NotFound(what="task", id=task_id)
    case, task = case_to_operate(session, found[0].id, actor), found[1]
    if task.state != "open" or task.kind not in ("user", "manual", "external"):
        raise CannotOperate(why="这一步没有在等人办")
    after = None if due_at is None else iso(due_at)
    body = {"task": task.id, "element": task.element_id, "note": why, "before": task.due_at, "after": after}
    note_event(session, case, kind="task.due-set", actor=actor, body=body)
    hot.set_due(session, task.id, due_at=after, sort_at=after or f"9{task.created_at[1:]}")


def _operate(
    session: Session, case: LockedCase, kind: str, inputs: dict[str, Any], actor: Actor, body: Mapping[str, Any]
) -> Completion:
    act = Act(kind, actor, inputs=inputs, body={**body, "intervention": True}, operation=True)
    return advance(session, case, act, lambda live, ports: spiff.operate(live, kind, inputs, ports))
