"""What publishing a form reaches: processes and their running cases, registers; and what of it would no longer fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from engine import commands, library
from engine.designs import Design
from forms import designer

SCHEMA = ".schema.json"


@dataclass(frozen=True)
class Use:
    """One element of a published process that uses a form; fits: the form still has the view it is shown by."""

    process: str
    process_name: str
    element_id: str
    view: str | None
    fits: bool


@dataclass(frozen=True)
class Impact:
    """Whom a new version reaches. running: process key -> running cases; registers: key -> title; wrong: sentences."""

    uses: list[Use]
    running: dict[str, int]
    registers: dict[str, str]
    wrong: list[str]


def impact(session: Session, design: Design, root_unit_id: str) -> Impact:
    """Find what uses the form and what the form uses, as they are published now."""
    ui = design.body.get("ui") or {}
    found = _uses(session, design.key, ui)
    names = {use.process: use.process_name for use in found}
    running = {key: sum(commands.running_versions(session, key, root_unit_id).values()) for key in names}
    wrong = [
        _("流程《%(name)s》的步骤 %(step)s 按“%(view)s”看这张表，而表里没有这种看法",
          name=use.process_name, step=use.element_id, view=use.view)
        for use in found if not use.fits
    ]  # fmt: skip
    registers, missing = _registers(session, design.body["schema"], ui)
    return Impact(found, running, registers, wrong + missing)


def _uses(session: Session, key: str, ui: Mapping[str, Any]) -> list[Use]:
    views = ui.get("qc:views")
    known = set(views) if isinstance(views, Mapping) else set()
    found = []
    for process in library.listed(session, "process"):
        for use in process.meta.get("forms", []):
            if key + SCHEMA in (use.get("schema"), use.get("context")):
                view = use.get("view") if use.get("schema") == key + SCHEMA else use.get("context_view")
                fits = view is None or view in known
                found.append(Use(process.key, process.name, str(use.get("element_id")), view, fits))
    return found


def _registers(session: Session, schema: Any, ui: Any) -> tuple[dict[str, str], list[str]]:
    titles = {each.key: each.name for each in library.listed(session, "register")}
    registers, wrong = {}, []
    for source in designer.sources(designer.outline(schema, ui)):
        if source.register not in titles:
            wrong.append(_("“%(field)s”要查的台账 %(name)s 还没有发布", field=source.item.title, name=source.register))
            continue
        registers[source.register] = titles[source.register]
        declared = library.register_columns(session, source.register) or {}
        columns = (declared.get("columns") or {}).get("properties") or {}
        if source.column is not None and source.column not in columns:
            wrong.append(
                _("台账《%(name)s》里没有“%(column)s”这一列，“%(field)s”带不出来",
                  name=titles[source.register], column=source.column, field=source.item.title)
            )  # fmt: skip
    return registers, list(dict.fromkeys(wrong))
