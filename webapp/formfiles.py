"""The forms of a case, in the versions pinned to it; and which of their values a person may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

import forms
from engine import library
from engine.model import Actor, Task
from engine.pins import Cache
from engine.spiff.elements import Program
from forms.views import Rights, rights_of
from webapp.language import language

AUDITOR = "auditor"

_compiled: Cache[forms.Form] = Cache(512)


@dataclass(frozen=True)
class FormFile:
    """One form as a case uses it: schema and ui as published, and the variable its values lie under."""

    schema_name: str
    schema: dict[str, Any]
    ui: dict[str, Any]
    ids: tuple[str, str]
    variable: str | None = None

    @property
    def title(self) -> str:
        return str(self.ui.get("ui:title") or self.schema.get("title") or self.schema_name)

    @property
    def views(self) -> dict[str, Any]:
        declared = self.ui.get("qc:views")
        return declared if isinstance(declared, dict) else {}

    def form(self, view: str | None = None) -> forms.Form:
        """Compile the form for a view and this request's language; None: every field may be written."""
        locale = language()
        return _compiled.get(
            "|".join((*self.ids, view or "", locale)),
            lambda: forms.compile(self.schema, self.ui or None, view=view, locale=locale),
        )

    def data(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the part of a case's values this form is about."""
        if self.variable is None:
            return dict(values)
        own = values.get(self.variable)
        return dict(own) if isinstance(own, Mapping) else {}


def form_file(
    session: Session, pins: Mapping[str, Any], schema_name: str | None, ui_name: str | None = None,
    *, variable: str | None = None,
) -> FormFile | None:  # fmt: skip
    """Return a pinned form, or None where the pins name no such file. ui_name: default the schema's sibling."""
    pinned = pins.get("forms", {})
    if not schema_name or schema_name not in pinned:
        return None
    ui_id = pinned.get(ui_name or schema_name.replace(".schema.json", ".ui.json"))
    schema = library.load_json(session, pinned[schema_name])
    ui = library.load_json(session, ui_id) if ui_id else {}
    return FormFile(schema_name, schema, ui, (pinned[schema_name], ui_id or ""), variable)


def forms_of(session: Session, pins: Mapping[str, Any], program: Program) -> list[FormFile]:
    """Return the forms a definition uses, in order of the diagram: what is filled in, then what is only read."""
    found: dict[str, FormFile] = {}
    for element in program.elements.values():
        use = element.form
        if use and use["schema"] and use["schema"] not in found:
            own = form_file(session, pins, use["schema"], use["ui"], variable=element.variable)
            if own:
                found[use["schema"]] = own
    read_only = [use.context for use in program.forms if use.context and use.context not in found]
    first = [form_file(session, pins, name) for name in dict.fromkeys(read_only)]
    return [file for file in first if file] + list(found.values())


def by_element(program: Program, files: Sequence[FormFile]) -> dict[str, tuple[FormFile, str | None]]:
    """Return the form and view of every step that has one."""
    named = {file.schema_name: file for file in files}
    return {
        element.id: (named[use["schema"]], use["view"])
        for element in program.elements.values()
        if (use := element.form) and use["schema"] in named
    }


@dataclass
class Sight:
    """What of a case's values a person may see: by the views of the steps they took part in.

    What every view of a form shows is open to whoever reads the case; an auditor sees all.
    """

    everything: bool
    views: dict[str, set[str | None]] = field(default_factory=dict)
    _rights: dict[tuple[str, str | None], Rights] = field(default_factory=dict)

    def sees(self, file: FormFile, pointer: str) -> bool:
        """Say whether the value at a pointer of this form may be shown."""
        if self.everything or not file.views:
            return True
        if any(self._of(file, view).of_pointer(pointer) != "hidden" for view in self._own(file)):
            return True
        return all(self._of(file, view).of_pointer(pointer) != "hidden" for view in file.views)

    def _own(self, file: FormFile) -> list[str | None]:
        return [view for view in self.views.get(file.schema_name, ()) if view is None or view in file.views]

    def _of(self, file: FormFile, view: str | None) -> Rights:
        key = (file.schema_name, view)
        if key not in self._rights:
            self._rights[key] = rights_of(file.views, view)
        return self._rights[key]


def sight_of(person: Actor, tasks: Iterable[Task]) -> Sight:
    """Return what a person may see of a case with these tasks."""
    sight = Sight(person.holds(AUDITOR))
    mine = {person.user_id, person.on_behalf_of} - {None}
    for task in tasks:
        use = task.form
        took_part = mine & {task.holder_id, task.done_by, *task.candidates} or person.grant_ids & set(task.candidates)
        if not use or not took_part:
            continue
        if use.get("schema"):
            sight.views.setdefault(use["schema"], set()).add(use.get("view"))
        if use.get("context"):
            sight.views.setdefault(use["context"], set()).add(use.get("context_view"))
    return sight
