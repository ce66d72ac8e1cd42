"""A dry run as its page shows it: what a designer has done so far is kept as steps, and played again for every look.

The steps lie in `designs` (kind `try`, one for each designer and process); the database they are played on is in
memory and gone with the request. Scenarios that were saved lie there, too (kind `scenario`, key `process/name`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from engine import designs, library, reads
from engine.canonical import parse
from engine.errors import NotFound, QingcheError
from engine.history.timeline import timeline
from engine.model import Actor
from engine.rehearsal import Coverage, Play, Post, Stage, Turn, coverage_of, perform, write_scenario
from engine.step import lock_case
from webapp.language import language
from webapp.tasksheet import Sheet, sheet_of
from webapp.trail import Step, marks, steps, visits

KIND, SCENARIO = "try", "scenario"


@dataclass(frozen=True)
class Tried:
    """What is tried: a draft or the version in force, and its diagram."""

    key: str
    title: str
    xml: bytes
    is_draft: bool
    version: int


@dataclass
class Record:
    """What was done so far. steps: {step: as in a scenario, said: the same in words}."""

    by: str = ""
    begun: str = ""
    of_draft: bool = True
    steps: list[dict[str, Any]] = field(default_factory=list)

    def body(self) -> dict[str, Any]:
        return {"by": self.by, "begun": self.begun, "of_draft": self.of_draft, "steps": self.steps}


@dataclass
class Run:
    """A dry run played as far as its steps go; broken: the step that can no longer be done, and why."""

    tried: Tried
    record: Record
    play: Play
    broken: tuple[int, str] | None = None

    @property
    def begun(self) -> bool:
        return bool(self.play.root_id)


def tried(session: Session, key: str, *, live: bool = False) -> Tried:
    """Return the draft of a process, or its version in force where there is none or `live`; raises NotFound."""
    found = library.live(session, "process", key)
    if not live or found is None:
        try:
            design = designs.read(session, "process", key)
        except NotFound:
            if found is None:
                raise
        else:
            return Tried(key, design.title, design.body["xml"].encode(), True, found.version if found else 0)
    assert found is not None
    return Tried(key, found.name, library.body(session, found.id), False, found.version)


def stage_of(session: Session, what: Tried, at: datetime) -> Stage:
    """Return the stage a process is tried on: all that is live, and the draft; raises InvalidDefinition."""
    stage = Stage.of(session)
    return stage.with_drafts([("process", what.key, what.xml)], at=at) if what.is_draft else stage


def record_of(session: Session, actor: Actor, key: str) -> Record:
    """Return what somebody has done so far in trying a process."""
    try:
        body = designs.read(session, KIND, _own(actor, key)).body
    except NotFound:
        return Record()
    return Record(body["by"], body["begun"], body["of_draft"], body["steps"])


def keep(session: Session, actor: Actor, key: str, record: Record) -> None:
    """Keep the steps; a record of nothing is thrown away."""
    own = _own(actor, key)
    if not record.by:
        designs.discard(session, KIND, own)
        return
    try:
        design = designs.read(session, KIND, own)
    except NotFound:
        designs.create(session, KIND, own, title=key, body=record.body(), actor=actor)
    else:
        designs.save(session, KIND, own, title=key, body=record.body(), revision=design.revision, actor=actor)


@contextmanager
def played(session: Session, what: Tried, record: Record, at: datetime) -> Iterator[Run]:
    """Play the steps of a record on a stage of their own; raises InvalidDefinition where the draft cannot run."""
    begun = datetime.fromisoformat(record.begun) if record.begun else at
    with stage_of(session, what, at).opened(begun) as factory:
        run = Run(what, record, Play(factory))
        if record.by:
            try:
                run.play.begin(what.key, by=record.by)
            except QingcheError as why:
                run.broken = (0, why.message(language()))
        for place, one in enumerate(record.steps if run.broken is None else []):
            try:
                perform(run.play, one["step"])
            except QingcheError as why:
                run.broken = (place, why.message(language()))
                break
        yield run


def sheet(session: Session, play: Play, turn: Turn, post: Post) -> Sheet:
    """Return a task as the one who plays it sees it; session: the play's, as the request's (`db.played`)."""
    values = parse(lock_case(session, turn.case.id).values_json)
    found = sheet_of(session, play.actor(session, post), turn.case, turn.task, values)
    found.ports.now = play.clock.now()
    return found


def drawn(run: Run) -> tuple[dict[str, Any], list[Step]]:
    """Return the diagram with its tokens and the same in words, of the case itself."""
    program = run.play.programs()[run.play.root_id]
    with run.play.factory() as session:
        passed = visits(timeline(session, run.play.root_id, values=False))
        tasks = reads.tasks(session, run.play.root_id)
        running = lock_case(session, run.play.root_id).state == "running"
    data = {"xml": run.tried.xml.decode(), "marks": marks(program, passed, tasks), "focus": None}
    return data, steps(program, passed, tasks, running=running)


def reached(run: Run) -> Coverage:
    """Return what the run went through, its children's processes too."""
    return coverage_of(run.play.programs(), run.play.events())


def as_scenario(run: Run, title: str) -> str:
    """Write the run as a scenario that must go the same way again, as YAML."""
    case, _values = run.play.case()
    waiting = {turn.task.element_id: sorted({post.key for post in turn.posts}) for turn in run.play.turns()}
    expected: dict[str, Any] = {"state": case.state, "in_order": run.play.path(), "waiting": waiting}
    if case.facts:
        expected["facts"] = run.play.with_codes(case.facts)
    told = {
        "title": title, "process": run.tried.key, "by": run.record.by, "clock": run.record.begun,
        "steps": [one["step"] for one in run.record.steps], "expect": expected,
    }  # fmt: skip
    return write_scenario(json.loads(json.dumps(told)))


@dataclass(frozen=True)
class Saved:
    """One scenario of a process that was saved here."""

    key: str
    name: str
    title: str
    text: str
    saved_by_name: str
    saved_at: datetime


def scenarios(session: Session, process: str) -> list[Saved]:
    """List the scenarios saved for a process, oldest first."""
    heads = [head for head in designs.listed(session, SCENARIO) if head.key.startswith(f"{process}/")]
    found = []
    for head in reversed(heads):
        text = designs.read(session, SCENARIO, head.key).body["text"]
        name = head.key.partition("/")[2]
        found.append(Saved(head.key, name, head.title, text, head.saved_by_name, head.saved_at))
    return found


def save_scenario(session: Session, process: str, title: str, text: str, *, actor: Actor) -> None:
    """Keep a scenario with the process: it runs whenever the process is published."""
    taken = {saved.name for saved in scenarios(session, process)}
    name = next(name for n in range(1, len(taken) + 2) if (name := f"{process}-{n}") not in taken)
    designs.create(session, SCENARIO, f"{process}/{name}", title=title, body={"text": text}, actor=actor)


def shown_values(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return (name, text) of every value, for reading."""
    return [
        (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1))
        for name, value in values.items()
    ]


def said(turn: Turn, post: Post) -> str:
    """Say in words that somebody did a step."""
    return _("%(who)s：%(step)s", who=f"{post.unit_name} {post.name}", step=turn.task.name)


def _own(actor: Actor, key: str) -> str:
    return f"{key}/{actor.user_id}"
