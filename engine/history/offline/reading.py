"""Read a case file without unpacking it; what was checked and what is wrong is kept in a report."""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from engine.history.offline.words import FAULTS

Fault = tuple[str, ...]
Json = dict[str, Any]
Check = Callable[..., Iterator[Fault]]
_UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError)
_BIT = 1 << 18


class Report:
    """What was checked, what is wrong, and what a reader should know; `about` says what file it was."""

    def __init__(self) -> None:
        self.checks: list[Json] = []
        self.faults: list[Json] = []
        self.notes: list[Fault] = []
        self.about: Json = {}

    def check(self, group: str, zh: str, en: str, work: Check, *given: Any) -> bool:
        """Run one check, which yields its faults; says whether there were none."""
        before = len(self.faults)
        try:
            for code, where, *open_parts in work(*given):
                self._fault(group, code, where, *open_parts)
        except _UNREADABLE as why:
            self._fault(group, "unreadable", type(why).__name__, str(why))
        whole = len(self.faults) == before
        self.checks.append({"group": group, "zh": zh, "en": en, "ok": whole})
        return whole

    def _fault(self, group: str, code: str, where: str, *open_parts: str) -> None:
        zh, en = (text.format(*open_parts) for text in FAULTS[code])
        self.faults.append({"code": code, "group": group, "where": where, "zh": zh, "en": en})


class CaseFile:
    """The members of a case file, read once."""

    def __init__(self) -> None:
        self.raw: dict[str, bytes] = {}

    def json(self, name: str) -> Any:
        """Read a member as JSON."""
        return json.loads(self.raw[name].decode("utf-8"))

    def lines(self, name: str) -> list[Json]:
        """Read a member as JSON lines."""
        return [json.loads(line) for line in self.raw[name].decode("utf-8").split("\n") if line]


def read_zip(path: str, file: CaseFile) -> Iterator[Fault]:
    """Read every member into memory; names that lead out of the folder or come twice are faults."""
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                name = info.orig_filename
                if not name or name[0] == "/" or any(sign in name for sign in "\\:\0") or ".." in name.split("/"):
                    yield "name.unsafe", name
                elif name in file.raw:
                    yield "name.twice", name
                else:
                    file.raw[name] = unfold(archive, info)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as why:
        yield "zip.broken", path, str(why)
        return
    for name in ("manifest.json", "manifest.sig"):
        if name not in file.raw:
            yield "file.missing", name


def unfold(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Read one member bit by bit, so that never more is unfolded than its entry says.

    `ZipFile.read` unfolds a member whole and then cuts it off; of two methods it knows, no other way of reading is
    bounded either: those are refused. Raises BadZipFile, zlib.error and what else zipfile raises.
    """
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile(f"{info.filename} is packed by a method that is not read")
    with archive.open(info) as member:
        return b"".join(iter(lambda: member.read(_BIT), b""))


def read_heads(text: str) -> list[Json]:
    """Read published lines; raises ValueError for what is no head."""
    heads = [json.loads(line) for line in text.splitlines() if line.strip()]
    for head in heads:
        numbers = [head.get(name) for name in ("number", "size")]
        texts = [head.get(name) for name in ("at", "root", "prev", "key", "signature")]
        if not all(type(one) is int for one in numbers) or not all(isinstance(one, str) for one in texts):
            raise ValueError("a line is not a head")
    return heads
