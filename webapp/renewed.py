"""What a process uses that was published anew since its version in force: its forms with their rights, its decisions.

Cases that run keep what they were started with; those begun from the next version on take the new.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine import library
from engine.model import Definition
from engine.spiff import parse
from forms import designer
from webapp import decision_drawing, designing

_RIGHTS = frozenset({"rights", "view-added", "view-removed"})


@dataclass(frozen=True)
class Renewed:
    """A form or decision that changed; before: the version then, 0 where there was none; after: the one now.

    fields, rights and rules are the changes as their own publish pages list them.
    """

    kind: str
    key: str
    title: str
    before: int
    after: int
    fields: tuple[designer.Change, ...] = ()
    rights: tuple[designer.Change, ...] = ()
    rules: tuple[decision_drawing.Change, ...] = ()


def renewed(session: Session, content: bytes, live: Definition | None) -> list[Renewed]:
    """List what differs, by title; nothing for a process without a version in force or a file that cannot be read."""
    program = parse(content, f"{live.key}.bpmn").processes.get(live.key) if live else None
    if live is None or program is None:
        return []
    names = [name for use in program.forms for name in (use.schema, use.context) if name]
    forms = (_form(session, name, live.published_at) for name in sorted(set(names)))
    decisions = (_decision(session, name, live.published_at) for name in sorted(program.decisions))
    return sorted((one for one in (*forms, *decisions) if one), key=lambda one: (one.kind != "form", one.title))


def _form(session: Session, name: str, since: datetime) -> Renewed | None:
    then, now = _then_and_now(session, "form", name, since)
    looks = _then_and_now(session, "ui", name.removesuffix(designing.SCHEMA) + designing.UI, since)
    if now is None:
        return None
    old, new = ((_json(session, schema), _json(session, look)) for schema, look in zip((then, now), looks, strict=True))
    found = designer.compare(old, new)
    if not found:
        return None
    rights = tuple(each for each in found if each.what in _RIGHTS)
    fields = tuple(each for each in found if each.what not in _RIGHTS)
    return Renewed("form", name, now.name, then.version if then else 0, now.version, fields, rights)


def _decision(session: Session, name: str, since: datetime) -> Renewed | None:
    then, now = _then_and_now(session, "decision", name, since)
    if now is None or then == now:
        return None
    old = library.body(session, then.id) if then else None
    rules = tuple(decision_drawing.differences(old, library.body(session, now.id)))
    return Renewed("decision", name, now.name, then.version if then else 0, now.version, rules=rules)


def _then_and_now(
    session: Session, kind: str, key: str, since: datetime
) -> tuple[Definition | None, Definition | None]:
    """Return the version that was in force at a moment and the one in force now."""
    versions = library.versions(session, kind, key)
    then = next((each for each in versions if each.published_at <= since), None)
    return then, next(iter(versions), None)


def _json(session: Session, chosen: Definition | None) -> dict[str, Any]:
    return library.load_json(session, chosen.id) if chosen else {}
