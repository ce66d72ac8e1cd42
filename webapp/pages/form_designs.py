"""表单设计: draw a form without code, try it, compare it with the version in force, publish it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

import forms
from engine import designs, feel, library
from engine.designs import Design
from engine.errors import Invalid, InvalidDefinition, NotFound
from forms import designer
from forms.designer import NoTable
from forms.errors import FormError
from webapp import access, db, design_words, designing, form_impact, form_imports, publishing, wording
from webapp.access import holds, rule
from webapp.form_imports import Brought
from webapp.language import language
from webapp.pages import form_excel
from webapp.ports import FormPorts
from webapp.sent import sent_json
from webapp.shell import render

blueprint = Blueprint("form_designs", __name__)

designers = holds("designer")
KIND = "form"
_MOST_BYTES = 2_000_000


@blueprint.get("/studio/forms")
@rule(designers)
def show() -> str:
    """List working copies and published forms, and offer ways to begin one."""
    return _index()


@blueprint.post("/studio/forms")
@rule(designers)
def create() -> Any:
    """Begin a working copy: empty, from a template, from a published version, from files or from an Excel table."""
    key = request.form.get("key", "").strip().lower()
    begun = request.form.get("from", "")
    if begun.startswith("form:"):
        name, _at, version = begun.removeprefix("form:").partition("@")
        key = key or name
        # An old version is not put over what somebody is drawing: that draft is opened or thrown away first.
        if not version and any(row.key == key for row in designs.listed(db.session(), KIND)):
            return redirect(url_for(".draw_page", key=key), 303)
    if not designing.KEY.fullmatch(key):
        return _index(problem=_("英文名要以小写字母开头，只用小写字母、数字和横线")), 422
    if designing.is_address("/studio/forms", key):
        return _index(problem=_("“%(key)s”是系统自己用的词，请换一个", key=key)), 422
    title = request.form.get("title", "").strip()[:100]
    try:
        if begun == "excel":
            return _from_excel(key, title)
        title, brought, based_on = _beginning(begun, title)
    except (NoTable, FormError) as why:
        return _index(problem=_why_not(why)), 422
    body = {"schema": brought.schema, "ui": brought.ui}
    try:
        design = designs.create(
            db.session(), KIND, key, title=title, body=body, actor=access.actor(), based_on=based_on
        )
    except designs.AlreadyThere as taken:
        return _index(problem=taken.message(language())), 409
    missed = [*brought.missed, *_keep_missing(brought.fragments)]
    if missed:
        return render("form_designs/imported.html", design=design, missed=missed)
    return redirect(url_for(".draw_page", key=design.key), 303)


@blueprint.get("/studio/forms/<key>")
@rule(designers)
def draw_page(key: str) -> str:
    """Show the designer of one working copy."""
    design = designs.read(db.session(), KIND, key)
    data = {
        "key": key, "title": design.title, "schema": design.body["schema"], "ui": design.body.get("ui") or {},
        "revision": design.revision, "catalogue": forms.catalogue(), "language": _tongue(),
        "words": design_words.words(_tongue()),
        "registers": designing.registers_to_pick(db.session()), "fragments": _fragments(),
        "draw": url_for(".draw", key=key), "save": url_for(".save", key=key), "rule": url_for(".write_rule"),
        "fragment": url_for(".keep_fragment"), "burden": url_for(".burden", key=key),
    }  # fmt: skip
    versions = library.versions(db.session(), "form", key + designing.SCHEMA)
    upcoming = (versions[0].version if versions else 0) + 1
    return render("form_designs/designer.html", design=design, data=data, next=upcoming)


@blueprint.post("/studio/forms/<key>/draw")
@rule(designers)
@db.reads_first
def draw(key: str) -> Response:
    """Draw what the designer holds now; nothing is stored."""
    designs.read(db.session(), KIND, key)
    given = _given()
    person = access.actor()
    view = given.get("view")
    return jsonify(
        designing.draw(
            given["schema"], given["ui"], view=view if isinstance(view, str) else None, language=language(),
            ports=FormPorts(person),
        )
    )  # fmt: skip


@blueprint.post("/studio/forms/<key>/save")
@rule(designers)
def save(key: str) -> Response:
    """Save the working copy over the revision it was read at; 409 when somebody else saved since."""
    given = _given()
    schema, ui, revision = given["schema"], given["ui"], given.get("revision")
    if not isinstance(revision, int):
        raise Invalid(why="revision")
    title = schema.get("title") if isinstance(schema, dict) else None
    design = designs.save(
        db.session(), KIND, key, title=title if isinstance(title, str) and title else key,
        body={"schema": schema, "ui": ui}, revision=revision, actor=access.actor(),
    )  # fmt: skip
    return jsonify({"revision": design.revision, "saved": wording.moment(design.saved_at)})


@blueprint.post("/studio/forms/rule")
@rule(designers)
@db.reads_first
def write_rule() -> Any:
    """Write a condition that was picked together as FEEL."""
    given = request.get_json(silent=True)
    try:
        return jsonify({"feel": designing.rule_text(given if isinstance(given, dict) else {})})
    except feel.FeelError as error:
        return jsonify({"message": error.message}), 422


@blueprint.post("/studio/forms/<key>/burden")
@rule(designers)
@db.reads_first
def burden(key: str) -> Response:
    """Tell which fields a register or another live form already has."""
    given = _given()
    count, found = designing.burden(db.session(), key, given["schema"], given["ui"])
    listed = [
        {"pointer": each.item.pointer, "title": each.item.title, "where": each.known.where, "owner": each.known.owner,
         "ownerTitle": each.known.owner_title, "column": each.known.key, "columnTitle": each.known.title}
        for each in found
    ]  # fmt: skip
    return jsonify({"asked": count, "alike": listed})


@blueprint.post("/studio/forms/fragment")
@rule(designers)
def keep_fragment() -> Response:
    """Keep a field or section under a name, to be put into other forms; the same name is replaced."""
    given = _given()
    title = str(given.get("title") or "").strip()[:100]
    if not title:
        raise Invalid(why=_("请写名称"))
    body = {"schema": given["schema"], "ui": given["ui"], "key": str(given.get("key") or "part")}
    designs.discard(db.session(), "fragment", title)
    designs.create(db.session(), "fragment", title, title=title, body=body, actor=access.actor())
    return jsonify({"fragments": _fragments()})


@blueprint.get("/studio/forms/<key>/publish")
@rule(designers)
def publish_page(key: str) -> str:
    """Show what publishing would change, break and ask twice."""
    return _publish_page(designs.read(db.session(), KIND, key))


@blueprint.post("/studio/forms/<key>/publish")
@rule(designers)
def publish(key: str) -> Any:
    """Publish schema and look together; what is wrong is told and nothing is published."""
    session = db.session()
    design = designs.read(session, KIND, key)
    if request.form.get("revision", type=int) != design.revision:
        raise designs.Overtaken(who=design.saved_by_name, at="")
    note = request.form.get("note", "").strip()[:300]
    schema, ui = designing.publishable(design)
    files = [("form", key + designing.SCHEMA, schema), ("ui", key + designing.UI, ui)]
    try:
        done = publishing.release(session, files, name=design.title, note=note, design=design)
    except InvalidDefinition as error:
        found: list[dict[str, Any]] = error.fields["errors"]  # type: ignore[assignment]
        db.abandon()
        return _publish_page(design, refused=[str(each["message"]) for each in found]), 422
    if done is None:
        return redirect(url_for("approvals.one", key=f"form/{key}{designing.SCHEMA}"), 303)
    return redirect(url_for("studio.artifact", kind="form", key=done.key), 303)


@blueprint.get("/studio/forms/<key>/file")
@rule(designers)
def file(key: str) -> Response:
    """Give the working copy as a zip with the fragments it was made with, to be taken up elsewhere."""
    design = designs.read(db.session(), KIND, key)
    content = form_imports.pack(key, design.body["schema"], design.body.get("ui") or {}, _fragments())
    response = Response(content, content_type="application/zip")
    response.headers["Content-Disposition"] = f"attachment; filename={key}.zip"
    return response


@blueprint.post("/studio/forms/<key>/lookup")
@rule(designers)
def look_up(key: str) -> Response:
    """Turn a field that a register has into one filled from it, over the revision the page was made of."""
    session = db.session()
    design = designs.read(session, KIND, key)
    sent = request.form
    columns = {
        (each["key"], column["key"]): each
        for each in designing.registers_to_pick(session)
        for column in each["columns"]
    }
    register = columns.get((sent.get("register", ""), sent.get("column", "")))
    if register is None:
        raise Invalid(why="register, column")
    try:
        schema, ui = designer.fill_from(
            design.body["schema"], design.body.get("ui") or {}, sent.get("pointer", ""),
            register=register["key"], title=register["title"], column=sent["column"],
        )  # fmt: skip
    except KeyError as error:
        raise Invalid(why="pointer") from error
    designs.save(
        session, KIND, key, title=design.title, body={"schema": schema, "ui": ui},
        revision=sent.get("revision", type=int) or 0, actor=access.actor(),
    )  # fmt: skip
    wording.say(_("已改成从台账《%(name)s》自动带出", name=register["title"]))
    return redirect(url_for(".publish_page", key=key), 303)


@blueprint.post("/studio/forms/<key>/discard")
@rule(designers)
def discard(key: str) -> Response:
    """Throw a working copy away; what is published stays."""
    designs.read(db.session(), KIND, key)
    designs.discard(db.session(), KIND, key)
    wording.say(_("草稿已删去"))
    return redirect(url_for(".show"), 303)


def _tongue() -> str:
    return "en" if language() == "en" else "zh"


def _index(problem: str = "") -> str:
    session = db.session()
    return render(
        "form_designs/show.html", problem=problem, drafts=designs.listed(session, KIND), typed=request.form,
        live=[each for each in library.listed(session, "form") if each.key.endswith(designing.SCHEMA)],
        templates=designer.templates(language()),
    )  # fmt: skip


def _publish_page(design: Design, refused: list[str] | None = None) -> str:
    session = db.session()
    schema, ui = design.body["schema"], design.body.get("ui") or {}
    count, alike = designing.burden(session, design.key, schema, ui)
    found = designing.findings(design, language())
    wrong = [each.message for each in found if each.severity == "error"] + (refused or [])
    return render(
        "form_designs/publish.html", design=design, problems=[("", message) for message in dict.fromkeys(wrong)],
        changes=designing.changes(session, design), findings=found, kinds=design_words.kinds(_tongue()),
        asked=count, alike=alike, impact=form_impact.impact(session, design, access.actor().root_unit_id),
        versions=library.versions(session, "form", design.key + designing.SCHEMA), acts=design_words.form_acts(),
        right_words=design_words.rights(),
    )  # fmt: skip


def _beginning(begun: str, title: str) -> tuple[str, Brought, dict[str, int]]:
    """Return title, form and what it is based on."""
    if begun.startswith("form:"):
        name, _at, version = begun.removeprefix("form:").partition("@")
        found = designing.published(db.session(), name, int(version) if version.isdecimal() else None)
        if found is None:
            raise NotFound(what="form", id=name)
        newest = library.current(db.session(), "form", name + designing.SCHEMA)
        return title or str(found[0].get("title") or name), Brought(*found), {newest.key: newest.version}
    if begun == "files":
        content = _uploaded("file")
        if content is None:
            raise NoTable("no-file")
        brought = form_imports.read(content, _uploaded("look"), locale=language())
        named = brought.schema.get("title")
        if not isinstance(named, str) or not named:
            brought.schema["title"] = named = title or _("导入的表单")
        return title or named, brought, {}
    schema, ui = designer.begin(begun, title)
    return str(schema["title"]), Brought(schema, ui), {}


def _from_excel(key: str, title: str) -> Any:
    """Show what a table holds; nothing is begun before somebody accepted it."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise NoTable("no-file")
    if any(row.key == key for row in designs.listed(db.session(), KIND)):
        return _index(problem=designs.AlreadyThere(key=key).message(language())), 409
    named, columns = designer.columns_of(file.stream)
    return form_excel.page(form_excel.Wish(key, title or named, columns))


