"""Somebody with the database's password alters the history; each promised class is found and named.

The attacker drops the guard, writes rows directly, may recompute every hash, leaf and tree, and may sign with a key of
his own. He has not the private key, and not the heads that were published.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from engine import start_case
from engine.canonical import canonical, parse
from engine.clock import FixedClock
from engine.history import keyring
from engine.history.chain import chained
from engine.history.choice import choose, hash_of
from engine.history.hashing import SHA256, SM3, Hash
from engine.history.heads import Head, Keys, publish
from engine.history.merkle import Tree
from engine.history.proof import Proof, check_seals
from engine.history.seals import heads, leaf_of, seal
from engine.history.verify import verify
from engine.store.base import writing
from tests.build import SYSTEM, an_organisation
from tests.engine.flows import REQUEST, do, published


class Desk:
    """A sealed history (two cases in two heads, then one event not sealed) and what an attacker can do to it."""

    def __init__(self, session: Session, keys: Keys, folder: Path, cases: list[str]) -> None:
        self.session, self.keys, self.folder, self.cases = session, keys, folder, cases
        self.anchors = [head.line for head in heads(session)]
        session.commit()

    @property
    def stream(self) -> str:
        return f"case:{self.cases[0]}"

    def open_up(self) -> None:
        """Take the guard off."""
        bind = self.session.connection().engine
        self.session.commit()
        if bind.dialect.name == "sqlite":
            raw = bind.raw_connection()
            for guard in ("DROP TRIGGER events_no_update", "DROP TRIGGER events_no_delete", "PRAGMA foreign_keys=OFF"):
                raw.execute(guard)  # type: ignore[attr-defined]
            raw.close()
            return
        with bind.begin() as connection:
            connection.execute(text("DROP TRIGGER events_no_change ON events"))
            connection.execute(text("ALTER TABLE event_values DROP CONSTRAINT fk_event_values_stream"))

    def run(self, statement: str, **values: Any) -> None:
        self.session.execute(text(statement), {"stream": self.stream, **values} if ":stream" in statement else values)
        self.session.commit()

    def rows(self, statement: str, **values: Any) -> list[Any]:
        return list(self.session.execute(text(statement), values))

    def rehash(self) -> None:
        """Make the case's chain whole again from what stands in its rows, its head too."""
        before, by = "", hash_of(self.session)
        for seq, body in self.rows("SELECT seq, body FROM events WHERE stream = :s ORDER BY seq", s=self.stream):
            before = chained(before, body, by)
            self.run("UPDATE events SET hash = :hash WHERE stream = :stream AND seq = :seq", hash=before, seq=seq)
        last = self.rows("SELECT max(seq) FROM events WHERE stream = :s", s=self.stream)[0][0]
        case = self.cases[0]
        self.run("UPDATE cases SET head_seq = :seq, head_hash = :hash WHERE id = :id", seq=last, hash=before, id=case)

    def edit(self, seq: int = 2) -> None:
        """Change what an event says: body and columns agree."""
        (body,) = self.rows("SELECT body FROM events WHERE stream = :s AND seq = :q", s=self.stream, q=seq)[0]
        altered = canonical({**parse(body), "note": "altered"})
        self.run("UPDATE events SET body = :body WHERE stream = :stream AND seq = :seq", body=altered, seq=seq)

    def releaf(self) -> None:
        """Bring the leaves to what the events now say."""
        self.run(
            "UPDATE seal_leaves SET hash = (SELECT hash FROM events WHERE events.stream = seal_leaves.stream "
            "AND events.seq = seal_leaves.seq)"
        )

    def reseal(self, keys: Keys | None) -> None:
        """Make the heads fit the leaves; signed with these keys, or with the old signatures kept."""
        by = hash_of(self.session)
        tree, prev = Tree(by=by), ""
        leaves = self.rows("SELECT stream, seq, hash FROM seal_leaves ORDER BY position")
        for number, line in self.rows("SELECT number, line FROM seals ORDER BY number"):
            old = Head(**parse(line))
            for leaf in leaves[tree.size : old.size]:
                tree.append(leaf_of(*leaf, by))
            new = replace(old, root=tree.root.hex(), prev=prev)
            if keys is not None:
                new = keys.sign(number, old.at, tree.size, tree.root.hex(), prev, by.name)
            self.run("UPDATE seals SET line = :line WHERE number = :number", line=new.line, number=number)
            prev = new.hash

    def cut(self, number: int) -> None:
        """Take everything after a head away: events, values, leaves and heads; heads of streams follow."""
        size = parse(self.rows("SELECT line FROM seals WHERE number = :n", n=number)[0][0])["size"]
        self.run("DELETE FROM seals WHERE number > :n", n=number)
        self.run("DELETE FROM seal_leaves WHERE position >= :n", n=size)
        kept = "SELECT 1 FROM seal_leaves l WHERE l.stream = {0}.stream AND l.seq = {0}.seq"
        for table in ("event_values", "events"):
            self.run(f"DELETE FROM {table} WHERE NOT EXISTS ({kept.format(table)})")
        of_case = "SELECT {} FROM events WHERE stream = 'case:' || cases.id ORDER BY seq DESC LIMIT 1"
        if self.session.connection().dialect.name == "postgresql":
            self.session.execute(text("SET LOCAL session_replication_role = replica"))  # the owner may do that, too
        self.run("DELETE FROM cases WHERE NOT EXISTS (SELECT 1 FROM events WHERE stream = 'case:' || cases.id)")
        self.run(f"UPDATE cases SET head_seq = ({of_case.format('seq')}), head_hash = ({of_case.format('hash')})")

    def check(self, anchors: list[str] | None = None) -> Proof:
        self.session.rollback()
        return check_seals(self.session, self.keys, anchors=self.anchors if anchors is None else anchors)


