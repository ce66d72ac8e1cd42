"""Turn stored columns into the records that are handed out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from engine.canonical import from_iso, iso, parse
from engine.clock import LOCAL_ZONE
from engine.model import Actor, Case, Suspension, Task
from engine.store.hot import LockedCase, LockedTask


def case_of(case: LockedCase) -> Case:
    """Return the record of a case from its row."""
    return _case_of(case, parse(case.facts), parse(case.pins))


def case_after(case: LockedCase, changed: Mapping[str, Any], facts: dict[str, Any], pins: dict[str, Any]) -> Case:
    """Return the record of a case from its row with the columns a step changed, and what of it is parsed already."""
    return _case_of(case._replace(**changed), facts, pins)


def _case_of(case: LockedCase, facts: dict[str, Any], pins: dict[str, Any]) -> Case:
    return Case(
        id=case.id,
        number=case.number,
        title=case.title,
        definition=case.definition,
        artifact_id=case.artifact_id,
        parent_case_id=case.parent_case_id,
        path=case.path,
        unit_id=case.unit_id,
        unit_path=case.unit_path,
        state=case.state,
        phase=case.phase,
        outcome=case.outcome,
        facts=facts,
        readers=None if case.readers is None else parse(case.readers),
        started_by=case.started_by,
        started_by_name=case.started_by_name,
        starter_unit_id=case.starter_unit_id,
        started_at=from_iso(case.started_at),
        updated_at=from_iso(case.updated_at),
        ended_at=moment(case.ended_at),
        due_at=moment(case.due_at),
        suspension=suspension_of(case.suspension),
        revision=case.revision,
        head_seq=case.head_seq,
        pins=pins,
    )


def task_of(task: LockedTask) -> Task:
    """Return the record of a task from its row."""
    return Task(
        id=task.id,
        case_id=task.case_id,
        element_id=task.element_id,
        name=task.name,
        kind=task.kind,
        state=task.state,
        form=None if task.form is None else parse(task.form),
        locals={} if task.locals is None else parse(task.locals),
        candidates=parse(task.candidates),
        holder_id=task.holder_id,
        holder_name=task.holder_name,
        held_at=moment(task.held_at),
        created_at=from_iso(task.created_at),
        due_at=moment(task.due_at),
        done_at=moment(task.done_at),
        done_by=task.done_by,
        done_by_name=task.done_by_name,
        child_case_id=task.child_case_id,
    )


def suspension_of(text: str | None) -> Suspension | None:
    """Read why a case or definition is suspended; None when it is not."""
    if text is None:
        return None
    told = parse(text)
    return Suspension(from_iso(told["at"]), told["by"], told["why"], told.get("source", ""))


def named(actor: Actor) -> str:
    """Return how an actor is shown: the post with its unit, once."""
    return (
        actor.name
        if not actor.unit_name or actor.name.startswith(actor.unit_name)
        else (f"{actor.unit_name} {actor.name}")
    )


def shown_title(title: str, readers: str | None) -> str:
    """Return a case's title for lists of those who may not read every case in them."""
    return title if readers is None else "（限制查看的一件）"


def moment(text: str | None) -> datetime | None:
    """Read a stored time that may be missing."""
    return None if text is None else from_iso(text)


def due_of(fact: Any) -> str | None:
    """Return the deadline a case's fact `due` states; a day ends at 24:00 where the deployment is.

    Anything that is neither a date nor a date and time with zone is no deadline.
    """
    if not isinstance(fact, str):
        return None
    try:
        if len(fact) == len("2026-11-23"):
            day_after = date.fromisoformat(fact) + timedelta(days=1)
            return iso(datetime.combine(day_after, time(), LOCAL_ZONE))
        at = datetime.fromisoformat(fact)
    except ValueError:
        return None
    return iso(at if at.tzinfo is not None else at.replace(tzinfo=LOCAL_ZONE))


def fact_text(fact: Any) -> str | None:
    """Return a fact that is shown as a word; other than text counts as none."""
    return fact[:200] if isinstance(fact, str) and fact else None
