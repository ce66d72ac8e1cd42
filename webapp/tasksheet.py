"""One task as a person works on it: its case, the form in the version pinned, what may be done, what was typed.

Built from records already read; the page and the post of a task share it, so that both mean the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

import forms
from engine.assignment import acting_for, usable_candidate
from engine.canonical import canonical
from engine.model import Actor, Attachment, Case, Task
from engine.pins import bundle_of
from engine.spiff.elements import Element, Program
from webapp import db, uploads
from webapp.formfiles import FormFile, form_file
from webapp.ports import FormPorts

PREFIX = "f"
FOR_PEOPLE = frozenset({"user", "manual", "external"})
_ORIGINS, _PICKS, _STEP = "#origins", "#picks", "#step"


@dataclass(frozen=True)
class Sheet:
    """A task with all that its page and its post need; `values` are the case's, with what the task alone sees."""

    person: Actor
    case: Case
    task: Task
    values: dict[str, Any]
    program: Program
    file: FormFile | None
    context: FormFile | None

    @cached_property
    def ports(self) -> FormPorts:
        return FormPorts(self.person, uses=lambda: self.attached)

    @cached_property
    def attached(self) -> list[Attachment]:
        """The files of the case that the person may open, newest first."""
        return uploads.visible_in(db.session(), self.person, self.case, self.values)

    @cached_property
    def form(self) -> forms.Form | None:
        return self.file.form((self.task.form or {}).get("view")) if self.file else None

    @property
    def element(self) -> Element | None:
        return self.program.elements.get(self.task.element_id)

    @property
    def is_open(self) -> bool:
        return self.task.state == "open" and self.case.state == "running"

    @property
    def is_mine(self) -> bool:
        """Say whether the person, or whom they deputise for, holds the task."""
        holder = self.task.holder_id
        return holder is not None and holder in (self.person.user_id, self.person.on_behalf_of)

    @property
    def used(self) -> str | None:
        """The candidate the person acts by, or None."""
        return usable_candidate(self.task.candidates, self.person)

    @property
    def may_act(self) -> bool:
        if self.case.suspension is not None:
            return False
        return self.is_open and (self.is_mine or (self.used is not None and self.task.holder_id is None))

    @property
    def is_shared(self) -> bool:
        """Say whether others could do the task, so that claiming it means something."""
        return any(candidate != self.person.user_id for candidate in self.task.candidates)

    @cached_property
    def base(self) -> dict[str, Any]:
        """What the form starts from. A form with a variable of its own starts empty but for what it only reads."""
        if self.file is None or self.form is None:
            return {}
        data = self.file.data(self.values)
        if self.file.variable is None:
            return data
        return {key: value for key, value in data.items() if key not in self._writable}

    @cached_property
    def _writable(self) -> frozenset[str]:
        """The top-level fields of the form that the view lets this step write, wholly or in part."""
        if self.file is None or self.form is None:
            return frozenset()
        names = frozenset(self.form.schema.get("properties", {}))
        view = self.file.views.get((self.task.form or {}).get("view") or "")
        if not isinstance(view, Mapping):
            return names
        heads = {pattern.strip("/").split("/")[0] for pattern, right in view.items() if right == "write"}
        return names if heads & {"*", "**", ""} else names & heads

    def read(self, post: MultiDict[str, str], files: MultiDict[str, Any]) -> forms.Submission | None:
        """Read a post of the form; None for a task without one. Raises forms.ForbiddenWrite."""
        if self.form is None:
            return None
        found = self.form.read(post, files, self.base, ports=self.ports, prefix=PREFIX)
        if any(problem.code == "unit-unknown" for problem in found.problems):
            # Units are kept for seconds; one made meanwhile is looked for once more.
            self.ports.reload()
            found = self.form.read(post, files, self.base, ports=self.ports, prefix=PREFIX)
        return found

    def numbered(self, submission: forms.Submission | None) -> forms.Submission | None:
        """Give the numbers a form takes when it is submitted, in the transaction of the step."""
        if submission is None or self.form is None:
            return submission
        return self.form.numbered(submission, self.ports)

    def answers(self, submission: forms.Submission | None) -> dict[str, Any]:
        """Return what the step hands to the engine: the fields it may write, and what was computed from them."""
        if submission is None or self.file is None:
            return {}
        if self.file.variable is not None:
            return {key: value for key, value in submission.values.items() if value is not None}
        return {
            key: value
            for key, value in submission.values.items()
            if key in self._writable or value != self.base.get(key)
        }

    def draft_of(self, submission: forms.Submission | None) -> dict[str, Any]:
        """Return what to keep of a form that is not finished."""
        if submission is None:
            return {}
        typed = submission.typed
        kept = {key: value for key, value in typed.items() if key in self._writable}
        return {**kept, _ORIGINS: typed.origins, _PICKS: typed.picks, _STEP: typed.step}

    def typed_from(self, draft: Mapping[str, Any] | None) -> Mapping[str, Any]:
        """Return what the page shows: the base, or what was kept of an unfinished form over it."""
        if draft is None:
            return self.base
        typed = forms.Typed({key: value for key, value in self.base.items() if key not in self._writable})
        typed.update({key: value for key, value in draft.items() if key in self._writable})
        typed.origins, typed.picks = dict(draft.get(_ORIGINS) or {}), dict(draft.get(_PICKS) or {})
        typed.step = draft.get(_STEP)
        return typed

    def said(self, typed: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Say what was typed as (label, text), for a page on which it can only be copied."""
        if self.form is None:
            return []
        mine = {key: value for key, value in typed.items() if key in self._writable}
        return [(label, text) for label, text, _pointer in self.form.summary(mine, ports=self.ports)]

    def problems(self, submission: forms.Submission) -> list[tuple[str, str]]:
        """Return the error summary: (id of the field, message)."""
        return [(forms.element_id(problem.pointer, PREFIX), problem.message) for problem in submission.problems]


def sheet_of(session: Session, person: Actor, case: Case, task: Task, values: Mapping[str, Any]) -> Sheet:
    """Put a task together with the forms it names; one statement the first time a process meets a version."""
    use = task.form or {}
    person = acting_for(person, case.definition, task.candidates, task.holder_id)
    bundle = bundle_of(session, canonical(case.pins))
    return Sheet(
        person=person,
        case=case,
        task=task,
        values={**values, **task.locals},
        program=bundle.program,
        file=form_file(session, case.pins, use.get("schema"), use.get("ui"), variable=use.get("variable")),
        context=form_file(session, case.pins, use.get("context")),
    )
