"""A whole case as its page and its print show it: facts, card, diagram, children, values, files, story.

Gathered once, in a fixed number of statements whatever the size of the case; every part holds only what the
reader may see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from engine import reads
from engine.assignment import acting_for, may_cancel, may_operate, usable_candidate, within
from engine.canonical import canonical
from engine.commands import StoppedJob, stopped_jobs
from engine.history.timeline import timeline
from engine.model import Actor, Attachment, Case, CaseItem, Task, TimelineEntry
from engine.pins import Bundle, bundle_of
from webapp import looks
from webapp.clarities import Card, card_of, without_card
from webapp.decisions import Sheet, sheets
from webapp.formfiles import FormFile, Sight, by_element, forms_of, sight_of
from webapp.ports import FormPorts
from webapp.reading import Line, Part, part_of
from webapp.story import Happened, Reader, tell
from webapp.tasksheet import FOR_PEOPLE
from webapp.trail import Step, marks, steps, visits
from webapp.uploads import Places, Upload, listed, visible
from webapp.verdict import Verdict, verdict_of
from webapp.wording import Deadline, day, local, moment


@dataclass(frozen=True)
class Fact:
    """One fact of the case: name, text, small print, and how much of a whole it is."""

    name: str
    text: str
    small: str = ""
    share: tuple[int, int] | None = None


@dataclass(frozen=True)
class Child:
    """One child case as a row."""

    href: str
    name: str
    line: str
    state: str
    count: str
    deadline: Deadline | None
    ended: bool
    late: bool


@dataclass(frozen=True)
class CaseFile:
    """All that is shown of one case to one person."""

    person: Actor
    case: Case
    values: Mapping[str, Any]
    tasks: Sequence[Task]
    entries: Sequence[TimelineEntry]
    descendants: Sequence[CaseItem]
    attached: Sequence[Attachment]
    bundle: Bundle
    files: Sequence[FormFile]
    sight: Sight
    ports: FormPorts
    above: Case | None
    stopped: Sequence[StoppedJob]

    @property
    def title(self) -> str:
        return looks.title_of(self.case)

    @property
    def is_running(self) -> bool:
        return self.case.state == "running"

    @cached_property
    def seen(self) -> list[tuple[FormFile, list[Line]]]:
        """Each form with the lines of it the reader may see; forms that say nothing are left out."""
        found = []
        for file in self.files:
            lines = file.form().summary(file.data(self.values), ports=self.ports)
            visible = [line for line in lines if self.sight.sees(file, line[2])]
            if visible:
                found.append((file, visible))
        return found

    @cached_property
    def card(self) -> Card | None:
        cards = (card_of(file.ui, lines, self.values, notes=self._notes) for file, lines in self.seen)
        return next((card for card in cards if card), None)

    @property
    def verdict(self) -> Verdict | None:
        """What the list gate said, until the matter is sent on; later the chip says it."""
        return None if any(task.kind == "call" for task in self.tasks) else verdict_of(self.values)

    @property
    def parts(self) -> list[Part]:
        """What the forms say beyond the card."""
        made = (part_of(file.title, without_card(file.ui, lines), file.form().titles()) for file, lines in self.seen)
        return [part for part in made if part]

    @property
    def facts(self) -> list[Fact]:
        case = self.case
        found = [Fact(_("发起"), self._unit(case.starter_unit_id) or case.started_by_name, moment(case.started_at))]
        if case.unit_id != case.starter_unit_id:
            found.append(Fact(_("办理单位"), self._unit(case.unit_id)))
        if number := looks.number_of(case):
            found.append(Fact(_("编号"), number))
        if case.due_at is not None:
            found.append(Fact(_("办理期限"), moment_of_end(case.due_at)))
        if case.ended_at is not None:
            done = case.state == "completed" and not looks.was_refused(case)
            found.append(Fact(_("办结") if done else _("结束"), moment(case.ended_at)))
        if self.children:
            ended = sum(child.ended for child in self.children)
            found.append(Fact(_("下派已办结"), f"{ended} / {len(self.children)}", share=(ended, len(self.children))))
        return found

    @cached_property
    def children(self) -> list[Child]:
        """The child cases, those that are late or not finished first."""
        own = [item for item in self.descendants if item.parent_case_id == self.case.id]
        rows = [_child(item, [one for one in self.descendants if one.parent_case_id == item.id]) for item in own]
        return sorted(rows, key=lambda row: (row.ended, not row.late))

    @cached_property
    def marks(self) -> dict[str, dict[str, Any]]:
        return marks(self.bundle.program, self._visits, self.tasks)

    @property
    def focus(self) -> str | None:
        """The element a long diagram is opened at: where it stands, or where it ended."""
        passed = [visit.element_id for visit in self._visits]
        waiting = [task.element_id for task in self.tasks if task.state == "open"]
        return next(iter([*waiting, *reversed(passed)]), None)

    @cached_property
    def steps(self) -> list[Step]:
        return steps(self.bundle.program, self._visits, self.tasks, running=self.is_running)

    @cached_property
    def story(self) -> list[Happened]:
        own = by_element(self.bundle.program, self.files)
        return tell(self.entries, self.values, Reader(own, self.sight, self.ports))

    @cached_property
    def decisions(self) -> list[Sheet]:
        """What decision tables answered in this case and why, newest first."""
        return sheets(self.entries, self.bundle, self.files, self.sight, self.ports)

    @property
    def uploads(self) -> list[Upload]:
        """The files this person may open, newest first."""
        return listed(self.attached)

    @property
    def next_task(self) -> Task | None:
        """The open task this person may do, or None."""
        for task in self.tasks:
            if task.state != "open" or task.kind not in FOR_PEOPLE:
                continue
            person = acting_for(self.person, self.case.definition, task.candidates, task.holder_id)
            mine = {person.user_id, person.on_behalf_of} - {None}
            if task.holder_id in mine or (task.holder_id is None and usable_candidate(task.candidates, person)):
                return task
        return None

    @property
    def may_cancel(self) -> bool:
        case = self.case
        return self.is_running and may_cancel(
            self.person, started_by=case.started_by, unit_path=case.unit_path, readers=case.readers,
            parent_case_id=case.parent_case_id,
        )  # fmt: skip

    @property
    def may_operate(self) -> bool:
        case = self.case
        return self.is_running and may_operate(
            self.person, root_unit_id=self.person.root_unit_id, readers=case.readers,
            starter_unit_id=case.starter_unit_id,
        )  # fmt: skip

    @property
    def process_words(self) -> str:
        """Name the definition and the version the case runs on."""
        first = min(self.entries, key=lambda entry: entry.seq, default=None)
        version = first.body.get("version") if first else None
        name = self.bundle.program.name
        return _("流程“%(name)s”第 %(n)s 版", name=name, n=version) if version else _("流程“%(name)s”", name=name)

    @property
    def _notes(self) -> tuple[str, str, str]:
        department = self.values.get("department")
        giver = department if isinstance(department, str) else self.case.starter_unit_id
        return (self._unit(giver), _("村（社区）"), _("随事转"))

    @cached_property
    def _visits(self) -> list[Any]:
        return visits(self.entries)

    def _unit(self, unit_id: str) -> str:
        return self.ports.unit_label(unit_id) or ""


def open_case(session: Session, person: Actor, case_id: str) -> CaseFile:
    """Gather a case this person may read; raises NotFound."""
    case, values = reads.case_and_values(session, person, case_id)
    tasks = reads.tasks(session, case_id)
    sight = sight_of(within(person, case.definition), tasks)
    bundle = bundle_of(session, canonical(case.pins))
    files = forms_of(session, case.pins, bundle.program)
    attached = visible(session, person, case_id, Places(bundle.program, files), sight)
    names = {element.id: element.name for element in bundle.program.elements.values()}
    return CaseFile(
        person=person,
        case=case,
        values=values,
        tasks=tasks,
        entries=timeline(session, case_id, names=names, inputs=True),
        descendants=reads.tree(session, person, case),
        attached=attached,
        bundle=bundle,
        files=files,
        sight=sight,
        ports=FormPorts(person, uses=lambda: attached),
        above=_parent(session, person, case),
        stopped=stopped_jobs(session, case_id=case_id) if case.state == "running" else (),
    )


def _parent(session: Session, person: Actor, case: Case) -> Case | None:
    """Return the case this one belongs to, if the person may read that, too: rights never go upward."""
    if case.parent_case_id is None or not reads.may_read(session, person, case.parent_case_id):
        return None
    return reads.case(session, person, case.parent_case_id)


def moment_of_end(at: datetime) -> str:
    """Say when a deadline ends: a day that ends at midnight is said as its own 24:00."""
    there = local(at)
    if there.hour == there.minute == 0:
        return f"{day(at - timedelta(minutes=1))} 24:00"
    return moment(at)


def _child(item: CaseItem, below: Sequence[CaseItem]) -> Child:
    waiting = [one.unit_name for one in below if one.state == "running"]
    line = ""
    if waiting and len(waiting) < len(below):
        named, many = "、".join(waiting[:3]), len(waiting)
        line = _("还差 %(names)s", names=named)
        if many > 3:
            line = _("还差 %(names)s 等 %(n)s 个", names=named, n=many)
    deadline = looks.case_deadline(item)
    return Child(
        href=url_for("case.show", id=item.id),
        name=item.unit_name,
        line=line,
        state=looks.state_name(item),
        count=f"{len(below) - len(waiting)} / {len(below)}" if below else "",
        deadline=deadline,
        ended=item.state != "running",
        late=bool(deadline and deadline.cells == 4),
    )