# What is found by comparing hashes of all kinds is found whichever they are made with.
with_either_hash = pytest.mark.parametrize("by", [SHA256, SM3], ids=lambda by: by.name)


@pytest.fixture
def by() -> Hash:
    return SHA256


@pytest.fixture
def desk(session: Session, session_factory: sessionmaker[Session], clock: FixedClock, tmp_path: Path, by: Hash) -> Desk:
    choose(session, by.name)
    keys = Keys(tmp_path / "keys")
    with writing(session):
        people = an_organisation(session, clock)
        published(session, request=REQUEST)
    clerk, reviewer = people.actor(session, "clerk@d1"), people.actor(session, "clerk@sw")
    session.commit()
    values = {"subject": "清理河道", "amount": "1.00"}

    def start() -> str:
        with writing(session):
            case = start_case(session, "request", actor=clerk, values=values)
            do(session, case.id, "draft", {"subject": "清理河道（改）"}, clerk)
        return case.id

    with session_factory(info={"clock": clock}) as own:
        cases = [start()]
        seal(own, keys, at_once=4)
        clock.advance(minutes=5)
        with writing(session):
            do(session, cases[0], "review", {"verdict": "return", "comment": "金额不清"}, reviewer)
        seal(own, keys)
    desk = Desk(session, keys, tmp_path, [*cases, start()])
    assert verify(session).ok
    return desk


@with_either_hash
def test_an_honest_history_is_no_alarm_and_the_window_is_told(desk: Desk) -> None:
    found = desk.check()
    assert (found.first_bad, found.unsealed) == (None, 2)
    assert found.heads == len(desk.anchors) >= 3
    seal(desk.session, desk.keys)
    found = desk.check()
    assert (found.first_bad, found.unsealed) == (None, 0)
    assert found.sealed == desk.rows("SELECT count(*) FROM events")[0][0]
    assert seal(desk.session, desk.keys) == []


