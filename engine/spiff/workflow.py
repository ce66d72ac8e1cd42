"""SpiffWorkflow's workflows with an index instead of tree walks, and the loop that runs what is ready.

Order of running: wave by wave. All tasks that became ready in one wave run, in document order, before those they make
ready. The order depends on nothing else, so it is the same after save and load.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

from engine.errors import StepLimit
from engine.spiff.build import specs_of
from engine.spiff.expressions import SCRIPT_ENGINE
from engine.spiff.names import task_uid
from engine.spiff.records import Insides, Tasks
from engine.spiff.scope import Scope, TaskView
from engine.spiff.task import COMPLETED, FINISHED, READY, CaseTask

if TYPE_CHECKING:
    from engine.spiff.elements import Program
    from engine.spiff.recorder import Recorder
    from engine.spiff.specs.node import Node

STEP_LIMIT = 10_000


class _Shared:
    """What a process and an embedded subprocess have in common."""

    tasks: Tasks
    task_tree: CaseTask
    spec: Any
    scope: Scope
    uid: bytes
    counts: dict[str, int]
    joins: dict[str, list[CaseTask]]
    undo: list[Any]
    live: int
    last_task: Any
    completed: bool
    top_workflow: CaseWorkflow
    breaks: int = 0

    def plant(self) -> None:
        """Make the root, which only holds the tokens."""
        self.task_tree = CaseTask(self, self.spec.start, None, COMPLETED)

    def begin(self, at: str | None = None) -> None:
        """Put a token on the start `at`, else on the default one, else on all that no flow leads to.

        Nothing at all inside: it is over at once.
        """
        self.completed = False
        for trigger in self.spec.triggers:
            trigger._update(self.task_tree.child(trigger, None))
        at = at or self.spec.default
        if at is not None:
            self.spec.starts[at].initiate(self.task_tree.child(self.spec.starts[at], None), at)
        for token in [self.task_tree.child(node, None) for node in (self.spec.first if at is None else ())]:
            if not token._state & FINISHED:
                token.task_spec._update(token)
        if self.spec.aside:
            self.disarm_when_done()
        if not self.live and not self.completed:
            self.completed = True
            self.ended()

    def occurrence_of(self, element_id: str) -> int:
        """Count one more entering of an element in this workflow."""
        count = self.counts.get(element_id, 0) + 1
        self.counts[element_id] = count
        return count

    def update_waiting_tasks(self) -> None:
        """Nothing to poll: what waits is told (`fire`, `deliver`, joins by arrival)."""

    def _task_completed_notify(self, task: CaseTask) -> None:
        self.last_task = task
        if self.spec.aside:
            self.disarm_when_done()
        if not self.live and not self.completed:
            self._mark_complete(task)

    def _mark_complete(self, task: CaseTask) -> None:
        self.completed = True
        self.ended()

    def ended(self) -> None:
        raise NotImplementedError

    def tokens(self) -> Iterator[CaseTask]:
        """Yield unfinished tasks, oldest first."""
        root = self.task_tree
        return (t for t in self.tasks.values() if t is not root and not t._state & FINISHED)

    def armed(self) -> list[CaseTask]:
        """Return what waits to start an event subprocess of this level, oldest first."""
        names = {trigger.name for trigger in self.spec.triggers}
        found = [key for key, kept in dict.items(self.tasks) if _name_of(kept) in names]
        return [self.tasks[key] for key in found]

    def disarm_when_done(self) -> None:
        """Let go of what would start event subprocesses once this level has no work of its own left."""
        for kept in self.tasks.kept():
            if kept is not self.task_tree and _is_live(kept) and _name_of(kept) not in self.spec.aside:
                return
        for task in self.armed():
            task.cancel()

    def interrupt(self, by: CaseTask) -> None:
        """Cancel every token but `by`; a throw event of this level that runs just now does not go on (`breaks`)."""
        self.breaks += 1
        for task in list(self.tokens()):
            if task is not by:
                task.cancel()

    def stop(self) -> None:
        """Cancel every token (terminate, cancel, error out of a subprocess)."""
        for task in list(self.tokens()):
            task.cancel()


class CaseWorkflow(_Shared, BpmnWorkflow):
    """One case. Ids count up from `counter`; `wave` only grows; `finished` is spliced out after each task."""

    place = ""
    recorder: Recorder
    case_view: dict[str, Any]

    def __init__(self, program: Program, uid: bytes, scope: Scope) -> None:
        super().__init__(specs_of(program), None, SCRIPT_ENGINE, deserializing=True)
        self.tasks = Tasks(self)
        self.subprocesses = Insides(self)
        self.program = program
        self.uid = uid
        self.scope = scope
        self.counts = {}
        self.joins = {}
        self.undo = []
        self.counter = 0
        self.wave = 0
        self.live = 0
        self.ready: list[tuple[int, int, int, CaseTask]] = []
        self.finished: list[CaseTask] = []
        self.merging: dict[int, CaseTask] = {}
        self.watching: dict[int, CaseTask] = {}
        self.cancelled = False

    def create_subprocess(self, my_task: CaseTask, spec_name: str) -> CaseSubWorkflow:
        inside = self.inside_of(my_task)
        inside.plant()
        self.subprocesses[my_task.id] = inside
        return inside

    def inside_of(self, host: CaseTask) -> CaseSubWorkflow:
        """Make the empty inside of a subprocess task."""
        return CaseSubWorkflow(host.workflow.spec.inside[host.task_spec.element_id], host, self)

    def ended(self) -> None:
        """The case is over; its outcome is read from `completed`."""

    def became_ready(self, task: CaseTask) -> None:
        """Index a task whose state changed to READY: the engine's go in the queue, open ones wait."""
        task.wave = self.wave + 1
        if task.kind is None:
            heapq.heappush(self.ready, (task.wave, task.task_spec.order, task.id, task))

    def step(self) -> str | None:
        """Run the next ready task; answer its element id ("" for none of the diagram), or None when all is quiet."""
        while self.ready:
            wave, _, _, task = heapq.heappop(self.ready)
            if task._state != READY:
                continue
            self.wave = max(self.wave, wave)
            task.run()
            self.settle()
            return task.task_spec.element_id
        return self._watch()

    def settle(self) -> None:
        """Let inclusive joins look again, and splice out what finished."""
        if self.merging:
            for task in list(self.merging.values()):
                if task.id in self.merging:
                    task.task_spec.look_again(task)
        if self.finished:
            self.prune()

    def prune(self) -> None:
        """Splice finished tasks out of their trees; what they hold moves up. No rule consults a finished task."""
        done = self.finished
        self.finished = []
        for task in done:
            tasks = task.workflow.tasks
            if task.id not in tasks:
                continue
            parent = tasks[task._parent]
            at = parent._children.index(task.id)
            parent._children[at : at + 1] = task._children
            for child in task._children:
                tasks[child]._parent = parent.id
            del tasks[task.id]

    def _watch(self) -> str | None:
        """Fire one conditional event whose condition has become true."""
        for task in sorted(self.watching.values(), key=lambda t: (t.task_spec.order, t.id)):
            if task.task_spec.holds(task):
                task.task_spec.occur(task, None)
                self.settle()
                return task.task_spec.element_id
        return None

    def run_quiet(self, limit: int = STEP_LIMIT) -> None:
        """Run until only people, moments and messages are waited for; raises StepLimit."""
        count = 0
        while (at := self.step()) is not None:
            count += 1
            if count >= limit:
                raise StepLimit(element_id=at)

    def view(self, scope: Scope) -> TaskView:
        return TaskView(scope, self.recorder.ports, self.case_view)

    def everyone(self) -> Iterator[CaseTask]:
        """Yield the unfinished tasks of the case, subprocesses included."""
        yield from self.tokens()
        for inside in self.subprocesses.values():
            yield from inside.tokens()


