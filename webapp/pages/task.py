"""One task: the page a person fills in, and the posts that save, submit, claim or give it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, make_response, redirect, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

import forms
from engine import commands
from engine.assignment import usable_candidate
from engine.errors import Invalid, Refused, Stale, TaskGone, TaskHeld
from engine.model import Completion, Task
from webapp import access, db, looks
from webapp.assets import icons
from webapp.clarities import Card, card_of, without_card
from webapp.formfiles import Sight, forms_of
from webapp.language import language
from webapp.reading import Part, part_of
from webapp.shell import render
from webapp.tasksheet import FOR_PEOPLE, PREFIX, Sheet
from webapp.uploads import listed
from webapp.verdict import Verdict, verdict_of
from webapp.wording import day, deadline, moment, say

blueprint = Blueprint("task", __name__)

# A form with more fields than this stands below what it is about, not beside it.
_MOST_BESIDE = 8


@dataclass(frozen=True)
class Notice:
    """A banner above the form."""

    tone: str
    icon: str
    title: str
    text: str = ""


@blueprint.get("/task/<id>")
@access.rule(access.signed_in)
def show(id: str) -> Response:
    """Show a task to those who may do it; who may only read the case is sent there."""
    sheet = access.task_for(id)
    if not sheet.is_open or (sheet.used is None and not sheet.is_mine):
        access.case_for(sheet.case.id)
        return redirect(url_for("case.show", id=sheet.case.id))
    draft = commands.read_draft(db.session(), id, actor=sheet.person)
    return _page(sheet, sheet.typed_from(draft), is_draft=draft is not None)


@blueprint.post("/task/<id>")
@access.rule(access.signed_in)
def act(id: str) -> Response:
    """Do what the pressed button says: action=save, submit, claim, release, or a button of a table's row."""
    action = request.form.get("action")
    if action in ("claim", "release"):
        return _hold(id, action)
    sheet = access.task_for_writing(id)
    # Going on to the next step of a form keeps what was typed, as saving does.
    steps = any(key.startswith("_step:") for key in request.form)
    if action not in ("submit", "save") and not steps:
        # Only the page changes: give the lock back before the form is read and printed.
        db.abandon()
    try:
        submission = sheet.read(request.form, request.files)
    except forms.ForbiddenWrite as error:
        access.note_access("refused", path=request.path, rule="form view")
        raise Invalid(why=error.message(language())) from error
    typed = submission.typed if submission else {}
    try:
        if action == "save":
            return _save(sheet, submission)
        if steps and sheet.may_act and submission and submission.action:
            if submission.problems:
                db.abandon()
            else:
                commands.save_draft(db.session(), id, sheet.draft_of(submission), actor=sheet.person)
            return _page(sheet, typed, problems=submission)
        if action != "submit" or (submission and submission.action):
            db.abandon()
            return _page(sheet, typed, problems=submission if submission and submission.problems else None)
        if submission and submission.problems:
            db.abandon()
            return _page(sheet, typed, problems=submission)
        done = commands.complete_task(db.session(), id, sheet.answers(sheet.numbered(submission)), actor=sheet.person)
    except (TaskGone, TaskHeld, Stale) as error:
        return _late(sheet, error, typed)
    return _after(sheet, done)


def _hold(id: str, action: str) -> Response:
    person = access.actor()
    try:
        if action == "claim":
            commands.claim(db.session(), id, actor=person)
            say(_("已领取，由您来办"))
            return redirect(url_for("task.show", id=id), 303)
        commands.release(db.session(), id, actor=person)
        say(_("已放回，同岗的人可以领取"))
        return redirect(url_for("inbox.show", box="claimable"), 303)
    except (TaskGone, TaskHeld) as error:
        return _late(access.task_for_writing(id), error, {})


def _save(sheet: Sheet, submission: forms.Submission | None) -> Response:
    commands.save_draft(db.session(), sheet.task.id, sheet.draft_of(submission), actor=sheet.person)
    say(_("已存草稿，还没有提交"))
    return redirect(url_for("task.show", id=sheet.task.id), 303)


