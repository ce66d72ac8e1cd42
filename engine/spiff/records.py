"""Tasks and subprocesses as a window keeps them, and the containers that make them again only when asked for.

Most of a wide case does not move in a step: of 500 parallel instances one does. What is not touched stays a record from
load to dump, its share of the digest included.

task: [id, spec, parent, state, leaf, hint, flow, wave, occurrence, due, kind, internal data, overlay, overlay kinds]
    leaf: its share of the digest; hint: how its id begins, 0 when it is not open. From the flow on, trailing zeros are
    left out, and a task of the process itself has all of it as one JSON text: a step reads it of the tasks it moves,
    not of 500 others. (A subprocess is a text as a whole; windows of version 1 have no further texts.)
subprocess: [host id, id of the host around (0: none), leaf, hints, restless, body]
    restless: it has tasks the engine itself must go on with. Body: JSON text of [counts, root id, tasks].
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import orjson

from engine.spiff.names import hint_of
from engine.spiff.scope import Scope
from engine.spiff.specs.gateways import InclusiveNode, JoiningNode
from engine.spiff.specs.undoing import is_isolated
from engine.spiff.task import COMPLETED, FINISHED, READY, STARTED, WAITING, CaseTask

if TYPE_CHECKING:
    from engine.spiff.workflow import CaseSubWorkflow, CaseWorkflow

STATE, LEAF, HINT, REST = 3, 4, 5, 6
_OVERLAY = 6  # in the rest


def share(text: bytes) -> str:
    """Return a hash short enough to keep beside every task."""
    return b64encode(sha256(text).digest()[:12]).decode()


class Tasks(dict[int, Any]):
    """The tasks of one workflow by id, oldest first; reading one by its id makes it of its record."""

    __slots__ = ("children", "workflow")

    def __init__(self, workflow: Any) -> None:
        super().__init__()
        self.workflow = workflow
        self.children: dict[int, list[int]] = {}

    def __getitem__(self, key: int) -> CaseTask:
        found = dict.__getitem__(self, key)
        return revive(self.workflow, found) if type(found) is list else found

    def get(self, key: Any, default: Any = None) -> Any:
        if key not in self:
            return default
        return self[key]

    def values(self) -> Any:
        """Return every task; makes those that are still records."""
        return [self[key] for key in list(self)]

    def kept(self) -> Iterable[Any]:
        """Return tasks and records as they are."""
        return dict.values(self)


class Insides(dict[int, Any]):
    """Subprocess instances by the id of their host; reading one makes it of its record."""

    __slots__ = ("top",)

    def __init__(self, top: CaseWorkflow) -> None:
        super().__init__()
        self.top = top

    def __getitem__(self, key: int) -> CaseSubWorkflow:
        found = dict.__getitem__(self, key)
        if type(found) is not list:
            return found
        around: Any = self.top if not found[1] else self[found[1]]
        return self._make(around.tasks[key], found)

    def of(self, host: CaseTask) -> CaseSubWorkflow | None:
        """Return the inside of a subprocess task, also when the level around is not listed any more."""
        found = dict.get(self, host.id)
        return self._make(host, found) if type(found) is list else found

    def _make(self, host: CaseTask, record: list[Any]) -> CaseSubWorkflow:
        inside = self.top.inside_of(host)
        self[host.id] = inside
        restore(inside, orjson.loads(record[5]))
        return inside

    def get(self, key: Any, default: Any = None) -> Any:
        if key not in self:
            return default
        return self[key]

    def pop(self, key: Any, default: Any = None) -> Any:
        found = self.get(key, default)
        dict.pop(self, key, None)
        return found

    def values(self) -> Any:
        """Return every instance; makes those that are still records."""
        return [self[key] for key in list(self)]

    def kept(self) -> Iterable[Any]:
        """Return instances and records as they are."""
        return dict.values(self)

    def hinted(self, hint: str) -> list[Any]:
        """Return instances, and those records that may have an open task whose id begins with `hint`."""
        return [inside for inside in self.kept() if type(inside) is not list or hint in inside[3]]


def pack(workflow: Any) -> list[Any]:
    """Return [counts, root id, tasks] of a workflow, and what can be undone in it, if anything."""
    root = workflow.task_tree
    shut = workflow is workflow.top_workflow
    tasks = [t if type(t) is list else record_of(t, shut=shut) for t in workflow.tasks.kept() if t is not root]
    body = [workflow.counts, root.id, tasks]
    return [*body, workflow.undo] if workflow.undo else body


def pack_inside(inside: CaseSubWorkflow) -> list[Any]:
    """Return the record of a subprocess instance."""
    body = pack(inside)
    around = getattr(inside.host.workflow, "host", None)
    return [
        inside.host.id,
        0 if around is None else around.id,
        leaf_of_workflow(inside),
        "".join(record[HINT] for record in body[2] if record[HINT]),
        int(any(_restless(t) for t in inside.tasks.kept() if type(t) is not list and t is not inside.task_tree)),
        orjson.dumps(body).decode(),
    ]


def restore(workflow: Any, body: list[Any]) -> None:
    """Fill an empty workflow from `pack`; only what the engine must go on with is made a task at once."""
    workflow.counts, root, records, *undo = body
    workflow.undo = undo[0] if undo else []
    tasks: Tasks = workflow.tasks
    children = tasks.children
    moving = []
    parent, siblings = None, []
    for record in records:
        tasks[record[0]] = record
        if record[2] != parent:  # Of a wide case nearly all have the same.
            parent = record[2]
            siblings = children.setdefault(parent, [])
        siblings.append(record[0])
        if not (record[HINT] or record[STATE] == STARTED):
            moving.append(record)
    workflow.live = len(records)
    workflow.task_tree = CaseTask(workflow, workflow.spec.start, None, COMPLETED, root)
    workflow.task_tree._children = children.pop(root, [])
    for record in moving:
        _index(workflow, revive(workflow, record))


def revive(workflow: Any, record: list[Any]) -> CaseTask:
    """Make the task of a record; it takes the record's place."""
    spec = workflow.spec.task_specs[record[1]]
    task = CaseTask(workflow, spec, None, record[STATE], record[0])
    task._parent = record[2]
    task._children = workflow.tasks.children.pop(record[0], [])
    rest = _rest(record)
    count = len(rest)
    task.flow = rest[0] or None if count else None
    task.wave = rest[1] if count > 1 else 0
    task.occurrence = rest[2] if count > 2 else 0
    task.due = rest[3] or None if count > 3 else None
    task.kind = rest[4] or None if count > 4 else None
    if count > 5 and rest[5]:
        task.internal_data = rest[5]
    if spec.loop_spec is not None or count > _OVERLAY:
        values = rest[6] if count > 6 and rest[6] else {}
        kinds = rest[7] if count > 7 and rest[7] else {}
        task.own_scope = Scope(values, _outer(workflow, record[2]), kinds, isolated=is_isolated(spec))
    return task


