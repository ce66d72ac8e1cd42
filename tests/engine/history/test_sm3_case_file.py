"""The file of a case whose history is made with SM3 is whole on a machine with and without an SM3 of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from engine.clock import FixedClock
from engine.history.choice import choose
from engine.history.offline.command import verify
from engine.store.base import guard_events, open_engine
from engine.store.tables import metadata
from tests.engine.history.casefiles import Forgery, Made, make, run


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp("sm3")
    database = open_engine(f"sqlite:///{folder / 'made.db'}", durable=False)
    metadata.create_all(database)
    guard_events(database)
    clock = FixedClock(datetime(2026, 11, 23, 1, 0, tzinfo=UTC))
    with Session(database, info={"clock": clock}) as session:
        choose(session, "sm3")
        yield make(session, clock, folder)
    database.dispose()


@pytest.mark.parametrize("has_sm3", [True, False], ids=["openssl", "ours"])
def test_a_stranger_finds_it_good_and_a_changed_value_bad(made: Made, tmp_path: Path, has_sm3: bool) -> None:
    (tmp_path / "heads.txt").write_text(made.anchors)
    options = ("--heads", str(tmp_path / "heads.txt"), "--key", made.fingerprint)
    status, said = run(made.content, tmp_path / "good", *options, has_sm3=has_sm3)
    assert (status, "全部通过" in said, "指纹算法 hash　SM3" in said) == (0, True, True), said
    forgery = Forgery(made)
    forgery.lines("values.jsonl", _alter)
    status, said = run(forgery.zip(), tmp_path / "bad", "--json", has_sm3=has_sm3)
    assert (status, {fault["code"] for fault in json.loads(said)["faults"]}) == (1, {"file.changed", "value.changed"})


def _alter(rows: list[dict[str, object]]) -> None:
    next(row for row in rows if row.get("after") == '"第二段"')["after"] = '"改过"'


@pytest.mark.parametrize(("name", "code"), [("sha256", "event.changed"), ("md5", "hash.unknown")])
def test_a_manifest_that_names_another_hash_is_bad(made: Made, tmp_path: Path, name: str, code: str) -> None:
    forgery = Forgery(made)
    forgery.put("manifest.json", {**forgery.json("manifest.json"), "hash": name})
    forgery.relist(made.keys)
    assert code in _codes(forgery.zip(), tmp_path)


def test_a_head_made_with_another_hash_is_bad(made: Made, tmp_path: Path) -> None:
    forgery = Forgery(made)
    newest = json.loads(forgery.parts["heads.txt"].splitlines()[-1])
    own = {name: newest[name] for name in ("number", "at", "size", "root", "prev")}
    forgery.lines("heads.txt", lambda rows: [*rows[:-1], json.loads(made.keys.sign(**own).line)])
    forgery.relist(made.keys)
    assert _codes(forgery.zip(), tmp_path) == {"head.hash"}


def _codes(content: bytes, folder: Path) -> set[str]:
    path = folder / "case.zip"
    path.write_bytes(content)
    return {fault["code"] for fault in verify(str(path)).faults}
