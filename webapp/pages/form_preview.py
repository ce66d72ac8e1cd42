"""试填: a form that is being made, as one of its views shows it: to fill in, with test data, and on paper."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from werkzeug.datastructures import MultiDict

import forms
from engine import designs
from engine.designs import Design
from forms.errors import FormError
from webapp import access, assets, db, designing
from webapp.access import holds, rule
from webapp.formfiles import FormFile
from webapp.language import language
from webapp.paper import marks_of
from webapp.ports import FormPorts
from webapp.reading import part_of
from webapp.shell import render
from webapp.wording import local

blueprint = Blueprint("form_preview", __name__)


@blueprint.route("/studio/forms/<key>/try", methods=["GET", "POST"])
@rule(holds("designer"))
@db.reads_first
def show(key: str) -> Any:
    """Fill the form in as ?view= shows it; it is checked as in earnest and nothing is stored.

    ?data=example fills it with test data; posted with as=paper it is shown as it is printed.
    """
    design = designs.read(db.session(), "form", key)
    schema, ui = design.body["schema"], design.body.get("ui") or {}
    views = list(ui.get("qc:views") or {})
    view = asked if (asked := request.values.get("view")) in views else None
    ports, problems, status, right = FormPorts(access.actor()), [], 200, False
    told: dict[str, Any] = {"design": design, "views": views, "view": view, "html": ""}
    try:
        form = forms.compile(schema, ui, view=view, locale=language())
        typed: Any = form.example() if request.args.get("data") == "example" else {}
        if request.method == "POST":
            given = form.read(request.form, MultiDict(), {}, ports=ports)
            if request.form.get("as") == "paper":
                return _paper(design, form, given.values, ports)
            typed = given.typed
            if given.action is None:
                problems, status = given.problems, 422 if given.problems else 200
                right = not problems
        told["html"] = form.page(typed, ports=ports, problems=problems, icons=assets.icons())
    except FormError as error:
        return render("form_designs/try.html", wrong=error.message(language()), **told)
    found = [(forms.element_id(each.pointer), each.message) for each in problems]
    shares = designing.shares(schema, ui, view)
    return render("form_designs/try.html", right=right, problems=found, shares=shares, **told), status


def _paper(design: Design, form: forms.Form, values: Any, ports: FormPorts) -> str:
    """Show what was typed as the sheet it will be printed as."""
    schema, ui = design.body["schema"], design.body.get("ui") or {}
    file = FormFile(design.key, schema, ui, (design.key, str(design.revision)))
    held = values if isinstance(values, dict) else {}
    return render(
        "form_designs/paper.html",
        design=design,
        title=file.title,
        marks=marks_of([file], local(access.now()).date()),
        part=part_of(file.title, form.summary(held, ports=ports), form.titles()),
    )
