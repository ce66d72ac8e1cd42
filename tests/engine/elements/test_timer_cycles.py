"""Timer cycles (BPMN 2.0.2 clause 10.5.5.7, ISO 8601 recurring intervals): when each round is due, and how many."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.calendar import AskedCalendar, Calendar
from tests.engine.diagrams.draw import boundary, diagram, end, flows, node, start, timer, user
from tests.engine.diagrams.drive import Driver


def _rounds(text: str, most: int = 6) -> list[datetime]:
    """Fire the boundary cycle each time it is due, until it is spent; returns when it was due."""
    case = Driver(
        diagram(
            start(), user("a"), boundary("t", "a", timer(text, "timeCycle"), interrupting=False), user("b"),
            end(), end("e2"), flows("s a e", "t b e2"),
        ),
        calendar=AskedCalendar(Calendar),
    )  # fmt: skip
    rounds: list[datetime] = []
    while "t" in case.waiting() and len(rounds) < most:
        due = case.task("t").timer_at
        assert due is not None
        rounds.append(due)
        # Noticed a while later: the next round still counts from when this one was due.
        case.ports.now = due + timedelta(minutes=7)
        case.fire("t")
    assert case.waiting().count("b") == len(rounds)
    return rounds


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "rounds"),
    [
        ("R3/PT10M", [_at(2, 1, 10), _at(2, 1, 20), _at(2, 1, 30)]),
        ("R1/PT1H", [_at(2, 2)]),
        ("R2/2026-03-05T08:00/P1D", [_at(5, 0), _at(6, 0)]),
        ("R2/2026-03-05/PT12H", [_at(4, 16), _at(5, 4)]),
        ('"R2/2026-03-05T08:00:00+08:00/PT1H"', [_at(5, 0), _at(5, 1)]),
        # A Thursday morning: Thursday's, Friday's and Monday's round.
        ("R3/2026-03-05T09:00/add working days(now(), 1)", [_at(5, 1), _at(6, 1), _at(9, 1)]),
        ('R2/duration("PT" + string(30 / 2) + "M")', [_at(2, 1, 15), _at(2, 1, 30)]),
    ],
)
def test_each_round_of_a_cycle_counts_from_the_one_before(text: str, rounds: list[datetime]) -> None:
    assert _rounds(text) == rounds


def test_a_cycle_without_a_number_goes_on_as_long_as_its_task() -> None:
    assert len(_rounds("R/PT1H", most=6)) == 6


def test_a_cycle_between_two_elements_waits_for_its_first_round() -> None:
    case = Driver(
        diagram(start(), node("intermediateCatchEvent", "t", timer("R3/2026-03-05/P1D", "timeCycle")), end(),
                flows("s t e"))
    )  # fmt: skip
    assert case.task("t").timer_at == _at(4, 16)
    case.fire("t")
    assert case.path == ["s", "t", "e"]
