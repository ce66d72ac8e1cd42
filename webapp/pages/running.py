"""A published process and its running cases: when and where it starts, suspend it, carry cases over to a version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import commands, library, units
from engine.assignment import OPERATORS
from engine.commands import Batch, Line, Verdict
from engine.errors import CannotOperate, Invalid, NotFound, Refused
from engine.model import Definition, Unit
from engine.spiff.elements import Program
from engine.terms import Terms, terms_of
from forms.fields.dates import read_date
from webapp import access, db
from webapp.language import language
from webapp.pages.studio import KINDS_OF_STEP
from webapp.shell import render
from webapp.wording import say

blueprint = Blueprint("running", __name__)

keepers = access.holds("designer", *sorted(OPERATORS))
TRIED_AT_ONCE = 200  # While the page is awaited; more are tried by the worker.
SHOWN = 200
MOST_UNITS = 100
LEFT_OUT = "-"
_MAP = "m."


@dataclass(frozen=True)
class Choice:
    """One step of the old version with the steps of the new one it may go to."""

    line: Line
    kind: str
    options: list[tuple[str, str]]
    chosen: str
    may_drop: bool

    @property
    def renews(self) -> list[str]:
        """Say what the new version decides anew of tasks that wait here."""
        words = {"candidates": _("由谁办"), "due": _("期限")}
        return [words[what] for what in sorted(self.line.renews)]


@dataclass(frozen=True)
class Trial:
    """A dry run: which cases can be carried over, and why the others cannot."""

    verdicts: list[Verdict]

    @property
    def able(self) -> list[Verdict]:
        return [verdict for verdict in self.verdicts if not verdict.why]

    @property
    def unable(self) -> list[Verdict]:
        return [verdict for verdict in self.verdicts if verdict.why]


@blueprint.get("/studio/process/<key>/running")
@access.rule(keepers)
def show(key: str) -> str:
    """Show how many cases run on each version; with ?to= the plan to carry them over, with ?try=1 its dry run."""
    return _page(key, [])


@blueprint.post("/studio/process/<key>/running")
@access.rule(keepers)
def act(key: str) -> Response | tuple[str, int]:
    """Say when and where it starts (action=terms), suspend, resume, try a migration in the background or order it.

    What was tried by the worker is carried over by its order's id (trial); what the page tried is tried again.
    """
    action, reason = request.form.get("action"), request.form.get("reason", "").strip()[:500]
    person, session = access.actor(), db.session()
    if not library.versions(session, "process", key):
        raise NotFound
    try:
        batch = None
        if action == "terms":
            _set_terms(key)
            say(_("已记下，从现在起照此发起"))
        elif action == "suspend":
            running = request.form.get("running") == "1"
            batch = commands.suspend_definition(session, key, actor=person, reason=reason, running=running)
            say(_("已暂停，不再发起新的"))
        elif action == "resume":
            batch = commands.resume_definition(session, key, actor=person, reason=reason)
            say(_("已恢复，可以发起"))
        elif not request.form.get("to"):
            raise Invalid(why=_("请选换到哪一版"))
        elif action == "try":
            to, mapping = request.form["to"], _mapping(request.form)
            batch = commands.order_trial(session, key, to, mapping, actor=person)
            say(_("已开始试算，可以离开本页"))
        else:
            to, mapping = request.form["to"], _mapping(request.form)
            able = _able(key, to, mapping)
            batch = commands.order_migration(session, key, to, mapping, able, actor=person, reason=reason)
            say(_("已开始换版，可以离开本页"))
    except (Invalid, CannotOperate, Refused) as refusal:
        db.abandon()
        words = str(refusal.fields["why"]) if isinstance(refusal, Invalid) else refusal.message(language())
        return _page(key, [words]), 422
    where = url_for("running.show", key=key) if batch is None else url_for("running.order", id=batch)
    return redirect(where, 303)


@blueprint.get("/studio/order/<id>")
@access.rule(keepers)
def order(id: str) -> str:
    """Show how far an order about many cases is, and what became of each."""
    batch = commands.read_batch(db.session(), id)
    definition = library.current(db.session(), "process", batch.definition)
    versions = library.versions(db.session(), "process", batch.definition)
    to = next((version for version in versions if version.id == batch.body.get("artifact")), None)
    return render("studio/order.html", batch=batch, definition=definition, kind_words=_words_of(batch), to=to)


def _set_terms(key: str) -> None:
    """Take from, until and the units (one a line) from what was sent; raises Invalid in words."""
    days = {name: request.form.get(name, "").strip() for name in ("from", "until")}
    opens, closes = (read_date(text) if text else None for text in days.values())
    if (days["from"] and opens is None) or (days["until"] and closes is None):
        raise Invalid(why=_("日期写得不对，请写成 2026-01-31 这样"))
    lines = [line.strip() for line in request.form.get("units", "").splitlines() if line.strip()]
    if len(lines) > MOST_UNITS:
        raise Invalid(why=_("单位最多写 %(n)s 个；下面的单位不用写", n=MOST_UNITS))
    chosen = [_unit_of(line) for line in lines]
    commands.set_start_terms(
        db.session(), key, opens=opens, closes=closes, in_units=[unit.id for unit in chosen], actor=access.actor()
    )


def _unit_of(line: str) -> Unit:
    """Return the unit of a line: its code, maybe with its name behind, or its whole name; raises Invalid."""
    session = db.session()
    for text in (line, line.split()[0]):
        try:
            return units.unit(session, text)
        except NotFound:
            continue
    named = [unit for unit in units.search(session, line) if line in (unit.name, unit.short_name)]
    if len(named) != 1:
        why = (
            _("叫“%(name)s”的单位不止一个，请写单位代码", name=line)
            if named
            else _("没有“%(name)s”这个单位", name=line)
        )
        raise Invalid(why=why)
    return named[0]


def _able(key: str, to: str, mapping: dict[str, str | None]) -> list[str]:
    """Return the cases that the trial named, else a dry run of those a page tries, found can be carried over."""
    session = db.session()
    trial = request.form.get("trial", "")
    if trial:
        tried = commands.read_batch(session, trial)
        asked = (tried.kind, tried.definition, tried.body.get("artifact"), tried.body.get("mapping"))
        if asked != ("try", key, to, mapping) or tried.waiting:
            raise Invalid(why=_("请先试算完"))
        return commands.able_of_trial(session, trial)
    root = access.actor().root_unit_id
    found = commands.dry_run(session, key, to, mapping, root_unit_id=root, limit=TRIED_AT_ONCE + 1)
    if len(found) > TRIED_AT_ONCE:
        raise Invalid(why=_("请先试算完"))
    return [verdict.case_id for verdict in found if not verdict.why]


def _page(key: str, problems: list[str]) -> str:
    session, person = db.session(), access.actor()
    versions = library.versions(session, "process", key)
    if not versions:
        raise NotFound
    counts = commands.running_versions(session, key, person.root_unit_id)
    sent, terms = request.values, terms_of(session, [key]).get(key, Terms())
    to = next((version for version in versions if version.id == sent.get("to")), None)
    old = _old(versions, counts, to, sent.get("from", ""))
    mapping = _mapping(sent)
    choices, trial, too_many = [], None, 0
    if to is not None and old is not None:
        programs = [commands.program_of_version(session, key, version.id) for version in (old, to)]
        choices = _choices(programs[0], programs[1], mapping)
        concerned = sum(count for version, count in counts.items() if version != to.id)
        if sent.get("try") == "1" and concerned > TRIED_AT_ONCE:
            too_many = concerned
        elif sent.get("try") == "1":
            root = person.root_unit_id
            trial = Trial(commands.dry_run(session, key, to.id, mapping, root_unit_id=root, limit=TRIED_AT_ONCE))
    return render(
        "studio/running.html",
        definition=versions[0],
        versions=versions,
        counts=counts,
        total=sum(counts.values()),
        old=old,
        to=to,
        choices=[choice for choice in choices if choice.line.why or choice.chosen],
        same=[choice for choice in choices if not (choice.line.why or choice.chosen)],
        renewed=[choice for choice in choices if choice.renews],
        mapping=mapping,
        trial=trial,
        too_many=too_many,
        trials=commands.batches_of(session, key, "try", 3),
        shown=SHOWN,
        numbers={version.id: version.version for version in versions},
        orders=commands.batches_of(session, key, "migrate"),
        operates=any(person.holds(role, person.root_unit_id) for role in OPERATORS),
        problems=[("", problem) for problem in problems],
        terms=terms,
        places=[units.unit(session, unit_id) for unit_id in terms.units],
        typed=request.form if request.form.get("action") == "terms" else {},
        reason=request.form.get("reason", ""),
        words_of=_words_of,
    )


def _old(
    versions: list[Definition], counts: Mapping[str, int], to: Definition | None, wanted: str
) -> Definition | None:
    """Choose the version to plan from: the one asked for, else that with the most cases."""
    others = [version for version in versions if counts.get(version.id) and (to is None or version.id != to.id)]
    asked = next((version for version in others if version.id == wanted), None)
    return asked or max(others, key=lambda version: counts[version.id], default=None)


def _mapping(sent: Mapping[str, str]) -> dict[str, str | None]:
    return {
        name.removeprefix(_MAP): None if value == LEFT_OUT else value
        for name, value in sent.items()
        if name.startswith(_MAP) and value
    }


def _choices(old: Program, new: Program, mapping: Mapping[str, str | None]) -> list[Choice]:
    names = {element.id: element.name or element.id for element in new.elements.values()}
    found = []
    for line in commands.plan(old, new, mapping):
        options = [(key, names[key]) for key, element in new.elements.items() if element.type == line.kind]
        chosen = mapping.get(line.element_id, "")
        kind = str(KINDS_OF_STEP.get(line.kind, ""))
        drop = line.kind == "boundaryEvent"
        found.append(Choice(line, kind, options, LEFT_OUT if chosen is None else chosen, drop))
    return found


def _words_of(batch: Batch) -> str:
    return {"migrate": _("换版"), "try": _("试算"), "suspend": _("暂停"), "resume": _("恢复")}[batch.kind]
