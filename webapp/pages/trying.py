"""试一试: a process played by one person in every role, in the real engine, on real posts; nothing comes of it."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, make_response, redirect, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

import forms
from engine import designs
from engine.errors import Invalid, InvalidDefinition, NotFound, QingcheError
from engine.rehearsal import Post, Turn, perform
from webapp import access, db, trying
from webapp.access import holds, rule
from webapp.assets import icons
from webapp.language import language
from webapp.reading import Part, part_of
from webapp.shell import render
from webapp.tasksheet import PREFIX, Sheet
from webapp.trying import Record, Run
from webapp.wording import say

blueprint = Blueprint("trying", __name__)

designers = holds("designer")
_LONGEST = 400


@blueprint.get("/studio/processes/<key>/try")
@rule(designers)
def show(key: str) -> Any:
    """Show how far the dry run has come; live=1 tries the version in force although there is a draft."""
    return _page(key, trying.record_of(db.session(), access.actor(), key))


@blueprint.post("/studio/processes/<key>/try")
@rule(designers)
@db.reads_first
def act(key: str) -> Any:
    """Do what the pressed button says; the steps are kept, what they come to is played again."""
    session, person = db.session(), access.actor()
    record = trying.record_of(session, person, key)
    action = request.form.get("action", "")
    if action == "begin":
        live = request.form.get("live") == "1"
        by, begun = request.form.get("by", ""), access.now().isoformat(timespec="minutes")
        return _kept(key, Record(by, begun, not live, []))
    if action == "restart":
        return _kept(key, Record())
    if action == "undo":
        record.steps = record.steps[: max(0, request.form.get("to", len(record.steps) - 1, type=int))]
        return _kept(key, record)
    what = trying.tried(session, key, live=not record.of_draft)
    with trying.played(session, what, record, access.now()) as run:
        if action == "save":
            title = request.form.get("title", "").strip()[:200] or what.title
            text = trying.as_scenario(run, title)
            trying.save_scenario(db.start_writing(), key, title, text, actor=person)
            say(_("已存成走法，以后每次发布都会跑一遍"))
            return redirect(url_for(".show", key=key), 303)
        if action == "drop":
            designs.discard(db.start_writing(), trying.SCENARIO, f"{key}/{request.form.get('name', '')}")
            return redirect(url_for(".show", key=key), 303)
        try:
            if action in ("clock", "message", "answer"):
                step, words = _asked(action)
            else:
                found = _filled(run)
                if isinstance(found, Sheetful):
                    return _render(key, run, problems=found.problems, open_as=found)
                step, words = found
            perform(run.play, step)
        except QingcheError as why:
            return _render(key, run, refused=why.message(language()))
        record.steps.append({"step": run.play.with_codes(step), "said": words})
    return _kept(key, record)


@blueprint.get("/studio/processes/<key>/try/scenario/<name>.yaml")
@rule(designers)
def download(key: str, name: str) -> Response:
    """Give a saved scenario as a file, for a pack's folder."""
    saved = next((each for each in trying.scenarios(db.session(), key) if each.name == name), None)
    if saved is None:
        raise NotFound(what="scenario", id=name)
    reply = make_response(saved.text)
    reply.headers["Content-Type"] = "application/yaml; charset=utf-8"
    reply.headers["Content-Disposition"] = f'attachment; filename="{name}.yaml"'
    return reply


class Sheetful:
    """A form that was sent and stays open: whose, what was typed, what is wrong with it."""

    def __init__(self, turn: Turn, post: Post, submission: forms.Submission | None) -> None:
        self.turn, self.post, self.submission = turn, post, submission
        self.problems: list[tuple[str, str]] = []


def _kept(key: str, record: Record) -> Any:
    if len(record.steps) > _LONGEST:
        raise Invalid(why=_("步数太多，请重新来过"))
    trying.keep(db.start_writing(), access.actor(), key, record)
    return redirect(url_for(".show", key=key), 303)


def _asked(action: str) -> tuple[dict[str, Any], str]:
    """Return the step a button other than a form's asks for, and the same in words."""
    sent = request.form
    if action == "clock":
        days = sent.get("days", "").strip()
        if days:
            if not (days.isdecimal() and 1 <= int(days) <= 3660):
                raise Invalid(why=_("天数要写 1 到 3660 的整数"))
            return {"clock": f"P{int(days)}D"}, _("过了 %(n)s 天", n=days)
        return {"clock": "next"}, _("时间走到下一个到期")
    if action == "message":
        step = {"message": sent.get("name", "").strip(), "values": _json(sent.get("values", ""), {})}
        if sent.get("key", "").strip():
            step["key"] = sent["key"].strip()
        return step, _("外面来了消息“%(name)s”", name=step["message"])
    status = sent.get("status", "200")
    step = {"answer": sent.get("element", ""), "status": int(status) if status.isdecimal() else 200}
    return {**step, "body": _json(sent.get("body", ""), None)}, _("替外部系统作答：%(what)s", what=step["answer"])


