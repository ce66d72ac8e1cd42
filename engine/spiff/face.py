"""What goes into and comes out of the execution core: plain frozen data, no behaviour.

A step is `start`, `complete`, `throw`, `end_call`, `fire`, `deliver` or `cancel` (see `live`): it takes a `Live`,
values and `Ports`, and answers an `Outcome`. Nothing here touches a database, a clock or a network: the time and
every answer from outside come in through `Ports`, so a step run again with the same ports is the same step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Any, Literal, NamedTuple

from engine.calendar import AskedCalendar
from engine.errors import Incident

Values = dict[str, Any]
Kind = Literal["user", "manual", "external", "call", "timer", "message"]

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


class CaseFacts(NamedTuple):
    """What a case is, apart from its values; expressions read it as `case`."""

    id: str
    number: str | None = None
    starter: str | None = None
    unit: str | None = None
    started_at: datetime | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a decision answered, and how it came about as JSON, for the record.

    why: set when there is no value because something went wrong.
    """

    value: Any
    told: Any = None
    why: str | None = None


@dataclass(slots=True)
class Ports:
    """Answers from outside for one step; a replay passes the recorded ones.

    lookup(register, key) -> {"version": int, "values": dict} or None.
    decide(decision, context: dict of FEEL values) -> FEEL value or Answer; None: business rule tasks wait like external
    ones.
    types: variable -> JSON schema; `format` date, date-time, time, duration, decimal and money type the value for FEEL.
    calendar: which days are worked; it keeps what it was asked, which the event records.
    zone: where a day ends (a `due` that is a date is due when that day is over there).
    """

    now: datetime
    lookup: Callable[[str, str], dict[str, Any] | None] | None = None
    decide: Callable[[str, dict[str, Any]], Any] | None = None
    types: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    calendar: AskedCalendar | None = None
    zone: tzinfo = SHANGHAI


class Step(NamedTuple):
    element_id: str
    what: Literal["entered", "completed", "cancelled"]


class Opened(NamedTuple):
    """A task that now waits for somebody, a child case, a moment or a message.

    candidates: [{"role", "unit"} | {"user"}]; form: {"schema", "ui", "view", "context", "context_view"} (file names);
    locals: what the multi-instance instances around it hold, innermost last; called: {"process", "values", "unit"};
    message: {"name", "key"} for kind message (key None: any). Kind external: either `topic`, what whoever does it asks
    for, or `service`, the request to make: {"method", "url", "headers", "body", "timeout_s", "attempts", "secrets"}.
    """

    id: str
    element_id: str
    kind: Kind
    name: str
    occurrence: int
    candidates: list[dict[str, str | None]]
    locals: Values
    due_at: datetime | None = None
    form: dict[str, str | None] | None = None
    variable: str | None = None
    called: dict[str, Any] | None = None
    timer_at: datetime | None = None
    message: dict[str, Any] | None = None
    topic: str | None = None
    service: dict[str, Any] | None = None


class Closed(NamedTuple):
    task_id: str
    state: Literal["completed", "cancelled"]


@dataclass(slots=True)
class Outcome:
    """All that one step did; `values` (process values, JSON), `title`, `facts` and `readers` are as of after it.

    lookups: (register, key, version found or None), in order of reading; decisions: {element_id, decision, value} and
    told, if the port said how;
    thrown: {"kind", "name"} of messages, signals, errors and escalations that nothing in the case caught;
    sent: {"kind", "name", "key", "payload"} for other cases: messages nothing here caught, and every signal;
    listening: names of the signals it waits for now; None for a definition that catches none;
    readers: None unless the definition restricts who reads; number_at: completed elements that allocate the number;
    workdays: what the calendar was asked and answered;
    stuck: gateways that wait for tokens that can no longer come, when nothing else in the case waits either.
    """

    path: list[Step]
    opened: list[Opened]
    closed: list[Closed]
    values: Values
    state: Literal["running", "completed", "cancelled"]
    phase: str | None
    decisions: list[dict[str, Any]]
    lookups: list[tuple[str, str, int | None]]
    title: str | None
    facts: dict[str, Any]
    readers: list[dict[str, str | None]] | None
    number_at: list[str]
    thrown: list[dict[str, str | None]]
    digest: str
    stuck: list[str] = field(default_factory=list)
    workdays: list[list[Any]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    listening: list[str] | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What `check` found in one file; `definitions` are {id, name, elements: how many flow nodes}.

    changes: {element_id, what, why}, also remarks that refuse nothing; errors: {code, element_id, line, message}.
    remarks: what `engine.lint` found that refuses nothing, with `severity` and the message in English as `en`.
    """

    file: str
    definitions: list[dict[str, Any]]
    changes: list[dict[str, str | None]]
    errors: list[dict[str, Any]]
    remarks: list[dict[str, Any]] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.errors


@dataclass(frozen=True, slots=True)
class Run:
    """One run in memory; `path`: completed elements of the diagram in order; `error`: {code, element_id, message}."""

    state: Literal["completed", "waiting", "failed"]
    path: list[str]
    values: Values
    steps: int
    error: dict[str, Any] | None = None

    @property
    def ok(self) -> bool:
        return self.error is None


class NoSuchStart(Incident):
    """fields: process, start."""

    code = "no-such-start"
    zh = "流程“{process}”没有开始事件“{start}”"
    en = "Process {process} has no start {start}"


class NoSuchTask(Incident):
    """fields: task_id."""

    code = "no-such-task"
    zh = "流程里没有等着办的这一步（{task_id}）"
    en = "The case does not wait for task {task_id}"


class Unfinished(Incident):
    """fields: element_id, why."""

    code = "unfinished-element"
    zh = "“{element_id}”还没有画完：{why}"
    en = "{element_id} is not finished in the diagram: {why}"


class NoWayOut(Incident):
    """fields: element_id."""

    code = "no-way-out"
    zh = "“{element_id}”的条件都不成立，又没有默认出口"
    en = "No condition after {element_id} holds and it has no default flow"


class ErrorUncaught(Incident):
    """A worker or child case threw an error nobody catches; fields: element_id, error (its code), why."""

    code = "error-uncaught"
    zh = "“{element_id}”报了错误“{error}”（{why}），流程里没有接住它的地方"
    en = "{element_id} failed with the error {error} ({why}), which nothing in the case catches"
