"""The form of a step as it lay before the person who held it: the view of that step, what it let write, what it hid.

Whoever looks back sees no more than their own sight allows: an auditor all of it, numbers of residents masked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from markupsafe import Markup

from engine.history.moments import Moment
from engine.model import Actor, Case, Task, TimelineEntry
from engine.spiff.elements import Program
from forms import pointer as pointers
from forms.views import Rights
from webapp.assets import icons
from webapp.formfiles import FormFile, Sight
from webapp.ports import FormPorts
from webapp.tasksheet import FOR_PEOPLE, Sheet

_INPUT = "#input"


@dataclass(frozen=True)
class Scene:
    """One moment of a case, and who looks back at it; kept: the tasks as their rows are now, which keep the forms."""

    case: Case
    moment: Moment
    entry: TimelineEntry
    program: Program
    files: Sequence[FormFile]
    kept: Mapping[str, Task]
    sight: Sight
    reader: Actor
    ports: FormPorts


@dataclass(frozen=True)
class HeldForm:
    """A step's form: who held the step and since when; did: it is what they handed in with this event.

    fields, context: HTML, what was filled in and what it was about. unseen: what the step was not shown; None where
    the reader is not told.
    """

    step: str
    who: str
    since: datetime
    did: bool
    title: str
    fields: Markup
    context_title: str
    context: Markup
    unseen: list[str] | None


def choices(scene: Scene) -> list[Task]:
    """Return the steps of people whose form can be shown at the moment: the one just done first, then the open ones."""
    done = [task for task in scene.moment.tasks if task.id == scene.entry.body.get("task") and _did(scene, task)]
    waiting = [task for task in scene.moment.tasks if task.state == "open" and task not in done]
    return [task for task in (*done, *waiting) if task.kind in FOR_PEOPLE and _may_see(scene, task)]


def held_form(scene: Scene, task: Task) -> HeldForm:
    """Return the form of one of the `choices` with what it held then."""
    kept = scene.kept[task.id]
    use, did = kept.form or {}, _did(scene, task)
    file = _file(scene, use.get("schema"), use.get("variable"))
    context = _file(scene, use.get("context"))
    values = scene.moment.before if did else scene.moment.values
    then = replace(task, form=use, locals=kept.locals)
    sheet = Sheet(scene.reader, scene.case, then, {**values, **kept.locals}, scene.program, file, context)
    data = {**sheet.base, **(_handed_in(scene.entry) if did else {})}
    form = sheet.form
    about = context.form(use.get("context_view")) if context else None
    return HeldForm(
        step=task.name or task.element_id,
        who=(scene.entry.actor_name if did else task.holder_name) or "",
        since=task.held_at or task.created_at,
        did=did,
        title=file.title if file else "",
        fields=_printed(form.page(data, ports=scene.ports, readonly=True, tells_rights=True, prefix="h", icons=icons()))
        if form
        else Markup(),
        context_title=context.title if context else "",
        context=_printed(
            about.page(context.data(sheet.values), ports=scene.ports, readonly=True, prefix="c", icons=icons())
        )
        if about and context
        else Markup(),
        unseen=_unseen(file, form.rights) if file and form and scene.sight.everything else None,
    )


def _did(scene: Scene, task: Task) -> bool:
    return scene.entry.kind == "task.completed" and scene.entry.body.get("task") == task.id


def _may_see(scene: Scene, task: Task) -> bool:
    kept = scene.kept.get(task.id)
    use = kept.form if kept else None
    if not use or not _file(scene, use.get("schema")):
        return False
    if scene.sight.everything:
        return True
    own = scene.sight.views
    pairs = [(use.get("schema"), use.get("view")), (use.get("context"), use.get("context_view"))]
    return all(view in own.get(schema, ()) for schema, view in pairs if schema)


def _file(scene: Scene, schema_name: str | None, variable: str | None = None) -> FormFile | None:
    found = next((file for file in scene.files if file.schema_name == schema_name), None)
    return replace(found, variable=variable) if found else None


def _handed_in(entry: TimelineEntry) -> Mapping[str, Any]:
    typed = next((change.after for change in entry.changes if change.pointer == _INPUT), None)
    return typed if isinstance(typed, Mapping) else {}


def _unseen(file: FormFile, rights: Rights) -> list[str]:
    """Name what the view shuts, a section or table by its own name only."""
    found: dict[tuple[str, ...], str] = {}
    for pointer, label in file.form().titles().items():
        path = pointers.split(pointer)
        if path and label and rights.shuts(path) and not any(path[:end] in found for end in range(1, len(path))):
            found[path] = label
    return list(dict.fromkeys(found.values()))


def _printed(html: str) -> Markup:
    return Markup(html)  # noqa: S704 - printed by forms, which escapes every value