def _after(sheet: Sheet, done: Completion) -> Response:
    mine = _next_of(sheet, done.opened)
    if done.case.state != "running":
        said = _("已提交，这件事到此为止：%(state)s", state=looks.state_name(done.case))
        if done.case.outcome in (None, "done"):
            said = _("已提交，这件事办完了")
    elif mine is not None:
        said = _("已提交，接着请办“%(step)s”", step=mine.name)
    else:
        names = "、".join(dict.fromkeys(task.name for task in done.opened if task.kind in (*FOR_PEOPLE, "call")))
        said = _("已提交，下一步：%(step)s", step=names) if names else _("已提交“%(step)s”", step=sheet.task.name)
    say(said, link=url_for("case.show", id=sheet.case.id) if mine else None)
    if mine is not None:
        return redirect(url_for("task.show", id=mine.id), 303)
    return redirect(url_for("case.show", id=sheet.case.id), 303)


def _next_of(sheet: Sheet, opened: Sequence[Task]) -> Task | None:
    """Return the task the same person goes on with: named to them, or theirs by the same grant."""
    own = [task for task in opened if task.kind in FOR_PEOPLE and usable_candidate(task.candidates, sheet.person)]
    return own[0] if own else None


def _late(sheet: Sheet, error: Refused, typed: Mapping[str, Any]) -> Response:
    """Say that somebody was faster, and give back what was typed. Who may not read the case learns nothing."""
    db.abandon()
    said = sheet.said(typed)
    reply = make_response(
        render(
            "task/late.html",
            title=looks.title_of(sheet.case),
            task_name=sheet.task.name,
            number=looks.number_of(sheet.case),
            words=_words_of(sheet, error),
            typed=said,
            case_href=url_for("case.show", id=sheet.case.id),
        )
    )
    reply.status_code = 409
    return reply


def _words_of(sheet: Sheet, error: Refused) -> str:
    at = error.fields.get("at")
    told = {**error.fields, "at": moment(at) if at is not None else ""}  # type: ignore[arg-type]
    if isinstance(error, TaskGone) and error.fields.get("what") == "cancelled":
        return _("这一步 %(at)s 起不用办了", at=told["at"])
    if isinstance(error, TaskGone) and sheet.task.done_by == sheet.person.user_id:
        told["by"] = _("您")
    return type(error)(**told).message(language())


def _page(
    sheet: Sheet, typed: Mapping[str, Any], *, problems: forms.Submission | None = None, is_draft: bool = False
) -> Response:
    case, task = sheet.case, sheet.task
    found = problems.problems if problems else []
    fields = ""
    if sheet.form is not None:
        fields = sheet.form.page(
            typed, ports=sheet.ports, problems=found, readonly=not sheet.may_act, prefix=PREFIX, icons=icons()
        )
    card, context = _context(sheet)
    submit_words = (sheet.file.ui.get("ui:submitButtonOptions") or {}).get("submitText") if sheet.file else None
    page = {
        "task_name": task.name,
        "title": looks.title_of(case),
        "number": looks.number_of(case),
        "state": looks.state_name(case),
        "list_key": looks.list_key(case),
        "deadline": deadline(task.due_at),
        "from_words": _from_words(sheet),
        "help": (sheet.element.documentation if sheet.element else None) or "",
        "notice": _notice(sheet, is_draft=is_draft),
        "verdict": _verdict(sheet),
        "card": card,
        "context": context,
        "uploads": listed(sheet.attached),
        # Tables and long forms need the whole width; a decision stands beside what it is about.
        "wide": not (card or context or sheet.attached)
        or "data-qc-array" in fields
        or fields.count('class="form-label') > _MOST_BESIDE,
        "fields": Markup(fields),  # noqa: S704 - printed by forms, which escapes every value
        "problems": sheet.problems(problems) if problems else [],
        "action": url_for("task.act", id=task.id),
        "case_href": url_for("case.show", id=case.id) if case.number or case.parent_case_id else None,
        "may_submit": sheet.may_act,
        "may_save": sheet.may_act and sheet.form is not None,
        "may_claim": sheet.may_act and not sheet.is_mine and sheet.is_shared,
        "may_release": sheet.is_mine and sheet.is_shared and sheet.case.suspension is None,
        "more_steps": "data-qc-more" in fields,
        "transfer_href": url_for("hand_over.show", id=task.id) if sheet.may_act and sheet.is_shared else None,
        "submit_words": submit_words or _("提交"),
        "advice": _("提交后不能撤回。") if sheet.may_act else "",
    }
    reply = make_response(render("task/show.html", page=page, place="inbox"))
    reply.status_code = 422 if found else 200
    return reply


