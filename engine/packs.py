"""Packs as files: read from a folder or a zip, compared with what is published, published together, written out.

A pack is pack.toml, README.md, diagrams and decisions, `forms/` (or beside them) and `scenarios/`. What was last the
same on both sides stands in a small file; with it a change on one side is told from a change on both.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine import checking, imports, library
from engine.canonical import sha256_hex
from engine.checking import Checks, error
from engine.errors import InvalidDefinition
from engine.model import Actor, Definition
from engine.store.base import Session

STATE_FILE = ".qingche-pack.json"
MAX_FILES = 500
MAX_FILE_BYTES = 12 * 1024 * 1024
MAX_BYTES = 64 * 1024 * 1024
_ORDER = {"register": 0, "form": 1, "ui": 2, "decision": 3, "process": 4, "scenario": 5, "readme": 6, "pack": 7}
_FOLDERS = ("", "forms", "scenarios")

State = Literal["same", "new-here", "new-there", "changed-here", "changed-there", "gone-here", "gone-there", "conflict"]
Synced = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of a pack; path: below the pack's folder, with slashes."""

    kind: str
    key: str
    path: str
    content: bytes

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.key}"

    @property
    def sha256(self) -> str:
        return sha256_hex(self.content)


@dataclass(frozen=True, slots=True)
class Line:
    """One file of a comparison: what became of it since both sides were last the same."""

    state: State
    kind: str
    key: str
    path: str
    here: Piece | None
    there: Piece | None


def read_folder(folder: Path) -> tuple[str, list[Piece], dict[str, str]]:
    """Return (pack, its files, what was last the same by `kind:key`) of a folder; raises InvalidDefinition.

    Links are not followed, hidden files and folders not read; what is no part of a pack is left alone.
    """
    given: dict[str, bytes] = {}
    total = 0
    files = [file for at in _FOLDERS if (folder / at).is_dir() for file in sorted((folder / at).iterdir())]
    for file in files:
        path = file.relative_to(folder)
        hidden = path.name.startswith(".") and path.name != STATE_FILE
        if hidden or file.is_symlink() or file.parent.is_symlink() or not file.is_file():
            continue
        size = file.stat().st_size
        total += size
        if size > MAX_FILE_BYTES or total > MAX_BYTES or len(given) >= MAX_FILES:
            raise _refused(folder.name, "too-large", f"文件太多或太大（{path}）")
        given[path.as_posix()] = file.read_bytes()
    return pieces_of(given, fallback=folder.resolve().name)


def pieces_of(given: Mapping[str, bytes], *, fallback: str) -> tuple[str, list[Piece], dict[str, str]]:
    """Sort files by path into the pieces of a pack; raises InvalidDefinition for what a pack must not hold."""
    kept = _state_of(given.get(STATE_FILE, b""))
    pack = str(kept.get("pack") or fallback)
    found: dict[str, Piece] = {}
    for path, content in given.items():
        if path.lower().endswith((".py", ".pyc", ".so", ".exe", ".sh")):
            raise _refused(path, "program-in-pack", f"包里只放图、表和文字，不放程序（{path}）")
        told = _kind_and_key(pack, path, content)
        if told is None:
            continue
        piece = Piece(*told, path, content)
        if piece.name in found:
            raise _refused(path, "twice-in-pack", f"{path} 和 {found[piece.name].path} 是同一个，请只留一个")
        found[piece.name] = piece
    synced = kept.get("synced")
    return pack, list(found.values()), synced if isinstance(synced, dict) else {}


def published(session: Session, pack: str) -> list[Piece]:
    """Return the newest version of everything a pack has published, as files, by kind and key.

    What its processes name and no pack has brought (drawn in the studio) goes along, else they would not run elsewhere.
    """
    known = {(one.kind, one.key): one for one in library.listed(session)}
    waiting = [name for name, one in known.items() if one.pack == pack]
    taken = set(waiting)
    while waiting:
        kind, key = waiting.pop()
        used = library.named_by(known[kind, key].meta) if kind == "process" else set()
        more = {name for name in used - taken if name in known and known[name].pack is None}
        waiting += more
        taken |= more
    return [
        Piece(kind, key, _path_of(pack, kind, key), library.body(session, known[kind, key].id))
        for kind, key in sorted(taken)
    ]


def names(session: Session) -> list[str]:
    """Return the packs that have published something."""
    return sorted({one.pack for one in library.listed(session) if one.pack})


