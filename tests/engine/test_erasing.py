"""A value is erased by law: it is nowhere any more, who erased it and why is an event, and every proof still holds."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from engine import attachments, start_case
from engine.attachments import FolderStore
from engine.clock import FixedClock
from engine.commands import erase_value, legal_holds, lift_hold, place_hold
from engine.errors import CannotOperate, Invalid, NotFound
from engine.history.choice import choose
from engine.history.hashing import SHA256, SM3, Hash
from engine.history.heads import Keys
from engine.history.moments import moment_at
from engine.history.proof import check_seals
from engine.history.replay import replay
from engine.history.seals import seal
from engine.history.timeline import timeline
from engine.history.verify import verify
from engine.store.base import writing
from engine.store.tables import metadata
from tests.build import Organisation, an_organisation
from tests.engine.flows import REQUEST, do, published

SECRET = "某户家庭变故"


@pytest.fixture
def by() -> Hash:
    return SHA256


@pytest.fixture
def city(session: Session, clock: FixedClock, by: Hash) -> Organisation:
    choose(session, by.name)
    with writing(session):
        made = an_organisation(session, clock)
        published(session, request=REQUEST)
    return made


def ended(session: Session, city: Organisation, tmp_path: Path) -> str:
    """Work a request to its end: the secret in its title, a sub-form, a file and a comment."""
    folder = FolderStore(tmp_path / "files")
    photo = {
        "sha256": folder.put(io.BytesIO(b"photo")).sha256,
        "name": f"{SECRET}.jpg",
        "size": 5,
        "type": "image/jpeg",
    }
    with writing(session):
        clerk, reviewer = city.actor(session, "clerk@d1"), city.actor(session, "clerk@sw")
        case = start_case(session, "request", actor=clerk, values={"subject": "甲", "lines": [1]}).id
        values = {"subject": SECRET, "family": {"story": SECRET, "photo": photo}, "amount": "3"}
        do(session, case, "draft", values, clerk)
        attachments.bind(session, case, values, actor=clerk)
        do(session, case, "review", {"verdict": "approve"}, reviewer)
    return case


def everywhere(session: Session) -> list[str]:
    """Name the tables in which the secret still stands."""
    found = []
    for table in metadata.sorted_tables:
        for row in session.execute(table.select()):
            if any(SECRET in (one.decode("utf-8", "ignore") if isinstance(one, bytes) else str(one)) for one in row):
                found.append(table.name)
    return sorted(set(found))


@pytest.mark.parametrize("by", [SHA256, SM3], ids=lambda by: by.name)
def test_an_erased_value_is_nowhere_and_the_proof_holds(
    session: Session, clock: FixedClock, city: Organisation, tmp_path: Path
) -> None:
    case, keys = ended(session, city, tmp_path), Keys(tmp_path / "keys")
    seal(session, keys)
    auditor = city.actor(session, "audit@city")
    session.rollback()
    with writing(session):
        erase_value(session, case, "/subject", actor=auditor, reason="本人申请", basis="个人信息保护法第四十七条")
        gone = erase_value(session, case, "/family", actor=auditor, reason="本人申请", basis="个人信息保护法第四十七条")

    assert gone >= 1 and everywhere(session) == []
    assert attachments.of_case(session, case) == []
    found = verify(session)
    assert (found.first_bad, found.erased >= 4) == (None, True)
    seal(session, keys)
    assert check_seals(session, keys).first_bad is None
    assert replay(session, case).erased_at == 1 and replay(session, case).ok
    entries = timeline(session, case, values=False)
    last = entries[-1]
    assert (last.kind, last.note, last.body["basis"]) == ("value.erased", "本人申请", "个人信息保护法第四十七条")
    moment = moment_at(session, case, entries, 2)
    assert "/subject" in moment.erased and moment.values["amount"] == "3"
    salts = session.execute(text("SELECT salt FROM event_values WHERE erased_at IS NOT NULL")).scalars().all()
    assert set(salts) == {""}


def test_only_by_right_with_a_reason_and_after_the_end(session: Session, city: Organisation, tmp_path: Path) -> None:
    case = ended(session, city, tmp_path)
    auditor, clerk = city.actor(session, "audit@city"), city.actor(session, "clerk@d1")
    session.rollback()
    with pytest.raises(NotFound), writing(session):
        erase_value(session, case, "/subject", actor=clerk, reason="x", basis="y")
    with pytest.raises(Invalid), writing(session):
        erase_value(session, case, "/subject", actor=auditor, reason="x", basis=" ")
    with pytest.raises(CannotOperate), writing(session):
        erase_value(session, case, "/nothing", actor=auditor, reason="x", basis="y")
    with writing(session):
        running = start_case(session, "request", actor=clerk, values={"subject": "甲"}).id
    with pytest.raises(CannotOperate), writing(session):
        erase_value(session, running, "/subject", actor=auditor, reason="x", basis="y")
    assert "cases" in everywhere(session)


def test_nothing_of_a_held_case_is_erased_until_the_hold_is_lifted(
    session: Session, city: Organisation, tmp_path: Path
) -> None:
    case = ended(session, city, tmp_path)
    auditor, clerk = city.actor(session, "audit@city"), city.actor(session, "clerk@d1")
    session.rollback()
    with pytest.raises(NotFound), writing(session):
        place_hold(session, case, actor=clerk, reason="复议")
    with pytest.raises(Invalid), writing(session):
        place_hold(session, case, actor=auditor, reason=" ")
    with pytest.raises(CannotOperate), writing(session):
        lift_hold(session, case, actor=auditor, reason="结案")
    with writing(session):
        place_hold(session, case, actor=auditor, reason="复议")
    assert [(one.case_id, one.reason) for one in legal_holds(session, auditor)] == [(case, "复议")]
    session.rollback()
    with pytest.raises(CannotOperate, match="保全"), writing(session):
        erase_value(session, case, "/subject", actor=auditor, reason="x", basis="y")
    with pytest.raises(CannotOperate), writing(session):
        place_hold(session, case, actor=auditor, reason="又一次")
    with pytest.raises(NotFound), writing(session):
        lift_hold(session, case, actor=clerk, reason="结案")
    with writing(session):
        lift_hold(session, case, actor=auditor, reason="结案")
        assert erase_value(session, case, "/subject", actor=auditor, reason="x", basis="y") >= 1
    assert legal_holds(session, auditor) == [] and verify(session).first_bad is None
    told = [(entry.kind, entry.note) for entry in timeline(session, case, values=False)[-3:]]
    assert told == [("hold.placed", "复议"), ("hold.lifted", "结案"), ("value.erased", "x")]
    assert replay(session, case).ok


def test_a_short_value_goes_from_inputs_only_under_its_name(
    session: Session, city: Organisation, tmp_path: Path
) -> None:
    case = ended(session, city, tmp_path)
    auditor = city.actor(session, "audit@city")
    session.rollback()
    with writing(session):
        erase_value(session, case, "/amount", actor=auditor, reason="x", basis="y")
    erased = session.execute(text("SELECT seq, pointer FROM event_values WHERE erased_at IS NOT NULL ORDER BY pointer"))
    assert [tuple(row) for row in erased] == [(2, "#input"), (2, "/amount")]
