"""Erase a value of a case that has ended, for a reason and on a legal basis; what proves the rest stays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.assignment import may_erase
from engine.attachments import files_in
from engine.canonical import canonical, iso, parse
from engine.clock import now
from engine.commands.legal_holds import refuse_if_held
from engine.commands.rights import required
from engine.errors import CannotOperate, NotFound
from engine.model import Actor
from engine.step import lock_case, note_event
from engine.store import erasing
from engine.store.base import Session
from engine.store.history_reads import CASE_PREFIX, every_value

GONE = "（已依法删除）"
# A text so long is found wherever it stands in what was handed in; a shorter one only under its own name.
_TELLING = 4


def erase_value(session: Session, case_id: str, pointer: str, *, actor: Actor, reason: str, basis: str) -> int:
    """Erase every value a field had: beside events, in inputs and decisions, in values, title, facts and files.

    Only their salted hashes stay. What an event recorded as one value is erased as one: a sub-form that appeared whole
    goes whole from that event. Copies in other fields and other cases are not looked for. Returns how many values
    went. Raises NotFound (no such case, or not this actor's right), Invalid (no reason or basis), CannotOperate (the
    case runs or is under a hold, or there is nothing there).
    """
    why, law = required(reason), required(basis)
    case = lock_case(session, case_id)
    if not may_erase(actor, root_unit_id=case.root_unit_id):
        raise NotFound(what="case", id=case_id)
    if case.state == "running":
        raise CannotOperate(why="这件事还在办，办结后才能删除")
    refuse_if_held(session, case_id)
    stream, path = CASE_PREFIX + case_id, _path(pointer)
    rows = [row for row in every_value(session, stream, 1, case.head_seq) if row.erased_at is None]
    found = [(row, values) for row in rows if (values := list(_at(row, path)))]
    known = [value for _, values in found for value in values]
    if not known or not path:
        raise CannotOperate(why="这里没有可以删除的内容")
    scalars = {canonical(one) for value in known for one in _scalars(value)}
    places = [(row.seq, row.pointer) for row, _ in found]
    places += [(row.seq, row.pointer) for row in rows if row.pointer.startswith("#") and _holds(row, path[-1], scalars)]
    values = parse(case.values_json)
    _remove(values, path)
    body = {"note": why, "basis": law, "pointer": pointer, "erased": [list(place) for place in places]}
    note_event(session, case, kind="value.erased", actor=actor, body=body)
    erasing.erase_values(session, stream, places, iso(now(session)))
    texts = {one for value in known for one in _scalars(value) if isinstance(one, str) and len(one) > 1}
    erasing.rewrite_case(
        session,
        case_id,
        values_json=canonical(values),
        title=_without(case.title, texts),
        facts=canonical({name: None if canonical(v) in scalars else v for name, v in parse(case.facts).items()}),
    )
    kept = {file["sha256"] for _, file in files_in(values)}
    erasing.forget_files(session, case_id, {file["sha256"] for v in known for _, file in files_in(v)} - kept)
    return len(places)


def _path(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def _at(row: Any, path: list[str]) -> Iterator[Any]:
    """Yield what a row holds at or below a path: of its value, of a part of it, of what it is a part of."""
    if row.pointer.startswith("#"):
        return
    own = _path(row.pointer)
    if own[: len(path)] != path[: len(own)]:
        return
    for text in (row.before, row.after):
        value = None if text is None else parse(text)
        for part in path[len(own) :]:
            value = _member(value, part)
        if value is not None:
            yield value


def _member(value: Any, part: str) -> Any:
    if isinstance(value, dict):
        return value.get(part)
    if isinstance(value, list) and part.isdigit() and int(part) < len(value):
        return value[int(part)]
    return None


def _scalars(value: Any) -> Iterator[str | int | float]:
    if isinstance(value, dict):
        for member in value.values():
            yield from _scalars(member)
    elif isinstance(value, list):
        for member in value:
            yield from _scalars(member)
    elif value is not None and not isinstance(value, bool):
        yield value


def _holds(row: Any, name: str, scalars: set[str]) -> bool:
    texts = [text for text in (row.before, row.after) if text is not None]
    if any(one.startswith('"') and len(one) >= _TELLING + 2 and one in text for one in scalars for text in texts):
        return True
    return any(_named(parse(text), name, scalars) for text in texts)


def _named(value: Any, name: str, scalars: set[str]) -> bool:
    if isinstance(value, dict):
        own = value.get(name)
        if any(canonical(one) in scalars for one in _scalars(own)):
            return True
        return any(_named(member, name, scalars) for member in value.values())
    return isinstance(value, list) and any(_named(member, name, scalars) for member in value)


def _remove(values: Any, path: list[str]) -> None:
    for part in path[:-1]:
        values = _member(values, part)
    if isinstance(values, dict):
        values.pop(path[-1], None)
    elif isinstance(values, list) and path[-1].isdigit() and int(path[-1]) < len(values):
        values[int(path[-1])] = None


def _without(title: str, texts: set[str]) -> str:
    return GONE if any(text in title for text in texts) else title
