"""What a new version decides anew about tasks that wait already: who may do them, and by when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.spiff.elements import Element
from engine.spiff.expressions import Expr
from engine.spiff.face import Opened
from engine.spiff.live import Live
from engine.spiff.modify import places
from engine.spiff.names import task_id
from engine.spiff.opening import candidates, due

CANDIDATES, DUE = "candidates", "due"
_FOR_SOMEBODY = frozenset({"user", "manual", "external"})


@dataclass(frozen=True, slots=True)
class Renewed:
    """A waiting task with the candidates and the deadline of the new version; `what` of them are to be taken."""

    task: Opened
    what: frozenset[str]


def rules_that_differ(was: Element, now: Element) -> frozenset[str]:
    """Tell which rules two versions of a step state differently; what is written alike stays as it was decided."""
    found = set()
    if _people(was) != _people(now):
        found.add(CANDIDATES)
    if _text(was.due) != _text(now.due):
        found.add(DUE)
    return frozenset(found)


def renewed(live: Live, before: Mapping[str, Element]) -> list[Renewed]:
    """Evaluate, with the values as they are, the rules that differ from those of `before` (task id -> old element).

    To be called after a migration, in the same step. Raises EvaluationFailed.
    """
    found = []
    for place in places(live):
        for token in place.tokens():
            if token.kind not in _FOR_SOMEBODY or task_id(token) not in before:
                continue
            element: Element = token.task_spec.element
            what = rules_that_differ(before[task_id(token)], element)
            if not what:
                continue
            view = live.workflow.view(token.scope)
            moment = due(element.due, view) if DUE in what else None
            people: list[dict[str, str | None]] = []
            if CANDIDATES in what:
                people = [one for each in element.candidates for one in candidates(each, view, element)]
            task = Opened(
                task_id(token), element.id, token.kind, element.name, token.occurrence, people, {}, due_at=moment
            )
            found.append(Renewed(task, what))
    return found


def _people(element: Element) -> list[tuple[str | None, str | None, bool, str | None]]:
    return [(one.role, _text(one.unit), one.starter, _text(one.user)) for one in element.candidates]


def _text(expr: Expr | None) -> str | None:
    return None if expr is None else expr.text