def compare(here: Iterable[Piece], there: Iterable[Piece], synced: Synced) -> list[Line]:
    """Compare files with what is published; what differs and was never the same is a conflict, too."""
    ours, theirs = {one.name: one for one in here}, {one.name: one for one in there}
    lines = []
    for name in sorted({*ours, *theirs}, key=lambda one: (_ORDER.get(one.split(":")[0], 9), one)):
        mine, other = ours.get(name), theirs.get(name)
        some = mine or other
        assert some is not None
        state = _state(mine, other, synced.get(name))
        lines.append(Line(state, some.kind, some.key, some.path, mine, other))
    return lines


def synced_after(lines: Iterable[Line], synced: Synced, taken: Iterable[Piece]) -> dict[str, str]:
    """Return what is the same on both sides now: what already was, and what was taken over."""
    known = {f"{one.kind}:{one.key}": one.here.sha256 for one in lines if one.state == "same" and one.here is not None}
    return {**synced, **known, **{piece.name: piece.sha256 for piece in taken}}


def state_text(pack: str, synced: Synced) -> bytes:
    """Write the file that remembers what was last the same."""
    return (json.dumps({"pack": pack, "synced": dict(sorted(synced.items()))}, indent=2) + "\n").encode()


def publish_all(
    session: Session,
    pack: str,
    found: Iterable[tuple[str, str, bytes]],
    *,
    actor: Actor,
    note: str = "",
    checks: Checks | None = None,
) -> list[Definition]:
    """Publish (kind, key, bytes) together: registers, forms, decisions, then processes.

    What is unchanged stays as it is. Processes may call each other in any order. A refused one names itself in
    InvalidDefinition; the caller's transaction decides what then becomes of the others.
    """
    given = in_order(found)
    together = frozenset(key for kind, key, _ in given if kind == "process")
    return [
        library.publish(
            session, kind, key, content, actor=actor, note=note, pack=pack, checks=checks, together=together
        )
        for kind, key, content in given
    ]


def in_order(found: Iterable[tuple[str, str, bytes]]) -> list[tuple[str, str, bytes]]:
    """Return (kind, key, bytes) as they are to be published: what another needs comes first."""
    given = list(found)
    ranks = imports.ranks({key: checking.namespaces(content) for kind, key, content in given if kind == "decision"})
    return sorted(given, key=lambda one: (_ORDER[one[0]], ranks.get(one[1], 0), one[1]))


def import_pack(
    session: Session,
    bpmn_folder: Path,
    forms_folder: Path,
    *,
    actor: Actor,
    note: str = "",
    checks: Checks | None = None,
) -> list[Definition]:
    """Publish every file of the two folders of a pack, which is named by its BPMN folder; see `publish_all`."""
    files = [file for folder in (forms_folder, bpmn_folder) if folder.is_dir() for file in sorted(folder.iterdir())]
    found = [
        (*library.kind_and_key(str(file), content), content)
        for file in files
        if file.is_file() and file.name.endswith(tuple(suffix for suffix, _ in library.SUFFIXES))
        for content in [file.read_bytes()]
    ]
    return publish_all(session, bpmn_folder.name, found, actor=actor, note=note, checks=checks)


def _state(mine: Piece | None, other: Piece | None, base: str | None) -> State:
    if mine is None:
        return "new-there" if base is None else "gone-here" if other and other.sha256 == base else "conflict"
    if other is None:
        return "new-here" if base is None else "gone-there" if mine.sha256 == base else "conflict"
    if mine.sha256 == other.sha256:
        return "same"
    if other.sha256 == base:
        return "changed-here"
    return "changed-there" if mine.sha256 == base else "conflict"


def _kind_and_key(pack: str, path: str, content: bytes) -> tuple[str, str] | None:
    folder, _, name = path.rpartition("/")
    if folder == "scenarios":
        return ("scenario", f"{pack}/{name}") if name.endswith((".yaml", ".yml")) else None
    if path == "README.md":
        return "readme", pack
    if name == "pack.toml":
        return "pack", pack
    if not name.endswith(tuple(suffix for suffix, _ in library.SUFFIXES)):
        return None
    return library.kind_and_key(path, content)


def _path_of(pack: str, kind: str, key: str) -> str:
    if kind == "scenario":
        return f"scenarios/{key.removeprefix(pack + '/')}"
    if kind in ("form", "ui"):
        return f"forms/{key}"
    fixed = {"readme": "README.md", "pack": "pack.toml", "register": f"forms/{key}.register.json"}
    return fixed.get(kind, f"{key}{'.dmn' if kind == 'decision' else '.bpmn'}")


def _state_of(content: bytes) -> dict[str, object]:
    try:
        found = json.loads(content or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _refused(name: str, code: str, why: str) -> InvalidDefinition:
    return InvalidDefinition(name=name, errors=[error(code, why)])
