"""The small pure parts under every event: canonical text, differences, ids, numbers, who may act."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from engine.assignment import may_cancel, may_know_outcome, supervises, system_actor, usable_candidate
from engine.canonical import canonical, from_iso, iso
from engine.history.diff import ABSENT, diff
from engine.ids import grant_id, new_id, task_id
from engine.model import Actor
from engine.numbers import written
from engine.records import due_of

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def test_canonical_text_sorts_keys_and_keeps_chinese() -> None:
    assert canonical({"b": [1.5, None, True], "a": {"村": "东"}}) == '{"a":{"村":"东"},"b":[1.5,null,true]}'
    assert canonical({"n": 10**30}) == '{"n":1000000000000000000000000000000}'


@pytest.mark.parametrize("value", [Decimal("1.20"), AT, {1, 2}])
def test_what_is_not_json_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical({"x": value})


def test_times_are_of_one_width_and_come_back() -> None:
    assert iso(datetime(2026, 1, 2, 8, 0, tzinfo=timezone(timedelta(hours=8)))) == "2026-01-02T00:00:00.000000Z"
    assert from_iso(iso(AT)) == AT


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ({"a": 1}, {"a": 1.0}, []),
        ({"a": True}, {"a": 1}, [("/a", True, 1)]),
        ({}, {"a": {"b": 1}}, [("/a", ABSENT, {"b": 1})]),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 3, "c": 2}}, [("/a/b", 1, 3)]),
        ({"l": [1, 2, 3]}, {"l": [1, 5]}, [("/l/1", 2, 5), ("/l/2", 3, ABSENT)]),
        ({"a/b": 1, "m~n": 2}, {"a/b": 2}, [("/a~1b", 1, 2), ("/m~0n", 2, ABSENT)]),
        ({"a": [1]}, {"a": {"0": 1}}, [("/a", [1], {"0": 1})]),
        ({"a": None}, {}, [("/a", None, ABSENT)]),
    ],
)
def test_differences_are_pointers(before: Any, after: Any, changes: list[tuple[str, Any, Any]]) -> None:
    assert [(change.pointer, change.before, change.after) for change in diff(before, after)] == changes


def test_a_deep_difference_is_told_where_the_pointer_still_fits() -> None:
    deep: Any = 1
    other: Any = 2
    for _ in range(100):
        deep, other = {"十个字长的字段名称呀": deep}, {"十个字长的字段名称呀": other}
    changes = list(diff(deep, other))
    assert len(changes) == 1
    assert len(changes[0].pointer) <= 500


def test_ids_of_one_process_sort_in_the_order_they_were_made() -> None:
    ids = [new_id(AT) for _ in range(10_000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
    assert ids[0][14] == "7"


def test_task_and_grant_ids_are_found_again() -> None:
    case_id = new_id(AT)
    assert task_id(case_id, "draft", 1) == task_id(case_id, "draft", 1) != task_id(case_id, "draft", 2)
    assert grant_id("clerk", "u1") == grant_id("clerk", "u1") != grant_id("clerk", "u2")


def test_a_number_template_reaches_nothing_but_year_and_sequence() -> None:
    assert written("派〔{year}〕{seq:04d}", year=2026, seq=7) == "派〔2026〕0007"
    assert written("{seq}-{seq.__class__}-{0}", year=2026, seq=7) == "7-{seq.__class__}-{0}"


@pytest.mark.parametrize(
    ("fact", "due"),
    [
        ("2026-12-01", "2026-12-01T16:00:00.000000Z"),
        ("2026-12-01T09:00:00+08:00", "2026-12-01T01:00:00.000000Z"),
        ("2026-12-01T09:00:00", "2026-12-01T01:00:00.000000Z"),
        ("soon", None),
        (None, None),
        (7, None),
    ],
)
def test_a_deadline_day_ends_at_midnight_in_shanghai(fact: Any, due: str | None) -> None:
    assert due_of(fact) == due


def _actor(**more: Any) -> Actor:
    return Actor("u1", "文书", "v11", "/city/t1/v11/", "city", **more)


def test_a_candidate_is_a_grant_held_a_user_or_who_is_deputised_for() -> None:
    actor = _actor(grant_ids=frozenset({"g1"}), on_behalf_of="u2")
    assert usable_candidate(["g0", "g1", "u1"], actor) == "g1"
    assert usable_candidate(["u1"], actor) == "u1"
    assert usable_candidate(["u2"], actor) == "u2"
    assert usable_candidate(["g2", "u3"], actor) is None


def test_a_supervisor_oversees_its_unit_and_what_is_below() -> None:
    actor = _actor(grants=frozenset({("supervisor", "t1")}))
    assert supervises(actor, "/city/t1/v11/")
    assert not supervises(actor, "/city/t2/v21/")
    top: dict[str, Any] = {"parent_case_id": None}
    assert may_cancel(actor, started_by="u9", unit_path="/city/t1/", readers=None, **top)
    assert not may_cancel(actor, started_by="u9", unit_path="/city/t1/", readers=[], **top)
    assert may_cancel(actor, started_by="u1", unit_path="/city/t2/", readers=[], **top)
    assert may_cancel(system_actor("city"), started_by="u9", unit_path="/city/", readers=[], **top)


def test_a_child_case_is_cancelled_by_the_machine_only() -> None:
    actor = _actor(grants=frozenset({("supervisor", "t1")}))
    child: dict[str, Any] = {"unit_path": "/city/t1/", "readers": None, "parent_case_id": "c1"}
    assert not may_cancel(actor, started_by="u1", **child)
    assert may_cancel(system_actor("city"), started_by="u1", **child)


def test_who_comes_too_late_is_told_only_when_it_was_theirs_to_know() -> None:
    actor = _actor(grant_ids=frozenset({"g1"}))
    assert may_know_outcome(actor, ["g1"], took_part=())
    assert may_know_outcome(actor, [], took_part=("u1", None))
    assert not may_know_outcome(actor, ["g2"], took_part=("u9", None))