def _from_words(sheet: Sheet) -> str:
    """Say who started the case and when, and where it was sent: the steps of all villages look alike."""
    case = sheet.case
    said = _("%(who)s · %(day)s 发起", who=_starter(sheet), day=day(case.started_at))
    if case.unit_id == case.starter_unit_id:
        return said
    sent_to = _("派到 %(unit)s", unit=sheet.ports.unit_label(case.unit_id) or "")
    return f"{said} · {sent_to}"


def _starter(sheet: Sheet) -> str:
    case = sheet.case
    unit = sheet.ports.unit_label(case.starter_unit_id) or ""
    return looks.post_of(case.started_by_name, unit)


def _context(sheet: Sheet) -> tuple[Card | None, list[Part]]:
    """Return what the task is about: the form it names to be read, and the card, which may be another form's."""
    file = sheet.context
    if file is None:
        return None, []
    form = file.form((sheet.task.form or {}).get("context_view"))
    lines = form.summary(file.data(sheet.values), ports=sheet.ports)
    card = card_of(file.ui, lines, sheet.values)
    part = part_of(file.title, without_card(file.ui, lines) if card else lines, form.titles())
    return card or _card_of_others(sheet), [part] if part else []


def _card_of_others(sheet: Sheet) -> Card | None:
    """Return the card of a form this task does not name, from what every view of it shows."""
    everybody = Sight(everything=False)
    for file in forms_of(db.session(), sheet.case.pins, sheet.program):
        if "qc:card" not in file.ui or (sheet.file and file.schema_name == sheet.file.schema_name):
            continue
        lines = file.form().summary(file.data(sheet.values), ports=sheet.ports)
        return card_of(file.ui, [line for line in lines if everybody.sees(file, line[2])], sheet.values)
    return None


def _notice(sheet: Sheet, *, is_draft: bool) -> Notice | None:
    task = sheet.task
    pause = sheet.case.suspension
    if pause is not None:
        words = _("%(who)s %(at)s 起暂停了这件事", who=pause.by, at=moment(pause.at))
        return Notice("grey", "pause-fill", words, _("原因：%(why)s。恢复后接着办，您存的草稿还在。", why=pause.why))
    if task.holder_id is not None and not sheet.is_mine:
        who, at = task.holder_name or _("同岗的人"), moment(task.held_at)
        words = _("%(who)s %(at)s 领取了这一步", who=who, at=at)
        return Notice("grey", "person", words, _("您可以看，由领取的人提交。"))
    if sheet.person.on_behalf_of is not None:
        return Notice("teal", "people", _("您在代%(who)s办这一步", who=sheet.person.on_behalf_name))
    if is_draft:
        return Notice("teal", "info-circle-fill", _("这里是您存的草稿，还没有提交"))
    return None


def _verdict(sheet: Sheet) -> Verdict | None:
    """The gate's verdict, beside a form that is about the list the matter is on."""
    read = [file for file in (sheet.file, sheet.context) if file]
    about_lists = any(looks.LIST_FACT in file.schema.get("properties", {}) for file in read)
    return verdict_of(sheet.values, _list_href(sheet)) if about_lists else None


def _list_href(sheet: Sheet) -> str | None:
    key = sheet.values.get("matter")
    if not isinstance(key, str) or not access.may_open("register.row"):
        return None
    return url_for("register.row", name="matters", key=key)
