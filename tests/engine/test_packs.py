"""Packs from untrusted bytes: zips that lie, climb out, blow up or bring programs."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from engine.errors import InvalidDefinition
from engine.packed import read_zip, write_zip
from engine.packs import Piece, compare, read_folder

FORM = b'{"type": "object", "title": "T"}'


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def refused(content: bytes) -> str:
    with pytest.raises(InvalidDefinition) as why:
        read_zip(content, "p.zip")
    return str(why.value.fields["errors"][0]["code"])  # type: ignore[index]


def test_a_pack_survives_its_zip() -> None:
    pieces = [Piece("form", "a.schema.json", "forms/a.schema.json", FORM), Piece("readme", "p", "README.md", b"# P\n")]
    pack, found, synced = read_zip(write_zip("p", pieces), "other.zip")
    assert (pack, sorted(found, key=lambda one: one.path)) == ("p", sorted(pieces, key=lambda one: one.path))
    assert {line.state for line in compare(found, pieces, synced)} == {"same"}
    assert write_zip("p", pieces) == write_zip("p", pieces)


@pytest.mark.parametrize(
    "path", ["../a.schema.json", "/etc/a.schema.json", "p/../../a.schema.json", "C:\\a.schema.json"]
)
def test_a_path_that_leads_outside_is_refused(path: str) -> None:
    assert refused(zipped({path: FORM})) == "unsafe-path"


def test_a_bomb_is_refused_before_it_is_unpacked_whole() -> None:
    bomb = zipped({"forms/a.schema.json": b"0" * (13 * 1024 * 1024)})
    assert len(bomb) < 100_000
    assert refused(bomb) == "too-large"
    assert refused(zipped({f"forms/{n}.schema.json": FORM for n in range(501)})) == "too-large"


def test_programs_twins_and_broken_zips_are_refused() -> None:
    assert refused(zipped({"p/hook.py": b"print(1)"})) == "program-in-pack"
    assert refused(zipped({"a.schema.json": FORM, "forms/a.schema.json": FORM})) == "twice-in-pack"
    assert refused(b"PK\x03\x04 nothing") == "not-zip"


def test_links_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "secret.schema.json"
    outside.write_bytes(FORM)
    folder = tmp_path / "p"
    folder.mkdir()
    (folder / "a.schema.json").symlink_to(outside)
    assert read_folder(folder) == ("p", [], {})
