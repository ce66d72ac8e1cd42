"""An Excel table on its way to a form: each column is looked at, taken or left, and typed by a person."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _

from engine import designs, library
from engine.errors import Invalid, InvalidDefinition
from forms.designer import Column, NoTable, accepting
from webapp import access, db, design_words, designing, publishing, wording
from webapp.access import holds, rule
from webapp.language import language
from webapp.shell import render

blueprint = Blueprint("form_excel", __name__)

designers = holds("designer")
FORM = "form"


@dataclass(frozen=True)
class Wish:
    """What somebody makes of a table: the form's key and title, its columns, and which of them stay out."""

    key: str
    title: str
    columns: list[Column]
    left_out: frozenset[str] = frozenset()
    shape: str = "table"
    register_name: str = ""
    register_key: str = ""


def page(wish: Wish, problems: tuple[str, ...] = ()) -> str:
    """Show what was understood of a table, column by column."""
    named = design_words.kinds("en" if language() == "en" else "zh")
    return render(
        "form_designs/excel.html", wish=wish, problems=[("", problem) for problem in problems],
        kinds=[(kind, named.get(kind, kind)) for kind in accepting.KINDS], carried=accepting.write(wish.columns),
    )  # fmt: skip


@blueprint.post("/studio/forms/excel")
@rule(designers)
def accept() -> Any:
    """Begin a form of the columns that were accepted, and publish the register that was wished for with it."""
    wish = _wish()
    taken = [column for column in wish.columns if column.key not in wish.left_out]
    if not designing.KEY.fullmatch(wish.key) or designing.is_address("/studio/forms", wish.key):
        raise Invalid(why="key")
    if not taken:
        return page(wish, (_("请至少留一列"),)), 422
    make = accepting.as_fields if wish.shape == "fields" else accepting.as_table
    schema, ui = make(wish.title or wish.key, taken)
    session, person, there_now = db.session(), access.actor(), False
    try:
        if wish.register_name:
            there_now = _publish_register(wish, taken)
        designs.create(session, FORM, wish.key, title=wish.title, body={"schema": schema, "ui": ui}, actor=person)
    except designs.AlreadyThere as there:
        db.abandon()
        return page(wish, (there.message(language()),)), 409
    except KeyError:
        db.abandon()
        return page(wish, (_("请选台账靠哪一列分清每一条"),)), 422
    except InvalidDefinition as refused:
        db.abandon()
        errors: list[dict[str, Any]] = refused.fields["errors"]  # type: ignore[assignment]
        return page(wish, tuple(str(each["message"]) for each in errors)), 422
    if there_now:
        wording.say(_("台账《%(name)s》已建好，可以从台账页导入数据", name=wish.title))
    return redirect(url_for("form_designs.draw_page", key=wish.key), 303)


def _publish_register(wish: Wish, taken: list[Column]) -> bool:
    """Publish the register, or ask a second person for it; say whether it is there now."""
    made = accepting.as_register(wish.register_name, wish.title or wish.key, taken, wish.register_key)
    content = (json.dumps(made, ensure_ascii=False, indent=2) + "\n").encode()
    if library.versions(db.session(), "register", wish.register_name):
        message = _("已经有叫 %(name)s 的台账，请换一个英文名", name=wish.register_name)
        raise InvalidDefinition(name=wish.register_name, errors=[{"message": message}])
    files = [("register", wish.register_name, content)]
    return publishing.release(db.session(), files, name=wish.title or wish.key, note=_("由 Excel 表建成")) is not None


def _wish() -> Wish:
    sent = request.form
    try:
        columns = accepting.read(sent.get("columns", ""))
    except NoTable:
        columns = []
    seen = [
        accepting.accepted(
            column,
            title=sent.get(f"{column.key}.title", column.title),
            kind=sent.get(f"{column.key}.kind", column.kind),
            required=f"{column.key}.required" in sent,
        )
        for column in columns
    ]
    return Wish(
        key=sent.get("key", "").strip().lower()[:60], title=sent.get("title", "").strip()[:100], columns=seen,
        left_out=frozenset(column.key for column in columns if f"{column.key}.take" not in sent),
        shape="fields" if sent.get("shape") == "fields" else "table",
        register_name=sent.get("register", "").strip()[:60] if "with_register" in sent else "",
        register_key=sent.get("register_key", ""),
    )  # fmt: skip
