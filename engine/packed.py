"""A pack as one zip file: written from its pieces, and read from untrusted bytes."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import PurePosixPath

from engine.checking import error
from engine.errors import InvalidDefinition
from engine.history.offline.reading import unfold
from engine.packs import MAX_BYTES, MAX_FILE_BYTES, MAX_FILES, STATE_FILE, Piece, pieces_of, state_text

MAX_ZIP_BYTES = 8 * 1024 * 1024
_EPOCH = (2026, 1, 1, 0, 0, 0)  # The same pack always gives the same bytes.


def write_zip(pack: str, pieces: Iterable[Piece]) -> bytes:
    """Return a zip of a pack's files, with what they were like when it was written."""
    made = list(pieces)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        files = {piece.path: piece.content for piece in made}
        files[STATE_FILE] = state_text(pack, {piece.name: piece.sha256 for piece in made})
        for path in sorted(files):
            archive.writestr(zipfile.ZipInfo(f"{pack}/{path}", _EPOCH), files[path], zipfile.ZIP_DEFLATED)
    return out.getvalue()


def read_zip(content: bytes, name: str) -> tuple[str, list[Piece], dict[str, str]]:
    """Return (pack, its files, what was last the same) of a zip; raises InvalidDefinition for a hostile or broken one.

    The files lie at the top or in one folder, whose name is the pack's.
    """
    if len(content) > MAX_ZIP_BYTES:
        raise _refused(name, "too-large", f"压缩包超过 {MAX_ZIP_BYTES // 1024 // 1024} MB")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            given = _unpacked(archive, name)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as why:
        raise _refused(name, "not-zip", "这个文件不是完整的 zip 压缩包，或者加了密码") from why
    tops = {path.split("/", 1)[0] for path in given}
    top = next(iter(tops)) if len(tops) == 1 and all("/" in path for path in given) else ""
    if top and top not in ("forms", "scenarios"):
        given = {path.removeprefix(top + "/"): found for path, found in given.items()}
    return pieces_of(given, fallback=top or PurePosixPath(name).stem)


def _unpacked(archive: zipfile.ZipFile, name: str) -> dict[str, bytes]:
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > MAX_FILES:
        raise _refused(name, "too-large", f"压缩包里超过 {MAX_FILES} 个文件")
    given: dict[str, bytes] = {}
    left = MAX_BYTES
    for info in infos:
        path = info.filename.replace("\\", "/")
        parts = path.split("/")
        link = (info.external_attr >> 16) & 0o170000 == 0o120000
        if path.startswith("/") or ":" in parts[0] or ".." in parts or "\0" in path or link:
            raise _refused(name, "unsafe-path", f"压缩包里的路径不能用：{path[:120]}")
        if info.file_size > min(left, MAX_FILE_BYTES):
            raise _refused(name, "too-large", f"压缩包里的 {path[:120]} 太大")
        left -= info.file_size
        given[path] = unfold(archive, info)
    return given


def _refused(name: str, code: str, why: str) -> InvalidDefinition:
    return InvalidDefinition(name=name, errors=[error(code, why)])
