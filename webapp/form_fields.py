"""Which fields a form that a diagram names has: for checking that what a diagram reads is asked for somewhere."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from sqlalchemy.orm import Session

from engine import library
from engine.errors import NotFound
from engine.lint import Fields
from forms.reach import fields_of
from webapp.seeding.source import Source


def published(session: Session) -> Fields:
    """Know the forms that are in force."""

    def fields(name: str) -> frozenset[str] | None:
        try:
            return fields_of(library.load_json(session, library.current(session, "form", name).id))
        except NotFound:
            return None

    return fields


def beside(diagram: Path) -> Fields:
    """Know the forms that lie beside a file, or where those of its pack do."""
    folders = [diagram.parent]
    with contextlib.suppress(NotFound):
        folders.append(Source.folders(diagram.resolve().parent.name).forms)

    def fields(name: str) -> frozenset[str] | None:
        for folder in folders:
            try:
                return fields_of(json.loads((folder / Path(name).name).read_bytes()))
            except (OSError, ValueError):
                continue
        return None

    return fields
