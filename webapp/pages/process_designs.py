"""流程设计: draw a BPMN process, see what is wrong while drawing, compare it with the version in force, publish it."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import designs, library
from engine.designs import Design
from engine.errors import Invalid, InvalidDefinition
from engine.xml import Unreadable, rewritten
from webapp import (
    access,
    db,
    design_words,
    designing,
    drawing_palette,
    drawing_texts,
    drawing_words,
    process_drawing,
    publishing,
    trying,
    wording,
)
from webapp.access import holds, rule
from webapp.language import language
from webapp.renewed import renewed
from webapp.security import allows_inline_styles
from webapp.sent import sent_json
from webapp.shell import render

blueprint = Blueprint("process_designs", __name__)

designers = holds("designer")
KIND = "process"
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,60}")
_LARGEST = 12_000_000


@blueprint.get("/studio/processes")
@rule(designers)
def show() -> str:
    """List working copies and published processes, and offer ways to begin one."""
    return _index()


@blueprint.post("/studio/processes")
@rule(designers)
def create() -> Any:
    """Begin a working copy: empty, from a published process, or from an uploaded file."""
    session, begun = db.session(), request.form.get("from", "")
    key, name = request.form.get("key", "").strip(), request.form.get("name", "").strip()[:200]
    based_on: dict[str, int] = {}
    try:
        if begun.startswith("process:"):
            key = begun.removeprefix("process:")
            if any(each.key == key for each in designs.listed(session, KIND)):
                return redirect(url_for(".draw", key=key), 303)
            live = library.current(session, "process", key)
            name, xml, based_on = live.name, rewritten(library.body(session, live.id)), {key: live.version}
        elif begun == "file":
            file = request.files.get("file")
            if file is None or not file.filename:
                return _index(problem=_("请先选一个文件")), 422
            content = file.stream.read(_LARGEST)
            found = library.kind_and_key(file.filename if file.filename.endswith(".bpmn") else "x.bpmn", content)[1]
            key, xml = found, rewritten(content)
            name = name or found
        else:
            name, xml = name or key, process_drawing.blank(key, name or key)
    except (Unreadable, InvalidDefinition):
        return _index(problem=_("这个文件不是 BPMN 流程图，请检查后再试")), 422
    if not _KEY.fullmatch(key):
        return _index(problem=_("英文名要以字母开头，只用字母、数字和横线")), 422
    if designing.is_address("/studio/processes", key):
        return _index(problem=_("“%(key)s”是系统自己用的词，请换一个", key=key)), 422
    try:
        designs.create(session, KIND, key, title=name, body={"xml": xml}, actor=access.actor(), based_on=based_on)
    except designs.AlreadyThere as taken:
        return _index(problem=taken.message(language())), 409
    return redirect(url_for(".draw", key=key), 303)


@blueprint.get("/studio/processes/<key>")
@rule(designers)
@allows_inline_styles
def draw(key: str) -> str:
    """Show the designer of one working copy."""
    design, upcoming, data = opened(key)
    data["language"] = "en" if language() == "en" else "zh"
    return render("process_designs/designer.html", design=design, data=data, next=upcoming)


def opened(key: str) -> tuple[Design, int, dict[str, Any]]:
    """Return a working copy, the version it would become, and what its editors ask: file, words, names, addresses."""
    session = db.session()
    design = designs.read(session, KIND, key)
    versions = library.versions(session, KIND, key)
    data = {
        "key": key, "xml": design.body["xml"], "revision": design.revision,
        "words": design_words.process_words() | drawing_words.words(), "named": process_drawing.palette(session),
        "text": url_for("process_designs.read_text"), "fields": url_for("process_designs.fields"),
        "fresh": url_for("process_designs.named"), "rule": url_for("form_designs.write_rule"),
        "newForm": url_for("form_designs.show"), "functions": drawing_texts.functions(),
        "offers": drawing_palette.plain(drawing_palette.offers()),
        "save": url_for("process_designs.save", key=key), "check": url_for("process_designs.check", key=key),
    }  # fmt: skip
    return design, (versions[0].version if versions else 0) + 1, data


@blueprint.post("/studio/processes/<key>/save")
@rule(designers)
def save(key: str) -> Response:
    """Save the working copy over the revision it was read at; 409 when somebody else saved since."""
    given = _given()
    title = str(given.get("title") or key)
    design = designs.save(
        db.session(), KIND, key, title=title, body={"xml": given["xml"]}, revision=int(given["revision"]),
        actor=access.actor(),
    )  # fmt: skip
    return jsonify({"revision": design.revision, "saved": wording.moment(design.saved_at)})


@blueprint.post("/studio/processes/<key>/check")
@rule(designers)
@db.reads_first
def check(key: str) -> Response:
    """Check a diagram as it would be checked when it is published; nothing is stored."""
    designs.read(db.session(), KIND, key)
    return jsonify({"findings": process_drawing.findings(db.session(), key, _given()["xml"])})


@blueprint.post("/studio/processes/text")
@rule(designers)
@db.reads_first
def read_text() -> Response:
    """Read one text of a diagram while it is typed: what is wrong, how it reads as conditions, when it fires."""
    given = sent_json()
    if not isinstance(given, dict) or not isinstance(given.get("text"), str):
        raise Invalid(why="text")
    names = [name for name in given.get("names") or [] if isinstance(name, str)]
    return jsonify(drawing_texts.read(db.session(), given["text"], names, given.get("timer")))


@blueprint.get("/studio/processes/fields")
@rule(designers)
def fields() -> Response:
    """Tell the fields of one published form by their names in a diagram's texts."""
    return jsonify({"fields": drawing_texts.fields(db.session(), request.args.get("form", ""))})


