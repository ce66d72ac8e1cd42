"""A case file is whole on a machine without the product, and each kind of forgery is named."""

from __future__ import annotations

import hashlib
import io
import json
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine.canonical import canonical, parse
from engine.clock import FixedClock
from engine.history.chain import chained
from engine.history.heads import Head, Keys
from engine.history.offline.command import verify
from engine.store.base import guard_events, open_engine
from engine.store.tables import metadata
from tests.engine.history.casefiles import SECRET, Forgery, Made, make, run


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    from datetime import UTC, datetime

    folder = tmp_path_factory.mktemp("made")
    database = open_engine(f"sqlite:///{folder / 'made.db'}", durable=False)
    metadata.create_all(database)
    guard_events(database)
    clock = FixedClock(datetime(2026, 11, 23, 1, 0, tzinfo=UTC))
    with Session(database, info={"clock": clock}) as session:
        yield make(session, clock, folder)
    database.dispose()


def codes(content: bytes, folder: Path, **told: str) -> set[str]:
    path = folder / "case.zip"
    path.write_bytes(content)
    return {fault["code"] for fault in verify(str(path), **told).faults}


def test_a_stranger_finds_a_good_file_good(made: Made, tmp_path: Path) -> None:
    (tmp_path / "heads.txt").write_text(made.anchors)
    options = ("--heads", str(tmp_path / "heads.txt"), "--key", made.fingerprint)
    status, said = run(made.content, tmp_path / "empty", *options)
    assert (status, "全部通过" in said, "不符" in said) == (0, True, False)
    for part in ("真实性", "完整性", "可用性", "安全性", made.fingerprint, "巡〔2026〕1号", "还没有封存", "依规抹去"):
        assert part in said
    document = json.loads(run(made.content, tmp_path / "empty", "--json")[1])
    assert document["ok"] and all(check["ok"] for check in document["checks"])
    assert document["about"]["written"] == {"events": 4, "unsealed": 1, "erased": 1, "withheld": 2, "head": 2}


def test_what_stays_behind_is_nowhere_in_the_file(made: Made) -> None:
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        for name in archive.namelist():
            assert SECRET.encode() not in archive.read(name)


def test_the_file_is_good_on_this_database(session: Session, clock: FixedClock, tmp_path: Path) -> None:
    session.info["clock"] = clock
    own = make(session, clock, tmp_path)
    assert codes(own.content, tmp_path, anchors=own.anchors, expected_key=own.fingerprint) == set()


def _rechain(forgery: Forgery) -> None:
    """Recompute every hash of the case's chain and how the manifest says it ends."""

    def again(rows: list[dict[str, Any]]) -> None:
        before = ""
        for row in (row for row in rows if row["stream"] == forgery.made.stream):
            row["prev"], row["hash"] = before, chained(before, row["body"])
            before = row["hash"]
            ends = {"stream": row["stream"], "events": row["seq"], "hash": before}
        manifest = forgery.json("manifest.json")
        forgery.put("manifest.json", {**manifest, "cases": [ends]})

    forgery.lines("events.jsonl", again)


def _body(row: dict[str, Any], **changes: Any) -> None:
    row["body"] = canonical({**parse(row["body"]), **changes})


def _edit_event(forgery: Forgery) -> None:
    forgery.lines("events.jsonl", lambda rows: _body(rows[1], note="改过"))


def _edit_event_and_chain(forgery: Forgery) -> None:
    _edit_event(forgery)
    _rechain(forgery)


def _swap(forgery: Forgery) -> None:
    forgery.lines("events.jsonl", lambda rows: [rows[0], rows[2], rows[1], *rows[3:]])


def _remove(forgery: Forgery) -> None:
    forgery.lines("events.jsonl", lambda rows: [rows[0], *rows[2:]])
    forgery.lines("values.jsonl", lambda rows: [row for row in rows if row["seq"] != 2 or "register" in row["stream"]])