def _uploaded(name: str) -> bytes | None:
    file = request.files.get(name)
    return file.stream.read(_MOST_BYTES + 1) if file is not None and file.filename else None


def _keep_missing(fragments: Iterable[dict[str, Any]]) -> list[str]:
    """Keep the fragments a form brought along; one whose name is taken is left out, and that is said."""
    taken = {row.key for row in designs.listed(db.session(), "fragment")}
    said = []
    for each in fragments:
        title = each["title"][:100]
        if title in taken:
            said.append(_("常用字段“%(name)s”这里已经有了，用这里的", name=title))
            continue
        taken.add(title)
        body = {"schema": each["schema"], "ui": each["ui"], "key": each["key"]}
        designs.create(db.session(), "fragment", title, title=title, body=body, actor=access.actor())
    return said


def _why_not(error: Exception) -> str:
    code = str(error.args[0]) if error.args else ""
    return {
        "no-file": _("请先选一个文件"),
        "not-excel": _("这个文件不是 Excel 表格，请另存为 .xlsx 再试"),
        "no-table": _("没有找到表头，请看看第一张工作表是不是空的"),
        "too-wide": _("列太多（超过 200 列），请拆成几张表"),
        "not-a-form": _("压缩包里没有表单（名称.schema.json），或者太大"),
        "not-json": _("这个文件不是 JSON，请检查后再试"),
    }.get(code, _("这个文件读不了"))


def _given() -> dict[str, Any]:
    """Return the JSON a script sent: an object with schema and ui."""
    given = sent_json()
    if not isinstance(given, dict) or not all(isinstance(given.get(name), dict) for name in ("schema", "ui")):
        raise Invalid(why="schema, ui")
    return given


def _fragments() -> list[dict[str, Any]]:
    session = db.session()
    kept = [designs.read(session, "fragment", row.key) for row in designs.listed(session, "fragment")]
    return [{"title": each.title, **each.body} for each in kept]
