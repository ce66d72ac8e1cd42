"""What the outside is told of a task that begins to wait: who may do it, by when, with which form and values."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from engine import feel
from engine.feel.durations import YearMonthDuration, parse_duration
from engine.feel.temporal import add_months, parse_date, parse_date_time
from engine.spiff.elements import Candidate, Element, Timer
from engine.spiff.expressions import Expr
from engine.spiff.face import Kind, Opened
from engine.spiff.names import task_id
from engine.spiff.services import request_of
from engine.spiff.typed import to_json

if TYPE_CHECKING:
    from engine.spiff.scope import TaskView
    from engine.spiff.task import CaseTask


def opened(task: CaseTask, kind: Kind) -> Opened:
    """Evaluate everything a new task carries, once, with the values of this moment."""
    element: Element = task.task_spec.element
    view = task.workflow.top_workflow.view(task.scope)
    event = element.event
    return Opened(
        id=task_id(task),
        element_id=element.id,
        kind=kind,
        name=element.name,
        occurrence=task.occurrence,
        candidates=[c for each in element.candidates for c in candidates(each, view, element)],
        due_at=due(element.due, view),
        form=element.form,
        variable=element.variable,
        locals=task.scope.locals() if task.scope.outer is not None else {},
        called=called(task, view) if kind == "call" else None,
        timer_at=datetime.fromisoformat(task.due) if kind == "timer" and task.due else None,
        message={"name": event.name, "key": task.internal_data.get("key")} if kind == "message" and event else None,
        topic=(element.topic or element.id) if kind == "external" and element.service is None else None,
        service=request_of(element.service, view) if kind == "external" and element.service is not None else None,
    )


def candidates(candidate: Candidate, view: TaskView, element: Element) -> list[dict[str, str | None]]:
    """Return {"role", "unit"} or {"user"} entries; nobody at all is an evaluation failure."""
    if candidate.starter:
        return [{"user": view.case.get("starter")}]
    if candidate.user is not None:
        return [{"user": user} for user in texts(candidate.user, view)]
    if candidate.unit is None:
        return [{"role": candidate.role, "unit": None}]
    return [{"role": candidate.role, "unit": unit} for unit in texts(candidate.unit, view)]


def texts(expr: Expr, view: TaskView) -> list[str]:
    """Return the text or texts an expression gives; null, nothing and other kinds are evaluation failures."""
    value = expr.strict(view)
    found = value if isinstance(value, list) else [value]
    if not found or not all(isinstance(item, str) and item for item in found):
        raise expr.failed("expected a text or a list of texts")
    return found


def due(expr: Expr | None, view: TaskView) -> datetime | None:
    """Return the deadline; a date is due when that day ends in the unit's zone, null is no deadline."""
    if expr is None:
        return None
    value = expr.strict(view)
    if value is None:
        return None
    value = _from_text(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value + timedelta(days=1), time(), view.ports.zone).astimezone(UTC)
    return moment(value, expr, view)


def moment(value: Any, expr: Expr, view: TaskView) -> datetime:
    """Return the moment a date, a date and time or a duration from now names, in UTC."""
    value = _from_text(value)
    try:
        if isinstance(value, datetime):
            aware = value if value.tzinfo is not None else value.replace(tzinfo=view.ports.zone)
            return aware.astimezone(UTC)
        if isinstance(value, date):
            return datetime.combine(value, time(), view.ports.zone).astimezone(UTC)
        if isinstance(value, timedelta):
            return (view.now + value).astimezone(UTC)
        if isinstance(value, YearMonthDuration):
            local = view.now.astimezone(view.ports.zone)
            day = add_months(local.date(), value.months)
            return datetime.combine(day, local.timetz()).astimezone(UTC)
    except (OverflowError, ValueError, feel.FeelError) as why:
        raise expr.failed(str(why)) from why
    raise expr.failed("expected a date, a date and time or a duration")


def timer_at(timer: Timer, view: TaskView) -> datetime:
    """Return when a timer that is armed now fires (first)."""
    expr = timer.first or timer.every
    return moment(expr.strict(view), expr, view)


def _from_text(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    # A bare day first: as a moment it would be over at its beginning.
    return parse_duration(value) or parse_date(value) or parse_date_time(value) or value


def called(task: CaseTask, view: TaskView) -> dict[str, Any]:
    """Return {"process", "values", "unit"} for the child case of a call activity."""
    element: Element = task.task_spec.element
    values: dict[str, Any] = {}
    for name, expr in element.inputs:
        try:
            values[name] = to_json(expr.strict(view), view.ports.types.get(name))[0]
        except ValueError as why:
            raise expr.failed(str(why)) from why
    unit = texts(element.unit, view)[0] if element.unit is not None else None
    return {
        "process": element.called,
        "values": values if element.inputs else task.scope.visible(),
        "unit": unit,
    }
