"""What stands before a publication: scenarios that must go as they say; who would get the work of every starter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from engine import approvals, commands, designs, library, packs
from engine.designs import Design
from engine.errors import InvalidDefinition, NotFound, QingcheError
from engine.model import Definition
from engine.rehearsal import BadScenario, Play, Post, Stage, read_scenario, run_scenario
from engine.spiff import parse
from forms.designer import Change
from webapp import access, checks, db, designing, rehearsing, trying, wording
from webapp.language import language
from webapp.trying import Tried

_MOST_STEPS = 8
SHOWN_STARTERS = 12


@dataclass(frozen=True)
class Tested:
    """One scenario as it went with the new version; must: nothing is published while it goes otherwise."""

    title: str
    ok: bool
    why: str
    line: int | None
    must: bool


@dataclass(frozen=True)
class Given:
    """One step and who would get it; mark: empty (nobody holds it), self (the starter approves), stuck, or none."""

    step: str
    who: tuple[str, ...]
    mark: str = ""


@dataclass(frozen=True)
class Starting:
    """What would come of it when a post begins: the steps it gives out first; alike: other posts with the same."""

    post: Post
    given: tuple[Given, ...]
    alike: int = 0

    @property
    def marked(self) -> bool:
        return any(each.mark for each in self.given)


@dataclass(frozen=True)
class FormChange:
    """A form the process uses that has a draft of its own: what publishing that would change."""

    key: str
    title: str
    changes: list[Change] = field(default_factory=list)


def tested(session: Session, what: Tried, at: datetime, *, shipped: bool = True) -> list[Tested]:
    """Run the scenarios kept with a process, and those that ship with its pack on the pack's sample organisation.

    What was kept here must go as it says. What ships may be out of date on purpose: it is only told, if `shipped`.
    Raises InvalidDefinition where the draft cannot run at all.
    """
    stage = trying.stage_of(session, what, at)
    found = [_tested(stage, saved.title, saved.name, saved.text) for saved in trying.scenarios(session, what.key)]
    return found + (_shipped(session, what, at) if shipped else [])


def tested_together(session: Session, files: Sequence[approvals.File], at: datetime) -> list[Tested]:
    """Run the scenarios kept with the processes among these files, all of them being in force.

    Raises InvalidDefinition where the files cannot be published together.
    """
    laid = [one for one in packs.in_order(files) if one[0] not in ("scenario", "readme", "pack")]
    saved = [each for kind, key, _ in laid if kind == "process" for each in trying.scenarios(session, key)]
    if not saved:
        return []
    stage = Stage.of(session).with_drafts(laid, at=at, checks=checks.form_checks())
    return [_tested(stage, each.title, each.name, each.text) for each in saved]


def starting(session: Session, what: Tried, at: datetime, *, every: bool = False) -> tuple[list[Starting], int]:
    """Begin the process as every post that may, and tell who gets the first steps; returns how many posts there are.

    The steps are done with empty sample answers as far as that goes. every: all posts, not the first of each role only.
    Those with the same answer are told once.
    """
    stage = trying.stage_of(session, what, at)
    with stage.opened(at) as factory:
        posts = Play(factory).starters(what.key)
    found: list[Starting] = []
    for post in posts if every else _first_ones(posts):
        one = _begun(stage, what.key, post, at)
        same = next((n for n, other in enumerate(found) if _shape(other) == _shape(one)), None)
        if same is None:
            found.append(one)
        else:
            found[same] = replace(found[same], alike=found[same].alike + 1)
    return sorted(found, key=lambda one: not one.marked), len(posts)


def form_drafts(session: Session, content: bytes, key: str) -> list[FormChange]:
    """List the forms a process uses that have unpublished changes; none for a file that cannot be read."""
    program = parse(content, f"{key}.bpmn").processes.get(key)
    uses = program.forms if program else []
    used = {name.removesuffix(designing.SCHEMA) for use in uses for name in (use.schema, use.context) if name}
    heads = [head for head in designs.listed(session, "form") if head.key in used]
    return [
        FormChange(head.key, head.title, designing.changes(session, designs.read(session, "form", head.key)))
        for head in heads
    ]


def running(session: Session, key: str, root_unit_id: str) -> list[tuple[int, int]]:
    """Return (version, cases that run on it) of a process, newest first."""
    numbers = {version.id: version.version for version in library.versions(session, "process", key)}
    counted = commands.running_versions(session, key, root_unit_id)
    return sorted(((numbers[at], count) for at, count in counted.items() if at in numbers), reverse=True)


def _tested(stage: Stage, title: str, name: str, text: str) -> Tested:
    try:
        result = run_scenario(stage, read_scenario(text, name))
    except BadScenario as why:
        return Tested(title, False, why.message(language()), int(str(why.fields["line"])), True)
    return Tested(title, result.ok, result.why, result.line, True)


def _shipped(session: Session, what: Tried, at: datetime) -> list[Tested]:
    live = library.live(session, "process", what.key)
    if live is None or live.pack is None:
        return []
    try:
        files = rehearsing.scenario_files([live.pack])
        stage = rehearsing.sample_stage(live.pack).with_drafts([("process", what.key, what.xml)], at=at)
    except (NotFound, InvalidDefinition):
        return []
    found = []
    for file in files:
        scenario = rehearsing.read(file)
        if scenario.process == what.key:
            result = run_scenario(stage, scenario)
            found.append(Tested(result.title, result.ok, result.why, result.line, False))
    return found


def _first_ones(posts: list[Post]) -> list[Post]:
    """Take the first post of every role, then others up to what a page can wait for."""
    first = {post.role: post for post in reversed(posts)}
    chosen = list(first.values())
    return chosen + [post for post in posts if post not in chosen][: max(0, SHOWN_STARTERS - len(chosen))]


def _begun(stage: Stage, key: str, post: Post, at: datetime) -> Starting:
    given: dict[str, Given] = {}
    with stage.opened(at) as factory:
        play = Play(factory)
        try:
            play.begin(key, by=post.key)
            for _step in range(_MOST_STEPS):
                _note(play, post, given)
                turns = play.turns()
                if not turns:
                    break
                with _sample(play) as values_of:
                    values = values_of(turns[0])
                play.do(turns[0], values)
        except QingcheError as why:
            if not play.root_id:
                given["begin"] = Given(_("发起"), (why.message(language()),), "stuck")
        if play.root_id and not given and _is_stuck(play):
            told = play.stopped()
            given["stuck"] = Given(_("发起之后"), (str(told[0]["message"]) if told else _("没有下一步"),), "stuck")
    return Starting(post, tuple(given.values()))


def _note(play: Play, starter: Post, given: dict[str, Given]) -> None:
    programs = play.programs()
    for turn in play.turns():
        element = programs[turn.case.id].elements[turn.task.element_id]
        own = any(candidate.starter for candidate in element.candidates)
        mark = ""
        if turn.nobody:
            mark = "empty"
        elif not own and any(post.user_id == starter.user_id for post in turn.posts):
            mark = "self"
        who = tuple(dict.fromkeys(f"{post.unit_name} {post.name}" for post in turn.posts))
        if own:
            who = (_("发起人"),)
        given.setdefault(element.id, Given(turn.task.name, who, mark))


def _is_stuck(play: Play) -> bool:
    case, _values = play.case()
    return bool(play.stopped()) or (
        case.state == "running" and not play.turns() and play.next_due is None and not play.calls()
        and not play.waiting()
    )  # fmt: skip


@contextmanager
def _sample(play: Play) -> Iterator[Any]:
    """Give what fills a task's form in with nothing: the values its page begins with, and empty rows."""
    with play.factory() as session, db.played(session):

        def values_of(turn: Any) -> dict[str, Any]:
            post = turn.posts[0] if turn.posts else None
            if post is None:
                return {}
            sheet = trying.sheet(session, play, turn, post)
            if sheet.form is None:
                return {}
            return {key: value for key, value in sheet.form.sample().items() if value is not None}

        yield values_of


def _shape(one: Starting) -> tuple[Any, ...]:
    return (one.post.role, one.given)


def release(
    session: Session, files: Sequence[approvals.File], *, name: str, note: str = "", design: Design | None = None
) -> Definition | None:
    """Publish files together and tell it; where the organisation wants two, ask a second person and return None.

    Every publication of a designer comes through here. The draft it was drawn in goes when it is published.
    Raises InvalidDefinition.
    """
    person, by_forms = access.actor(), checks.form_checks()
    if current_app.config["PUBLISH_BY_TWO"]:
        approvals.ask(session, files, actor=person, name=name, note=note, checks=by_forms, design=design)
        wording.say(_("已提请发布：%(name)s，等另一个人同意", name=name))
        return None
    done = [
        library.publish(session, kind, key, content, actor=person, note=note, checks=by_forms)
        for kind, key, content in files
    ]
    if design is not None:
        designs.discard(session, design.kind, design.key)
    wording.say(_("已发布：%(name)s 第 %(n)s 版", name=done[0].name, n=done[0].version))
    return done[0]
