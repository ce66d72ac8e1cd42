"""What an auditor asks of every case at once: questions in FEEL over what the engine recorded, and samples by lot.

A question is about one case and sees it as a context: see `described`. The platform brings some; others are rows of
the register `audit_questions`, where the deployment has one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from hashlib import sha256
from itertools import pairwise
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine.calendar import Calendar
from engine.feel import Budget, FeelError
from engine.feel import compile as compile_feel
from engine.history.traces import Activity, Trace

REGISTER = "audit_questions"
Described = tuple[Trace, Mapping[str, Any]]
_OPENS, _CLOSES = time(8), time(19)
_DAY_S = 24 * 3600
# Of one question over all cases together, some seconds of work; an ordinary one takes a few hundred for a case.
_OPERATIONS = 20_000_000


@dataclass(frozen=True)
class Question:
    """One question: `where` is FEEL over a case that answers true for the cases to look at."""

    key: str
    title: str | LazyString
    where: str
    own: bool = False


READY = (
    Question("late", _l("逾期办的"), "some step in steps satisfies step.late"),
    Question("returned", _l("同一步重办两次以上的"), "done_again >= 2"),
    Question("intervened", _l("运行管理动过的"), "count(interventions) > 0"),
    Question("edited", _l("改过内容的"), 'list contains(interventions, "values.edited")'),
    Question("beside", _l("没有照图走的"), "not(conforms)"),
    Question("same-hand", _l("同一个人接连办的"), "same_hand"),
    Question("off-hours", _l("下班时间办的"), "some step in steps satisfies step.off_hours"),
    Question("slow", _l("用了二十个工作日以上的"), "days > 20"),
)  # fmt: skip


def described(trace: Trace, calendar: Calendar, now: datetime) -> dict[str, Any]:
    """Return what a question sees of a case.

    number, process, version, state, unit, days (worked, to its end or now), conforms, interventions (kinds of events),
    same_hand (one person did a step and the next one of another name), done_again (how many times too many the step was
    done that was done most often), steps: [{name, element, unit, by_person, ended,
    hours (worked), late, off_hours}].
    """
    end = trace.ended_at or now
    return {
        "number": trace.number,
        "process": trace.definition,
        "version": trace.version,
        "state": trace.state,
        "unit": trace.unit_name,
        "days": calendar.between(trace.started_at, end).total_seconds() / _DAY_S,
        "conforms": trace.conforms,
        "interventions": [kind for _seq, kind in trace.interventions],
        "done_again": max(Counter(trace.variant).values(), default=1) - 1,
        "same_hand": _same_hand(trace.activities),
        "steps": [
            {
                "name": one.name,
                "element": one.element,
                "unit": one.unit_name,
                "by_person": one.by_person,
                "ended": one.ended,
                "hours": calendar.between(one.since, one.at).total_seconds() / 3600,
                "late": one.due_at is not None and one.at > one.due_at,
                "off_hours": one.by_person and _off_hours(one.at, calendar),
            }
            for one in trace.activities
        ],
    }


def ask(question: Question, cases: Iterable[Described], now: datetime) -> tuple[list[Trace], int]:
    """Return the cases a question is true for, in their order, and how many it could not be answered for.

    A question that takes too many steps is not answered for the cases that come last. Raises FeelError for one that
    is no FEEL.
    """
    asks, unanswered, left = compile_feel(question.where), 0, _OPERATIONS
    found = []
    for trace, context in cases:
        purse = Budget(min(Budget.operations, left))
        given = purse.operations
        try:
            answer = asks(context, now=now, budget=purse)
        except FeelError:
            answer = None
        left = max(0, left - given + purse.operations)
        if answer is True:
            found.append(trace)
        unanswered += answer is None
    return found, unanswered


def sample(traces: Sequence[Trace], size: int, seed: str) -> list[Trace]:
    """Draw cases by lot: those whose SHA-256 of seed and case id come first.

    Who knows the seed draws the same cases from the same list, whatever its order.
    """
    return sorted(traces, key=lambda trace: sha256(f"{seed}\n{trace.case_id}".encode()).digest())[:size]


def own_questions(rows: Iterable[Mapping[str, Any]]) -> list[Question]:
    """Return the questions a deployment keeps in its register: rows {key, title, where}."""
    return [
        Question(str(row["key"]), str(row["title"]), str(row["where"]), own=True)
        for row in rows
        if row.get("key") and row.get("title") and row.get("where")
    ]


def _same_hand(activities: Sequence[Activity]) -> bool:
    by_people = [one for one in activities if one.by_person and one.ended == "completed" and one.hand]
    return any(one.hand == after.hand and one.name != after.name for one, after in pairwise(by_people))


def _off_hours(at: datetime, calendar: Calendar) -> bool:
    local = at.astimezone(calendar.zone)
    return not calendar.is_working(local.date()) or not _OPENS <= local.time() < _CLOSES
