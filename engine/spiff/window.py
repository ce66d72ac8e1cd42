"""The live window of a case as bytes: unfinished tasks only, no specs, no clock, no process values.

The same state gives the same bytes. Layout (JSON arrays, trailing empty fields left out):
[version, counter, wave, kinds of process values, cancelled, workflow, …subprocesses]
workflow: [host id, counts, tasks]; the first task is the root.
task: [id, spec, parent, state, flow, wave, occurrence, due, kind, internal data, overlay values, overlay kinds]
"""

from __future__ import annotations

import heapq
from typing import Any

import orjson

from engine.spiff.elements import Program
from engine.spiff.names import case_uid
from engine.spiff.scope import Scope
from engine.spiff.specs.gateways import InclusiveNode, JoiningNode
from engine.spiff.specs.loops import RepeatNode
from engine.spiff.task import COMPLETED, READY, WAITING, CaseTask
from engine.spiff.workflow import CaseSubWorkflow, CaseWorkflow

VERSION = 1


def dump(top: CaseWorkflow) -> bytes:
    """Return the window of a case that is between tasks."""
    top.prune()
    parts: list[Any] = [VERSION, top.counter, top.wave, top.scope.kinds, int(top.cancelled), _workflow(top, 0)]
    parts.extend(_workflow(inside, host) for host, inside in top.subprocesses.items())
    return orjson.dumps(parts)


def _workflow(workflow: Any, host: int) -> list[Any]:
    return [host, workflow.counts, [_task(task) for task in workflow.tasks.values()]]


def _task(task: CaseTask) -> list[Any]:
    overlay = task.own_scope
    record: list[Any] = [
        task.id,
        task.task_spec.name,
        task._parent or 0,
        task._state,
        task.flow or 0,
        task.wave,
        task.occurrence,
        task.due or 0,
        task.kind or 0,
        task.internal_data or 0,
        overlay.values if overlay is not None else 0,
        overlay.kinds or 0 if overlay is not None else 0,
    ]
    while record[-1] == 0:
        record.pop()
    return record


def load(program: Program, blob: bytes, values: dict[str, Any], case_id: str) -> CaseWorkflow:
    """Return the workflow a window was taken of; `values` become its process values (the dict itself is not kept)."""
    version, counter, wave, kinds, cancelled, first, *insides = orjson.loads(blob)
    if version != VERSION:
        raise ValueError(f"window version {version} is not {VERSION}")
    top = CaseWorkflow(program, case_uid(case_id), Scope(dict(values), kinds=kinds))
    everything: dict[int, CaseTask] = {}
    _restore(top, first, everything)
    for record in insides:
        host = everything[record[0]]
        inside = CaseSubWorkflow(host.workflow.spec.inside[host.task_spec.element_id], host, top)
        top.subprocesses[host.id] = inside
        _restore(inside, record, everything)
    top.counter, top.wave, top.cancelled = counter, wave, bool(cancelled)
    top.completed = not top.live
    heapq.heapify(top.ready)
    return top


def _restore(workflow: Any, record: list[Any], everything: dict[int, CaseTask]) -> None:
    _, workflow.counts, tasks = record
    specs = workflow.spec.task_specs
    root = tasks[0]
    workflow.task_tree = CaseTask(workflow, specs[root[1]], None, COMPLETED, root[0])
    for fields in tasks[1:]:
        _restore_task(workflow, specs, fields, everything)


def _restore_task(workflow: Any, specs: Any, fields: list[Any], everything: dict[int, CaseTask]) -> None:
    spec = specs[fields[1]]
    task = CaseTask(workflow, spec, workflow.tasks[fields[2]], fields[3], fields[0])
    count = len(fields)
    everything[task.id] = task
    task.flow = fields[4] or None if count > 4 else None
    task.wave = fields[5] if count > 5 else 0
    task.occurrence = fields[6] if count > 6 else 0
    task.due = fields[7] or None if count > 7 else None
    task.kind = fields[8] or None if count > 8 else None
    if count > 9 and fields[9]:
        task.internal_data = fields[9]
    loop = spec.loop_spec
    if loop is not None:
        values = fields[10] if count > 10 and fields[10] else {}
        kinds = fields[11] if count > 11 and fields[11] else {}
        task.own_scope = Scope(values, workflow.scope, kinds, isolated=not isinstance(loop, RepeatNode))
    _index(workflow, task)


def _index(workflow: Any, task: CaseTask) -> None:
    top, spec = workflow.top_workflow, task.task_spec
    if task._state == READY and task.kind is None:
        top.ready.append((task.wave, spec.order, task.id, task))
    elif task._state == WAITING:
        if isinstance(spec, JoiningNode):
            workflow.joins.setdefault(spec.name, []).append(task)
            if isinstance(spec, InclusiveNode):
                top.merging[task.id] = task
        elif spec.element.event is not None and spec.element.event.kind == "conditional":
            top.watching[task.id] = task


def canonical(top: CaseWorkflow) -> dict[str, Any]:
    """Return what the digest of a case is taken of: its live tasks without internal ids, and its values."""
    lines = [_line(task, "") for task in top.tokens()]
    places = {id(top): ""}
    for inside in top.subprocesses.values():  # In the order they began, so the one around comes first.
        host = inside.host
        place = f"{places[id(host.workflow)]}/{host.task_spec.element_id}:{host.occurrence}"
        places[id(inside)] = place
        lines.extend(_line(task, place) for task in inside.tokens())
    lines.sort(key=lambda line: orjson.dumps(line, option=orjson.OPT_SORT_KEYS))
    state = "cancelled" if top.cancelled else "completed" if top.completed else "running"
    return {"state": state, "tasks": lines, "values": top.scope.values, "kinds": top.scope.kinds}


def _line(task: CaseTask, place: str) -> list[Any]:
    overlay = task.own_scope
    return [
        place,
        task.task_spec.name,
        task.flow,
        task.occurrence,
        task._state,
        task.kind,
        task.due,
        task.internal_data,
        None if overlay is None else [overlay.values, overlay.kinds],
    ]
