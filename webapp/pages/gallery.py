"""流程库: the packs with their story and diagrams, a way to start from one, and packs as zip files out and in."""

from __future__ import annotations

import re
import tomllib
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engine import approvals, designs, library, packed, packs
from engine.canonical import sha256_hex
from engine.errors import InvalidDefinition, NotFound
from engine.model import Definition
from engine.packs import Line, Piece
from webapp import access, checks, db, designing, packing, publishing
from webapp.access import holds, rule
from webapp.language import language
from webapp.shell import render
from webapp.wording import say

blueprint = Blueprint("gallery", __name__)

designers = holds("designer")
KIND = "pack"
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,40}")
STATES = {
    "new-here": (_l("新的"), "teal"), "changed-here": (_l("改过"), "teal"), "same": (_l("一样"), "grey"),
    "conflict": (_l("冲突：两边都改了"), "red"), "changed-there": (_l("这里的更新，不动"), "grey"),
    "new-there": (_l("只有这里有，不动"), "grey"), "gone-here": (_l("包里没有了，不动"), "grey"),
    "gone-there": (_l("这里没有"), "teal"),
}  # fmt: skip


@dataclass(frozen=True)
class Shelf:
    """One pack: what it says of itself, and its processes."""

    key: str
    title: str
    story: str
    processes: list[Definition]


@blueprint.get("/studio/gallery")
@rule(designers)
def show() -> str:
    """List the packs with the story and the processes of each."""
    return _page()


@blueprint.get("/studio/gallery/<key>")
@rule(designers)
def process(key: str) -> str:
    """Show one process: its story, its diagram, the forms it uses, and a way to start from it."""
    found = library.live(db.session(), "process", key)
    if found is None:
        raise NotFound
    return _process(found)


@blueprint.post("/studio/gallery/<key>")
@rule(designers)
def begin(key: str) -> Any:
    """Begin working copies of a process and its forms under new names."""
    session, found = db.session(), library.live(db.session(), "process", key)
    if found is None:
        raise NotFound
    wanted, name = request.form.get("key", "").strip(), request.form.get("name", "").strip()[:200]
    if not _KEY.fullmatch(wanted):
        return _process(found, problem=_("英文名要以字母开头，只用字母、数字和横线")), 422
    if designing.is_address("/studio/processes", wanted):
        return _process(found, problem=_("“%(key)s”是系统自己用的词，请换一个", key=wanted)), 422
    if library.live(session, "process", wanted) is not None:
        return _process(found, problem=_("“%(key)s”已经有了，请换一个", key=wanted)), 409
    try:
        made = packing.start_from(session, found, wanted, name or wanted, actor=access.actor())
    except designs.AlreadyThere as taken:
        db.abandon()
        return _process(found, problem=taken.message(language())), 409
    say(_("已建成草稿：一个流程，%(n)s 张表单", n=made))
    return redirect(url_for("process_designs.draw", key=wanted), 303)


