"""One play: a case begun, its tasks done by whoever may, its clock moved, all by the engine's own commands.

Tasks are named by element, unit of the case and who does them, never by id: ids differ from one play to the next.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import commands, organisation, reads, worker
from engine.assignment import system_actor
from engine.canonical import iso, parse
from engine.clock import FixedClock
from engine.errors import Invalid, NotFound
from engine.ids import grant_id
from engine.model import Actor, Case, Task
from engine.pins import bundle_of, pin
from engine.records import case_of
from engine.spiff.elements import Program
from engine.step import LockedCase, lock_case
from engine.store import stage as store
from engine.store.base import Session, sessionmaker, writing
from engine.store.stage import Done

PEOPLE = frozenset({"user", "manual", "external"})
_GHOST = "post:"


class NoTurn(NotFound):
    """fields: element_id, by (role@unit or empty). Nobody can do this step now, or not this one."""

    code = "no-turn"
    zh = "这时候没有“{element_id}”可办{by}"
    en = "There is no {element_id} to be done now{by}"


@dataclass(frozen=True, slots=True)
class Post:
    """Somebody in a play: the first who holds `role` in a unit, or the empty post when nobody does."""

    role: str
    unit_id: str
    unit: str
    unit_name: str
    name: str
    user_id: str
    empty: bool = False

    @property
    def key(self) -> str:
        return f"{self.role}@{self.unit}"


@dataclass(frozen=True, slots=True)
class Turn:
    """One task that waits for somebody, with its case and the posts that may do it."""

    task: Task
    case: Case
    unit: str
    posts: tuple[Post, ...]

    @property
    def nobody(self) -> bool:
        return all(post.empty for post in self.posts)


class Play:
    """A case and its children on a stage of their own."""

    def __init__(self, factory: sessionmaker[Session]) -> None:
        """Play on an opened stage (`Stage.opened`)."""
        self.factory = factory
        self.clock: FixedClock = factory.kw["info"]["clock"]
        self.root_id = ""
        # Whoever organises units does it outside of a play. One connection: no session may be opened within another.
        with factory() as session:
            self.codes = store.unit_codes(session)
            root = organisation.unit(session, next(iter(self.codes))).root_unit_id if self.codes else ""
        self._ids = {code: unit_id for unit_id, code in self.codes.items()}
        self.machine = system_actor(root, via="rehearsal")

    # ---- acting ----------------------------------------------------------------------------------

    def begin(
        self, process: str, *, by: str | None = None, unit: str | None = None, values: Mapping[str, Any] | None = None
    ) -> None:
        """Begin the case. by: role@unit; None: the machine, as a calling process would. Raises as `start_case`."""
        with self.factory() as session, writing(session):
            actor = self.actor(session, self.post(session, by)) if by else self.machine
            at_unit = organisation.unit(session, unit).id if unit else (actor.unit_id or None)
            case = commands.start_case(
                session, process, actor=actor, values=self.with_ids(values or {}), unit_id=at_unit
            )
        self.root_id = case.id
        self.settle()

    def do(self, turn: Turn, values: Mapping[str, Any], *, by: str | None = None) -> None:
        """Complete a task as one who may, or as `by` whether they may or not. Raises as `complete_task`."""
        with self.factory() as session, writing(session):
            post = self.post(session, by) if by else turn.posts[0] if turn.posts else None
            actor = self.actor(session, post) if post else self.machine
            commands.complete_task(session, turn.task.id, self.with_ids(values), actor=actor)
        self.settle()

    def answer(self, element_id: str, response: Mapping[str, Any]) -> None:
        """Answer a service call by hand: {status, headers, body}; raises NoTurn, CallFailed."""
        with self.factory() as session:
            waiting = store.service_jobs(session)
        job_id = next((job for job, _, request in waiting if request["element"] == element_id), None)
        if job_id is None:
            raise NoTurn(element_id=element_id, by="")
        worker.answer_call(self.factory, job_id, {"status": 200, "headers": {}, "body": None, **response})
        self.settle()

    def tell(self, name: str, key: object = None, values: Mapping[str, Any] | None = None) -> None:
        """Send a message from outside; raises as `correlate`."""
        with self.factory() as session, writing(session):
            commands.correlate(session, name, key, self.with_ids(values or {}), actor=self.machine)
        self.settle()

    def move(self, to: datetime) -> None:
        """Set the clock on, stopping wherever something is due on the way."""
        while (due := self.next_due) is not None and self.clock.now() < due[0] <= to:
            self.clock.move_to(due[0])
            self.settle()
        self.clock.move_to(max(to, self.clock.now()))
        self.settle()

    def settle(self) -> None:
        """Run what is due; service calls wait for an answer by hand."""
        worker.run_due(self.factory, lanes=("own",))

    # ---- looking ---------------------------------------------------------------------------------

    @property
    def next_due(self) -> tuple[datetime, str | None] | None:
        """When something is due next, and the element that waits for it."""
        with self.factory() as session:
            found = store.next_due(session)
            if found is None:
                return None
            return found[0], next((t.element_id for _, t in self._open(session) if t.id == found[1]), None)

    def turns(self) -> list[Turn]:
        """List what waits for somebody, in the case and its children, oldest first."""
        with self.factory() as session:
            return [
                Turn(task, case_of(case), self.codes[case.unit_id], self._posts(session, task))
                for case, task in self._open(session)
                if task.kind in PEOPLE
            ]

    def turn(self, element_id: str, *, unit: str | None = None, by: str | None = None) -> Turn:
        """Find a task by its element, the unit of its case and who may do it; raises NoTurn."""
        found = [each for each in self.turns() if each.task.element_id == element_id and unit in (None, each.unit)]
        mine = [each for each in found if by is None or any(post.key == by for post in each.posts)]
        if not (mine or found):
            raise NoTurn(element_id=element_id, by=f"（{by}）" if by else "")
        # Who may not do it is told so by the command itself.
        return (mine or found)[0]

    def waiting(self) -> list[str]:
        """List the elements of the case itself that wait, but for timers."""
        with self.factory() as session:
            tasks = reads.tasks(session, self.root_id, open_only=True)
        return [task.element_id for task in tasks if task.kind != "timer"]

    def calls(self) -> list[tuple[str, dict[str, Any]]]:
        """List the service calls that wait: (element id, request)."""
        with self.factory() as session:
            return [(request["element"], request) for _, _, request in store.service_jobs(session)]

    def stopped(self) -> list[dict[str, Any]]:
        """List what stopped and would need a person: {code, element_id, message}."""
        with self.factory() as session:
            return store.stopped(session)

    def events(self) -> list[Done]:
        """Return everything that happened, in order."""
        with self.factory() as session:
            return store.events_in_order(session)

    def path(self) -> list[str]:
        """List the completed elements of the case and its children, in order."""
        return [each for done in self.events() for each, what in done.body.get("path", []) if what == "completed"]

    def case(self) -> tuple[Case, dict[str, Any]]:
        """Return the case and its values, units by their codes."""
        with self.factory() as session:
            row = lock_case(session, self.root_id)
            return case_of(row), self.with_codes(parse(row.values_json))

    def programs(self) -> dict[str, Program]:
        """Return the process of every case that was begun, by case id."""
        with self.factory() as session:
            rows = [lock_case(session, case_id) for case_id, _ in store.cases_in_order(session)]
            return {row.id: bundle_of(session, row.pins).program for row in rows}

    def called_by(self) -> dict[str, str]:
        """Return case id -> element of the call it was begun by, of every child case."""
        with self.factory() as session:
            rows = store.cases_in_order(session)
            names = {task.id: task.element_id for case_id, _ in rows for task in reads.tasks(session, case_id)}
        return {case_id: names[task_id] for case_id, task_id in rows if task_id in names}

    # ---- people and units ------------------------------------------------------------------------

    def with_ids(self, values: Any) -> Any:
        """Put units' ids where their codes stand, alone in a text."""
        return _mapped(values, self._ids)

    def with_codes(self, values: Any) -> Any:
        """Put units' codes where their ids stand."""
        return _mapped(values, self.codes)

    def starters(self, process: str) -> list[Post]:
        """List who may begin a process: one post for every role and unit."""
        with self.factory() as session:
            program = bundle_of(session, pin(session, process)[1]).program
            found: dict[str, Post] = {}
            for role in program.starters:
                for unit_id, unit, name, user_id in store.role_holders(session, role, iso(self.clock.now())):
                    post = Post(role, unit_id, self.codes[unit_id], unit, name, user_id)
                    found.setdefault(post.key, post)
            return list(found.values())

    def post(self, session: Session, key: str) -> Post:
        """Find who plays role@unit; raises Invalid for a unit there is not."""
        role, _, code = key.partition("@")
        try:
            unit = organisation.unit(session, code)
        except NotFound as why:
            raise Invalid(why=f"没有“{code}”这个单位") from why
        return self._holder(session, role, unit.id, grant_id(role, unit.id))

    def actor(self, session: Session, post: Post) -> Actor:
        """Return the person of a post with all their rights; of an empty post, one with just that right."""
        if not post.empty:
            return organisation.actor_of(session, post.user_id, name=post.name, via="rehearsal")
        unit = organisation.unit(session, post.unit_id)
        right = grant_id(post.role, unit.id)
        return Actor(
            post.user_id, post.name, unit.id, unit.path, unit.root_unit_id, unit_name=unit.name, via="rehearsal",
            grants=frozenset({(post.role, unit.id)}), grant_ids=frozenset({right}), own_grant_ids=frozenset({right}),
        )  # fmt: skip

    def _posts(self, session: Session, task: Task) -> tuple[Post, ...]:
        known = store.grants(session, task.candidates)
        found = []
        for candidate in task.candidates:
            if candidate in known:
                role, unit_id = known[candidate]
                found.append(self._holder(session, role, unit_id, candidate))
            elif candidate.startswith(_GHOST):
                found.append(self.post(session, candidate.removeprefix(_GHOST)))
            else:
                found += self._own(session, candidate)
        return tuple(found)

    def _holder(self, session: Session, role: str, unit_id: str, grant: str) -> Post:
        code, name = self.codes[unit_id], organisation.unit(session, unit_id).name
        held = organisation.holders(session, [grant], self.clock.now()).get(grant)
        if not held:
            return Post(role, unit_id, code, name, role, f"{_GHOST}{role}@{code}", empty=True)
        user_id, post = held[0]
        return Post(role, unit_id, code, name, post, user_id)

    def _own(self, session: Session, user_id: str) -> list[Post]:
        """Return the post by which a person named outright can be named again in the next play."""
        for right in organisation.grants_of(session, user_id, self.clock.now()):
            if right.role and right.grant_unit_id and right.grant_id and right.on_behalf_of is None:
                held = organisation.holders(session, [right.grant_id], self.clock.now()).get(right.grant_id, [])
                if held and held[0][0] == user_id:
                    unit_id = right.grant_unit_id
                    unit = organisation.unit(session, unit_id).name
                    return [Post(right.role, unit_id, self.codes[unit_id], unit, right.post_name, user_id)]
        return []

    def _open(self, session: Session) -> list[tuple[LockedCase, Task]]:
        rows = [lock_case(session, case_id) for case_id, _ in store.cases_in_order(session)]
        opened = [told["id"] for done in store.events_in_order(session) for told in done.body.get("opened", [])]
        order = {task_id: place for place, task_id in enumerate(opened)}
        found = [(row, task) for row in rows for task in reads.tasks(session, row.id, open_only=True)]
        return sorted(found, key=lambda each: order.get(each[1].id, 0))


def _mapped(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, Mapping):
        return {key: _mapped(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [_mapped(each, names) for each in value]
    return json.loads(json.dumps(value, default=str))
