"""One published decision: its tables drawn, what the check remarked, and what it would answer; nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, request

import forms
from engine import imports, library, registers
from engine.dmn import Drawn, draw, explain, inputs_schema
from engine.dmn.reading import read
from engine.errors import NotFound
from engine.feel import FeelError
from engine.feel import to_json as json_of
from webapp import access, checks, db
from webapp.access import rule
from webapp.assets import icons
from webapp.decisions import Sheet, answered, finding_place, finding_words, unasked
from webapp.language import language
from webapp.pages.studio import KINDS, designers
from webapp.ports import FormPorts
from webapp.shell import render
from webapp.tasksheet import PREFIX
from webapp.wording import local

blueprint = Blueprint("decision", __name__)


@dataclass(frozen=True)
class Shown:
    """One version of a decision file and the element of it that is looked at."""

    versions: Sequence[Any]
    chosen: Any
    body: bytes
    models: tuple[bytes, ...]
    of: str

    def drawn(self) -> list[Drawn]:
        """Draw the element and all it asks for."""
        return draw(self.body, self.of, models=self.models)

    def form(self) -> forms.Form:
        """Compile the form that asks for its inputs."""
        schema = inputs_schema(self.body, self.of, models=self.models)
        return forms.compile({**schema, "title": ""}, locale=language())


# The address is that of every published file (studio.artifact); decisions have a page of their own behind it.
@blueprint.get("/studio/decision/<path:key>")
@rule(designers)
def show(key: str) -> str:
    """Show one version of a decision; ?version=n another version, ?of=name another element of its file."""
    return _page(_shown(key))


@blueprint.post("/studio/decision/<path:key>")
@rule(designers)
def what_if(key: str) -> str | tuple[str, int]:
    """Say what the decision would answer to these inputs."""
    shown = _shown(key)
    form = shown.form()
    ports = FormPorts(access.actor())
    # Nothing of this is kept, also not what a form's ports may have read.
    submission = form.read(request.form, request.files, None, ports=ports, prefix=PREFIX)
    if submission.action or submission.problems:
        db.abandon()
        page = _page(shown, typed=submission.typed, problems=submission.problems)
        return (page, 422) if submission.problems else page
    given = {name: value for name, value in submission.values.items() if value is not None}
    sheet, error = _asked(shown, given)
    db.abandon()
    return _page(shown, typed=submission.typed, sheet=sheet, error=error)


def _asked(shown: Shown, given: Mapping[str, Any]) -> tuple[Sheet | None, str]:
    try:
        calendar = registers.working_days(db.session())
        at = local(access.now())
        found = explain(shown.body, shown.of, given, kind=None, models=shown.models, now=at, calendar=calendar)
        return answered(found.to_json(), json_of(found.value), shown.drawn(), shown.of), ""
    except FeelError as error:
        return None, str(error)


def _shown(key: str) -> Shown:
    versions = library.versions(db.session(), "decision", key)
    wanted = request.args.get("version", type=int) or (versions[0].version if versions else 0)
    chosen = next((version for version in versions if version.version == wanted), None)
    if chosen is None:
        raise NotFound
    body = library.body(db.session(), chosen.id)
    of = request.args.get("of") or key
    if of not in _elements(body, key):
        raise NotFound
    return Shown(versions, chosen, body, imports.models_for(db.session(), body), of)


def _elements(body: bytes, key: str) -> dict[str, str]:
    """Return what of a file can be asked: id or name -> name, the published decision first."""
    nodes = [node for node in read(body).nodes if node.kind != "inputData"]
    named = {node.id or node.label: node.label for node in nodes}
    return {key: named.get(key, key), **named}


def _page(
    shown: Shown,
    *,
    typed: Mapping[str, Any] | None = None,
    problems: Sequence[forms.Problem] = (),
    sheet: Sheet | None = None,
    error: str = "",
) -> str:
    ports = FormPorts(access.actor())
    source = checks.source_text(shown.body)
    return render(
        "studio/decision.html",
        kinds=KINDS,
        versions=shown.versions,
        chosen=shown.chosen,
        of=shown.of,
        elements=_elements(shown.body, shown.chosen.key),
        remarks=[(finding_place(one), finding_words(one)) for one in shown.chosen.meta.get("remarks", [])],
        parts=unasked(shown.drawn()),
        fields=shown.form().page(typed, ports=ports, problems=problems, prefix=PREFIX, icons=icons()),
        problems=[(forms.element_id(one.pointer, PREFIX), one.message) for one in problems],
        sheet=sheet,
        error=error,
        source=source,
    )
