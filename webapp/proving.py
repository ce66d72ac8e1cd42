"""What the proof pages say: heads, a paper or a line held against them, a case file checked, proofs handed out."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import IO, Any

from sqlalchemy.orm import Session

from engine.history.heads import Head, Keys, fingerprint, read_head
from engine.history.keyring import rotations
from engine.history.offline.command import said, verify
from engine.history.offline.words import GROUPS
from engine.history.proof import head_at, recorded_event
from engine.history.proving import prove

# A case file that unpacks to more is checked with its own verifier, not by the server.
_MOST_BYTES = 256 * 1024 * 1024
PAPER_DIGITS = 32
# Where the platform has no head of that number, no key will do.
_NO_KEY = "00"


@dataclass(frozen=True)
class Held:
    """A published line held against the platform: ours and the same, ours and another, of another key, no line."""

    state: str
    head: Head | None


@dataclass(frozen=True)
class Checked:
    """A case file as its verifier found it; groups: (name, [(check, ok)], [fault])."""

    ok: bool
    about: Mapping[str, Any]
    groups: list[tuple[str, list[tuple[str, bool]], list[tuple[str, str]]]]
    notes: list[str]


def held_line(session: Session, keys: Keys, line: str) -> Held:
    """Hold a pasted line against the head of its number."""
    head = read_head(line.strip())
    if head is None:
        return Held("none", None)
    if head.key not in keys.known() or not head.is_signed():
        return Held("foreign", head)
    return Held("same" if head_at(session, head.number) == head else "replaced", head)


def paper_matches(session: Session, case_id: str, seq: int, digits: str) -> bool:
    """Say whether a case's event has the hash a paper carries; all that is wrong looks alike."""
    if len(digits) != PAPER_DIGITS:
        return False
    found = recorded_event(session, f"case:{case_id}", seq)
    return found is not None and found.startswith(digits)


def check_file(session: Session, content: IO[bytes], *, chinese: bool) -> Checked | None:
    """Check an uploaded case file, its newest head against the platform's own; None for one too large to do here."""
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        while chunk := content.read(1 << 18):
            file.write(chunk)
        file.flush()
        if _size(file.name) > _MOST_BYTES:
            return None
        told = verify(file.name).about.get("head", {}).get("number")
        own = head_at(session, told) if isinstance(told, int) and 0 < told < 2**31 else None
        report = verify(file.name, anchors=own.line if own else "", expected_key="" if own else _NO_KEY)
    at = 0 if chinese else 1
    word = "zh" if chinese else "en"
    groups = [
        (
            name.split(" ")[at],
            [(check[word], bool(check["ok"])) for check in report.checks if check["group"] == group],
            [(fault["where"], fault[word]) for fault in report.faults if fault["group"] == group],
        )
        for group, name in GROUPS.items()
    ]
    return Checked(not report.faults, report.about, groups, [note[at] for note in said(report)])


def told_keys(session: Session, keys: Keys) -> dict[str, Any]:
    """List every public key with its fingerprint, and how each followed the one before."""
    known = [{"key": key, "fingerprint": fingerprint(key)} for key in sorted(keys.known())]
    return {"keys": known, "rotations": [asdict(turn) for turn in rotations(session)]}


def inclusion_of(session: Session, stream: str, seq: int) -> dict[str, Any] | None:
    """Return the proof that an event is under the newest head; None where it is not sealed yet."""
    proofs = prove(session, {(stream, seq)})
    if proofs.head is None or not proofs.included:
        return None
    (one,) = proofs.included
    return {
        "stream": stream, "seq": seq, "hash": recorded_event(session, stream, seq), "position": one.position,
        "path": one.path, "head": proofs.head.told, "first_head": proofs.heads[0].told,
    }  # fmt: skip


def consistency_of(session: Session, number: int) -> dict[str, Any] | None:
    """Return the proof that the newest head grew from an older one; None for a number there is no head of."""
    old = head_at(session, number)
    proofs = prove(session, (), others=[number])
    if old is None or proofs.head is None:
        return None
    return {"first": old.told, "second": proofs.head.told, "path": dict(proofs.grown).get(old.size, [])}


def _size(path: str) -> int:
    try:
        with zipfile.ZipFile(path) as archive:
            return sum(info.file_size for info in archive.infolist())
    except zipfile.BadZipFile:
        return 0
