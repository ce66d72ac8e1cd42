"""审计台: questions asked of every case at once, samples drawn by lot, and findings raised as cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import uuid4

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import library, registers
from engine.errors import Invalid, NotFound
from engine.feel import FeelError
from engine.feel import compile as compile_feel
from engine.history.traces import Trace, traces
from webapp import access, auditing, db, spreadsheet, wording
from webapp.auditing import Question
from webapp.figures import Period, periods
from webapp.pages.figures import period_names
from webapp.shell import render
from webapp.wording import say

blueprint = Blueprint("audit", __name__)
# More cases than this are not read for one page; a shorter span is asked for.
_MOST = 3000
_SHOWN = 100
_LARGEST_SAMPLE = 500
FINDING = "audit_finding"


@dataclass(frozen=True)
class Asked:
    """The cases a page is about: of one process or all (""), started in a span."""

    process: str
    period: Period
    cases: list[auditing.Described]

    @property
    def kept(self) -> dict[str, str]:
        """What an address carries on."""
        return {"process": self.process, "period": self.period.key}


@blueprint.get("/audit")
@access.rule(access.audits)
def show() -> str:
    """Count what every question finds in the cases of a span; write a question of one's own."""
    return _desk([])


@blueprint.post("/audit")
@access.rule(access.audits)
def keep() -> Response | tuple[str, int]:
    """Keep a question as a row of the register (action=keep: title, where), or retire one (action=drop: key)."""
    session, person = db.session(), access.actor()
    if _register() is None:
        raise NotFound(what="register", id=auditing.REGISTER)
    if request.form.get("action") == "drop":
        registers.retire_row(session, auditing.REGISTER, request.form.get("key", ""), actor=person, note=_("不再用"))
        say(_("已删去，原来的版本还查得到"))
        return redirect(url_for("audit.show"), 303)
    title, where = (request.form.get(name, "").strip() for name in ("title", "where"))
    problems = [] if title else [("title", _("请给这个问题起个名"))]
    try:
        compile_feel(where)
    except FeelError as error:
        problems.append(("where", _("条件写得不对：%(why)s", why=str(error))))
    if not problems:
        try:
            row = {"key": uuid4().hex[:12], "title": title, "where": where}
            registers.put_rows(session, auditing.REGISTER, [row], actor=person)
        except Invalid as refusal:
            problems.append(("title", str(refusal)))
    if problems:
        db.abandon()
        return _desk(problems), 422
    say(_("已存下，下次直接看"))
    return redirect(url_for("audit.show"), 303)


@blueprint.get("/audit/cases")
@access.rule(access.audits)
def cases() -> str | Response:
    """List the cases a question finds (?question=, ?where=); ?sample= draws by lot, ?format= takes it away."""
    asked = _asked()
    question = _question()
    try:
        found, unanswered = auditing.ask(question, asked.cases, access.now())
    except FeelError as error:
        return _desk([("where", _("条件写得不对：%(why)s", why=str(error)))])
    size = int(text) if (text := request.args.get("sample", "")).isdecimal() and len(text) < 5 else 0
    seed = request.args.get("seed", "").strip() or wording.local(access.now()).date().isoformat()
    drawn = auditing.sample(found, min(size, _LARGEST_SAMPLE), seed) if size else found
    if size:
        access.note_access(
            "sampled", what=question.where, seed=seed, rows=len(drawn), of=len(found), period=_span(asked.period),
            cases=[trace.case_id for trace in drawn],
        )  # fmt: skip
    form = request.args.get("format", "")
    if form in {"csv", "xlsx"}:
        return _taken_away(form, question, asked, drawn)
    return render(
        "audit/cases.html",
        asked=asked,
        question=question,
        found=found,
        drawn=drawn[:_SHOWN],
        size=size,
        seed=seed,
        unanswered=unanswered,
        shown=_SHOWN,
        finding=library.live(db.session(), "process", FINDING) is not None,
        kept={**asked.kept, **({"where": question.where} if question.own else {"question": question.key})},
    )


def _desk(problems: list[tuple[str, str]]) -> str:
    asked = _asked()
    counts: list[tuple[Question, int | None, int]] = []
    for question in _questions():
        try:
            found, unanswered = auditing.ask(question, asked.cases, access.now())
            counts.append((question, len(found), unanswered))
        except FeelError:
            counts.append((question, None, len(asked.cases)))
    return render(
        "audit/show.html",
        asked=asked,
        counts=counts,
        full=len(asked.cases) == _MOST,
        most=_MOST,
        processes=[("", _("所有流程")), *((one.key, one.name) for one in library.listed(db.session(), "process"))],
        periods=period_names(),
        keeps=_register() is not None,
        problems=problems,
        typed=request.values,
    )


def _asked() -> Asked:
    spans = periods(wording.local(access.now()).date())
    process = request.values.get("process", "")
    period = spans.get(request.values.get("period", ""), spans["twelve"])
    calendar, now = registers.working_days(db.session()), access.now()
    first = datetime.combine(period.first, time(), wording.zone())
    last = datetime.combine(period.last + timedelta(days=1), time(), wording.zone())
    found = traces(
        db.session(), access.actor().root_unit_id, definition=process or None, since=first, until=last, limit=_MOST
    )
    return Asked(process, period, [(trace, auditing.described(trace, calendar, now)) for trace in found])


def _question() -> Question:
    where = request.args.get("where", "").strip()
    if where:
        return Question("", _("自己写的条件"), where, own=True)
    key = request.args.get("question", "")
    found = next((question for question in _questions() if question.key == key), None)
    if found is None:
        raise NotFound(what="question", id=key)
    return found


def _questions() -> list[Question]:
    if _register() is None:
        return list(auditing.READY)
    rows = registers.search(db.session(), auditing.REGISTER, limit=200).items
    return [*auditing.READY, *auditing.own_questions(row.values for row in rows)]


def _register() -> object:
    return library.register_columns(db.session(), auditing.REGISTER)


def _taken_away(form: str, question: Question, asked: Asked, found: list[Trace]) -> Response:
    access.note_access(
        "export", what=f"audit:{question.where}", format=form, rows=len(found), period=_span(asked.period)
    )
    header = [_("编号"), _("流程"), _("单位"), _("发起"), _("办结"), _("状态"), _("走法")]
    rows = [
        [
            trace.number or trace.case_id,
            trace.definition,
            trace.unit_name,
            wording.local(trace.started_at).date().isoformat(),
            wording.local(trace.ended_at).date().isoformat() if trace.ended_at else None,
            trace.state,
            " → ".join(trace.variant),
        ]
        for trace in found
    ]
    return spreadsheet.respond(form, str(question.title), header, rows)


def _span(period: Period) -> str:
    return f"{period.first.isoformat()}–{period.last.isoformat()}"
