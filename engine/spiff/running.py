"""Check a file, and run it in memory with save and load between every step: a designer's dry run, a tester's oracle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from engine.calendar import AskedCalendar, Calendar
from engine.errors import QingcheError, StepLimit
from engine.spiff import live as steps
from engine.spiff.elements import Program
from engine.spiff.face import SHANGHAI, CaseFacts, Opened, Ports, Report, Run
from engine.spiff.names import task_id
from engine.spiff.reading import parse
from engine.spiff.starts import first_of
from engine.spiff.task import CaseTask
from engine.spiff.workflow import STEP_LIMIT, order_of

EPOCH = datetime(2026, 1, 1, tzinfo=SHANGHAI)
_ANSWERED = ("user", "manual", "external")


def check_bytes(content: bytes, name: str) -> Report:
    """Read, check and build a BPMN file; nothing is stored, nothing raises."""
    return parse(content, name).report


def run_in_memory(
    content: bytes,
    *,
    process: str | None = None,
    answers: Mapping[str, Any] | None = None,
    max_steps: int = 300,
    at: str | None = None,
) -> Run:
    """Run a process of a file, from its start `at`, to its end or until nothing can be answered.

    answers: element id -> values, or a list of values, one per visit, the last for all further ones (an event that
    happens beside what goes on: no further ones). User, manual and external tasks without an answer take {}; a message,
    or a call of a process that is not in the file, then waits. The answer of the start event is what the case starts
    with.
    `max_steps` counts answers and timers; more of them, or an endless loop of the engine's own, fails (step-limit).
    """
    parsed = parse(content, "memory")
    if not parsed.report.ok:
        return Run("failed", [], {}, 0, parsed.report.errors[0])
    program = _choose(parsed.processes, process)
    if program is None:
        why = f"文件里没有流程“{process}”" if process else "文件只作图示，没有可以运行的流程"
        return Run("failed", [], {}, 0, {"code": "no-process", "element_id": process, "message": why})
    return _Trial(parsed.processes, program, answers or {}, max_steps, at).run()


def _choose(processes: dict[str, Program], wanted: str | None) -> Program | None:
    if wanted is not None:
        return processes.get(wanted)
    called = {name for program in processes.values() for name in program.called}
    free = [program for name, program in processes.items() if name not in called]
    return next(iter(free or processes.values()), None)


@dataclass(slots=True)
class _Waiting:
    """One open task between steps: all the driver must know to choose what happens next.

    again: once it has happened it is waited for anew, beside what goes on.
    """

    order: tuple[int, int]
    id: str
    kind: str
    element_id: str
    due: datetime | None
    again: bool = False


@dataclass(slots=True)
class _Case:
    """A case between steps: nothing but its window and its values, as a store would have them."""

    program: Program
    facts: CaseFacts
    blob: bytes
    values: bytes
    caller: tuple[_Case, str] | None = None
    waiting: list[_Waiting] = field(default_factory=list)
    next: tuple[int, int] | None = None
    quiet: bool = False
    done: bool = False


class _Trial:
    def __init__(
        self,
        processes: dict[str, Program],
        program: Program,
        answers: Mapping[str, Any],
        max_steps: int,
        at: str | None = None,
    ) -> None:
        self.processes = processes
        self.answers = {name: list(given) if isinstance(given, list) else [given] for name, given in answers.items()}
        self.max_steps = max_steps
        self.now = EPOCH
        self.path: list[str] = []
        self.steps = 0
        self.turns = 0
        self.cases: list[_Case] = []
        self.program, self.at = program, at or first_of(program)
        self.root = self.case(program, "run", self.answer(self.at) if self.at else {}, None)

    def run(self) -> Run:
        try:
            self.do(self.root, lambda live: live.workflow.begin(self.at))
            while not self.root.done and self.advance():
                pass
        except QingcheError as why:
            error = {
                "code": why.code,
                "element_id": why.fields.get("element_id"),
                "message": why.message("zh"),
            }
            return Run("failed", self.path, orjson.loads(self.root.values), self.steps, error)
        state: Any = "completed" if self.root.done else "waiting"
        return Run(state, self.path, orjson.loads(self.root.values), self.steps)

    def begin(
        self,
        program: Program,
        case_id: str,
        values: dict[str, Any],
        caller: tuple[_Case, str] | None,
        *,
        wave: int = 0,
        at: str | None = None,
    ) -> _Case:
        case = self.case(program, case_id, values, caller, wave=wave)
        self.do(case, lambda live: live.workflow.begin(at))
        return case

    def case(
        self,
        program: Program,
        case_id: str,
        values: dict[str, Any],
        caller: tuple[_Case, str] | None,
        *,
        wave: int = 0,
    ) -> _Case:
        """Make a case that has not begun."""
        parent = None if caller is None else caller[0].facts.id
        live = steps.create(program, CaseFacts(case_id, started_at=EPOCH, parent=parent), values)
        live.workflow.wave = wave
        case = _Case(program, live.case, steps.dump(live), orjson.dumps(values), caller)
        self.cases.append(case)
        return case

    def advance(self) -> bool:
        """Do the next thing anywhere: the engine's own first, then an answer, then the next timer."""
        restless = [case for case in self.cases if not case.quiet]
        if restless:
            self.turns += 1
            if self.turns > STEP_LIMIT:
                raise StepLimit(element_id=self.path[-1] if self.path else self.root.program.id)
            self.step(min(restless, key=lambda case: case.next or (1 << 60, 0)))
            return True
        self.turns = 0
        chosen = self.answerable() or self.timer()
        if chosen is None:
            return False
        self.steps += 1
        if self.steps > self.max_steps:
            raise StepLimit(element_id=chosen[1].element_id)
        case, task = chosen
        self.now = max(self.now, task.due) if task.due is not None else self.now
        values = self.answer(task.element_id, used_up=task.again)
        self.do(case, lambda live: steps.hand_over(live, steps.find(live, task.id), values))
        return True

    def answerable(self) -> tuple[_Case, _Waiting] | None:
        found = [
            (case, task)
            for case in self.cases
            for task in case.waiting
            if task.kind in _ANSWERED or (task.kind in ("message", "call") and self.answers.get(task.element_id))
        ]
        return min(found, key=lambda pair: pair[1].order, default=None)

    def timer(self) -> tuple[_Case, _Waiting] | None:
        found = [(case, task) for case in self.cases for task in case.waiting if task.due is not None]
        return min(found, key=lambda pair: (pair[1].due or EPOCH, pair[1].order), default=None)

    def answer(self, element_id: str, *, used_up: bool = False) -> dict[str, Any]:
        """Return the next answer; used_up: the last one does not hold for further visits."""
        given = self.answers.get(element_id) or [{}]
        return dict(given.pop(0) if len(given) > 1 or used_up else given[0])

    def step(self, case: _Case) -> None:
        def run(live: steps.Live) -> None:
            if live.workflow.step() is None:
                case.quiet = True

        self.do(case, run)

    def do(self, case: _Case, what: Callable[[steps.Live], None]) -> None:
        """Load, do one thing, save; then start or end the cases that follow from it."""
        live = steps.load(case.program, case.blob, orjson.loads(case.values), case.facts)
        case.quiet = False
        ports = Ports(now=self.now, calendar=AskedCalendar(Calendar))
        outcome = steps.act(live, ports, lambda: what(live), quiet=False)
        self.path.extend(step.element_id for step in outcome.path if step.what == "completed")
        top = live.workflow
        case.next = top.ready[0][:2] if top.ready else None
        case.waiting = [_waiting(task) for task in top.everyone() if task.kind is not None]
        case.blob, case.values = steps.dump(live), orjson.dumps(outcome.values)
        case.done = outcome.state != "running"
        self.drop(case, {closed.task_id for closed in outcome.closed if closed.state == "cancelled"})
        for opened in outcome.opened:
            if opened.kind == "call":
                self.call(case, opened, top.wave)
        if case.done:
            self.cases.remove(case)
        raised = [thrown for thrown in outcome.thrown if thrown["kind"] in ("error", "escalation")]
        if case.caller is not None and (case.done or raised):
            self.report(case, case.caller, raised, top.wave)

    def call(self, case: _Case, opened: Opened, wave: int) -> None:
        assert opened.called is not None
        program = self.processes.get(opened.called["process"])
        if program is None or self.answers.get(opened.element_id):
            return
        self.begin(program, opened.id, opened.called["values"], (case, opened.id), wave=wave)

    def report(self, case: _Case, caller: tuple[_Case, str], raised: list[dict[str, Any]], wave: int) -> None:
        """Tell the call task what its child threw, and that it has ended."""
        values = orjson.loads(case.values)

        def give(live: steps.Live) -> None:
            live.workflow.wave = max(live.workflow.wave, wave)
            steps.hear_child(live, steps.find(live, caller[1]), values, raised, ended=case.done)

        self.do(caller[0], give)

    def drop(self, case: _Case, cancelled: set[str]) -> None:
        """Forget the child cases of cancelled call tasks, and theirs."""
        gone = [c for c in self.cases if c.caller is not None and c.caller[0] is case and c.caller[1] in cancelled]
        while gone:
            child = gone.pop()
            self.cases.remove(child)
            gone.extend(c for c in self.cases if c.caller is not None and c.caller[0] is child)


def _waiting(task: CaseTask) -> _Waiting:
    due = datetime.fromisoformat(task.due) if task.due else None
    kind = task.kind or ""
    element = task.task_spec.element
    again = not element.interrupting and element.type in ("boundaryEvent", "startEvent")
    return _Waiting(order_of(task)[:2], task_id(task), kind, element.id, due, again)