@blueprint.get("/studio/pack/<pack>.zip")
@rule(designers)
def export(pack: str) -> Response:
    """Give a pack as one zip file."""
    pieces = packs.published(db.session(), pack)
    if not pieces:
        raise NotFound
    response = Response(packed.write_zip(pack, pieces), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{pack}.zip"'
    return response


@blueprint.post("/studio/pack")
@rule(designers)
def upload() -> Any:
    """Take a zip in as a proposal; nothing is published yet."""
    file = request.files.get("file")
    content = file.stream.read(packed.MAX_ZIP_BYTES + 1) if file else b""
    if file is None or not file.filename or not content:
        return _page(problems=[_("请先选一个文件")]), 422
    try:
        pack, pieces, _synced = packed.read_zip(content, file.filename)
    except InvalidDefinition as refusal:
        return _page(problems=_words(refusal)), 422
    if not _KEY.fullmatch(pack) or not pieces:
        return _page(problems=[_("这个压缩包里没有能用的文件，或者包名不对")]), 422
    session = db.session()
    designs.discard(session, KIND, pack)
    body = {"zip": b64encode(content).decode()}
    made = designs.create(session, KIND, pack, title=pack, body=body, actor=access.actor(), based_on={})
    if current_app.config["PUBLISH_BY_TWO"]:
        differing = [one.here for one in _lines(made) if one.here and one.state != "same"]
        approvals.record(session, "publication-asked", access.actor(), _files(differing), note="", pack=pack)
    return redirect(url_for(".proposal", pack=pack), 303)


@blueprint.get("/studio/pack/<pack>")
@rule(designers)
def proposal(pack: str) -> str:
    """Show what an uploaded zip would change: new, changed, the same, in conflict."""
    return _proposal(pack, [])


@blueprint.post("/studio/pack/<pack>")
@rule(designers)
@db.reads_first
def publish(pack: str) -> Any:
    """Publish what is new or changed in the zip, all or nothing; conflicts only where they were ticked.

    A scenario kept with one of its processes that goes otherwise is told, and nothing is published.
    """
    if request.form.get("action") == "discard":
        _discard(pack)
        return redirect(url_for(".show"), 303)
    design, person = designs.read(db.session(), KIND, pack), access.actor()
    given = _taken(design)
    try:
        tested = publishing.tested_together(db.session(), given, access.now())
    except InvalidDefinition as refusal:
        return _proposal(pack, _words(refusal)), 422
    failed = [_("走法“%(title)s”走得不一样：%(why)s", title=each.title, why=each.why) for each in tested if not each.ok]
    if failed:
        return _proposal(pack, failed), 422
    session = db.start_writing()
    design = designs.read(session, KIND, pack)
    if request.form.get("digest") != _digest(design) or given != _taken(design):
        raise designs.Overtaken(who=design.saved_by_name, at="")
    if current_app.config["PUBLISH_BY_TWO"] and design.saved_by in (person.user_id, person.on_behalf_of):
        db.abandon()
        return _proposal(pack, [approvals.SamePerson(name=pack).message(language())]), 422
    note = request.form.get("note", "").strip()[:300]
    if current_app.config["PUBLISH_BY_TWO"]:
        approvals.record(session, "publication-approved", person, given, asked_by=design.saved_by, pack=pack)
        note = f"{note}（{design.saved_by_name}提出）"
    try:
        packs.publish_all(session, pack, given, actor=person, note=note, checks=checks.form_checks())
    except InvalidDefinition as refusal:
        db.abandon()
        return _proposal(pack, _words(refusal)), 422
    designs.discard(session, KIND, pack)
    say(_("已发布 %(n)s 个文件", n=len(given)))
    return redirect(url_for(".show"), 303)


_TAKEN = ("new-here", "changed-here", "gone-there")


def _discard(pack: str) -> None:
    session = db.start_writing()
    design = designs.read(session, KIND, pack)
    if current_app.config["PUBLISH_BY_TWO"]:
        differing = _files(one.here for one in _lines(design) if one.here and one.state != "same")
        told = {"asked_by": design.saved_by, "reason": _("不导入了"), "pack": pack}
        approvals.record(session, "publication-refused", access.actor(), differing, **told)
    designs.discard(session, KIND, pack)


def _taken(design: designs.Design) -> list[approvals.File]:
    """Return the files to publish: new and changed ones, and those in conflict that were ticked."""
    ticked = set(request.form.getlist("take"))
    return _files(one.here for one in _lines(design) if one.here and (one.state in _TAKEN or _take(one) in ticked))


def _files(pieces: Iterable[Piece]) -> list[approvals.File]:
    return [(piece.kind, piece.key, piece.content) for piece in pieces]


def _lines(design: designs.Design) -> list[Line]:
    _pack, pieces, synced = packed.read_zip(b64decode(design.body["zip"]), design.key)
    return packs.compare(pieces, packs.published(db.session(), design.key), synced)


def _digest(design: designs.Design) -> str:
    """Tell this zip from another put in its place: what was sent, not when, is what somebody read."""
    return sha256_hex(design.body["zip"].encode())


def _take(line: Line) -> str:
    """Name a conflict with the version it was shown against: a tick does not count for a later one."""
    return f"{line.kind}:{line.key}:{line.there.sha256 if line.there else ''}"


def _proposal(pack: str, problems: list[str]) -> str:
    design = designs.read(db.session(), KIND, pack)
    lines = _lines(design)
    return render(
        "studio/proposal.html", design=design, lines=lines, states=STATES, take=_take, problems=problems,
        digest=_digest(design),
        changes=sum(line.state in _TAKEN for line in lines),
    )  # fmt: skip


def _page(problems: list[str] | None = None) -> str:
    session = db.session()
    waiting = designs.listed(session, KIND)
    return render("studio/gallery.html", shelves=_shelves(), waiting=waiting, problems=problems or [])


def _shelves() -> list[Shelf]:
    session = db.session()
    listed = library.listed(session, "process")
    shelves = []
    for pack in packs.names(session):
        toml = tomllib.loads(library.pack_file(session, pack).decode("utf-8-sig") or "")
        title = toml.get("title_en") if language() == "en" else None
        mine = [one for one in listed if one.pack == pack]
        shelves.append(Shelf(pack, str(title or toml.get("title") or pack), str(toml.get("summary") or ""), mine))
    loose = [one for one in listed if one.pack is None]
    return shelves + ([Shelf("", _("不在包里的"), "", loose)] if loose else [])


def _process(found: Definition, problem: str = "") -> str:
    session = db.session()
    return render(
        "studio/gallery_process.html",
        definition=found,
        xml=checks.source_text(library.body(session, found.id)),
        steps=[{"text": one["name"], "note": ""} for one in found.meta["elements"] if one["type"] == "userTask"],
        forms=packing.forms_of(session, found),
        problem=problem,
        typed=request.form,
    )


def _words(refusal: InvalidDefinition) -> list[str]:
    found: list[dict[str, Any]] = refusal.fields["errors"]  # type: ignore[assignment]
    return [f"{refusal.fields['name']}：{one['message']}" for one in found[:20]]
