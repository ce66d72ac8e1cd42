"""Compensation as it runs: what completed is remembered, and undone in reverse order, once (BPMN 2.0.2 clause 13.5.5).

`workflow.undo` has a record for each completed activity of a level that can be undone, in order of completion:
[name of its spec, occurrence, values, their kinds, inner]. values: what its instance or subprocess held for itself, as
of completion; inner: [records, counts] of a subprocess. A *driver* is the token that has records undone one after
another and waits for that: a throw or end event, or the host of a subprocess that is undone by undoing its inside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.spiff.scope import Scope
from engine.spiff.task import READY, STARTED

if TYPE_CHECKING:
    from engine.spiff.elements import Event
    from engine.spiff.specs.node import Node
    from engine.spiff.task import CaseTask

Record = list[Any]


def note(my_task: CaseTask) -> None:
    """Remember that an activity that can be undone has completed."""
    overlay, inner = my_task.own_scope, my_task.internal_data.get("inner")
    values, kinds = (None, None) if overlay is None else (overlay.values, overlay.kinds)
    if my_task.task_spec.handler is None and inner is None:
        return
    my_task.workflow.undo.append([my_task.task_spec.name, my_task.occurrence, values, kinds, inner])


def keep_inside(host: CaseTask, inside: Any) -> None:
    """Keep what is needed to undo a subprocess that has just completed."""
    if host.task_spec.handler is None and (inside.undo or inside.spec.undone_by is not None):
        host.internal_data["inner"] = [inside.undo, inside.counts]


def throw(driver: CaseTask, event: Event) -> bool:
    """Undo `event.activity`, else all that completed on the level; False when there is nothing to undo.

    In an event subprocess the level is that of the subprocess it stands in, unless it names an activity of its own.
    """
    scope, level = driver.workflow, 0
    if event.activity is None:
        while _is_by_event(scope):
            scope, level = scope.host.workflow, level + 1
    else:
        while event.activity not in scope.spec.task_specs and _is_by_event(scope):
            scope, level = scope.host.workflow, level + 1
    chosen = [r for r in scope.undo if event.activity is None or _element_of(scope, r) == event.activity]
    if not chosen:
        return False
    scope.undo[:] = [r for r in scope.undo if r not in chosen]
    driver.internal_data["undo"] = chosen
    driver.internal_data["level"] = level
    proceed(driver)
    return True


def _is_by_event(workflow: Any) -> bool:
    host = getattr(workflow, "host", None)
    return host is not None and host.task_spec.element.triggered


def _element_of(scope: Any, record: Record) -> str:
    return str(scope.spec.task_specs[record[0]].element_id)


def proceed(driver: CaseTask) -> None:
    """Undo the next record of a driver; when none is left, let the driver run."""
    records: list[Record] = driver.internal_data["undo"]
    if not records:
        driver._set_state(READY)
        return
    inside = driver.workflow.top_workflow.subprocesses.get(driver.id)
    if inside is not None:
        inside.completed = False  # It has ended once for each record before this one.
        _undo(records.pop(), inside, inside.task_tree)
        return
    scope, parent = driver.workflow, driver
    for _ in range(driver.internal_data["level"]):
        scope, parent = scope.host.workflow, scope.host
    _undo(records.pop(), scope, parent)


def _undo(record: Record, scope: Any, parent: CaseTask) -> None:
    name, occurrence, values, kinds, inner = record
    spec = scope.spec.task_specs[name]
    handler = spec.handler or spec
    token = parent.child(handler, None)
    if values is not None:
        token.own_scope = Scope(dict(values), scope.scope, kinds, isolated=is_isolated(handler))
    if spec.handler is not None:
        handler._update(token)
        return
    token.occurrence = occurrence
    token.internal_data["undo"] = records = []
    token._set_state(STARTED)
    inside = scope.top_workflow.create_subprocess(token, spec.element_id)
    inside.undo, inside.counts = inner
    if inside.spec.undone_by is None:
        records.extend(inside.undo)
        inside.undo = []
        proceed(token)
        return
    child = inside.task_tree.child(inside.spec.undone_by, None)
    inside.spec.undone_by._update(child)


def is_isolated(spec: Node) -> bool:
    """Tell whether writes of new names stay in the overlay of an instance: in multi-instance, not in a loop."""
    return spec.loop_spec is not None and spec.loop_spec.loop.kind != "standard"


def undone(my_task: CaseTask) -> None:
    """Tell the driver that one activity has been undone.

    The host of an undone subprocess needs no telling: it notices that its inside has ended.
    """
    workflow = my_task.workflow
    parent = workflow.tasks[my_task._parent]
    if parent is workflow.task_tree:
        return
    if "undo" not in parent.internal_data:
        parent = _driver_inside(parent)
    proceed(parent)


def _driver_inside(host: CaseTask) -> CaseTask:
    """Find the throw event in the event subprocess `host`, which undoes what completed around it."""
    for inside in host.workflow.top_workflow.subprocesses.values():
        for token in inside.tokens():
            at = token
            for _ in range(token.internal_data.get("level", 0)):
                at = at.workflow.host
            if at is host and token is not host and "undo" in token.internal_data:
                return token
    raise LookupError(host.task_spec.element_id)
