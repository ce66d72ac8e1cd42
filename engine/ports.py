"""What a step asks from outside: registers as of the step, pinned decisions, or what was recorded for a replay."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from importlib import import_module
from typing import Any

from engine import registers
from engine.calendar import AskedCalendar
from engine.canonical import iso, parse
from engine.clock import LOCAL_ZONE
from engine.pins import Bundle
from engine.spiff.face import Answer, Ports
from engine.store import hot
from engine.store.base import Session


def live_ports(session: Session, bundle: Bundle, at: datetime) -> Ports:
    """Answer from the database as of `at`."""

    def lookup(register: str, key: str) -> dict[str, Any] | None:
        return _row(hot.register_row_at(session, register, key, iso(at)))

    calendar = AskedCalendar(lambda: registers.working_days(session, at=at))
    return Ports(now=at, lookup=lookup, decide=_decide(bundle, at, calendar), types=bundle.types, calendar=calendar)


def recorded_ports(
    session: Session,
    bundle: Bundle,
    at: datetime,
    lookups: Iterable[tuple[str, str, int | None]],
    workdays: Iterable[list[Any]],
) -> Ports:
    """Answer what an event recorded: the register rows of those versions, and what the calendar said.

    Answers rather than the calendar's version: what is a holiday also changes with the package that knows them.
    """
    versions = {(register, key): version for register, key, version in lookups}

    def lookup(register: str, key: str) -> dict[str, Any] | None:
        version = versions.get((register, key))
        return None if version is None else _row(hot.register_row_version(session, register, key, version))

    calendar = AskedCalendar(answers=workdays)
    return Ports(now=at, lookup=lookup, decide=_decide(bundle, at, calendar), types=bundle.types, calendar=calendar)


def _row(found: tuple[int, str] | None) -> dict[str, Any] | None:
    return None if found is None else {"version": found[0], "values": parse(found[1])}


def _decide(bundle: Bundle, at: datetime, calendar: AskedCalendar) -> Callable[[str, dict[str, Any]], Answer] | None:
    if not bundle.decisions:
        return None
    local = at.astimezone(LOCAL_ZONE)

    def decide(decision: str, context: dict[str, Any]) -> Answer:
        # Loaded by name: only cases with decisions pay for it.
        explain = import_module("engine.dmn").explain
        models = bundle.models[decision]
        found = explain(
            bundle.decisions[decision], decision, context, kind=None, models=models, now=local, calendar=calendar
        )
        # A table that no rule of matches is null and nothing is wrong; a null with a warning is an error's.
        why = found.warnings[0].message if found.value is None and found.warnings else None
        return Answer(found.value, found.to_json(), why)

    return decide