def test_an_erased_value_is_no_alarm(desk: Desk) -> None:
    desk.open_up()
    desk.run("DELETE FROM event_values WHERE stream = :stream AND pointer = '/subject'")
    assert verify(desk.session).ok
    assert desk.check().first_bad is None


def _insert(desk: Desk) -> None:
    desk.run("UPDATE events SET seq = 4 WHERE stream = :stream AND seq = 3")
    (body,) = desk.rows("SELECT body FROM events WHERE stream = :s AND seq = 4", s=desk.stream)[0]
    for seq in (3, 4):
        moved = canonical({**parse(body), "seq": seq, **({"note": "inserted"} if seq == 3 else {})})
        if seq == 3:
            desk.run(
                "INSERT INTO events (stream, seq, hash, kind, at, actor_id, body) SELECT stream, 3, hash, kind, at, "
                "actor_id, :body FROM events WHERE stream = :stream AND seq = 4",
                body=moved,
            )
        else:
            desk.run("UPDATE events SET body = :body WHERE stream = :stream AND seq = 4", body=moved)


def _swap(desk: Desk) -> None:
    for old, new in ((2, 9), (3, 2), (9, 3)):
        (body,) = desk.rows("SELECT body FROM events WHERE stream = :s AND seq = :q", s=desk.stream, q=old)[0]
        desk.run(
            "UPDATE events SET seq = :new, body = :body WHERE stream = :stream AND seq = :old",
            new=new,
            old=old,
            body=canonical({**parse(body), "seq": new}),
        )


def _delete(desk: Desk) -> None:
    for table in ("event_values", "events"):
        desk.run(f"DELETE FROM {table} WHERE stream = :stream AND seq = 3")


def _delete_case(desk: Desk) -> None:
    for table in ("event_values", "events"):
        desk.run(f"DELETE FROM {table} WHERE stream = :stream")


_CLASSES = [
    pytest.param(Desk.edit, 2, "another hash", id="edited"),
    pytest.param(_insert, 3, "another hash", id="inserted"),
    pytest.param(_swap, 2, "another hash", id="reordered"),
    pytest.param(_delete, 3, "gone", id="deleted"),
]


@with_either_hash
@pytest.mark.parametrize(("attack", "seq", "why"), _CLASSES)
def test_a_sealed_event_is_named_though_every_hash_was_recomputed(
    desk: Desk, attack: Callable[[Desk], None], seq: int, why: str
) -> None:
    desk.open_up()
    attack(desk)
    desk.rehash()
    found = desk.check([]).first_bad
    assert found is not None
    assert (found["case"], found["seq"]) == (desk.cases[0], seq)
    assert why in found["why"]


def test_a_case_deleted_whole_is_missed(desk: Desk) -> None:
    desk.open_up()
    _delete_case(desk)
    found = desk.check([]).first_bad
    assert found is not None
    assert (found["case"], found["seq"], "gone" in found["why"]) == (desk.cases[0], 1, True)


@with_either_hash
def test_leaves_that_follow_the_forgery_break_the_head_over_them(desk: Desk) -> None:
    desk.open_up()
    desk.edit()
    desk.rehash()
    desk.releaf()
    found = desk.check([]).first_bad
    assert found is not None
    assert (found["stream"], "not those it signs" in found["why"]) == ("seals", True)


@with_either_hash
def test_heads_that_follow_too_lack_the_signature(desk: Desk) -> None:
    desk.open_up()
    desk.edit()
    desk.rehash()
    desk.releaf()
    desk.reseal(None)
    found = desk.check([]).first_bad
    assert found is not None
    assert "signature" in found["why"]


def test_heads_signed_with_a_key_of_the_attacker_are_not_ours(desk: Desk) -> None:
    desk.open_up()
    desk.edit()
    desk.rehash()
    desk.releaf()
    desk.reseal(Keys(desk.folder / "attacker"))
    found = desk.check([]).first_bad
    assert found is not None
    assert (found["seq"], "not ours" in found["why"]) == (1, True)


