"""Where values live, what reads see, where writes go, and how JSON and FEEL values turn into each other."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import spiff
from engine.feel import Range, YearMonthDuration
from engine.spiff.scope import Scope, TaskView
from engine.spiff.typed import from_json, from_schema, to_json
from tests.engine.diagrams.draw import diagram, each, end, flows, script, start, sub, user
from tests.engine.diagrams.drive import NOW, Driver

PORTS = spiff.Ports(NOW)


def levels() -> tuple[Scope, Scope, Scope]:
    process = Scope({"a": 1, "b": 1})
    outer = Scope({"b": 2, "o": 2}, process)
    return process, outer, Scope({"i": 3}, outer)


def test_reads_look_outward_and_the_innermost_wins() -> None:
    _, _, inner = levels()
    view = TaskView(inner, PORTS, {"id": "x"})
    assert [view.get(name) for name in ("a", "b", "o", "i", "none")] == [1, 2, 2, 3, None]
    assert dict(view) == {"case": {"id": "x"}, "a": 1, "b": 2, "o": 2, "i": 3}
    assert inner.locals() == {"b": 2, "o": 2, "i": 3}


@pytest.mark.parametrize(("name", "level"), [("i", 2), ("o", 1), ("b", 1), ("a", 2), ("new", 2)])
def test_writes_go_to_the_innermost_overlay_that_has_the_name_else_to_the_instance(name: str, level: int) -> None:
    scopes = levels()
    scopes[2].put(name, "w")
    assert [scope.values.get(name) == "w" for scope in scopes] == [at == level for at in range(3)]


def test_the_overlay_of_a_standard_loop_lets_writes_through() -> None:
    process = Scope({})
    loop = Scope({"loopCounter": 1}, process, isolated=False)
    loop.put("found", 1)
    loop.put("loopCounter", 9)
    assert (process.values, loop.values) == ({"found": 1}, {"loopCounter": 9})


def test_a_form_cannot_pretend_to_be_the_case() -> None:
    case = Driver(
        diagram(start(), user("a"), user("b", ext='<qc:candidate user="case.starter"/>'), end(), flows("s a b e"))
    )
    case.complete("a", case={"starter": "somebody-else"})
    assert case.task("b").candidates == [{"user": "u-start"}]


def test_expressions_may_read_what_a_case_is() -> None:
    text = "{n: case.number, u: case.unit, day: date(case.started_at), up: case.parent, now: now()}"
    case = Driver(diagram(start(), script("c", text), end(), flows("s c e")))
    assert case.values == {
        "n": "派〔2026〕0001",
        "u": "unit-7",
        "day": "2026-03-02",
        "up": None,
        "now": "2026-03-02T09:00:00+08:00",
    }


def test_names_with_spaces_and_chinese_names_work_in_expressions() -> None:
    content = diagram(start(), script("c", "{村名: village name, 总: 户数 + 1}"), end(), flows("s c e"))
    case = Driver(content, {"village name": "样例村", "户数": 3})
    assert (case.values["村名"], case.values["总"]) == ("样例村", 4)


def test_what_an_instance_of_a_subprocess_writes_is_seen_in_it_only() -> None:
    inside = sub(
        "sub",
        start("s2"),
        script("w", "{mine: v * 10}"),
        user("a"),
        script("r", "{r: mine}"),
        end("e2"),
        flows("s2 w a r e2"),
        inner=each("[1, 2]", "v", "r", "rs"),
    )
    case = Driver(diagram(start(), inside, end(), flows("s sub e")))
    assert [task.locals for task in case.open] == [
        {"loopCounter": 1, "v": 1, "mine": 10},
        {"loopCounter": 2, "v": 2, "mine": 20},
    ]
    case.complete("a")
    case.complete("a")
    assert case.values == {"rs": [10, 20]}


TYPED: list[tuple[Any, Any]] = [
    (Decimal("3"), 3),
    (Decimal("3.50"), 3.5),
    (Decimal("-0"), 0),
    (date(2026, 1, 31), "2026-01-31"),
    (datetime(2026, 1, 31, 9, 30, tzinfo=UTC), "2026-01-31T09:30:00Z"),
    (time(9, 30), "09:30:00"),
    (timedelta(days=1, hours=2), "P1DT2H"),
    (YearMonthDuration(14), "P1Y2M"),
    ({"d": date(2026, 1, 1), "n": None}, {"d": "2026-01-01", "n": None}),
    ([date(2026, 1, 1), "x"], ["2026-01-01", "x"]),
    ([date(2026, 1, 1)] * 2, ["2026-01-01"] * 2),
]


@pytest.mark.parametrize(("value", "kept"), TYPED)
def test_feel_values_are_kept_as_json_and_come_back_as_they_were(value: object, kept: object) -> None:
    made, kind = to_json(value)
    assert made == kept
    saved = orjson.loads(orjson.dumps([made, kind]))
    back = from_json(*saved)
    assert back == value or (isinstance(value, Decimal) and Decimal(str(back)) == value)


@pytest.mark.parametrize("value", [Range(1, 2, True, True), Decimal("NaN"), object(), ["x"] * 200_001])
def test_what_is_no_value_or_too_much_cannot_be_kept(value: object) -> None:
    with pytest.raises(ValueError, match="kept"):
        to_json(value)


def test_values_that_share_parts_are_weighed_as_what_they_become() -> None:
    value: list[Any] = ["x"]
    for _ in range(40):
        value = [value, value]
    with pytest.raises(ValueError, match="too large"):
        to_json(value)


SCHEMA = {
    "properties": {
        "money": {"format": "money"},
        "day": {"format": "date"},
        "lines": {"items": {"properties": {"by": {"format": "date"}}}},
        "text": {"type": "string"},
    }
}


def test_a_schema_types_what_a_form_wrote_and_nothing_else() -> None:
    given = {"money": "12.50", "day": "2026-01-02", "lines": [{"by": "2026-01-03"}], "text": "2026-01-04", "odd": "1"}
    assert from_schema(given, SCHEMA) == {
        "money": Decimal("12.50"),
        "day": date(2026, 1, 2),
        "lines": [{"by": date(2026, 1, 3)}],
        "text": "2026-01-04",
        "odd": "1",
    }
    assert to_json(Decimal("12.50"), {"format": "money"}) == ("12.50", None)


@pytest.mark.parametrize("wrong", ["", "12,5", "2026-13-01", "morgen"])
def test_what_does_not_fit_its_format_stays_a_text(wrong: str) -> None:
    assert from_schema({"money": wrong, "day": wrong}, SCHEMA) == {"money": wrong, "day": wrong}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=5),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=3), part, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(json_values)
def test_json_values_are_kept_as_they_are(value: object) -> None:
    assert to_json(value) == (value, None)
