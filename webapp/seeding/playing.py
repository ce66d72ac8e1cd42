"""Play the chosen cases in the order things happened: one agenda, one clock that only moves on.

Every step is an engine command by somebody who may take it; jobs are run as the worker runs them. What would happen
after the end has not happened yet, so the youngest cases stand wherever they are.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine import commands, feel, organisation, reads
from engine.canonical import parse
from engine.clock import LOCAL_ZONE, FixedClock
from engine.errors import NotFound, TaskGone
from engine.feel.jsonable import to_json
from engine.model import Actor, Completion, Task
from engine.step import lock_task
from engine.store.base import Session, writing
from engine.worker import SessionFactory, run_due
from webapp.seeding.casting import Scripted
from webapp.seeding.organisation import City
from webapp.seeding.source import Source

_FOR_PEOPLE = ("user", "manual")
Act = Callable[[], None]


class Play:
    """The agenda of all cases; `counts` says what was done."""

    def __init__(self, factory: SessionFactory, source: Source, city: City, clock: FixedClock) -> None:
        self.factory, self.city, self.clock = factory, city, clock
        self.hours: dict[str, list[int]] = source.settings["hours"]
        self.answers: dict[str, dict[str, str]] = source.plans["answers"]
        self.counts = {"cases": 0, "tasks": 0}
        self._agenda: list[tuple[datetime, int, Act]] = []
        self._numbers = itertools.count()
        self._seen: set[str] = set()
        self._actors: dict[str, Actor] = {}

    def at(self, moment: datetime, act: Act) -> None:
        """Put something on the agenda."""
        heapq.heappush(self._agenda, (moment, next(self._numbers), act))

    def add(self, case: Scripted) -> None:
        """Put the start of a case on the agenda."""
        self.at(case.starts_at, lambda: self.start(case))

    def run(self, until: datetime) -> None:
        """Do everything that happened until then, and leave the clock there."""
        while self._agenda and self._agenda[0][0] <= until:
            moment, _, act = heapq.heappop(self._agenda)
            self.clock.move_to(moment)
            act()
        self.clock.move_to(until)

    def start(self, case: Scripted) -> None:
        """Start a case and see what waits."""
        code, role = case.starter
        unit = self.city.units[code]
        with self.factory() as session, writing(session):
            actor = self.actor(self.city.holders[role, unit.id])
            case.root_id = commands.start_case(session, case.plan["process"], actor=actor).id
        self.counts["cases"] += 1
        self.look(case)

    def look(self, case: Scripted) -> None:
        """Run due jobs, then put on the agenda whatever newly waits in the case and its children."""
        run_due(self.factory)
        with self.factory() as session:
            waiting = list(self._waiting(session, case.root_id))
        self.note(case, waiting)

    def note(self, case: Scripted, waiting: Iterable[Task]) -> None:
        """Put on the agenda what was not there yet."""
        for task in waiting:
            if task.id in self._seen:
                continue
            self._seen.add(task.id)
            if task.kind == "timer" and task.due_at is not None:
                self.at(task.due_at, lambda: self.look(case))
            elif task.kind in _FOR_PEOPLE and task.element_id not in case.stops:
                self.at(self.later(case, task), lambda task=task: self.act(case, task))  # type: ignore[misc]

    def later(self, case: Scripted, task: Task) -> datetime:
        """Choose when somebody gets to a task: within the hours declared, by day."""
        own: dict[str, list[int]] = case.plan.get("hours", {})
        first, last = own.get(task.element_id) or self.hours.get(task.element_id) or self.hours["default"]
        moment = self.clock.now() + timedelta(hours=case.random.uniform(first, last))
        hour = moment.astimezone(LOCAL_ZONE).hour
        return moment + timedelta(hours=(10 if hour < 8 else 14) if hour < 8 or hour >= 18 else 0)

    def act(self, case: Scripted, task: Task) -> None:
        """Do what the plan says for a task; one that closed meanwhile is left alone."""
        cancel = case.plan.get("cancel")
        done: Completion | None = None
        try:
            with self.factory() as session, writing(session):
                actor = self.actor(self._doer(session, task))
                if cancel and cancel["element"] == task.element_id:
                    starter = self.actor(self.city.holders[case.starter[1], self.city.units[case.starter[0]].id])
                    commands.cancel_case(session, case.root_id, actor=starter, reason=cancel["reason"])
                elif task.element_id in case.plan.get("drafts", {}):
                    values = self.answer(session, case, task, case.plan["drafts"][task.element_id])
                    commands.save_draft(session, task.id, values, actor=actor)
                else:
                    values = self.answer(session, case, task, self._name(case, task))
                    done = commands.complete_task(session, task.id, values, actor=actor)
                    self.counts["tasks"] += 1
        except (NotFound, TaskGone):
            return
        # Only a step that calls a child, sets a timer or ends its case gives the worker something to do.
        if done is None or done.case.state != "running" or {one.kind for one in done.opened} - set(_FOR_PEOPLE):
            self.look(case)
        else:
            self.note(case, done.opened)

    def answer(self, session: Session, case: Scripted, task: Task, name: str) -> dict[str, Any]:
        """Evaluate the FEEL of an answer over the case's values, what the case is about, and a chance."""
        # The lock is the command's own; what the engine shows the actor is checked by the command.
        held, _ = lock_task(session, task.id)
        values = parse(held.values_json)
        own_units = self.city.below.get(held.unit_id, [])
        asked = [village for village in case.given["villages"] if village in own_units]
        seed = {
            **case.given,
            "chance": Decimal(str(round(case.random.random(), 3))),
            "own_units": own_units,
            "own_asked": asked,
        }
        today: date = self.clock.now().astimezone(LOCAL_ZONE).date()
        context = {
            **values, **task.locals, "story": case.story, "complaint": case.complaint, "seed": seed, "today": today,
        }  # fmt: skip
        named = self.answers.get(task.element_id, {})
        text = named.get(name) or named["default"]
        found = to_json(feel.compile(text).strict(context, now=self.clock.now()))
        return found if isinstance(found, dict) else {}

    def actor(self, user_id: str) -> Actor:
        """Return a person with the grants of their posts; nobody changes posts while the cases are played."""
        if user_id not in self._actors:
            with self.factory() as session:
                self._actors[user_id] = organisation.actor_of(
                    session, user_id, name=self.city.people[user_id], via="seed"
                )
        return self._actors[user_id]

    def _doer(self, session: Session, task: Task) -> str:
        """Choose who does a task: a named person, or who holds the first grant that somebody holds."""
        for candidate in task.candidates:
            if candidate in self.city.people:
                return candidate
        held = organisation.holders(session, task.candidates)
        found = next((user for grant in task.candidates for user, _ in held.get(grant, ())), None)
        if found is None:
            raise NotFound(what="candidate", id=task.id)
        return found

    def _name(self, case: Scripted, task: Task) -> str:
        """Name the answer whose turn it is; the last one stays."""
        names = case.plan.get("answers", {}).get(task.element_id)
        if not names:
            return "full" if "full" in self.answers.get(task.element_id, {}) else "default"
        turn = case.turns.get(task.element_id, 0)
        case.turns[task.element_id] = turn + 1
        return str(names[min(turn, len(names) - 1)])

    def _waiting(self, session: Session, case_id: str) -> Iterator[Task]:
        for task in reads.tasks(session, case_id, open_only=True):
            yield task
            if task.child_case_id:
                yield from self._waiting(session, task.child_case_id)


def revisions(settings: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Yield (register, revision) of the later versions declared."""
    for declared in settings["register"]:
        for revision in declared.get("revision", []):
            yield declared, revision