@with_either_hash
def test_a_thief_of_the_private_key_is_found_by_a_published_head(desk: Desk) -> None:
    desk.open_up()
    desk.edit()
    desk.rehash()
    desk.releaf()
    desk.reseal(desk.keys)
    assert desk.check([]).first_bad is None
    found = desk.check().first_bad
    assert found is not None
    assert "replaced" in found["why"]


@with_either_hash
def test_a_history_cut_off_whole_is_found_by_a_published_head(desk: Desk) -> None:
    desk.open_up()
    last = len(desk.anchors)
    desk.cut(last - 1)
    assert desk.check([]).first_bad is None
    found = desk.check().first_bad
    assert found is not None
    assert (found["seq"], "cut off" in found["why"]) == (last, True)


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("DELETE FROM seals WHERE number = 1", "missing"),
        ("DELETE FROM seals", "no head signs"),
        ("DELETE FROM seal_leaves WHERE position = 1", "missing"),
        ("DELETE FROM seal_leaves WHERE position = (SELECT max(position) FROM seal_leaves)", "there are"),
        ("UPDATE seal_leaves SET seq = 999 WHERE position = 0", "gone"),
        ("UPDATE seals SET line = '{}' WHERE number = 1", "is not a head"),
        ("UPDATE seals SET line = (SELECT line FROM seals WHERE number = 2) WHERE number = 1", "another head's place"),
    ],
)
def test_altered_seals_are_found(desk: Desk, statement: str, why: str) -> None:
    desk.run(statement)
    found = desk.check([]).first_bad
    assert found is not None
    assert why in found["why"]


def test_nothing_is_built_on_an_altered_seal(desk: Desk) -> None:
    desk.run("UPDATE seals SET edge = replace(edge, 'a', 'b')")
    with pytest.raises(ValueError, match="edge"):
        seal(desk.session, desk.keys)


def test_a_forged_anchor_is_told(desk: Desk) -> None:
    forged = Keys(desk.folder / "attacker").sign(1, "2026-11-23T01:00:00.000000Z", 1, "00" * 32, "")
    for line in (forged.line, "nothing", desk.anchors[0].replace('"size":', '"size":1')):
        found = desk.check([line]).first_bad
        assert found is not None
        assert "anchored" in found["why"]


def test_keys_are_private_and_old_heads_verify_after_a_rotation(desk: Desk) -> None:
    before = desk.keys.known()
    desk.session.rollback()
    turned = keyring.rotate(desk.session, desk.keys, actor=SYSTEM, reason="年度更换")
    new = turned.new
    assert turned.is_signed() and keyring.rotations(desk.session) == [turned]
    desk.session.rollback()
    seal(desk.session, desk.keys)
    assert heads(desk.session)[-1].key == new
    assert desk.keys.known() == before | {new}
    assert desk.check().first_bad is None
    (private,) = (desk.folder / "keys").glob("*.key")
    assert private.stat().st_mode & 0o777 == 0o600


def test_heads_are_published_once_each(desk: Desk) -> None:
    for _ in range(2):
        publish(desk.folder, heads(desk.session))
    lines = (desk.folder / "heads.txt").read_text("ascii").splitlines()
    assert lines == desk.anchors
    assert desk.check(lines).first_bad is None


def test_sealers_at_the_same_time_leave_the_tree_whole(
    desk: Desk, session_factory: sessionmaker[Session], clock: FixedClock
) -> None:
    desk.run("DELETE FROM seal_leaves")
    desk.run("DELETE FROM seals")

    def work() -> None:
        with session_factory(info={"clock": clock}) as own:
            while seal(own, desk.keys, at_once=1):
                pass

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = desk.check([])
    assert (found.first_bad, found.unsealed) == (None, 0)
    assert found.heads == found.sealed
