"""SpiffWorkflow's task, made for long lives: shared values, counted ids, no log, no clock, no recursion.

A `CaseTask` is one token at one flow node. Finished tasks leave the tree after every step, so a parent is never "what
came before" but what holds the token: the root, a multi-instance activity, or the host of a boundary event.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

if TYPE_CHECKING:
    from engine.spiff.face import Kind
    from engine.spiff.scope import Scope
    from engine.spiff.specs.node import Node
    from engine.spiff.workflow import CaseSubWorkflow, CaseWorkflow

READY = TaskState.READY
WAITING = TaskState.WAITING
STARTED = TaskState.STARTED
COMPLETED = TaskState.COMPLETED
CANCELLED = TaskState.CANCELLED
FUTURE = TaskState.FUTURE
FINISHED = TaskState.FINISHED_MASK


class CaseTask(Task):
    """One token.

    flow: id of the sequence flow it came by (None at a start); wave: when it became ready, for the order of running;
    occurrence: how often its element was entered in this workflow; scope: the values it sees; due: ISO time of a timer;
    kind: what it is to the outside while it waits (None: nothing); own_scope: the overlay of a multi-instance or loop
    instance; internal_data: what its spec remembers (JSON); leaf: its share of the last digest;
    uid: its id's bytes, once made, and the occurrence they were made for.
    """

    if TYPE_CHECKING:
        workflow: CaseWorkflow | CaseSubWorkflow
        task_spec: Node

    def __init__(
        self,
        workflow: Any,
        task_spec: Any,
        parent: CaseTask | None = None,
        state: int = FUTURE,
        id: int | None = None,
    ) -> None:
        top = workflow.top_workflow
        if id is None:
            top.counter += 1
        self.id: int = top.counter if id is None else id
        workflow.tasks[self.id] = self
        self.workflow = workflow
        self.task_spec = task_spec
        self._parent: Any = None
        self._children: list[int] = []
        self._state = state
        self.triggered = False
        self.thread_id = 0
        self.internal_data: dict[str, Any] = {}
        self.last_state_change = 0
        self.flow: str | None = None
        self.wave = 0
        self.occurrence = 0
        self.due: str | None = None
        self.kind: Kind | None = None
        self.leaf: str | None = None
        self.uid: tuple[int, bytes] | None = None
        self.own_scope: Scope | None = None
        if parent is not None:
            self._parent = parent.id
            parent._children.append(self.id)
            workflow.live += 1

    @property
    def scope(self) -> Scope:
        """The values this task reads and writes."""
        return self.own_scope or self.workflow.scope

    @property
    def data(self) -> Any:
        """SpiffWorkflow's name for the values; one dict for the whole scope, never copied."""
        return self.scope.values

    def child(self, spec: Node, flow: str | None) -> CaseTask:
        """Put a token on `spec` that came by `flow`; the caller updates it."""
        made = CaseTask(self.workflow, spec, self, FUTURE)
        made.flow = flow
        return made

    def _add_child(self, task_spec: Any, state: int = FUTURE) -> CaseTask:
        made = CaseTask(self.workflow, task_spec, self, state)
        if state == READY:
            made._ready()
        return made

    def _inherit_data(self) -> None:
        """Nothing to copy: values belong to the scope."""

    def _set_state(self, value: int) -> None:
        if value == self._state:
            return
        was = self._state
        self._state = value
        if value == READY:
            self.workflow.top_workflow.became_ready(self)
        elif value & FINISHED and not was & FINISHED:
            self.workflow.live -= 1
            top = self.workflow.top_workflow
            top.finished.append(self)
            if self.kind is not None:
                top.recorder.close(self, value)

    def run(self) -> bool | None:
        """Run the spec; a task that an error boundary event cancelled meanwhile is not completed.

        None: it has begun something and runs again when that is over.
        """
        done = self.task_spec._run(self)
        if done is None:
            self._set_state(STARTED)
        elif not self._state & FINISHED:
            self.complete()
        return done

    def is_descendant_of(self, task: Task) -> bool:
        at: Any = self.parent
        while at is not None:
            if at is task:
                return True
            at = at.parent
        return False

    def find_ancestor(self, spec_name: str) -> CaseTask | None:
        at: Any = self.parent
        while at is not None and at.task_spec.name != spec_name:
            at = at.parent
        return at

    def cancel(self) -> None:
        """Cancel this token and all it holds: instances, boundary events and the inside of subprocesses."""
        todo = [self]
        while todo:
            task = todo.pop()
            todo.extend(task.workflow.tasks[c] for c in sorted(task._children, reverse=True))
            if task._state & FINISHED:
                continue
            task._set_state(CANCELLED)
            inside = task.workflow.top_workflow.subprocesses.of(task)
            if inside is not None:
                todo.append(inside.task_tree)
            task.task_spec._on_cancel(task)

    def _drop_children(self, force: bool = False) -> None:  # noqa: FBT001, FBT002
        for child in list(self.children):
            child.cancel()

    def live_children(self, wanted: Callable[[CaseTask], bool]) -> list[CaseTask]:
        """Return unfinished children that `wanted` accepts, oldest first."""
        tasks = self.workflow.tasks
        return [t for t in map(tasks.__getitem__, sorted(self._children)) if not t._state & FINISHED and wanted(t)]
