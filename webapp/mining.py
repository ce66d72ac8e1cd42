"""What the traces of a process come to: its variants, how long they take, what is done again, who hands over to whom.

Everything is told by process, step and unit. Durations are in working days of 24 hours.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import pairwise
from statistics import median, quantiles

from engine.calendar import Calendar
from engine.history.traces import Trace

_DAY_S = 24 * 3600


@dataclass(frozen=True)
class Span:
    """Working days: the middle and the ninetieth of a hundred; None where nothing has ended."""

    median: float | None
    ninetieth: float | None


@dataclass(frozen=True)
class Variant:
    """One way cases went; key names it in an address."""

    key: str
    steps: tuple[str, ...]
    cases: int
    share: float
    took: Span


@dataclass(frozen=True)
class HandOver:
    """Work that went from one unit to another, and how long the other took with it."""

    giver: str
    taker: str
    times: int
    took: Span


@dataclass(frozen=True)
class Again:
    """A step done more than once in a case: in how many cases, and how many times too many."""

    step: str
    cases: int
    times: int


@dataclass(frozen=True)
class Totals:
    """Cases of a span: how many, how many ended, how long those took, and how many went otherwise than drawn."""

    cases: int
    ended: int
    took: Span
    again: int
    beside: int
    intervened: int


@dataclass(frozen=True)
class Mined:
    """Everything the page shows of one process in one span."""

    totals: Totals
    variants: list[Variant]
    hand_overs: list[HandOver]
    again: list[Again]


def mine(traces: Sequence[Trace], calendar: Calendar) -> Mined:
    """Work out variants (most cases first), hand-overs and repeated steps (most often first) of traces."""
    ways: dict[tuple[str, ...], list[Trace]] = defaultdict(list)
    for trace in traces:
        ways[trace.variant].append(trace)
    variants = [
        Variant(key_of(steps), steps, len(those), len(those) / len(traces), _span(_durations(those, calendar)))
        for steps, those in sorted(ways.items(), key=lambda way: (-len(way[1]), way[0]))
    ]
    return Mined(totals(traces, calendar), variants, _hand_overs(traces, calendar), _again(traces))


def totals(traces: Sequence[Trace], calendar: Calendar) -> Totals:
    """Count traces."""
    return Totals(
        cases=len(traces),
        ended=sum(trace.ended_at is not None for trace in traces),
        took=_span(_durations(traces, calendar)),
        again=sum(bool(_repeated(trace)) for trace in traces),
        beside=sum(not trace.conforms for trace in traces),
        intervened=sum(bool(trace.interventions) for trace in traces),
    )


def chosen(traces: Iterable[Trace], what: str) -> list[Trace]:
    """Keep the traces an address names: `variant:<key>`, `again:<step>`, again, beside, intervened or ended.

    Anything else keeps all.
    """
    kind, _, key = what.partition(":")
    tests: dict[str, Callable[[Trace], bool]] = {
        "variant": lambda trace: key_of(trace.variant) == key,
        "again": lambda trace: key in _repeated(trace) if key else bool(_repeated(trace)),
        "beside": lambda trace: not trace.conforms,
        "intervened": lambda trace: bool(trace.interventions),
        "ended": lambda trace: trace.ended_at is not None,
    }
    test = tests.get(kind)
    return [trace for trace in traces if test is None or test(trace)]


def key_of(steps: Collection[str]) -> str:
    """Name a variant in an address."""
    return sha256("\x1f".join(steps).encode()).hexdigest()[:12]


def _repeated(trace: Trace) -> Counter[str]:
    """Count how often each step was done again: instances side by side are no repetition."""
    done = Counter(trace.variant)
    return Counter({step: times - 1 for step, times in done.items() if times > 1})


def _again(traces: Iterable[Trace]) -> list[Again]:
    cases: Counter[str] = Counter()
    times: Counter[str] = Counter()
    for trace in traces:
        repeated = _repeated(trace)
        cases.update(repeated.keys())
        times.update(repeated)
    return [Again(step, cases[step], count) for step, count in times.most_common()]


def _hand_overs(traces: Iterable[Trace], calendar: Calendar) -> list[HandOver]:
    took: dict[tuple[str, str], list[float]] = defaultdict(list)
    for trace in traces:
        by_people = [one for one in trace.activities if one.by_person and one.ended == "completed"]
        for before, after in pairwise(by_people):
            if before.unit_id != after.unit_id:
                took[before.unit_name, after.unit_name].append(_days(calendar, after.since, after.at))
    found = [HandOver(*pair, len(spans), _span(spans)) for pair, spans in took.items()]
    return sorted(found, key=lambda one: (-one.times, one.giver, one.taker))


def _durations(traces: Iterable[Trace], calendar: Calendar) -> list[float]:
    return [_days(calendar, trace.started_at, trace.ended_at) for trace in traces if trace.ended_at is not None]


def _days(calendar: Calendar, start: datetime, end: datetime) -> float:
    return calendar.between(start, end).total_seconds() / _DAY_S


def _span(days: Sequence[float]) -> Span:
    if not days:
        return Span(None, None)
    ninetieth = quantiles(days, n=10, method="inclusive")[-1] if len(days) > 1 else days[0]
    return Span(median(days), ninetieth)