class CaseSubWorkflow(_Shared, BpmnSubWorkflow):
    """The inside of one embedded subprocess instance; shares the scope it stands in."""

    def __init__(self, spec: Any, host: CaseTask, top: CaseWorkflow) -> None:
        self.host = host
        super().__init__(spec, host.id, top, deserializing=True)
        self.tasks = Tasks(self)
        self.scope = host.scope
        self.counts = {}
        self.joins = {}
        self.undo = []
        self.live = 0

    @cached_property
    def place(self) -> str:
        """Name where it stands without internal ids."""
        return f"{self.host.workflow.place}/{self.host.task_spec.element_id}:{self.host.occurrence}"

    @cached_property
    def uid(self) -> bytes:  # type: ignore[override]
        return task_uid(self.host)

    @property
    def parent_workflow(self) -> Any:
        return self.host.workflow

    def ended(self) -> None:
        self.host.task_spec.inside_ended(self.host)


def _name_of(kept: Any) -> str:
    return str(kept[1] if type(kept) is list else kept.task_spec.name)


def _is_live(kept: Any) -> bool:
    return type(kept) is list or not kept._state & FINISHED


def order_of(task: CaseTask) -> tuple[int, int, int]:
    """Sort key of tasks that wait: when they came to wait, then place in the document."""
    spec: Node = task.task_spec
    return (task.wave, spec.order, task.id)
