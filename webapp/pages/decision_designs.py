"""决策设计: rules as a table, checked and tried while they are written, compared with what is live, published."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, request, url_for
from flask_babel import gettext as _

from engine import designs, library
from engine.designs import Design
from engine.dmn import draw as drawn_of
from engine.dmn.sheets import propose, rows_of
from engine.errors import Invalid, InvalidDefinition, NotFound
from engine.feel import FeelError
from engine.xml import Unreadable, rewritten
from forms.filling import MOST_BYTES, pasted_lines, sheet_lines
from webapp import access, db, decision_drawing, decision_words, designing, publishing, spreadsheet, wording
from webapp.access import holds, rule
from webapp.decisions import grids_in
from webapp.language import language
from webapp.security import allows_inline_styles
from webapp.sent import sent_json
from webapp.shell import render

blueprint = Blueprint("decision_designs", __name__)

designers = holds("designer")
KIND = "decision"
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,60}")
_LARGEST = 8_000_000


@blueprint.get("/studio/decisions")
@rule(designers)
def show() -> str:
    """List working copies and published decisions, and offer ways to begin one."""
    return _index()


@blueprint.get("/studio/decision")
@rule(designers)
def all_of_them() -> Response:
    """Lead from the address of one decision without its key to the list."""
    return redirect(url_for(".show"), 301)  # type: ignore[return-value]


@blueprint.post("/studio/decisions")
@rule(designers)
def create() -> Any:
    """Begin a working copy: empty, from a published decision (`version` an older one), or from an uploaded file."""
    session, begun = db.session(), request.form.get("from", "")
    key, name = request.form.get("key", "").strip(), request.form.get("name", "").strip()[:200]
    based_on: dict[str, int] = {}
    try:
        if begun.startswith("decision:"):
            key = begun.removeprefix("decision:")
            if any(each.key == key for each in designs.listed(session, KIND)):
                return redirect(url_for(".draw", key=key), 303)
            chosen = _version(key, request.form.get("version", type=int))
            name, xml, based_on = chosen.name, rewritten(library.body(session, chosen.id)), {key: chosen.version}
        elif begun == "file":
            file = request.files.get("file")
            if file is None or not file.filename:
                return _index(problem=_("请先选一个文件")), 422
            content = file.stream.read(_LARGEST)
            key, xml = library.kind_and_key("x.dmn", content)[1], rewritten(content)
            name = name or key
        else:
            name, xml = name or key, decision_drawing.blank(key, name or key)
    except (Unreadable, InvalidDefinition):
        return _index(problem=_("这个文件不是 DMN 决策，请检查后再试")), 422
    if not begun.startswith("decision:") and not _KEY.fullmatch(key):
        return _index(problem=_("英文名要以字母开头，只用字母、数字和横线")), 422
    if designing.is_address("/studio/decisions", key):
        return _index(problem=_("“%(key)s”是系统自己用的词，请换一个", key=key)), 422
    try:
        designs.create(session, KIND, key, title=name, body={"xml": xml}, actor=access.actor(), based_on=based_on)
    except designs.AlreadyThere as taken:
        return _index(problem=taken.message(language())), 409
    return redirect(url_for(".draw", key=key), 303)


@blueprint.get("/studio/decisions/<key>")
@rule(designers)
@allows_inline_styles
def draw(key: str) -> str:
    """Show the designer of one working copy."""
    design = designs.read(db.session(), KIND, key)
    data = {
        "key": key, "xml": design.body["xml"], "revision": design.revision,
        "language": "en" if language() == "en" else "zh", "words": decision_words.words(),
        "save": url_for(".save", key=key), "check": url_for(".check", key=key), "table": url_for(".table", key=key),
        "export": url_for(".export", key=key),
    }  # fmt: skip
    versions = library.versions(db.session(), KIND, key)
    upcoming = (versions[0].version if versions else 0) + 1
    return render("decision_designs/designer.html", design=design, data=data, next=upcoming)


@blueprint.post("/studio/decisions/<key>/save")
@rule(designers)
def save(key: str) -> Response:
    """Save the working copy over the revision it was read at; 409 when somebody else saved since."""
    given = _given()
    design = designs.save(
        db.session(), KIND, key, title=str(given.get("title") or key), body={"xml": given["xml"]},
        revision=given["revision"], actor=access.actor(),
    )  # fmt: skip
    return jsonify({"revision": design.revision, "saved": wording.moment(design.saved_at)})


@blueprint.post("/studio/decisions/<key>/check")
@rule(designers)
@db.reads_first
def check(key: str) -> Response:
    """Check a decision as when it is published, and run the test rows of the one named `of`; nothing is stored."""
    designs.read(db.session(), KIND, key)
    given = _given()
    tried = decision_drawing.tried(db.session(), given["xml"], str(given.get("of") or key), at=access.now())
    return jsonify({"findings": decision_drawing.findings(db.session(), key, given["xml"]), "tried": tried})


@blueprint.post("/studio/decisions/<key>/table")
@rule(designers)
@db.reads_first
def table(key: str) -> Any:
    """Read a table pasted (JSON: text) or uploaded (file) as a proposal; roles and types: what a person chose."""
    designs.read(db.session(), KIND, key)
    file = request.files.get("file")
    if file is not None:
        rows, given = sheet_lines(file.stream.read(MOST_BYTES + 1), file.filename or ""), {}
    else:
        sent = sent_json()
        given = sent if isinstance(sent, dict) else {}
        rows = _rows(given.get("rows")) or pasted_lines(str(given.get("text") or ""))
    try:
        found = propose(rows, roles=_texts(given.get("roles")), types=_texts(given.get("types")))
    except ValueError:
        return jsonify({"message": _("没有读出表格。第一行要是列名，下面至少一行")}), 422
    return jsonify({"rows": rows, **asdict(found)})


@blueprint.get("/studio/decisions/<key>/export")
@rule(designers)
def export(key: str) -> Response:
    """Give one table of the stored working copy as Excel; ?of= names the decision."""
    design = designs.read(db.session(), KIND, key)
    try:
        box = drawn_of(design.body["xml"].encode(), request.args.get("of") or key)[-1].box
    except FeelError:
        raise NotFound from None
    grids = grids_in(box)
    if not grids:
        raise NotFound
    heads, *rows = rows_of(grids[0])
    return spreadsheet.respond("xlsx", design.title, heads, rows)


@blueprint.get("/studio/decisions/<key>/publish")
@rule(designers)
def publish_page(key: str) -> str:
    """Show what publishing would change and what is in its way."""
    return _publish_page(designs.read(db.session(), KIND, key))


@blueprint.post("/studio/decisions/<key>/publish")
@rule(designers)
def publish(key: str) -> Any:
    """Publish the working copy; what is wrong is told and nothing is published."""
    session = db.session()
    design = designs.read(session, KIND, key)
    if request.form.get("revision", type=int) != design.revision:
        raise designs.Overtaken(who=design.saved_by_name, at="")
    note = request.form.get("note", "").strip()[:300]
    try:
        files = [(KIND, key, design.body["xml"].encode())]
        done = publishing.release(session, files, name=design.title, note=note, design=design)
    except InvalidDefinition:
        db.abandon()
        return _publish_page(design), 422
    if done is None:
        return redirect(url_for("approvals.one", key=f"{KIND}/{key}"), 303)
    return redirect(url_for("decision.show", key=key), 303)


@blueprint.post("/studio/decisions/<key>/discard")
@rule(designers)
def discard(key: str) -> Any:
    """Throw a working copy away; what is published stays."""
    designs.read(db.session(), KIND, key)
    designs.discard(db.session(), KIND, key)
    wording.say(_("草稿已删去"))
    return redirect(url_for(".show"), 303)


def _index(problem: str = "") -> str:
    session = db.session()
    return render(
        "decision_designs/show.html", problem=problem, drafts=designs.listed(session, KIND), typed=request.form,
        live=library.listed(session, KIND),
    )  # fmt: skip


def _publish_page(design: Design) -> str:
    session = db.session()
    versions = library.versions(session, KIND, design.key)
    old = library.body(session, versions[0].id) if versions else None
    content = design.body["xml"].encode()
    found = decision_drawing.findings(session, design.key, design.body["xml"])
    return render(
        "decision_designs/publish.html", design=design, versions=versions,
        changes=decision_drawing.differences(old, content),
        trials=decision_drawing.failed(session, content, at=access.now()),
        problems=[("", _said(each)) for each in found if each["severity"] == "error"],
        remarks=[_said(each) for each in found if each["severity"] != "error"],
    )  # fmt: skip


def _said(found: dict[str, Any]) -> str:
    return f"{found['place']}：{found['message']}" if found["place"] else str(found["message"])


def _version(key: str, wanted: int | None) -> Any:
    versions = library.versions(db.session(), KIND, key)
    chosen = next((each for each in versions if wanted in (None, each.version)), None)
    if chosen is None:
        raise NotFound
    return chosen


def _given() -> dict[str, Any]:
    """Return the JSON a script sent: the text of a decision, not too long, and the revision it was read at."""
    given = sent_json()
    if not isinstance(given, dict) or not isinstance(given.get("xml"), str) or len(given["xml"]) > _LARGEST:
        raise Invalid(why="xml")
    if not isinstance(given.get("revision", 0), int):
        raise Invalid(why="revision")
    return {"revision": 0, **given}


def _rows(given: Any) -> list[list[str]]:
    rows = given if isinstance(given, list) else []
    return [[str(cell) for cell in row] for row in rows if isinstance(row, list)]


def _texts(given: Any) -> list[str] | None:
    return [str(each) for each in given] if isinstance(given, list) else None
