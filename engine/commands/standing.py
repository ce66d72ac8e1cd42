"""What an operator sees of a running case: where its tokens stand, where one may be put, what its values are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import spiff
from engine.canonical import from_iso, parse
from engine.commands.rights import operates
from engine.errors import NotFound
from engine.history.diff import escape
from engine.model import Actor, Suspension
from engine.pins import bundle_of
from engine.records import suspension_of
from engine.spiff.names import task_id
from engine.step import LockedCase, facts_of
from engine.store import batches, hot
from engine.store.base import Session
from engine.store.history_reads import elements_entered

_NOWHERE = frozenset({"boundaryEvent"})


@dataclass(frozen=True, slots=True)
class Token:
    """A token that waits; task_id: None for what the outside does not see (a join, a signal)."""

    element_id: str
    name: str
    type: str
    task_id: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """An element a token may be put before; `reached`: the case has been there."""

    element_id: str
    name: str
    type: str
    reached: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """A case as an operator works on it; `values` are its leaves by JSON pointer."""

    case: LockedCase
    tokens: list[Token]
    places: list[Place]
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """A running case as the list of cases to operate on shows it."""

    id: str
    number: str | None
    title: str
    definition: str
    phase: str | None
    unit_name: str
    started_at: datetime
    suspension: Suspension | None


def operable_cases(session: Session, actor: Actor, *, query: str, limit: int) -> list[Found]:
    """Return running cases an operator may work on, newest first; no word: those suspended or stopped."""
    return [
        Found(
            row.id, row.number, row.title, row.definition, row.phase, row.unit_name, from_iso(row.started_at),
            suspension_of(row.suspension),
        )
        for row in batches.found(session, actor.root_unit_id, query, limit)
    ]  # fmt: skip


def operable(session: Session, case_id: str, actor: Actor) -> LockedCase:
    """Return a case the actor may operate on, without locking it; raises NotFound."""
    case = hot.read_case(session, case_id)
    if case is None or not operates(case, actor):
        raise NotFound(what="case", id=case_id)
    return case


def standing(session: Session, case_id: str, actor: Actor) -> Standing:
    """Return where a case stands and what may be done to it; raises NotFound for who may not operate on it."""
    case = operable(session, case_id, actor)
    program, values = bundle_of(session, case.pins).program, parse(case.values_json)
    tokens = []
    if case.state == "running":
        live = spiff.load(program, bytes(case.window), values, facts_of(case))
        for place in spiff.places(live):
            for token in place.tokens():
                element = token.task_spec.element
                inside = element.body is not None or (element.loop is not None and token.task_spec.loop_spec is None)
                if not inside:
                    shown = task_id(token) if token.kind is not None else None
                    tokens.append(Token(element.id, element.name or element.id, element.type, shown))
    entered = elements_entered(session, case.id)
    places = [
        Place(element.id, element.name or element.id, element.type, element.id in entered)
        for element in program.elements.values()
        if element.type not in _NOWHERE and not element.triggered and not element.compensates
    ]
    return Standing(case, tokens, places, dict(leaves(values)))


def leaves(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (JSON pointer, value) of everything that holds no further values."""
    if isinstance(value, dict) and value:
        for name, part in value.items():
            yield from leaves(part, f"{pointer}/{escape(str(name))}")
    elif isinstance(value, list) and value:
        for index, part in enumerate(value):
            yield from leaves(part, f"{pointer}/{index}")
    elif pointer:
        yield pointer, value