@blueprint.get("/studio/processes/named")
@rule(designers)
def named() -> Response:
    """Tell what a diagram may name as of now: a form that was published meanwhile is among it."""
    return jsonify(process_drawing.palette(db.session()))


@blueprint.get("/studio/processes/<key>/publish")
@rule(designers)
def publish_page(key: str) -> str:
    """Show what publishing would change and what is in its way."""
    return _publish_page(designs.read(db.session(), KIND, key))


@blueprint.post("/studio/processes/<key>/publish")
@rule(designers)
@db.reads_first
def publish(key: str) -> Any:
    """Publish the working copy; what is wrong, or a scenario that goes otherwise, is told and nothing is published."""
    design = designs.read(db.session(), KIND, key)
    if any(not each.ok for each in _scenarios(design, shipped=False)):
        return _publish_page(design), 422
    session = db.start_writing()
    design = designs.read(session, KIND, key)
    if request.form.get("revision", type=int) != design.revision:
        raise designs.Overtaken(who=design.saved_by_name, at="")
    note = request.form.get("note", "").strip()[:300]
    content = design.body["xml"].encode()
    try:
        done = publishing.release(session, [("process", key, content)], name=design.title, note=note, design=design)
    except InvalidDefinition:
        db.abandon()
        return _publish_page(design), 422
    if done is None:
        return redirect(url_for("approvals.one", key=f"process/{key}"), 303)
    return redirect(url_for("studio.artifact", kind="process", key=key), 303)


@blueprint.post("/studio/processes/<key>/discard")
@rule(designers)
def discard(key: str) -> Response:
    """Throw a working copy away; what is published stays."""
    designs.read(db.session(), KIND, key)
    designs.discard(db.session(), KIND, key)
    wording.say(_("草稿已删去"))
    return redirect(url_for(".show"), 303)


def _index(problem: str = "") -> str:
    session = db.session()
    return render(
        "process_designs/show.html", problem=problem, drafts=designs.listed(session, KIND), typed=request.form,
        live=library.listed(session, "process"),
    )  # fmt: skip


def _publish_page(design: Design) -> str:
    session = db.session()
    versions = library.versions(session, "process", design.key)
    old = library.body(session, versions[0].id) if versions else None
    content = design.body["xml"].encode()
    found = process_drawing.findings(session, design.key, design.body["xml"])
    problems = [("", each["message"]) for each in found if each["severity"] == "error"]
    what, at = trying.Tried(design.key, design.title, content, True, 0), access.now()
    every = request.args.get("starters") == "all"
    begun, posts = ([], 0) if problems else publishing.starting(session, what, at, every=every)
    scenarios = _scenarios(design)
    problems += [
        ("scenarios", _("走法“%(title)s”走得不一样：%(why)s", title=each.title, why=each.why))
        for each in scenarios if each.must and not each.ok
    ]  # fmt: skip
    differences = process_drawing.differences(old, content, design.key)
    return render(
        "process_designs/publish.html", design=design, versions=versions, parts=design_words.parts(),
        differences=differences, problems=problems, scenarios=scenarios, begun=begun, posts=posts, every=every,
        remarks=[each for each in found if each["severity"] != "error"],
        drawn=process_drawing.marked(design.body["xml"], differences),
        forms=publishing.form_drafts(session, content, design.key),
        renewed=renewed(session, content, versions[0] if versions else None), form_acts=design_words.form_acts(),
        right_words=design_words.rights(), kinds=design_words.kinds("en" if language() == "en" else "zh"),
        running=publishing.running(session, design.key, access.actor().root_unit_id),
    )  # fmt: skip


def _scenarios(design: Design, *, shipped: bool = True) -> list[publishing.Tested]:
    what = trying.Tried(design.key, design.title, design.body["xml"].encode(), True, 0)
    try:
        return publishing.tested(db.session(), what, access.now(), shipped=shipped)
    except InvalidDefinition:
        return []


def _given() -> dict[str, Any]:
    """Return the JSON a script sent: the text of a diagram, not too long, and the revision it was read at."""
    given = sent_json()
    if not isinstance(given, dict) or not isinstance(given.get("xml"), str) or len(given["xml"]) > _LARGEST:
        raise Invalid(why="xml")
    if not isinstance(given.get("revision", 0), int):
        raise Invalid(why="revision")
    return {"revision": 0, **given}
