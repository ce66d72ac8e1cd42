"""Write a case as one file that proves itself: events, versions, values, attachments, proofs and a verifier.

The format is docs/reference/case-file.md; `engine/history/offline.py` goes along as `verify.py` and checks it anywhere.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import IO, Any

from engine.attachments import FolderStore, files_in, of_case
from engine.canonical import canonical, iso, parse
from engine.errors import NotFound, Refused
from engine.history import offline
from engine.history.choice import hash_of
from engine.history.heads import Keys
from engine.history.keyring import rotations
from engine.history.proving import Proofs, prove
from engine.library import STREAM as ARTIFACTS
from engine.registers import stream_of
from engine.store import history_reads as store
from engine.store.artifacts import bodies
from engine.store.base import Session
from engine.store.events import StoredEvent, read_stream
from engine.store.units import names_of

FORMAT = "qingche-case-1"

_SUFFIX = {"process": "bpmn", "decision": "dmn", "form": "json", "ui": "json", "register": "json"}
_CHUNK_BYTES = 256 * 1024
_NAMED = 3


@dataclass(frozen=True)
class Order:
    """What to write: cases by id, the first the one asked for; who asked; pages people read, by name.

    conceals: says of a value's JSON text that it stays behind (personal data); its commitment goes along. An event's
    body it says so of cannot stay behind, nor be masked, without breaking the chain: then nothing is written.
    """

    cases: Sequence[str]
    title: str
    number: str
    site: str
    by: str
    at: datetime
    pages: Mapping[str, bytes]
    conceals: Callable[[str], bool]


class PersonalInside(Refused):
    """fields: steps (which events, at most three). The hash of an event's body proves it only as it was written."""

    code = "personal-inside"
    zh = "第 {steps} 步的留痕本身（说明、意见、标题或查台账用的编号）写有居民身份证号，拿掉证明就不成立，没有导出"
    en = (
        "The record of step {steps} itself (a note, a title, a key looked up) holds a resident's number: without it "
        "the proof would not hold, so nothing was written"
    )


@dataclass(frozen=True)
class Written:
    """What went into the file."""

    events: int
    unsealed: int
    erased: int
    withheld: int
    head: int | None


