"""A case at one of its events as its replay shows it: diagram, tasks, forms, decisions, who and by what right.

All of it comes from the events folded forward; every part holds only what the reader may see.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from engine import attachments, library, organisation, reads
from engine.assignment import within
from engine.canonical import canonical
from engine.history.moments import Course, Moment
from engine.history.replay import Replay, replay
from engine.history.timeline import LONGEST, timeline
from engine.history.verify import verify
from engine.model import Actor, Case, CaseItem, Task, TimelineEntry, Verification
from engine.pins import Bundle, Cache, bundle_of
from engine.store.history_reads import head_hash
from webapp.decisions import Sheet, sheets
from webapp.deviations import Deviation, deviations, drawn_on
from webapp.formfiles import FormFile, Sight, forms_of, sight_of
from webapp.heldforms import HeldForm, Scene, choices, held_form
from webapp.ports import FormPorts
from webapp.story import Happened, Reader, tell, what_was_done, who_did
from webapp.trail import Step, Visit, marks, steps, visits

# So far a step is checked by running the case again without being asked to.
CHECKED_UNASKED = 60
# A chain that is longer is checked after the page is there: the script asks for it, without one a link does.
PROVEN_UNASKED = 1000


@dataclass(frozen=True)
class Known:
    """What stays the same as long as a case's head stands: events, tasks, what was passed, the chain as checked."""

    course: Course
    tasks: Sequence[Task]
    visits: Sequence[Visit]
    beside: Sequence[Deviation]
    proofs: list[Verification]


_known: Cache[Known] = Cache(8)


@dataclass(frozen=True)
class Row:
    """One field at a moment: label, what it was before the step, what it was after it, where its life is told."""

    label: str
    before: str
    after: str
    pointer: str
    changed: bool = False
    erased: bool = False


@dataclass(frozen=True)
class Sheetful:
    """One form as it was: its title, its version, its fields."""

    title: str
    version: int
    rows: Sequence[Row]


@dataclass(frozen=True)
class Now:
    """One open task at a moment; form: it can be shown as it lay before its holder."""

    id: str
    name: str
    holder: str
    since: datetime
    due_at: datetime | None
    child: CaseItem | None
    has_form: bool


@dataclass(frozen=True)
class Line:
    """One event in the list of all."""

    seq: int
    what: str
    who: str
    at: datetime


@dataclass(frozen=True)
class Past:
    """All that happened in a case, for one reader; `shot` gives one moment of it."""

    session: Session
    person: Actor
    case: Case
    known: Known
    sight: Sight
    ports: FormPorts
    children: Mapping[str, CaseItem]
    asked: bool = False

    @property
    def tasks(self) -> Sequence[Task]:
        """Every task the case ever had, as its row is now."""
        return self.known.tasks

    @property
    def entries(self) -> Sequence[TimelineEntry]:
        """Every event of the case, without its values."""
        return self.known.course.entries

    @property
    def last(self) -> int:
        return self.entries[-1].seq

    def at_time(self, at: datetime) -> int:
        """Return the last event until a time, the first where none was."""
        return max((entry.seq for entry in self.entries if entry.at <= at), default=1)

    def lines(self, first: int, count: int) -> list[Line]:
        """Say the events from `first` on in a line each."""
        chosen = [entry for entry in self.entries if first <= entry.seq < first + count]
        return [Line(entry.seq, what_was_done(entry), who_did(entry), entry.at) for entry in chosen]

    def shot(self, seq: int) -> Shot:
        """Return the case as it stood after an event; raises NotFound."""
        moment = self.known.course.at(self.session, seq)
        bundle = bundle_of(self.session, canonical(moment.pins))
        return Shot(self, moment, bundle, forms_of(self.session, moment.pins, bundle.program))

    @cached_property
    def proof(self) -> Verification | None:
        """Whether the case's chain holds, as recomputed since the page was opened; None where that is still to come."""
        if not self.known.proofs and (self.asked or self.last <= PROVEN_UNASKED):
            self.known.proofs[:] = [verify(self.session, [f"case:{self.case.id}"])]
        return self.known.proofs[0] if self.known.proofs else None


