"""Files of cases: bytes by their hash in a folder, and a row per use that carries the rights.

A hash opens nothing: who may read a file is decided by the row of its use, and that by the case. Bytes are on
disk before the transaction that names them commits; bytes no row names are swept after a day.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from engine.canonical import from_iso, iso
from engine.clock import now
from engine.errors import Invalid, NotFound
from engine.history.diff import escape
from engine.ids import new_id
from engine.model import Actor, Attachment
from engine.store import attachments as store
from engine.store.attachments import AttachmentRow
from engine.store.base import Session

_HASH = re.compile(r"^[0-9a-f]{64}$")
_CHUNK_BYTES = 256 * 1024
_DEEPEST = 40


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes that are on disk: their SHA-256 and length."""

    sha256: str
    size_bytes: int


class FolderStore:
    """A folder with one file per content, named by its hash in 256 subfolders; may be shared by servers."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, stream: BinaryIO, *, max_bytes: int | None = None) -> Stored:
        """Keep the bytes; on return they survive power loss. The same bytes again are kept once.

        Raises Invalid when there are more than `max_bytes`; nothing is kept then.
        """
        waiting = self._root / "waiting"
        waiting.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        with tempfile.NamedTemporaryFile(dir=waiting, delete=False) as file:
            written = Path(file.name)
            try:
                while chunk := stream.read(_CHUNK_BYTES):
                    size += len(chunk)
                    if max_bytes is not None and size > max_bytes:
                        raise Invalid(why=f"文件超过 {max_bytes // 1024 // 1024} MB")
                    digest.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            except BaseException:
                written.unlink()
                raise
        final = self._path(digest.hexdigest())
        final.parent.mkdir(exist_ok=True)
        # Replacing what is there is harmless, as it holds the same bytes, and makes it young again for the sweep.
        written.replace(final)
        _sync_folder(final.parent)
        return Stored(final.name, size)

    def open(self, sha256: str) -> BinaryIO:
        """Open the bytes for reading; raises NotFound."""
        try:
            return self._path(sha256).open("rb")
        except FileNotFoundError:
            raise NotFound(what="file", id=sha256) from None

    def older_than(self, moment: datetime) -> Iterator[str]:
        """Yield the hashes of files put before a moment."""
        for folder in sorted(self._root.glob("[0-9a-f][0-9a-f]")):
            for file in sorted(folder.iterdir()):
                if _HASH.match(file.name) and file.stat().st_mtime < moment.timestamp():
                    yield file.name

    def clear_waiting(self, before: datetime) -> None:
        """Delete what interrupted uploads left behind before a moment."""
        for file in sorted((self._root / "waiting").glob("*")):
            if file.stat().st_mtime < before.timestamp():
                file.unlink(missing_ok=True)

    def remove(self, sha256: str) -> None:
        """Delete bytes no row names; what is not there is no error."""
        self._path(sha256).unlink(missing_ok=True)

    def _path(self, sha256: str) -> Path:
        if not _HASH.match(sha256):
            raise NotFound(what="file", id=sha256)
        return self._root / sha256[:2] / sha256


# ---- uses ------------------------------------------------------------------------------------


def bind(
    session: Session,
    case_id: str,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    task_id: str | None = None,
    element_id: str | None = None,
    only: Container[str] | None = None,
) -> list[Attachment]:
    """Write a row for every file in submitted values that the case has not at that place yet.

    A file is an object {"sha256", "name", "size", "type"} anywhere in the values; its pointer is its place. Called in
    the transaction of the submission; no statement when there is no file. The caller has made sure that the
    person may use these bytes: an upload of their own, or a file that stood there before. only: these hashes.
    """
    found = list(files_in(values))
    if not found:
        return []
    known = {(row.pointer, row.sha256) for row in store.uses_of_case(session, case_id)}
    at = now(session)
    made = [
        AttachmentRow(
            id=new_id(at),
            root_unit_id=actor.root_unit_id,
            sha256=file["sha256"],
            name=str(file.get("name") or "文件")[:300],
            media_type=str(file.get("type") or "application/octet-stream")[:100],
            size_bytes=int(file.get("size") or 0),
            case_id=case_id,
            task_id=task_id,
            element_id=element_id,
            pointer=pointer[:500],
            uploaded_by=actor.user_id,
            uploaded_at=iso(at),
        )
        for pointer, file in found
        if (pointer[:500], file["sha256"]) not in known and (only is None or file["sha256"] in only)
    ]
    session.add_all(made)
    session.flush()
    return [_attachment(row) for row in made]


def hand_down(session: Session, case_id: str, values: Mapping[str, Any], *, of: str, actor: Actor) -> None:
    """Write a row for every file a case was given by its parent; only what the parent itself has is handed down.

    No statement when there is no file.
    """
    named = {file["sha256"] for _, file in files_in(values)}
    if not named:
        return
    had = {row.sha256 for row in store.uses_of_case(session, of)}
    bind(session, case_id, values, actor=actor, only=had)


def files_in(value: Any, pointer: str = "", depth: int = 0) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield (JSON pointer, file object) of every file in a value."""
    if depth > _DEEPEST:
        return
    if isinstance(value, Mapping):
        sha256 = value.get("sha256")
        if isinstance(sha256, str) and _HASH.match(sha256) and "name" in value:
            yield pointer, value
            return
        for key, member in value.items():
            yield from files_in(member, f"{pointer}/{escape(str(key))}", depth + 1)
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from files_in(member, f"{pointer}/{index}", depth + 1)


def of_case(session: Session, case_id: str) -> list[Attachment]:
    """Return the files of a case the caller has read, newest first."""
    return [_attachment(row) for row in store.uses_of_case(session, case_id)]


def use(session: Session, attachment_id: str) -> Attachment:
    """Return one use; the caller decides by its case whether it may be opened. Raises NotFound."""
    row = store.use_row(session, attachment_id)
    if row is None:
        raise NotFound(what="attachment", id=attachment_id)
    return _attachment(row)


def sweep(session: Session, folder: FolderStore, *, before: datetime) -> list[str]:
    """Delete bytes put before a moment that no case and no draft names, and broken-off uploads; return the hashes."""
    folder.clear_waiting(before)
    swept = []
    for sha256 in folder.older_than(before):
        if not store.is_named(session, sha256):
            folder.remove(sha256)
            swept.append(sha256)
    return swept


def _attachment(row: AttachmentRow) -> Attachment:
    return Attachment(
        id=row.id,
        sha256=row.sha256,
        name=row.name,
        media_type=row.media_type,
        size_bytes=row.size_bytes,
        case_id=row.case_id,
        task_id=row.task_id,
        element_id=row.element_id,
        pointer=row.pointer,
        uploaded_by=row.uploaded_by,
        uploaded_at=from_iso(row.uploaded_at),
    )


def _sync_folder(folder: Path) -> None:
    # A rename is only safe from power loss once its folder is on disk, too. Windows knows no such thing.
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
