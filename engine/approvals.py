"""Publication by two: one person asks, another lets it be published or refuses; each of it is an event.

What is asked for is kept byte for byte in `designs` (kind `asked`), so that nobody draws on in what the other has read.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import designs, library
from engine.canonical import sha256_hex
from engine.checking import Checks
from engine.commands.rights import required
from engine.errors import InvalidDefinition, Refused
from engine.history.chain import append_event
from engine.model import Actor, Definition
from engine.store.base import Session

KIND = "asked"
File = tuple[str, str, bytes]


class SamePerson(Refused):
    """fields: name. Who asked for a publication, or drew it, is not the one to approve it."""

    code = "same-person"
    zh = "“{name}”是您自己提出或画的，要由另一个人同意"
    en = "You asked for {name} or drew it yourself; somebody else must approve it"


class Replaced(Refused):
    """fields: name. What was asked for is not what the second person read; nothing was published."""

    code = "publication-replaced"
    zh = "“{name}”刚刚换过内容，没有发布，请看过新的再决定"
    en = "{name} has just been replaced; nothing was published, look at the new one first"


@dataclass(frozen=True, slots=True)
class Asked:
    """A publication that waits for a second person. files: (kind, key, bytes); design: (kind, key, revision) or None.

    key: what it is found by, `kind/key` of the first file. digest: of the files, to approve what was read and no other.
    """

    key: str
    name: str
    files: tuple[File, ...]
    note: str
    asked_by: str
    asked_by_name: str
    asked_at: datetime
    drawn_by: str
    design: tuple[str, str, int] | None

    @property
    def digest(self) -> str:
        """Tell these files from any others."""
        told = (f"{kind} {key} {sha256_hex(content)}" for kind, key, content in self.files)
        return sha256_hex("\n".join(told).encode())


def ask(
    session: Session,
    files: Iterable[File],
    *,
    actor: Actor,
    name: str,
    note: str = "",
    checks: Checks | None = None,
    design: designs.Design | None = None,
) -> Asked:
    """Ask for files to be published together; an earlier request for the same is replaced. Raises InvalidDefinition."""
    given = list(files)
    for kind, key, content in given:
        errors = library.examine(session, kind, key, content, checks=checks)
        if errors:
            raise InvalidDefinition(name=key, errors=errors)
    own = _own(given[0])
    body: dict[str, Any] = {
        "files": [[kind, key, base64.b64encode(content).decode()] for kind, key, content in given],
        "note": note,
        "design": [design.kind, design.key, design.revision] if design else None,
        "drawn_by": design.saved_by if design else actor.user_id,
    }
    designs.discard(session, KIND, own)
    made = designs.create(session, KIND, own, title=name, body=body, actor=actor)
    record(session, "publication-asked", actor, given, note=note)
    return _asked(made)


def waiting(session: Session) -> list[Asked]:
    """List what waits, oldest first."""
    heads = reversed(designs.listed(session, KIND))
    return [_asked(designs.read(session, KIND, head.key)) for head in heads]


def read(session: Session, key: str) -> Asked:
    """Return one request; raises NotFound."""
    return _asked(designs.read(session, KIND, key))


def approve(session: Session, key: str, *, digest: str, actor: Actor, checks: Checks | None = None) -> list[Definition]:
    """Publish what was asked for and read, which `digest` names; its draft goes, unless it was drawn on meanwhile.

    Raises NotFound, SamePerson, Replaced, and InvalidDefinition when something it needs is gone by now; then nothing
    is written.
    """
    asked = read(session, key)
    if {actor.user_id, actor.on_behalf_of} & {asked.asked_by, asked.drawn_by}:
        raise SamePerson(name=asked.name)
    if asked.digest != digest:
        raise Replaced(name=asked.name)
    record(session, "publication-approved", actor, asked.files, asked_by=asked.asked_by)
    note = f"{asked.note}（{asked.asked_by_name}提出）"
    done = [
        library.publish(session, kind, file_key, content, actor=actor, note=note, checks=checks)
        for kind, file_key, content in asked.files
    ]
    designs.discard(session, KIND, key)
    if asked.design is not None:
        kind, design_key, revision = asked.design
        if any(head.key == design_key and head.revision == revision for head in designs.listed(session, kind)):
            designs.discard(session, kind, design_key)
    return done


def refuse(session: Session, key: str, *, actor: Actor, reason: str) -> Asked:
    """Refuse a publication; who asked for it may take it back the same way. Raises NotFound, Invalid (no reason)."""
    asked = read(session, key)
    why = required(reason)
    record(session, "publication-refused", actor, asked.files, asked_by=asked.asked_by, reason=why)
    designs.discard(session, KIND, key)
    return asked


def _own(file: File) -> str:
    return f"{file[0]}/{file[1]}"


def _asked(design: designs.Design) -> Asked:
    body = design.body
    files = tuple((kind, key, base64.b64decode(text)) for kind, key, text in body["files"])
    origin = body["design"]
    return Asked(
        design.key, design.title, files, body["note"], design.saved_by, design.saved_by_name, design.saved_at,
        body["drawn_by"], (origin[0], origin[1], origin[2]) if origin else None,
    )  # fmt: skip


def record(session: Session, kind: str, actor: Actor, files: Iterable[File], **more: Any) -> None:
    """Write the event that says who asked for, approved or refused the publication of these files, by SHA-256."""
    told = [{"kind_of": each, "key": key, "sha256": sha256_hex(content)} for each, key, content in files]
    append_event(session, library.STREAM, kind=kind, actor=actor, body={"files": told, **more})
