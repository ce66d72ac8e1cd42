"""What an operation would do to a case, without doing it: run in memory, nothing written, no lock kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine import spiff
from engine.canonical import canonical, parse
from engine.clock import clock_of
from engine.history.diff import ABSENT, Change, diff
from engine.pins import bundle_of
from engine.ports import live_ports
from engine.step import LockedCase, facts_of
from engine.store import one_case
from engine.store.base import Session


@dataclass(frozen=True, slots=True)
class Consequences:
    """What would come of it: names of steps that close and open, values that change, the state after it."""

    closes: list[str]
    opens: list[str]
    changes: list[Change]
    state: str


def preview(session: Session, case: LockedCase, kind: str, inputs: Mapping[str, Any]) -> Consequences:
    """Return what an operation (`engine.spiff.operate`) would do; raises what the command would raise."""
    bundle = bundle_of(session, case.pins)
    live = spiff.load(bundle.program, bytes(case.window), parse(case.values_json), facts_of(case))
    outcome = spiff.operate(live, kind, inputs, live_ports(session, bundle, clock_of(session).now()))
    names = {task.id: task.name or task.element_id for task in one_case.tasks_of(session, case.id, open_only=True)}
    closed = {closed.task_id for closed in outcome.closed}
    return Consequences(
        closes=[names[task_id] for task_id in names if task_id in closed],
        opens=[task.name or task.element_id for task in outcome.opened if task.id not in closed],
        changes=list(diff(parse(case.values_json), outcome.values)),
        state=outcome.state,
    )


def shown(value: Any) -> str:
    """Write a value of a change as JSON text; nothing for what was not there."""
    return "" if value is ABSENT else canonical(value)
