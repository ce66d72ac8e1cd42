"""Walk a pack's scenarios: its definitions run together in memory, with save and load between every step.

A scenario is data (`bpmn/<pack>/scenarios/*.yaml`): answers by element (the last one for all further visits, unless the
element is named under `once`), rows of registers, timers that fire, calls to stop before, and what to expect.
Child cases run inside the walk as they would in the worker: by input, output and their end, nothing else.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from engine import spiff
from engine.spiff.elements import Program
from engine.spiff.face import CaseFacts, Opened, Outcome, Ports

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
_MOST_STEPS = 200


@dataclass
class Pack:
    """What a pack's folders hold: programs by process id, forms and uis by file name."""

    name: str
    programs: dict[str, Program]
    schemas: dict[str, Any]
    uis: dict[str, Any]

    @classmethod
    def read(cls, name: str) -> Pack:
        """Read the folders of a pack; a diagram with errors fails at once, naming them."""
        programs: dict[str, Program] = {}
        for file in sorted((ROOT / "bpmn" / name).glob("*.bpmn")):
            parsed = spiff.parse(file.read_bytes(), file.name)
            assert parsed.report.ok, (file.name, parsed.report.errors)
            programs |= parsed.processes
        forms = ROOT / "forms" / "library" / name
        return cls(
            name,
            programs,
            {file.name: json.loads(file.read_text()) for file in forms.glob("*.schema.json")},
            {file.name: json.loads(file.read_text()) for file in forms.glob("*.ui.json")},
        )

    def types(self) -> dict[str, Any]:
        """Type variables by the forms that write them, as a pinned case does."""
        found: dict[str, Any] = {}
        for program in self.programs.values():
            for use in program.forms:
                variable = program.elements[use.element_id].variable
                for file in (use.context, use.schema):
                    schema = self.schemas.get(file or "", {})
                    found |= {variable: schema} if variable and file == use.schema else schema.get("properties", {})
        return found

    def scenarios(self) -> list[Path]:
        """List the scenario files."""
        return sorted((ROOT / "bpmn" / self.name / "scenarios").glob("*.yaml"))


@dataclass
class Walk:
    """One scenario on its way. path: element ids completed by people or machines, child cases in place."""

    pack: Pack
    scenario: dict[str, Any]
    path: list[str] = field(default_factory=list)
    phases: list[str] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    title: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    state: str = "running"
    values: dict[str, Any] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    readers: list[dict[str, Any]] | None = None

    def __post_init__(self) -> None:
        given = self.scenario.get("answers", {})
        self._answers = {key: list(one) if isinstance(one, list) else [one] for key, one in given.items()}
        self._timers = list(self.scenario.get("timers", []))

    @classmethod
    def of(cls, pack: Pack, file: Path) -> Walk:
        """Walk a scenario file to where nothing is answered any more."""
        walk = cls(pack, yaml.safe_load(file.read_text()))
        case = CaseFacts("case", number="派〔2026〕0001", starter="user-1", unit="dept01", started_at=NOW)
        last, walk.waiting = walk.run(walk.scenario["process"], case, walk.scenario.get("start", {}))
        walk.state, walk.values = last.state, last.values
        walk.title, walk.facts, walk.readers = last.title, last.facts, last.readers
        return walk

    def run(self, process: str, case: CaseFacts, values: dict[str, Any]) -> tuple[Outcome, list[str]]:
        """Run one case until it ends or has no answer; returns its last outcome and the elements that wait."""
        program = self.pack.programs[process]
        live, outcome = spiff.start(program, case, values, self.ports())
        open_tasks = self.note({}, outcome)
        for _ in range(_MOST_STEPS):
            if outcome.state != "running":
                break
            ready = [task for task in open_tasks.values() if self.answerable(task)]
            # Nobody waits for a timer while there is an answer left.
            chosen = next((task for task in ready if task.kind != "timer"), ready[0] if ready else None)
            if chosen is None:
                break
            blob, kept = spiff.dump(live), json.loads(json.dumps(outcome.values))
            live = spiff.load(program, blob, kept, case)
            if chosen.kind == "timer":
                self._timers.remove(chosen.element_id)
                outcome = spiff.fire(live, chosen.id, self.ports())
            else:
                outcome = spiff.complete(live, chosen.id, self.answer(chosen, case), self.ports())
            open_tasks = self.note(open_tasks, outcome)
        return outcome, [task.element_id for task in open_tasks.values() if task.kind != "timer"]

    def answerable(self, task: Opened) -> bool:
        """Say whether the scenario goes on with this task."""
        if task.kind == "call":
            return task.element_id not in self.scenario.get("stop", [])
        if task.kind == "timer":
            return task.element_id in self._timers
        return bool(self._answers.get(task.element_id))

    def answer(self, task: Opened, case: CaseFacts) -> dict[str, Any]:
        """Return what the task is completed with: the next answer, or the end of the child case."""
        if task.kind == "call" and task.called is not None:
            child = CaseFacts(task.id, unit=task.called["unit"], starter=case.starter, started_at=NOW, parent=case.id)
            last, waiting = self.run(task.called["process"], child, task.called["values"])
            assert last.state == "completed", (task.called["process"], waiting)
            return last.values
        given = self._answers[task.element_id]
        used_up = len(given) > 1 or task.element_id in self.scenario.get("once", [])
        return dict(given.pop(0)) if used_up else dict(given[0])

    def note(self, before: dict[str, Opened], outcome: Outcome) -> dict[str, Opened]:
        """Keep what a step did; returns the tasks that wait after it."""
        self.path += [step.element_id for step in outcome.path if step.what == "completed"]
        if outcome.phase and (not self.phases or self.phases[-1] != outcome.phase):
            self.phases.append(outcome.phase)
        for task in outcome.opened:
            self.asked.append({"element": task.element_id, "candidates": task.candidates, "due_at": task.due_at})
        closed = {one.task_id for one in outcome.closed}
        opened = {task.id: task for task in outcome.opened}
        return {key: task for key, task in (before | opened).items() if key not in closed}

    def ports(self) -> Ports:
        """Answer lookups from the scenario's own rows."""
        registers = self.scenario.get("registers", {})

        def lookup(register: str, key: str) -> dict[str, Any] | None:
            row = registers.get(register, {}).get(key)
            return None if row is None else {"version": 1, "values": row}

        return Ports(now=NOW, lookup=lookup, types=self.pack.types())
