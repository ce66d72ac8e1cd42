"""`qingche pack`: a folder and the server kept alike, conflicts shown, nothing lost."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine import library
from engine.store.base import writing
from tests.build import SYSTEM
from webapp.cli import main

ADMISSION = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Lay the admission pack out as one folder."""
    made = tmp_path / "admission"
    shutil.copytree(ADMISSION / "bpmn" / "admission", made)
    shutil.copytree(ADMISSION / "forms" / "library" / "admission", made / "forms")
    return made


def run(database: Engine, *words: object, code: int = 0) -> dict[str, Any]:
    url = database.url.render_as_string(hide_password=False)
    done = CliRunner().invoke(main, ["pack", *map(str, words), "--json", "--db", url])
    assert done.exit_code == code, (done.output, done.stderr, done.exception)
    return dict(json.loads(done.stdout)) if done.stdout else {}


def states(told: dict[str, Any]) -> dict[str, str]:
    return {each["path"]: each["state"] for each in told["files"] if each["state"] != "same"}


def test_a_pack_goes_up_whole_and_comes_down_byte_for_byte(database: Engine, folder: Path, tmp_path: Path) -> None:
    assert set(states(run(database, "status", folder, code=1)).values()) == {"new-here"}
    run(database, "push", folder, "--note", "首次")
    assert states(run(database, "status", folder)) == {}
    again = tmp_path / "again"
    taken = run(database, "pull", again, "--pack", "admission")["taken"]
    assert "README.md" in taken and "scenarios/complaint-closed.yaml" in taken and "ticket.bpmn" in taken
    assert all((again / path).read_bytes() == (folder / path).read_bytes() for path in taken if "/" not in path)
    with Session(database) as session:
        assert library.current(session, "process", "ticket").pack == "admission"


def test_what_changed_on_one_side_is_carried_over_and_on_both_is_a_conflict(
    database: Engine, folder: Path, tmp_path: Path
) -> None:
    run(database, "push", folder)
    other = tmp_path / "other"
    run(database, "pull", other, "--pack", "admission")
    for at, name in ((folder, "甲改的"), (other, "乙改的")):
        file = at / "complaint.bpmn"
        file.write_text(file.read_text("utf-8").replace('name="一键投诉"', f'name="{name}"'), "utf-8")
    (folder / "README.md").write_text("新说明\n", "utf-8")
    assert states(run(database, "push", folder, "--note", "改名")) == {
        "complaint.bpmn": "changed-here", "README.md": "changed-here",
    }  # fmt: skip
    assert states(run(database, "status", other, code=1)) == {
        "complaint.bpmn": "conflict",
        "README.md": "changed-there",
    }
    assert run(database, "pull", other, code=1)["taken"] == []
    assert run(database, "push", other, code=1)["taken"] == []
    assert "乙改的" in (other / "complaint.bpmn").read_text("utf-8")
    with Session(database) as session:
        assert library.current(session, "process", "complaint").version == 2
    run(database, "pull", other, "--theirs")
    assert "甲改的" in (other / "complaint.bpmn").read_text("utf-8")
    assert states(run(database, "status", other)) == {}


def test_nothing_is_published_when_one_file_is_refused(database: Engine, folder: Path) -> None:
    (folder / "ticket.bpmn").write_text("<broken", "utf-8")
    run(database, "push", folder, code=1)
    with Session(database) as session:
        assert library.listed(session) == []


def test_a_file_deleted_here_is_told_and_stays_on_the_server(database: Engine, folder: Path) -> None:
    run(database, "push", folder)
    (folder / "complaint.bpmn").unlink()
    assert states(run(database, "status", folder, code=1)) == {"complaint.bpmn": "gone-here"}
    run(database, "push", folder)
    with Session(database) as session, writing(session):
        assert library.current(session, "process", "complaint").version == 1
        library.suspend(session, "process", "complaint", actor=SYSTEM, reason="不用了")
