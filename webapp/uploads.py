"""The files of a case: which of them a person may open, by the place where each of them stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from engine import attachments, reads
from engine.canonical import canonical
from engine.errors import NotFound
from engine.model import Actor, Attachment, Case
from engine.pins import bundle_of
from engine.spiff.elements import Program
from forms.reach import fields_of
from webapp.formfiles import FormFile, Sight, by_element, forms_of, sight_of


@dataclass(frozen=True)
class Upload:
    """One file as a page lists it."""

    href: str
    name: str
    size_bytes: int
    at: datetime


class Places:
    """Where a file of a case may stand: the form of the step that attached it, or, come with the case, any form."""

    def __init__(self, program: Program, files: Sequence[FormFile]) -> None:
        self._files = files
        self._own = by_element(program, files)

    def shows(self, use: Attachment, sight: Sight) -> bool:
        """Tell whether a field that shows the file is one that may be seen."""
        pointer = use.pointer or ""
        if use.element_id is not None:
            own = self._own.get(use.element_id)
            return own is not None and sight.sees(own[0], pointer)
        return any(sight.sees(file, place) for file in self._files if (place := _within(file, pointer)) is not None)


def visible(session: Session, person: Actor, case_id: str, places: Places, sight: Sight) -> list[Attachment]:
    """List the files of a case the person has been found to read that they may open, newest first."""
    return [use for use in attachments.of_case(session, case_id) if _may_open(use, person, sight, places)]


def visible_in(session: Session, person: Actor, case: Case, values: Mapping[str, Any]) -> list[Attachment]:
    """List what `visible` does of a case whose definition and tasks are not at hand; no statement without a file."""
    if next(attachments.files_in(values), None) is None:
        return []
    return visible(session, person, case.id, *_sight(session, person, case))


def listed(found: Iterable[Attachment]) -> list[Upload]:
    """Give files with the addresses they are opened at."""
    return [Upload(url_for("files.read", id=use.id), use.name, use.size_bytes, use.uploaded_at) for use in found]


def open_upload(session: Session, person: Actor, use_id: str) -> Attachment:
    """Return one file of a case this person may read and whose place in it they may see; raises NotFound."""
    use = attachments.use(session, use_id)
    if use.case_id is None:
        raise NotFound(what="attachment", id=use_id)
    places, sight = _sight(session, person, reads.case(session, person, use.case_id))
    if not _may_open(use, person, sight, places):
        raise NotFound(what="attachment", id=use_id)
    return use


def _sight(session: Session, person: Actor, case: Case) -> tuple[Places, Sight]:
    bundle = bundle_of(session, canonical(case.pins))
    places = Places(bundle.program, forms_of(session, case.pins, bundle.program))
    return places, sight_of(person, reads.tasks(session, case.id))


def _may_open(use: Attachment, person: Actor, sight: Sight, places: Places) -> bool:
    own = use.uploaded_by in (person.user_id, person.on_behalf_of)
    return sight.everything or own or places.shows(use, sight)


def _within(file: FormFile, pointer: str) -> str | None:
    """Say where a place of the case's values is in a form; None when the form has no such field."""
    if file.variable is not None:
        home = f"/{file.variable}"
        if not pointer.startswith(f"{home}/"):
            return None
        pointer = pointer.removeprefix(home)
    known = fields_of(file.schema)
    return pointer if known is None or pointer.split("/")[1] in known else None