def _insert(forgery: Forgery) -> None:
    def change(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        new = {**rows[1]}
        _body(new, note="补签", values=[])
        for row in (new, *rows[2:4]):
            if row["stream"] == forgery.made.stream:
                row["seq"] += 1
                _body(row, seq=row["seq"])
        return [*rows[:2], new, *rows[2:]]

    forgery.lines("events.jsonl", change)
    forgery.lines("values.jsonl", lambda rows: [row for row in rows if row["seq"] <= 2 or "register" in row["stream"]])
    _rechain(forgery)


def _cut(forgery: Forgery) -> None:
    forgery.lines("events.jsonl", lambda rows: [row for row in rows if row["seq"] != 4 or row["stream"] == "artifacts"])
    forgery.lines("values.jsonl", lambda rows: [row for row in rows if row["seq"] != 4])


def _value(forgery: Forgery, at: str, seq: int = 2, **changes: Any) -> None:
    def change(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            if (row["stream"], row["seq"], row["pointer"]) == (forgery.made.stream, seq, at):
                row.update(changes)

    forgery.lines("values.jsonl", change)


def _drop_values(forgery: Forgery, keep: Callable[[dict[str, Any]], bool]) -> None:
    forgery.lines("values.jsonl", lambda rows: [row for row in rows if keep(row)])


def _head(forgery: Forgery, **changes: Any) -> None:
    def change(rows: list[dict[str, Any]]) -> None:
        rows[-1].update(changes)

    forgery.lines("heads.txt", change)


def _sign_head(forgery: Forgery, folder: str) -> None:
    """Put a head of a forger's in place of the newest."""
    own = Head(**json.loads(forgery.parts["heads.txt"].splitlines()[-1]))
    keys = Keys(Path(folder))
    new = keys.sign(own.number, own.at, own.size, own.root, own.prev)
    forgery.lines("heads.txt", lambda rows: [*rows[:-1], json.loads(new.line)])


def _artifact(forgery: Forgery, suffix: str) -> None:
    name = next(row["file"] for row in forgery.json("artifacts.json") if row["file"].endswith(suffix))
    forgery.parts[name] = forgery.parts[name].replace(b"string", b"number").replace("堤防".encode(), "道路".encode())


def _drop(forgery: Forgery, prefix: str) -> None:
    forgery.parts = {name: content for name, content in forgery.parts.items() if not name.startswith(prefix)}


def _photo(forgery: Forgery) -> None:
    name = next(name for name in forgery.parts if name.startswith("attachments/"))
    forgery.parts[name] += b"!"


def _row(forgery: Forgery) -> None:
    def change(rows: list[dict[str, Any]]) -> None:
        (row,) = (row for row in rows if row["stream"] == "register:matters")
        row["after"] = row["after"].replace("堤防", "道路")

    forgery.lines("values.jsonl", change)


def _proof(forgery: Forgery) -> None:
    proofs = forgery.json("proofs.json")
    proofs["included"][0][3][0] = hashlib.sha256(b"x").hexdigest()
    forgery.put("proofs.json", proofs)


def _no_proof(forgery: Forgery) -> None:
    proofs = forgery.json("proofs.json")
    forgery.put("proofs.json", {**proofs, "included": proofs["included"][1:]})


def _growth(forgery: Forgery) -> None:
    proofs = forgery.json("proofs.json")
    proofs["grown"][0][1][0] = hashlib.sha256(b"x").hexdigest()
    forgery.put("proofs.json", proofs)


def _unlink_keys(forgery: Forgery) -> None:
    told = forgery.json("keys.json")
    told["rotations"][0]["old_signature"] = told["rotations"][0]["new_signature"]
    forgery.put("keys.json", told)


# What an insider with the platform's own key in hand might do to the parts and list anew; the check that names it.
_INSIDER = {
    "a value changed": (lambda f: _value(f, "/note", after='"第五段"'), "value.changed"),
    "an erased value given another": (lambda f: _value(f, "/phone", after='"1"'), "value.not-erased"),
    "a value hidden": (lambda f: _drop_values(f, lambda row: row["pointer"] != "/note"), "value.missing"),
    "a value put in": (lambda f: _value(f, "/note", pointer="/other"), "value.foreign"),
    "a value twice": (lambda f: f.lines("values.jsonl", lambda rows: [*rows, rows[0]]), "value.twice"),
    "an event changed": (_edit_event, "event.changed"),
    "an event changed, hashes recomputed": (_edit_event_and_chain, "proof.wrong"),
    "events reordered": (_swap, "event.gap"),
    "an event removed": (_remove, "event.gap"),
    "an event removed, hashes recomputed": (lambda f: (_remove(f), _rechain(f)), "event.gap"),
    "an event inserted, hashes recomputed": (_insert, "proof.wrong"),
    "the end cut off": (_cut, "event.cut"),
    "a head changed": (lambda f: _head(f, size=3), "head.signature"),
    "a definition changed": (lambda f: _artifact(f, ".bpmn"), "version.changed"),
    "a form changed": (lambda f: _artifact(f, ".json"), "version.changed"),
    "a definition missing": (lambda f: _drop(f, "artifacts/"), "version.missing"),
    "an attachment changed": (_photo, "attachment.changed"),
    "an attachment missing": (lambda f: _drop(f, "attachments/"), "attachment.missing"),
    "a register row changed": (_row, "value.changed"),
    "a register row missing": (lambda f: _drop_values(f, lambda row: "register" not in row["stream"]), "row.missing"),
    "a wrong proof": (_proof, "proof.wrong"),
    "a proof left out": (_no_proof, "proof.missing"),
    "a head that did not grow": (_growth, "head.inconsistent"),
    "a rotation forged": (_unlink_keys, "key.foreign"),
    "a page that runs something": (lambda f: f.parts.update({"view.html": b"<script>1</script>"}), "page.active"),
    "a diagram that does not open": (lambda f: _artifact_broken(f), "file.unreadable"),
    "not JSON": (lambda f: f.parts.update({"events.jsonl": b"{"}), "unreadable"),
    "no head": (lambda f: f.parts.update({"heads.txt": b""}), "head.missing"),
}  # fmt: skip


def _artifact_broken(forgery: Forgery) -> None:
    name = next(name for name in forgery.parts if name.endswith(".bpmn"))
    forgery.parts[name] = b"<broken"


@pytest.mark.parametrize("kind", _INSIDER)
def test_what_is_altered_is_named_whoever_lists_it_anew(made: Made, tmp_path: Path, kind: str) -> None:
    attack, code = _INSIDER[kind]
    forgery = Forgery(made)
    attack(forgery)
    unlisted = codes(forgery.zip(), tmp_path)
    forgery.relist(Keys(tmp_path / "thief"))
    stranger = codes(forgery.zip(), tmp_path)
    forgery.relist(made.keys)
    insider = codes(forgery.zip(), tmp_path)

    assert code in insider
    assert unlisted & {"file.changed", "file.missing", "manifest.signature"}
    assert stranger & {"key.foreign", "unreadable", "head.missing"}


def _forged_manifest(forgery: Forgery, folder: Path) -> bytes:
    forgery.put("manifest.json", {**forgery.json("manifest.json"), "title": "另一件"})
    return forgery.zip()


def _foreign_head(forgery: Forgery, folder: Path) -> bytes:
    _sign_head(forgery, str(folder / "attacker"))
    forgery.relist(forgery.made.keys)
    return forgery.zip()


def _twice(forgery: Forgery, folder: Path) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return forgery.zip(("events.jsonl", b""))


_FILES: dict[str, tuple[Callable[[Forgery, Path], bytes], str]] = {
    "the zip cut short": (lambda f, _: f.made.content[:-400], "zip.broken"),
    "a byte of the zip turned": (lambda f, _: f.made.content.replace(b"PK\x03\x04", b"PK\x03\x05", 3), "zip.broken"),
    "a name that leads out": (lambda f, _: f.zip(("../up.txt", b"")), "name.unsafe"),
    "a name from the root": (lambda f, _: f.zip(("/etc/x", b"")), "name.unsafe"),
    "a name of a drive": (lambda f, _: f.zip(("C:\\x", b"")), "name.unsafe"),
    "a name twice": (_twice, "name.twice"),
    "a file nobody listed": (lambda f, _: f.zip(("more.txt", b"")), "file.unlisted"),
    "the manifest changed": (_forged_manifest, "manifest.signature"),
    "a head of another key": (_foreign_head, "key.foreign"),
    "no manifest": (lambda f, _: (_drop(f, "manifest.json"), f.zip())[1], "file.missing"),
    "no file at all": (lambda f, _: b"", "zip.broken"),
}


@pytest.mark.parametrize("kind", _FILES)
def test_a_file_that_was_tampered_with_is_named(made: Made, tmp_path: Path, kind: str) -> None:
    attack, code = _FILES[kind]
    assert code in codes(attack(Forgery(made), tmp_path), tmp_path)


def test_what_is_kept_outside_finds_a_platform_invented_whole(made: Made, tmp_path: Path) -> None:
    other = Keys(tmp_path / "other")
    foreign = other.sign(2, "2026-11-23T01:00:00.000000Z", 9, "00" * 32, "")
    own = Head(**json.loads(made.anchors.splitlines()[-1]))
    replaced = made.keys.sign(own.number, own.at, own.size, "11" * 32, own.prev)

    assert codes(made.content, tmp_path, expected_key="0000 1111") == {"key.unexpected"}
    assert codes(made.content, tmp_path, anchors=foreign.line) == {"anchor.foreign"}
    assert codes(made.content, tmp_path, anchors=replaced.line) == {"anchor.replaced"}


def test_another_verifier_than_the_one_inside_says_so(made: Made, tmp_path: Path) -> None:
    from engine.history import offline

    status, said = run(made.content, tmp_path, "--json", program=offline.program() + b"# changed\n")
    assert (status, [fault["code"] for fault in json.loads(said)["faults"]]) == (1, ["verifier.other"])


def test_the_verifier_says_what_it_cannot_read(tmp_path: Path) -> None:
    assert run(b"", tmp_path, "--heads", "nothing.txt")[0] == 2
    status, said = run(b"no zip", tmp_path)
    assert (status, "zip.broken" in said) == (1, True)