def _json(text: str, empty: Any) -> Any:
    if not text.strip():
        return empty
    try:
        return json.loads(text)
    except ValueError as why:
        raise Invalid(why=_('要写成 JSON，例如 {"ok": true}')) from why


def _filled(run: Run) -> tuple[dict[str, Any], str] | Sheetful:
    """Read the form that was sent as the task's page would; a Sheetful while it stays open."""
    turn, post = _chosen(run, request.form)
    if turn is None or post is None:
        raise NotFound(what="task", id=request.form.get("element", ""))
    stays = Sheetful(turn, post, None)
    with run.play.factory() as session, db.played(session):
        sheet = trying.sheet(session, run.play, turn, post)
        try:
            submission = sheet.read(request.form, request.files)
        except forms.ForbiddenWrite as error:
            raise Invalid(why=error.message(language())) from error
        stays.submission = submission
        steps = any(name.startswith("_step:") for name in request.form)
        if steps or (submission and (submission.problems or submission.action)):
            stays.problems = sheet.problems(submission) if submission and not submission.action else []
            return stays
        values = sheet.answers(sheet.numbered(submission))
    step = {"do": turn.task.element_id, "in": turn.unit, "by": post.key, "values": values}
    return step, trying.said(turn, post)


def _chosen(run: Run, sent: Any) -> tuple[Turn | None, Post | None]:
    """Find the task and the post an address or a form names; the first there is for an address that names none."""
    turns = run.play.turns()
    named = [t for t in turns if t.task.element_id == sent.get("element") and t.unit == sent.get("in", t.unit)]
    for turn in named:
        for post in turn.posts:
            if post.key == sent.get("by", post.key):
                return turn, post
    return None, None


def _page(key: str, record: Record) -> Any:
    session = db.session()
    live = not record.of_draft if record.by else request.args.get("live") == "1"
    what = trying.tried(session, key, live=live)
    try:
        with trying.played(session, what, record, access.now()) as run:
            return _render(key, run)
    except InvalidDefinition as why:
        problems = [("", str(each["message"])) for each in why.fields["errors"]]  # type: ignore[attr-defined]
        return render("trying/show.html", key=key, tried=what, wrong=problems, run=None), 200


def _render(
    key: str, run: Run, *, refused: str = "", problems: list[tuple[str, str]] | None = None,
    open_as: Sheetful | None = None,
) -> Any:  # fmt: skip
    turns = run.play.turns() if run.begun else []
    turn, post = (open_as.turn, open_as.post) if open_as else _chosen(run, request.args)
    page: dict[str, Any] = {
        "key": key, "tried": run.tried, "run": run, "wrong": [], "refused": refused, "problems": problems or [],
        "turns": turns, "turn": turn, "post": post, "clock": run.play.clock.now(),
        "saved": trying.scenarios(db.session(), key), "form": None,
    }  # fmt: skip
    if run.begun:
        page["drawn"], page["words"] = trying.drawn(run)
        page["case"], values = run.play.case()
        page["values"] = trying.shown_values(values)
        page["coverage"] = trying.reached(run).of(key)
        with run.play.factory() as session:
            page["starter"] = run.play.post(session, run.record.by)
        page["due"], page["calls"], page["stopped"] = run.play.next_due, run.play.calls(), run.play.stopped()
        if turn and post:
            page["form"] = _form(run, turn, post, open_as)
    else:
        page["starters"] = run.play.starters(key)
    answer = make_response(render("trying/show.html", **page))
    answer.status_code = 422 if refused or problems else 200
    return answer


def _form(run: Run, turn: Turn, post: Post, sent: Sheetful | None) -> dict[str, Any]:
    with run.play.factory() as session, db.played(session):
        sheet = trying.sheet(session, run.play, turn, post)
        typed = sent.submission.typed if sent and sent.submission else sheet.base
        found = sent.submission.problems if sent and sent.submission and not sent.submission.action else []
        html = ""
        if sheet.form is not None:
            html = sheet.form.page(typed, ports=sheet.ports, problems=found, prefix=PREFIX, icons=icons())
        return {
            "html": Markup(html),  # noqa: S704 - printed by forms, which escapes every value
            "help": (sheet.element.documentation if sheet.element else None) or "",
            "context": _context(sheet),
            "more_steps": "data-qc-more" in html,
        }


def _context(sheet: Sheet) -> Part | None:
    file = sheet.context
    if file is None:
        return None
    form = file.form((sheet.task.form or {}).get("context_view"))
    return part_of(file.title, form.summary(file.data(sheet.values), ports=sheet.ports), form.titles())
