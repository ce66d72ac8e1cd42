"""When a timer would fire if it were armed now: what a designer is shown beside the text."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from engine.calendar import AskedCalendar, Calendar
from engine.spiff.expressions import Expr, cycle, literal
from engine.spiff.face import Ports
from engine.spiff.opening import moment
from engine.spiff.scope import Scope, TaskView


def firings(
    kind: Literal["date", "duration", "cycle"], text: str, at: datetime, calendar: Calendar, *, most: int = 3
) -> list[datetime]:
    """List the next moments of a timer without values, in UTC; raises feel.FeelSyntaxError and EvaluationFailed."""
    repeats: int | None = 1
    begin: str | None = None
    parts = cycle(text) if kind == "cycle" else None
    if parts is not None:
        repeats, begin, text = parts
    elif kind == "cycle":
        repeats = None
    every = Expr(literal(text), "timer", "")
    first = Expr(literal(begin), "timer", "") if begin else every
    found: list[datetime] = []
    while len(found) < min(most, repeats or most):
        view = TaskView(Scope({}), Ports(now=found[-1] if found else at, calendar=AskedCalendar(lambda: calendar)), {})
        expr = every if found else first
        due = moment(expr.strict(view), expr, view)
        if found and due <= found[-1]:
            break
        found.append(due)
    return found
