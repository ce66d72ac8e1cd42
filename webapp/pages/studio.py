"""流程与表单发布: a designer uploads a file, sees what is wrong by line, publishes it, reads who published what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engine import library
from engine.checking import error
from engine.errors import Invalid, InvalidDefinition, NotFound
from webapp import checks, db, publishing
from webapp.access import holds, rule
from webapp.decisions import finding_place, finding_words
from webapp.shell import render

blueprint = Blueprint("studio", __name__)

designers = holds("designer")

KINDS = {
    "process": (_l("流程"), ".bpmn"),
    "decision": (_l("决策表"), ".dmn"),
    "form": (_l("表单"), ".schema.json"),
    "ui": (_l("表单界面"), ".ui.json"),
    "register": (_l("台账"), ".register.json"),
}


@dataclass(frozen=True)
class Finding:
    """One error of an upload with the line it stands on."""

    line: int | None
    element_id: str | None
    code: str
    message: str
    source: str


@blueprint.get("/studio")
@rule(designers)
def show() -> str:
    """List everything published, newest version of each, by kind."""
    return _page()


@blueprint.get("/studio/<any(process, decision, form, ui, register):kind>/<path:key>")
@rule(designers)
def artifact(kind: str, key: str) -> str:
    """Show every version of one artifact and who published it; ?version=n shows that version's text."""
    versions = library.versions(db.session(), kind, key)
    if not versions:
        raise NotFound
    wanted = request.args.get("version", type=int) or versions[0].version
    chosen = next((version for version in versions if version.version == wanted), None)
    if chosen is None:
        raise NotFound
    body = library.body(db.session(), chosen.id)
    shown = checks.source_text(body)
    return render(
        "studio/artifact.html",
        kind=kind,
        key=key,
        kinds=KINDS,
        versions=versions,
        chosen=chosen,
        source=shown,
        xml=shown if kind == "process" else None,
        steps=_steps(chosen.meta),
    )


@blueprint.post("/studio/process/<key>/<int:version>/restore")
@rule(designers)
def restore(key: str, version: int) -> Any:
    """Put an older version in force again, as a new publication with its reason; scenarios do not stand in the way."""
    session = db.session()
    reason = request.form.get("reason", "").strip()[:300]
    older = library.versions(session, "process", key)[1:]
    chosen = next((each for each in older if each.version == version), None)
    if chosen is None:
        raise NotFound
    if not reason:
        raise Invalid(why=_("请写为什么恢复"))
    note = _("恢复第 %(n)s 版：%(why)s", n=chosen.version, why=reason)
    done = publishing.release(
        session, [("process", key, library.body(session, chosen.id))], name=chosen.name, note=note
    )
    if done is None:
        return redirect(url_for("approvals.one", key=f"process/{key}"), 303)
    return redirect(url_for(".artifact", kind="process", key=key), 303)


@blueprint.get("/studio/file/<artifact_id>")
@rule(designers)
def source(artifact_id: str) -> Response:
    """Give a published file back, byte for byte."""
    found = library.artifact(db.session(), artifact_id)
    body = library.body(db.session(), artifact_id)
    suffix = KINDS[found.kind][1] if found.kind in KINDS and not found.key.endswith(KINDS[found.kind][1]) else ""
    response = Response(body, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.key + suffix)}"
    return response


@blueprint.post("/studio/upload")
@rule(designers)
def upload() -> Any:
    """Check an uploaded file and publish it; what is wrong is shown by line and nothing is published."""
    file = request.files.get("file")
    note = request.form.get("note", "").strip()
    name = (file.filename or "").rsplit("/", 1)[-1] if file else ""
    if file is None or not name:
        return _refused("", note, [Finding(None, None, "no-file", _("请先选一个文件"), "")])
    content = file.read()
    try:
        kind, key = library.kind_and_key(name, content)
        if kind == "pack":
            raise InvalidDefinition(name=key, errors=[error("unknown-kind", _("pack.toml 要和整个包一起导入"))])
        done = publishing.release(db.session(), [(kind, key, content)], name=name, note=note)
    except InvalidDefinition as why:
        found: list[dict[str, Any]] = why.fields["errors"]  # type: ignore[assignment]
        return _refused(name, note, [_finding(each, content) for each in found])
    if done is None:
        return redirect(url_for("approvals.one", key=f"{kind}/{key}"), 303)
    return redirect(url_for("studio.show"), 303)


def _refused(name: str, note: str, findings: list[Finding]) -> tuple[str, int]:
    db.abandon()
    return _page(name=name, note=note, findings=findings), 422


def _page(*, name: str = "", note: str = "", findings: list[Finding] | None = None) -> str:
    listed = library.listed(db.session())
    groups = [
        (kind, label, [entry for entry in listed if entry.kind == kind]) for kind, (label, _ending) in KINDS.items()
    ]
    # The look of a form is called by its file; people know it by the form's title.
    titles = {one.key.replace(".schema.json", ".ui.json"): one.name for one in listed if one.kind == "form"}
    return render(
        "studio/show.html", groups=groups, kinds=KINDS, name=name, note=note, findings=findings or [], titles=titles
    )


# What a kind of element does, in users' words; a kind without any is told by its name alone.
KINDS_OF_STEP = {
    "startEvent": _l("开始"),
    "endEvent": _l("结束"),
    "userTask": _l("人办"),
    "scriptTask": _l("自动算"),
    "businessRuleTask": _l("查表决定"),
    "callActivity": _l("转给下级办"),
    "exclusiveGateway": _l("按条件选一条"),
    "parallelGateway": _l("同时办"),
    "boundaryEvent": _l("到期或收到消息"),
}


def _steps(meta: dict[str, Any]) -> list[dict[str, str]]:
    """Return a process's elements in words, for phones and readers without the picture."""
    elements = meta.get("elements") or []
    return [
        {
            "text": str(element.get("name") or element.get("id")),
            "note": str(KINDS_OF_STEP.get(element.get("type", ""), "")),
        }
        for element in elements
        if isinstance(element, dict)
    ]


def _said(error: dict[str, Any]) -> str:
    place = finding_place(error)
    return f"{place}：{finding_words(error)}" if place else finding_words(error)


def _finding(error: dict[str, Any], content: bytes) -> Finding:
    line = error.get("line")
    lines = checks.source_text(content[:2_000_000]).splitlines()
    shown = lines[line - 1].strip()[:160] if isinstance(line, int) and 0 < line <= len(lines) else ""
    return Finding(line, error.get("element_id") or error.get("pointer"), str(error["code"]), _said(error), shown)