@dataclass(frozen=True)
class Shot:
    """One moment of a case, for one reader."""

    past: Past
    moment: Moment
    bundle: Bundle
    files: Sequence[FormFile]

    @cached_property
    def entry(self) -> TimelineEntry:
        """The event itself, with its changes."""
        seq, case = self.moment.seq, self.past.case
        program = self.bundle.program
        names = {element.id: element.name for element in program.elements.values()}
        return timeline(self.past.session, case.id, names=names, before=seq + 1, limit=1, inputs=True)[0]

    @cached_property
    def _visits(self) -> Sequence[Visit]:
        passed = self.past.known.visits
        return passed[: bisect_right(passed, self.moment.seq, key=lambda visit: visit.entry.seq)]

    @cached_property
    def marks(self) -> dict[str, dict[str, Any]]:
        """The diagram's marks; where several tokens wait, their number."""
        made = marks(self.bundle.program, self._visits, self.moment.tasks)
        waiting = Counter(task.element_id for task in self.moment.tasks if task.state == "open")
        for element_id, tokens in waiting.items():
            if tokens > 1 and "count" not in made[element_id]:
                made[element_id]["count"] = str(tokens)
        return drawn_on(made, self.beside)

    @property
    def beside(self) -> Sequence[Deviation]:
        """What was done beside the flows until then."""
        return [one for one in self.past.known.beside if one.seq <= self.moment.seq]

    @property
    def focus(self) -> str | None:
        waiting = [task.element_id for task in self.moment.tasks if task.state == "open"]
        return next(iter([*waiting, *(visit.element_id for visit in reversed(self._visits))]), None)

    @property
    def steps(self) -> list[Step]:
        return steps(self.bundle.program, self._visits, self.moment.tasks, running=self.moment.state == "running")

    @property
    def waiting(self) -> list[Now]:
        """The tasks open then: who held each and since when."""
        at, kept = self.entry.at, {task.id: task.child_case_id for task in self.past.tasks}
        shown = {task.id for task in self.holders}
        found = []
        for task in self.moment.tasks:
            if task.state != "open":
                continue
            child = self.past.children.get(kept.get(task.id) or "")
            if child is not None and child.started_at > at:
                child = None
            name = task.name or self._name(task.element_id)
            since = task.held_at or task.created_at
            found.append(Now(task.id, name, task.holder_name or "", since, task.due_at, child, task.id in shown))
        return found

    @property
    def sent(self) -> list[CaseItem]:
        """The child cases this event sent out or heard of, as far as the reader may read them."""
        body = self.entry.body
        called = {task["id"] for task in body.get("opened", ()) if task.get("kind") == "call"}
        told = {task.child_case_id for task in self.past.tasks if task.id in called}
        told.add((body.get("child") or {}).get("child"))
        return [child for key, child in self.past.children.items() if key in told]

    def names(self, elements: Sequence[str]) -> list[str]:
        """Name those elements of the diagram that have a name."""
        known = self.bundle.program.elements
        return [known[each].name for each in elements if each in known and known[each].name]

    @cached_property
    def told(self) -> Happened | None:
        """The event as the story of the case tells it: decision, reason, what the person changed."""
        told = tell([self.entry], self.moment.values, self.reader)
        return told[0] if told else None

    @property
    def reader(self) -> Reader:
        """The forms of the case by step, and what of them the reader may see."""
        own = {
            element.id: (file, use["view"])
            for element in self.bundle.program.elements.values()
            for file in self.files
            if (use := element.form) and use["schema"] == file.schema_name
        }
        return Reader(own, self.past.sight, self.past.ports)

    @property
    def what(self) -> str:
        return self.told.what if self.told else what_was_done(self.entry)

    @property
    def who(self) -> str:
        return who_did(self.entry)

    @cached_property
    def holders(self) -> list[Task]:
        """The steps of people whose form can be shown as it lay before them."""
        return choices(self._scene)

    def held(self, task_id: str) -> HeldForm | None:
        """Return the form of one of the `holders`, of the first where none has the id."""
        wanted = [task for task in self.holders if task.id == task_id] or self.holders
        return held_form(self._scene, wanted[0]) if wanted else None

    @cached_property
    def _scene(self) -> Scene:
        past = self.past
        return Scene(
            case=past.case,
            moment=self.moment,
            entry=self.entry,
            program=self.bundle.program,
            files=self.files,
            kept={task.id: task for task in past.tasks},
            sight=past.sight,
            reader=past.person,
            ports=past.ports,
        )

    @cached_property
    def forms(self) -> list[Sheetful]:
        """The forms as they were then, the fields this event changed marked; forms that say nothing are left out."""
        return self._forms(self.moment.before)

    @cached_property
    def changed(self) -> int:
        return sum(row.changed for form in self.forms for row in form.rows)

    @cached_property
    def decisions(self) -> list[Sheet]:
        """What decision tables answered at this event, and by which rules."""
        return sheets([self.entry], self.bundle, self.files, self.past.sight, self.past.ports)

    def compared(self, other: Shot) -> list[Row]:
        """Return the fields that differ between another moment and this one."""
        return [row for form in self._forms(other.moment.values) for row in form.rows if row.changed]

    @property
    def grant(self) -> str:
        """Say by which right the event was done, or nothing."""
        used = self.entry.body.get("grant")
        if not used:
            return ""
        named = organisation.grant_labels(self.past.session, [used]).get(used)
        return f"{named[1]} · {named[0]}" if named else _("流程指名由本人办")

    @property
    def lookups(self) -> list[tuple[str, str, int]]:
        """The register rows the event read, as (register, key, version); for those who see everything."""
        return [(one[0], one[1], one[2]) for one in self.entry.body.get("lookups", ())] if self._all else []

    @property
    def ip(self) -> str:
        return str(self.entry.body.get("who", {}).get("ip", "")) if self._all else ""

    @property
    def via(self) -> str:
        ways = {"web": _("网页"), "api": _("接口"), "cli": _("命令行"), "worker": _("平台"), "seed": _("导入")}
        return str(ways.get(self.entry.body.get("who", {}).get("via", ""), ""))

    @property
    def version(self) -> int:
        return library.artifact(self.past.session, self.moment.pins["process"]).version

    def checked(self, *, asked: bool) -> Replay | None:
        """Run the case again until here and compare the digests; None where that is long and nobody asked for it."""
        if not asked and self.moment.seq > CHECKED_UNASKED:
            return None
        return replay(self.past.session, self.past.case.id, until=self.moment.seq)

    @property
    def _all(self) -> bool:
        return self.past.sight.everything

    def _name(self, element_id: str) -> str:
        element = self.bundle.program.elements.get(element_id)
        return element.name if element and element.name else element_id

    def _forms(self, before: Mapping[str, Any]) -> list[Sheetful]:
        found = []
        for file in self.files:
            rows = self._rows(file, before)
            if rows:
                version = library.artifact(self.past.session, file.ids[0]).version
                found.append(Sheetful(file.title, version, rows))
        return found

    def _rows(self, file: FormFile, before: Mapping[str, Any]) -> list[Row]:
        form, sight, ports = file.form(), self.past.sight, self.past.ports
        was, now = file.data(before), file.data(self.moment.values)
        root = f"/{file.variable}" if file.variable else ""
        changed = {row[3]: row for row in form.changes(was, now, ports=ports)}
        rows = [
            Row(label, changed[at][1] if at in changed else text, text, root + at, at in changed)
            for label, text, at in form.summary(now, ports=ports)
            if sight.sees(file, at)
        ]
        shown = {row.pointer for row in rows}
        rows += [
            Row(label, old, new, root + at, changed=True)
            for label, old, new, at in changed.values()
            if root + at not in shown and sight.sees(file, at)
        ]
        titles = form.titles()
        gone = [at.removeprefix(root) for at in sorted(self.moment.erased) if at.startswith(root)]
        return rows + [
            Row(titles[at], "", "", root + at, erased=True) for at in gone if at in titles and sight.sees(file, at)
        ]


def past_of(session: Session, person: Actor, case: Case, *, afresh: bool = True, asked: bool = False) -> Past:
    """Gather the past of a case the person has been found to may read.

    afresh: what an earlier check of the chain found counts no more. asked: check it now, however long it is.
    """
    known = _known.get(f"{case.id} {head_hash(session, case.id)}", lambda: _read(session, case.id))
    tasks = known.tasks
    below = {item.id: item for item in reads.tree(session, person, case)} if any(t.child_case_id for t in tasks) else {}
    if afresh:
        known.proofs.clear()
    return Past(
        session=session,
        person=person,
        case=case,
        known=known,
        sight=sight_of(within(person, case.definition), tasks),
        ports=FormPorts(person, uses=lambda: attachments.of_case(session, case.id)),
        children=below,
        asked=asked,
    )


def _read(session: Session, case_id: str) -> Known:
    entries = timeline(session, case_id, limit=LONGEST, values=False)
    return Known(Course(case_id, entries), reads.tasks(session, case_id), visits(entries), deviations(entries), [])
