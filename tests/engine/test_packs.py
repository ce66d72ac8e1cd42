"""Packs from untrusted bytes: zips that lie, climb out, blow up or bring programs."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from engine import library
from engine.errors import InvalidDefinition
from engine.packed import read_zip, write_zip
from engine.packs import Piece, compare, publish_all, published, read_folder
from tests.build import SYSTEM
from tests.engine.diagrams.draw import call, definitions, end, flows, node, process, start, user

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


DECISION = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m" namespace="urn:m">
<decision id="fee" name="fee"><variable name="fee"/><literalExpression><text>1</text></literalExpression></decision>
</definitions>"""


def test_what_the_studio_drew_goes_along_with_the_pack_whose_process_names_it(session: Session) -> None:
    shown = (
        '<qc:candidate role="clerk"/><spiffworkflow:properties><spiffworkflow:property '
        'name="formJsonSchemaFilename" value="a.schema.json"/></spiffworkflow:properties>'
    )
    rule = node("businessRuleTask", "r", ext="<spiffworkflow:calledDecisionId>fee</spiffworkflow:calledDecisionId>")
    below = definitions(process(start(), rule, user("u", ext=shown), end(), flows("s r u e"), id="below"))
    above = definitions(process(start(), call("c", "below"), end(), flows("s c e"), id="above"))
    alone = definitions(process(start(), user("u"), end(), flows("s u e"), id="alone"))
    own = [("form", "own.schema.json", FORM), ("process", "above", above)]
    drawn = [
        ("form", "a.schema.json", FORM), ("form", "b.schema.json", FORM), ("decision", "fee", DECISION),
        ("process", "below", below), ("process", "alone", alone),
    ]  # fmt: skip
    for kind, key, content in drawn:
        library.publish(session, kind, key, content, actor=SYSTEM)
    publish_all(session, "p", own, actor=SYSTEM)
    along = published(session, "p")
    assert [piece.name for piece in along] == [
        "decision:fee", "form:a.schema.json", "form:own.schema.json", "process:above", "process:below",
    ]  # fmt: skip
    publish_all(session, "p", [(piece.kind, piece.key, piece.content) for piece in along], actor=SYSTEM)
    assert library.current(session, "process", "below").pack is None  # Unchanged, it belongs to no pack.
    assert published(session, "q") == []
