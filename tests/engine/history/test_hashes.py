"""SM3 is the standard's, and a database whose history is made with it is sealed, checked, erased in and handed out."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from engine import start_case
from engine.clock import FixedClock
from engine.history.chain import append_event, chained, committed_hash
from engine.history.choice import OtherHash, UnknownHash, choose, hash_of
from engine.history.hashing import HASHES, SHA256, SM3
from engine.history.heads import Head, Keys, read_head
from engine.history.merkle import extends, includes
from engine.history.offline.sm3 import sm3
from engine.history.proof import check_seals
from engine.history.proving import prove
from engine.history.seals import heads, leaf_of, seal
from engine.history.verify import verify
from engine.store.base import open_engine, writing
from tests.build import SYSTEM, an_organisation
from tests.engine.flows import REQUEST, do, published

# GB/T 32905-2016, annex A.
_EXAMPLES = {
    b"abc": "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
    b"abcd" * 16: "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
}


@pytest.mark.parametrize("message", _EXAMPLES)
def test_sm3_gives_the_examples_of_the_standard(message: bytes) -> None:
    assert sm3(message).hex() == SM3.digest(message).hex() == _EXAMPLES[message]


@pytest.mark.skipif("sm3" not in hashlib.algorithms_available, reason="this OpenSSL has no SM3 to compare with")
def test_ours_and_openssl_agree_on_every_length_of_a_last_block() -> None:
    source = random.Random(32905)
    for length in [*range(130), *(source.randrange(130, 2000) for _ in range(10))]:
        message = source.randbytes(length)
        assert sm3(message) == hashlib.new("sm3", message).digest(), length


def test_nothing_chosen_is_sha256(session: Session) -> None:
    assert hash_of(session) is SHA256
    session.rollback()
    with writing(session):
        append_event(session, "s", kind="k", actor=SYSTEM, body={})
    assert _first(session) == SHA256.hex(_body(session))


def test_a_hash_is_chosen_once_and_before_the_first_event(session: Session) -> None:
    choose(session, "sm3")
    choose(session)
    with pytest.raises(OtherHash, match="sm3"):
        choose(session, "sha256")
    for change in ("UPDATE history_hash SET name = 'sha256'", "DELETE FROM history_hash"):
        with pytest.raises(DBAPIError, match="chosen once"):
            session.execute(text(change))
        session.rollback()
    with writing(session):
        append_event(session, "s", kind="k", actor=SYSTEM, body={})
    assert _first(session) == SM3.hex(_body(session)) != SHA256.hex(_body(session))


def test_a_begun_history_keeps_sha256(session: Session) -> None:
    with writing(session):
        append_event(session, "s", kind="k", actor=SYSTEM, body={})
    with pytest.raises(OtherHash, match="new, empty database"):
        choose(session, "sm3")
    assert hash_of(session) is SHA256


def test_what_is_no_hash_is_refused(session: Session) -> None:
    with pytest.raises(UnknownHash, match="md5"):
        choose(session, "md5")


def _body(session: Session) -> str:
    found: str = session.execute(text("SELECT body FROM events WHERE seq = 1")).scalar_one()
    return found


def _first(session: Session) -> str:
    found: str = session.execute(text("SELECT hash FROM events WHERE seq = 1")).scalar_one()
    return found


@pytest.fixture
def keys(session: Session, session_factory: sessionmaker[Session], clock: FixedClock, tmp_path: Path) -> Keys:
    """A case in a history of SM3 under two heads; returns the keys."""
    choose(session, "sm3")
    keys = Keys(tmp_path / "keys")
    with writing(session):
        people = an_organisation(session, clock)
        published(session, request=REQUEST)
        clerk = people.actor(session, "clerk@d1")
    with writing(session):
        case = start_case(session, "request", actor=clerk, values={"subject": "清理河道", "amount": "1.00"})
    with session_factory(info={"clock": clock}) as own:
        seal(own, keys, at_once=4)
        with writing(session):
            do(session, case.id, "draft", {"subject": "清理河道（改）"}, clerk)
        seal(own, keys)
    return keys


def test_every_hash_of_the_history_is_sm3(session: Session, keys: Keys) -> None:
    before: dict[str, str] = {}
    for stream, body, found in session.execute(text("SELECT stream, body, hash FROM events ORDER BY stream, seq")):
        assert found == chained(before.get(stream, ""), body, SM3) != chained(before.get(stream, ""), body)
        before[stream] = found
    values = session.execute(text("SELECT stream, seq, pointer, before, after, salt FROM event_values")).all()
    for row in values:
        event = {"s": row.stream, "q": row.seq}
        (body,) = session.execute(text("SELECT body FROM events WHERE stream = :s AND seq = :q"), event).one()
        assert committed_hash(row.salt, row.pointer, row.before, row.after, SM3) in body
    every = heads(session)
    assert {head.algorithm for head in every} == {"sm3"} and '"algorithm":"sm3"' in every[0].line
    assert [head.prev for head in every[1:]] == [SM3.hex(head.line) for head in every[:-1]]
    proofs = prove(session, {(stream, 1) for stream in before}, others=[1])
    assert proofs.head is not None and len(proofs.included) == len(before)
    root = bytes.fromhex(proofs.head.root)
    for one in proofs.included:
        (found,) = session.execute(
            text("SELECT hash FROM events WHERE stream = :s AND seq = :q"), {"s": one.stream, "q": one.seq}
        ).one()
        leaf, path = leaf_of(one.stream, one.seq, found, SM3), [bytes.fromhex(step) for step in one.path]
        assert includes(leaf, one.position, proofs.head.size, path, root, SM3)
    for size, path in proofs.grown:
        first = next(bytes.fromhex(head.root) for head in every if head.size == size)
        assert extends(size, first, proofs.head.size, root, [bytes.fromhex(step) for step in path], SM3)
    assert verify(session).ok and values
    assert check_seals(session, keys, anchors=[head.line for head in every]).first_bad is None


def test_a_head_made_with_another_hash_is_refused(session: Session, keys: Keys) -> None:
    newest = heads(session)[-1]
    forged = keys.sign(newest.number, newest.at, newest.size, newest.root, newest.prev)
    session.execute(text("UPDATE seals SET line = :l WHERE number = :n"), {"l": forged.line, "n": newest.number})
    session.commit()
    found = check_seals(session, keys).first_bad
    assert found is not None
    assert (found["seq"], found["why"]) == (
        newest.number, f"head {newest.number} is made with sha256, the history with sm3",
    )  # fmt: skip
    session.rollback()
    with writing(session):
        append_event(session, "s", kind="k", actor=SYSTEM, body={})
    with pytest.raises(ValueError, match="another hash"):
        seal(session, keys)


def test_a_changed_choice_is_found_at_the_first_event(session: Session, keys: Keys, database: Engine) -> None:
    guard = "history_hash_no_update" if database.dialect.name == "sqlite" else "history_hash_no_change ON history_hash"
    for statement in (f"DROP TRIGGER {guard}", "UPDATE history_hash SET name = 'sha256'"):
        session.execute(text(statement))
    session.commit()
    again = open_engine(database.url.render_as_string(hide_password=False), durable=False)
    with Session(again) as other:
        found, head = verify(other).first_bad, check_seals(other, keys).first_bad
    again.dispose()
    assert found is not None and head is not None
    assert (found["seq"], "hash" in found["why"]) == (1, True)
    assert head["why"] == "head 1 is made with sm3, the history with sha256"


def test_heads_of_before_the_choice_keep_their_bytes() -> None:
    line = '{"at":"a","key":"","number":1,"prev":"","root":"","signature":"","size":1}'
    head = read_head(line)
    assert head == Head(1, "a", 1, "", "", "") and head.line == line and head.hash == SHA256.hex(line)
    assert read_head(line.replace('"at"', '"algorithm":"md5","at"')) is None
    assert set(HASHES) == {"sha256", "sm3"}