def _rest(record: list[Any]) -> list[Any]:
    rest = record[REST:]
    # The first of the values would be a flow, whose id is an NCName.
    if rest and type(rest[0]) is str and rest[0][0] == "[":
        read: list[Any] = orjson.loads(rest[0])
        return read
    return rest


def _outer(workflow: Any, parent: int) -> Scope:
    """Return the scope around an overlay: of the loop it belongs to, which has one of its own only when it undoes."""
    around = dict.get(workflow.tasks, parent)
    if around is None or (type(around) is list and len(_rest(around)) <= _OVERLAY):
        return workflow.scope
    return workflow.tasks[parent].scope


def record_of(task: CaseTask, *, shut: bool) -> list[Any]:
    """Return the record of a task; shut: what only matters once it moves is one text."""
    overlay = task.own_scope
    rest: list[Any] = [
        task.flow or 0,
        task.wave,
        task.occurrence,
        task.due or 0,
        task.kind or 0,
        task.internal_data or 0,
        overlay.values if overlay is not None else 0,
        overlay.kinds or 0 if overlay is not None else 0,
    ]
    while rest and rest[-1] == 0:
        rest.pop()
    hint = hint_of(task) if task.kind is not None else 0
    leaf = task.leaf or leaf_of(task)
    record = [task.id, task.task_spec.name, task._parent or 0, task._state, leaf, hint]
    return [*record, orjson.dumps(rest).decode()] if rest and shut else record + rest


def leaf_of(task: CaseTask) -> str:
    """Hash what a live task is, without internal ids, and remember it for the record."""
    overlay = task.own_scope
    line = [
        task.workflow.place,
        task.task_spec.name,
        task.flow,
        task.occurrence,
        task._state,
        task.kind,
        task.due,
        task.internal_data,
        None if overlay is None else [overlay.values, overlay.kinds],
    ]
    task.leaf = share(orjson.dumps(line, option=orjson.OPT_SORT_KEYS))
    return task.leaf


def leaves(workflow: Any) -> list[str]:
    """Return the shares of a workflow's live tasks, sorted, and that of what can be undone."""
    root = workflow.task_tree
    found = [
        task[LEAF] if type(task) is list else leaf_of(task)
        for task in workflow.tasks.kept()
        if type(task) is list or (task is not root and not task._state & FINISHED)
    ]
    found.sort()
    if workflow.undo:
        found.append(share(orjson.dumps([workflow.place, workflow.undo], option=orjson.OPT_SORT_KEYS)))
    return found


def leaf_of_workflow(inside: Any) -> str:
    """Return the share of a subprocess instance, or that of its record."""
    return str(inside[2]) if type(inside) is list else share("".join(leaves(inside)).encode())


def open_tasks(workflow: Any, hint: str) -> Iterator[CaseTask]:
    """Yield the open tasks of one workflow whose ids begin with `hint`."""
    for task in workflow.tasks.kept():
        if type(task) is not list:
            if task.kind is not None and not task._state & FINISHED:
                yield task
        elif task[HINT] == hint:
            yield workflow.tasks[task[0]]


def is_open(task: Any) -> bool:
    """Tell whether a task or record waits for the outside."""
    if type(task) is list:
        return bool(task[HINT])
    return task.kind is not None and not task._state & FINISHED


def _restless(task: CaseTask) -> bool:
    if task._state == READY:
        return task.kind is None
    return task._state == WAITING and (isinstance(task.task_spec, InclusiveNode) or _is_conditional(task))


def _is_conditional(task: CaseTask) -> bool:
    event = task.task_spec.element.event
    return event is not None and event.kind == "conditional"


def _index(workflow: Any, task: CaseTask) -> None:
    top, spec = workflow.top_workflow, task.task_spec
    if task._state == READY and task.kind is None:
        top.ready.append((task.wave, spec.order, task.id, task))
    elif task._state == WAITING:
        if isinstance(spec, JoiningNode):
            workflow.joins.setdefault(spec.name, []).append(task)
            if isinstance(spec, InclusiveNode):
                top.merging[task.id] = task
        elif _is_conditional(task):
            top.watching[task.id] = task
