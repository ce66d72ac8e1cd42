"""Zips that say less than they hold: every place that takes one in stops before it is unfolded."""

from __future__ import annotations

import io
import random
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from engine.errors import InvalidDefinition
from engine.history.offline.command import verify
from engine.packed import read_zip, write_zip
from engine.packs import Piece
from forms.designer import NoTable
from webapp import form_imports

_MIB = 1 << 20
_HELD = 40 * _MIB


@cache
def lying(name: str, method: int) -> bytes:
    """Zip a member of 40 MiB whose entry says 1,000 bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive, archive.open(name, "w") as member:
        for _ in range(_HELD // _MIB):
            member.write(b" " * _MIB)
    made = bytearray(out.getvalue())
    entry = made.rfind(b"PK\x01\x02")
    made[entry + 24 : entry + 28] = struct.pack("<I", 1000)
    return bytes(made)


def _pack(content: bytes, _folder: Path) -> str:
    with pytest.raises(InvalidDefinition) as why:
        read_zip(content, "p.zip")
    return str(why.value.fields["errors"][0]["code"])  # type: ignore[index]


def _form(content: bytes, _folder: Path) -> str:
    with pytest.raises(NoTable) as why:
        form_imports.read(content, None, locale="zh")
    return str(why.value)


def _case_file(content: bytes, folder: Path) -> str:
    (folder / "case.zip").write_bytes(content)
    return str(verify(str(folder / "case.zip")).faults[0]["code"])


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize(("take", "code"), [(_pack, "not-zip"), (_form, "not-a-form"), (_case_file, "zip.broken")])
def test_what_lies_about_its_size_is_not_unfolded(
    take: Callable[[bytes, Path], str], code: str, method: int, tmp_path: Path
) -> None:
    content = lying("a.schema.json", method)
    tracemalloc.start()
    try:
        assert take(content, tmp_path) == code
        assert tracemalloc.get_traced_memory()[1] < 16 * _MIB
    finally:
        tracemalloc.stop()


def test_a_damaged_zip_is_refused_in_words_whatever_is_damaged() -> None:
    whole = write_zip("p", [Piece("form", "a.schema.json", "forms/a.schema.json", b'{"title": "T"}' * 50)])
    chance, refused = random.Random(7), 0
    for _ in range(300):
        broken = bytearray(whole)
        broken[chance.randrange(2, len(broken))] ^= chance.randrange(1, 256)
        refused += _is_refused(lambda content: read_zip(content, "p.zip"), bytes(broken))
        refused += _is_refused(lambda content: form_imports.read(content, None, locale="zh"), bytes(broken))
    assert refused > 100


def _is_refused(take: Callable[[bytes], object], content: bytes) -> bool:
    try:
        take(content)
    except (InvalidDefinition, NoTable):
        return True
    return False
