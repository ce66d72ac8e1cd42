"""Files: bytes kept once by hash, rows per use, nothing opened by hash, orphans swept."""

from __future__ import annotations

import hashlib
import io
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine import attachments, complete_task, save_draft, start_case
from engine.attachments import FolderStore
from engine.clock import FixedClock
from engine.errors import Invalid, NotFound
from engine.store.base import writing
from tests.build import Organisation, an_organisation
from tests.engine.flows import REQUEST, published, the_task

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "files")


@pytest.fixture
def city(session: Session, clock: FixedClock) -> Organisation:
    with writing(session):
        made = an_organisation(session, clock)
        published(session, request=REQUEST)
    return made


def _file(content: bytes, name: str = "照片.jpg") -> dict[str, Any]:
    return {"sha256": hashlib.sha256(content).hexdigest(), "name": name, "size": len(content), "type": "image/jpeg"}


def _age(tmp_path: Path, sha256: str) -> None:
    os.utime(tmp_path / "files" / sha256[:2] / sha256, (LONG_AGO.timestamp(), LONG_AGO.timestamp()))


def test_bytes_are_kept_by_hash_and_once(folder: FolderStore, tmp_path: Path) -> None:
    first, again = folder.put(io.BytesIO(b"abc")), folder.put(io.BytesIO(b"abc"))
    assert first == again
    assert first.sha256 == hashlib.sha256(b"abc").hexdigest()
    with folder.open(first.sha256) as stream:
        assert stream.read() == b"abc"
    assert len([path for path in (tmp_path / "files").rglob("*") if path.is_file()]) == 1


def test_too_much_is_refused_and_leaves_nothing(folder: FolderStore, tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        folder.put(io.BytesIO(b"x" * 3_000_000), max_bytes=1024 * 1024)
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "a" * 63, "A" * 64, "0" * 64])
def test_only_a_hash_that_is_there_opens(folder: FolderStore, name: str) -> None:
    with pytest.raises(NotFound):
        folder.open(name)


def test_files_are_found_wherever_they_stand() -> None:
    photo, plan = _file(b"1"), _file(b"2")
    values = {"a/b": [{"evidence": photo}, {"none": None}], "plan": plan, "sha256": "0" * 64}
    assert list(attachments.files_in(values)) == [("/a~1b/0/evidence", photo), ("/plan", plan)]


def test_a_submission_binds_its_files_to_the_case_once(session: Session, city: Organisation) -> None:
    clerk = city.actor(session, "clerk@d1")
    session.commit()
    with writing(session):
        case = start_case(session, "request", actor=clerk, values={"subject": "甲"})
        task = the_task(session, case.id, "draft")
        values = {"evidence": [_file(b"1"), _file(b"2", "图.png")]}
        complete_task(session, task.id, values, actor=clerk)
    uses = attachments.of_case(session, case.id)
    assert {(use.pointer, use.name, use.element_id, use.uploaded_by) for use in uses} == {
        ("/evidence/0", "照片.jpg", "draft", "clerk@d1"),
        ("/evidence/1", "图.png", "draft", "clerk@d1"),
    }
    assert attachments.use(session, uses[0].id) == uses[0]
    assert attachments.bind(session, case.id, values, actor=clerk) == []
    with pytest.raises(NotFound):
        attachments.use(session, uses[0].sha256)


def test_only_old_bytes_no_case_and_no_draft_names_are_swept(
    session: Session, city: Organisation, folder: FolderStore, tmp_path: Path
) -> None:
    kept, drafted, orphan = (folder.put(io.BytesIO(content)).sha256 for content in (b"kept", b"drafted", b"orphan"))
    young = folder.put(io.BytesIO(b"young")).sha256
    for sha256 in (kept, drafted, orphan):
        _age(tmp_path, sha256)
    clerk = city.actor(session, "clerk@d1")
    session.commit()
    with writing(session):
        case = start_case(session, "request", actor=clerk, values={"subject": "甲"})
        complete_task(session, the_task(session, case.id, "draft").id, {"file": _file(b"kept")}, actor=clerk)
        other = start_case(session, "request", actor=clerk, values={"subject": "乙"})
        save_draft(session, the_task(session, other.id, "draft").id, {"file": _file(b"drafted")}, actor=clerk)
    assert attachments.sweep(session, folder, before=LONG_AGO + timedelta(days=1)) == [orphan]
    with pytest.raises(NotFound):
        folder.open(orphan)
    for sha256 in (kept, drafted, young):
        folder.open(sha256).close()


def test_putting_old_bytes_again_saves_them_from_the_sweep(
    session: Session, folder: FolderStore, tmp_path: Path
) -> None:
    sha256 = folder.put(io.BytesIO(b"again")).sha256
    _age(tmp_path, sha256)
    folder.put(io.BytesIO(b"again"))
    assert attachments.sweep(session, folder, before=LONG_AGO + timedelta(days=1)) == []


def test_what_a_broken_upload_left_behind_is_swept(session: Session, folder: FolderStore, tmp_path: Path) -> None:
    folder.put(io.BytesIO(b"x"))
    left = tmp_path / "files" / "waiting" / "tmp123"
    left.write_bytes(b"half")
    attachments.sweep(session, folder, before=LONG_AGO)
    assert left.exists()
    os.utime(left, (LONG_AGO.timestamp(), LONG_AGO.timestamp()))
    attachments.sweep(session, folder, before=LONG_AGO + timedelta(days=1))
    assert not left.exists()
