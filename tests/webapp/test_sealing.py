"""The chore of the worker seals and publishes; `qingche verify` finds a cut with the published file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from engine.clock import FixedClock, now
from engine.store.base import writing
from tests.build import an_organisation
from webapp.cli import main
from webapp.sealing import sealer


def test_what_the_worker_seals_the_command_line_verifies(
    session_factory: sessionmaker[Session], database_url: str, clock: FixedClock, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("QINGCHE_VAR", str(tmp_path / "var"))
    app = Flask("test")
    app.config.update(VAR=str(tmp_path / "var"), HEADS_FOLDER=str(tmp_path / "elsewhere"))
    chore = sealer(app)
    with session_factory() as session:
        with writing(session):
            an_organisation(session, clock)
        chore(session, now(session))
    published = tmp_path / "elsewhere" / "heads.txt"
    asked = ["verify", "--heads", str(published), "--json", "--db", database_url]
    whole = CliRunner().invoke(main, asked)
    document = json.loads(whole.stdout)
    assert (whole.exit_code, document["ok"], document["heads"], document["unsealed"]) == (0, True, 1, 0)
    with session_factory() as session, writing(session):
        for table in ("seals", "seal_leaves"):
            session.execute(text(f"DELETE FROM {table}"))
    cut = CliRunner().invoke(main, asked)
    document = json.loads(cut.stdout)
    assert (cut.exit_code, document["first_bad"]["seq"], "cut off" in document["first_bad"]["why"]) == (1, 1, True)


def test_a_key_is_rotated_from_the_command_line(
    session_factory: sessionmaker[Session], database_url: str, clock: FixedClock, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("QINGCHE_VAR", str(tmp_path / "var"))
    app = Flask("test")
    app.config.update(VAR=str(tmp_path / "var"), HEADS_FOLDER="")
    with session_factory() as session:
        with writing(session):
            an_organisation(session, clock)
        sealer(app)(session, now(session))
    turned = json.loads(_asked(database_url, "keys", "rotate", "--reason", "年度更换", "--json"))
    listed = json.loads(_asked(database_url, "keys", "list", "--json"))
    assert {one["key"]: one["in_use"] for one in listed["keys"]} == {turned["old"]: False, turned["new"]: True}
    assert [(turn["new"], turn["signed"]) for turn in listed["rotations"]] == [(turned["new"], True)]
    assert "signed by both" in _asked(database_url, "keys", "list")
    with session_factory() as session:
        sealer(app)(session, now(session))
    published = (tmp_path / "var" / "heads.txt").read_text().splitlines()
    assert [json.loads(line)["key"] for line in published] == [turned["old"], turned["new"]]
    assert json.loads(_asked(database_url, "verify", "--heads", str(tmp_path / "var" / "heads.txt"), "--json"))["ok"]


def _asked(database_url: str, *words: str) -> str:
    done = CliRunner().invoke(main, [*words, "--db", database_url])
    assert done.exit_code == 0, done.output
    return str(done.stdout)


def test_the_hash_of_a_new_database_is_set_and_another_one_is_not_served(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QINGCHE_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("QINGCHE_DATABASE_URL", database_url)

    def asked(wished: str, *words: str) -> tuple[int, str]:
        monkeypatch.setenv("QINGCHE_HASH", wished)
        done = CliRunner().invoke(main, list(words))
        return done.exit_code, done.output

    status, said = asked("sm4", "init")
    assert (status, said.startswith("unknown-hash: ")) == (2, True)
    assert asked("sm3", "init")[0] == asked("", "init")[0] == asked("sm3", "init")[0] == 0
    for words in (["init"], ["seed"], ["serve", "--port", "0"], ["worker"]):
        status, said = asked("sha256", *words)
        assert (status, said.startswith("other-hash: "), "sm3" in said) == (2, True, True)
