"""Units, posts, holdings, deputies, and the rights that follow from them at a moment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from engine import organisation
from engine.clock import FixedClock
from engine.errors import Invalid, NotFound
from engine.store.events import EventRow
from tests.build import SYSTEM, Organisation, an_organisation


@pytest.fixture
def city(session: Session, clock: FixedClock) -> Organisation:
    return an_organisation(session, clock)


def _events(session: Session) -> int:
    return len(session.scalars(select(EventRow.seq).where(EventRow.stream == "organisation")).all())


def test_a_unit_is_found_by_id_and_by_code(session: Session, city: Organisation) -> None:
    village = city.units["v11"]
    assert organisation.unit(session, "v11") == organisation.unit(session, village.id) == village
    assert village.path == f"/{city.units['city'].id}/{city.units['t1'].id}/{village.id}/"


def test_an_unknown_unit_is_not_found(session: Session, city: Organisation) -> None:
    with pytest.raises(NotFound):
        organisation.unit(session, "nowhere")


def test_units_under_come_parents_first_and_by_level(session: Session, city: Organisation) -> None:
    assert [u.code for u in organisation.units_under(session, "t1")] == ["t1", "v11", "v12"]
    villages = organisation.units_under(session, "city", level="village")
    assert [u.code for u in villages] == ["v11", "v12", "v21", "v22"]


def test_putting_the_same_unit_again_writes_no_event(session: Session, city: Organisation) -> None:
    before = _events(session)
    organisation.put_unit(session, "v11", name="样例村11", level="village", parent="t1", position=5, actor=SYSTEM)
    assert _events(session) == before


def test_a_move_takes_all_below_along(session: Session, city: Organisation) -> None:
    organisation.put_unit(session, "t1", name="样例镇01", level="township", parent="sw", actor=SYSTEM)
    moved = organisation.unit(session, "v11")
    assert moved.path == f"{city.units['sw'].path}{city.units['t1'].id}/{moved.id}/"
    assert [u.code for u in organisation.units_under(session, "sw")] == ["sw", "t1", "v11", "v12"]


def test_a_move_under_itself_is_refused(session: Session, city: Organisation) -> None:
    with pytest.raises(Invalid, match="自己"):
        organisation.put_unit(session, "t1", name="样例镇01", level="township", parent="v11", actor=SYSTEM)


def test_there_is_only_one_root(session: Session, city: Organisation) -> None:
    with pytest.raises(Invalid, match="最上级"):
        organisation.put_unit(session, "city2", name="样例市二", level="city", actor=SYSTEM)


def test_closing_names_the_successor_and_hides_the_unit_from_lists(
    session: Session, city: Organisation, clock: FixedClock
) -> None:
    closed = organisation.close_unit(session, "v12", successor="v11", actor=SYSTEM)
    clock.advance(days=1)
    assert closed.successor_id == city.units["v11"].id
    assert [u.code for u in organisation.units_under(session, "t1")] == ["t1", "v11"]
    assert "v12" in [u.code for u in organisation.units_under(session, "t1", every_day=True)]
    assert organisation.search(session, "样例村12") == []


def test_a_unit_with_open_units_below_is_not_closed(session: Session, city: Organisation) -> None:
    with pytest.raises(Invalid, match="未撤销"):
        organisation.close_unit(session, "t1", actor=SYSTEM)


def test_search_takes_wildcards_literally_and_stays_in_its_scope(session: Session, city: Organisation) -> None:
    assert organisation.search(session, "%") == []
    assert {u.code for u in organisation.search(session, "样例村", scope="t2")} == {"v21", "v22"}
    assert [u.code for u in organisation.search(session, "V21")] == ["v21"]


def test_grants_follow_from_the_post_held_at_the_moment(
    session: Session, city: Organisation, clock: FixedClock
) -> None:
    actor = city.actor(session, "clerk@t1")
    assert actor.grants == {("clerk", city.units["t1"].id), ("dispatcher", city.units["t1"].id)}
    assert (actor.unit_id, actor.unit_path) == (city.units["t1"].id, city.units["t1"].path)
    post = next(p for p in organisation.posts(session, city.units["t1"].id) if p.name == "clerk")
    clock.advance(days=2)
    organisation.leave_post(session, "clerk@t1", post.id, actor=SYSTEM)
    assert city.actor(session, "clerk@t1").grants == frozenset()
    assert organisation.grants_of(session, "clerk@t1", clock.now() - timedelta(days=1)) != []


def test_a_deputy_has_the_rights_only_for_the_days_named(
    session: Session, city: Organisation, clock: FixedClock
) -> None:
    start = clock.now() + timedelta(days=1)
    organisation.name_deputy(
        session, "clerk@v11", "clerk@v12", actor=SYSTEM, since=start, until=start + timedelta(days=3)
    )
    village = ("clerk", city.units["v11"].id)
    assert village not in city.actor(session, "clerk@v12").grants
    clock.advance(days=2)
    assert village in city.actor(session, "clerk@v12").grants
    assert city.actor(session, "clerk@v12").unit_id == city.units["v12"].id
    acting = organisation.actor_of(session, "clerk@v12", name="x", on_behalf_of="clerk@v11")
    assert acting.grants == {village}
    clock.advance(days=3)
    assert village not in city.actor(session, "clerk@v12").grants
    with pytest.raises(NotFound):
        organisation.actor_of(session, "clerk@v12", name="x", on_behalf_of="clerk@v11")


def test_a_deputy_for_one_definition_has_nothing_else(session: Session, city: Organisation, clock: FixedClock) -> None:
    organisation.name_deputy(
        session, "clerk@v11", "clerk@v12", actor=SYSTEM, since=clock.now(), until=None, definition="ticket"
    )
    village = ("clerk", city.units["v11"].id)
    assert village not in city.actor(session, "clerk@v12").grants
    assert village in organisation.actor_of(session, "clerk@v12", name="x", definition="ticket").grants


def test_rights_are_read_in_one_statement(session: Session, city: Organisation) -> None:
    session.flush()
    counted: list[str] = []

    def count(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        counted.append(statement)

    bind = session.get_bind()
    event.listen(bind, "before_cursor_execute", count)
    try:
        city.actor(session, "clerk@t1")
    finally:
        event.remove(bind, "before_cursor_execute", count)
    assert len(counted) == 1


def test_changing_what_a_post_gives_changes_its_holders_rights(session: Session, city: Organisation) -> None:
    organisation.put_post(session, "v11", "clerk", grants=["clerk", ("reader", "t1")], actor=SYSTEM)
    assert ("reader", city.units["t1"].id) in city.actor(session, "clerk@v11").grants
    organisation.put_post(session, "v11", "clerk", grants=["clerk"], actor=SYSTEM)
    assert ("reader", city.units["t1"].id) not in city.actor(session, "clerk@v11").grants


def test_holders_of_a_grant_are_found_by_post(session: Session, city: Organisation) -> None:
    actor = city.actor(session, "clerk@v11")
    assert organisation.holders(session, actor.grant_ids) == {next(iter(actor.grant_ids)): [("clerk@v11", "clerk")]}
    assert organisation.grant_labels(session, actor.grant_ids) == {next(iter(actor.grant_ids)): ("clerk", "样例村11")}


def test_a_person_without_a_post_has_no_unit_and_no_rights(session: Session, city: Organisation) -> None:
    nobody = organisation.actor_of(session, "nobody", name="x")
    assert (nobody.unit_id, nobody.grants) == ("", frozenset())


def _post(session: Session, city: Organisation, unit: str, name: str) -> str:
    return next(post.id for post in organisation.posts(session, city.units[unit].id) if post.name == name)


def test_a_post_can_be_held_from_and_to_days_named_before(
    session: Session, city: Organisation, clock: FixedClock
) -> None:
    post, start = _post(session, city, "v11", "clerk"), clock.now() + timedelta(days=5)
    organisation.hold_post(session, "next@v11", post, actor=SYSTEM, since=start, until=start + timedelta(days=5))
    held = {
        days: bool(organisation.grants_of(session, "next@v11", clock.now() + timedelta(days=days)))
        for days in (4, 5, 9, 10)
    }
    assert held == {4: False, 5: True, 9: True, 10: False}


def test_holding_a_post_again_only_changes_its_end(session: Session, city: Organisation, clock: FixedClock) -> None:
    post, before = _post(session, city, "v11", "clerk"), _events(session)
    clock.advance(days=1)
    organisation.hold_post(session, "clerk@v11", post, actor=SYSTEM)
    assert _events(session) == before
    organisation.hold_post(session, "clerk@v11", post, actor=SYSTEM, until=clock.now() + timedelta(days=1))
    assert _events(session) == before + 1
    clock.advance(days=2)
    assert city.actor(session, "clerk@v11").grants == frozenset()


def test_an_end_before_the_start_is_refused(session: Session, city: Organisation, clock: FixedClock) -> None:
    post, now = _post(session, city, "v11", "clerk"), clock.now()
    with pytest.raises(Invalid):
        organisation.hold_post(session, "x", post, actor=SYSTEM, since=now, until=now)
    with pytest.raises(Invalid):
        organisation.name_deputy(session, "x", "y", actor=SYSTEM, since=now, until=now)
    with pytest.raises(Invalid):
        organisation.name_deputy(session, "x", "x", actor=SYSTEM, since=now, until=None)


def test_an_arrangement_can_be_ended_early(session: Session, city: Organisation, clock: FixedClock) -> None:
    made = organisation.name_deputy(session, "clerk@v11", "clerk@v12", actor=SYSTEM, since=clock.now(), until=None)
    clock.advance(days=1)
    organisation.end_deputy(session, made, actor=SYSTEM)
    clock.advance(seconds=1)
    assert city.actor(session, "clerk@v12").grants == {("clerk", city.units["v12"].id)}


def test_what_is_not_there_cannot_be_changed(session: Session, city: Organisation) -> None:
    for change in (
        lambda: organisation.put_post(session, "nowhere", "clerk", grants=[], actor=SYSTEM),
        lambda: organisation.hold_post(session, "x", "nothing", actor=SYSTEM),
        lambda: organisation.leave_post(session, "x", _post(session, city, "v11", "clerk"), actor=SYSTEM),
        lambda: organisation.end_deputy(session, "nothing", actor=SYSTEM),
    ):
        with pytest.raises(NotFound):
            change()


def test_a_unit_is_closed_in_favour_of_another_open_one_only(session: Session, city: Organisation) -> None:
    organisation.close_unit(session, "v11", actor=SYSTEM)
    for successor in ("v12", "v11"):
        with pytest.raises(Invalid):
            organisation.close_unit(session, "v12", successor=successor, actor=SYSTEM)


def test_the_root_stays_the_only_root(session: Session, city: Organisation) -> None:
    with pytest.raises(Invalid):
        organisation.put_unit(session, "t1", name="样例镇01", level="township", actor=SYSTEM)


def test_search_can_keep_to_a_level(session: Session, city: Organisation) -> None:
    assert {u.code for u in organisation.search(session, "样例", level="township")} == {"t1", "t2"}