class _Archive:
    """A zip file whose members are counted and hashed on the way in."""

    def __init__(self, out: IO[bytes], at: datetime) -> None:
        self._zip = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED)
        self._date = at.timetuple()[:6]
        self.members: dict[str, dict[str, Any]] = {}

    def put(self, name: str, content: bytes | str) -> None:
        self.stream(name, iter([content.encode() if isinstance(content, str) else content]))

    def lines(self, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        self.stream(name, (f"{canonical(row)}\n".encode() for row in rows))

    def stream(self, name: str, chunks: Iterator[bytes]) -> None:
        digest, size = hashlib.sha256(), 0
        info = zipfile.ZipInfo(name, self._date)
        info.compress_type = zipfile.ZIP_DEFLATED
        with self._zip.open(info, "w", force_zip64=True) as member:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                member.write(chunk)
        self.members[name] = {"sha256": digest.hexdigest(), "size": size}

    def close(self) -> None:
        self._zip.close()


@dataclass
class _Gathered:
    """The events of the cases and, beside them, those that vouch for what the cases used."""

    own: list[tuple[str, str, StoredEvent]]
    beside: list[tuple[str, str, StoredEvent]]
    values: list[dict[str, Any]]
    pinned: set[str]
    files: dict[str, dict[str, Any]]


def write_case_file(session: Session, keys: Keys, folder: FolderStore, order: Order, out: IO[bytes]) -> Written:
    """Write the file; what is not sealed yet goes along without a proof, and the manifest says how much that is.

    Reads the whole tree of seals once. Raises NotFound for a case without
    events, PersonalInside where an event's body itself is concealed.
    """
    gathered = _gather(session, order)
    everything = gathered.own + gathered.beside
    inside = [_step(stream, event) for stream, _, event in everything if order.conceals(event.body)]
    if inside:
        raise PersonalInside(steps="、".join(inside[:_NAMED]) + ("…" if len(inside) > _NAMED else ""))
    proofs = prove(session, {(stream, event.seq) for stream, _, event in everything})
    archive = _Archive(out, order.at)
    for name, page in order.pages.items():
        archive.put(name, page)
    archive.put("verify.py", offline.program())
    archive.lines("events.jsonl", (_event(*one) for one in everything))
    archive.lines("values.jsonl", gathered.values)
    _put_artifacts(session, archive, gathered.pinned)
    _put_files(session, archive, folder, order, gathered.files)
    archive.put("units.json", canonical(_units(session, everything)))
    _put_proofs(session, archive, keys, proofs)
    proven = {(one.stream, one.seq) for one in proofs.included}
    written = Written(
        events=len(gathered.own),
        unsealed=sum((stream, event.seq) not in proven for stream, _, event in everything),
        erased=sum("erased_at" in value for value in gathered.values),
        withheld=sum("withheld" in value for value in gathered.values),
        head=proofs.head.number if proofs.head else None,
    )
    manifest = canonical(
        {
            "format": FORMAT,
            "hash": hash_of(session).name,
            "site": order.site,
            "title": order.title,
            "number": order.number,
            "made": {"at": iso(order.at), "by": order.by},
            "cases": _ends(gathered.own),
            "files": archive.members,
            "written": asdict(written),
        }
    )
    key, signature = keys.sign_text(FORMAT, manifest)
    archive.put("manifest.json", manifest)
    archive.put("manifest.sig", canonical({"key": key, "signature": signature}))
    archive.close()
    return written


def _gather(session: Session, order: Order) -> _Gathered:
    found = _Gathered([], [], [], set(), {})
    rows: set[tuple[str, str, int]] = set()
    for case_id in order.cases:
        stream = store.CASE_PREFIX + case_id
        events = read_stream(session, stream)
        if not events:
            raise NotFound(what="case", id=case_id)
        found.own += _with_previous(stream, events)
        for event in events:
            body = parse(event.body)
            found.pinned |= set(_ids(body.get("pins", {})))
            rows |= {(name, key, version) for name, key, version in body.get("lookups", ()) if version is not None}
        _add_values(session, found, stream, order.conceals, None)
    published = _with_previous(ARTIFACTS, read_stream(session, ARTIFACTS))
    found.beside += [one for one in published if parse(one[2].body).get("artifact") in found.pinned]
    for register in sorted({name for name, _, _ in rows}):
        wanted = {(key, version) for name, key, version in rows if name == register}
        stream = stream_of(register)
        for _, before, event in _with_previous(stream, read_stream(session, stream)):
            used = {key for key, version in parse(event.body).get("rows", ()) if (key, version) in wanted}
            if used and event.kind == "rows-put":
                found.beside.append((stream, before, event))
                _add_values(session, found, stream, order.conceals, (event.seq, used))
    return found


def _with_previous(stream: str, events: Sequence[StoredEvent]) -> list[tuple[str, str, StoredEvent]]:
    hashes = ["", *(event.hash for event in events)]
    return [(stream, before, event) for before, event in zip(hashes, events, strict=False)]


def _ids(pins: Mapping[str, Any]) -> Iterator[str]:
    if not pins:
        return
    yield pins["process"]
    for group in ("called", "forms", "decisions", "registers"):
        yield from pins.get(group, {}).values()
    for imported in pins.get("models", {}).values():
        yield from imported


def _add_values(
    session: Session, found: _Gathered, stream: str, conceals: Callable[[str], bool], only: tuple[int, set[str]] | None
) -> None:
    """Add the values beside a stream's events, or, of one event, those of some register rows."""
    first, last = (only[0], only[0]) if only else (1, 2**31 - 1)
    for value in store.every_value(session, stream, first, last):
        if only and value.pointer[1:].replace("~1", "/").replace("~0", "~") not in only[1]:
            continue
        told: dict[str, Any] = {"stream": stream, "seq": value.seq, "pointer": value.pointer}
        if value.erased_at is not None:
            told["erased_at"] = value.erased_at
        elif conceals(value.before or "") or conceals(value.after or ""):
            told["withheld"] = True
        else:
            told |= {"before": value.before, "after": value.after, "salt": value.salt}
            for text in (value.before, value.after):
                found.files |= {file["sha256"]: dict(file) for _, file in files_in(parse(text) if text else None)}
        found.values.append(told)


def _step(stream: str, event: StoredEvent) -> str:
    return str(event.seq) if stream.startswith(store.CASE_PREFIX) else f"{stream}#{event.seq}"


def _event(stream: str, before: str, event: StoredEvent) -> dict[str, Any]:
    return {"stream": stream, "seq": event.seq, "prev": before, "hash": event.hash, "body": event.body}


def _ends(own: Sequence[tuple[str, str, StoredEvent]]) -> list[dict[str, Any]]:
    """Say how each case's chain ends: what was cut off the end of it is missed."""
    last = {stream: event for stream, _, event in own}
    return [{"stream": stream, "events": event.seq, "hash": event.hash} for stream, event in last.items()]


def _put_artifacts(session: Session, archive: _Archive, pinned: set[str]) -> None:
    listed = []
    for artifact_id, kind, key, sha256, body in sorted(bodies(session, sorted(pinned))):
        name = f"artifacts/{artifact_id}.{_SUFFIX[kind]}"
        archive.put(name, body)
        listed.append({"id": artifact_id, "kind": kind, "key": key, "sha256": sha256, "file": name})
    archive.put("artifacts.json", canonical(listed))


def _put_files(
    session: Session, archive: _Archive, folder: FolderStore, order: Order, named: dict[str, dict[str, Any]]
) -> None:
    uses = [use for case in order.cases for use in of_case(session, case)]
    # A file's name is told twice: in the value that names it, which stays behind, and in the row beside it.
    rows = {use.sha256: {"sha256": use.sha256, "name": "" if order.conceals(use.name) else use.name} for use in uses}
    listed = []
    for sha256, file in sorted((named | rows).items()):
        told = {"sha256": sha256, "name": file["name"], "file": f"attachments/{sha256}"}
        try:
            with folder.open(sha256) as content:
                archive.stream(told["file"], iter(lambda: content.read(_CHUNK_BYTES), b""))
        except NotFound:
            told["file"] = ""
        listed.append(told)
    archive.put("attachments.json", canonical(listed))


def _units(session: Session, events: Iterable[tuple[str, str, StoredEvent]]) -> dict[str, str]:
    """Name the units on the paths of all who acted."""
    paths = {parse(event.body).get("who", {}).get("unit_path", "") for _, _, event in events}
    return names_of(session, {part for path in paths for part in path.split("/") if part})


def _put_proofs(session: Session, archive: _Archive, keys: Keys, proofs: Proofs) -> None:
    archive.put("heads.txt", "".join(f"{head.line}\n" for head in proofs.heads))
    told = {
        "included": [[one.stream, one.seq, one.position, one.path] for one in proofs.included],
        "grown": [[size, path] for size, path in proofs.grown],
    }
    archive.put("proofs.json", canonical(told))
    changed = [asdict(rotation) for rotation in rotations(session)]
    archive.put("keys.json", canonical({"keys": sorted(keys.known()), "rotations": changed}))
