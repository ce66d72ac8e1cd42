"""A process as read from its file: flow nodes, flows and everything attached to them, before it becomes specs.

The tree is `Program.body` (nodes and flows of the process) and `Element.body` (those of an embedded subprocess).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from engine.bpmn import ACTIVITIES as ACTIVITIES
from engine.bpmn import EVENTS as EVENTS
from engine.bpmn import FLOW_NODES as FLOW_NODES
from engine.bpmn import GATEWAYS as GATEWAYS
from engine.bpmn import PERSONAL as PERSONAL
from engine.bpmn import SUBPROCESSES as SUBPROCESSES
from engine.feel import FeelError
from engine.spiff.expressions import Expr


@dataclass(slots=True)
class Flow:
    id: str
    source: str
    target: str
    name: str
    line: int
    order: int
    condition: Expr | None = None
    default: bool = False


@dataclass(slots=True)
class Timer:
    """A moment, a time to wait, or a cycle: `repeats` times (None: for ever) every `every`, from `first` if given."""

    kind: Literal["date", "duration", "cycle"]
    every: Expr
    repeats: int | None = 1
    first: Expr | None = None


@dataclass(slots=True)
class Event:
    """What an event waits for or throws; `name` for messages and signals, `code` for errors and escalations.

    key: of a message, what tells its receivers apart; key_in_payload: it is stated over what is
    sent.
    activity: what a compensation undoes (None: all of the level); waits: it goes on only when that is done.
    kind multiple: it has several definitions, `parts`, of which any will do, or with `parallel` all are needed.
    """

    kind: str
    name: str = ""
    code: str | None = None
    timer: Timer | None = None
    condition: Expr | None = None
    key: Expr | None = None
    key_in_payload: bool = False
    payload: Expr | None = None
    variable: str | None = None
    activity: str | None = None
    waits: bool = True
    parts: list[Event] = field(default_factory=list)
    parallel: bool = False


@dataclass(slots=True)
class Service:
    """A call of another system over HTTP; `mapping` and `error` read `response` {status, headers, body}."""

    method: str
    url: Expr
    headers: Expr | None
    body: Expr | None
    timeout_s: float
    result: str | None
    mapping: Expr | None
    error: Expr | None
    attempts: int


@dataclass(slots=True)
class Told:
    """An event multi-instance throws to its own boundary events when an instance completes: the first, or each.

    condition: only when it holds, over what the completion condition sees too.
    """

    event: Event
    first_only: bool = False
    condition: Expr | None = None


@dataclass(slots=True)
class Loop:
    kind: Literal["standard", "parallel", "sequential"]
    cardinality: Expr | None = None
    collection: Expr | None = None
    item: tuple[str, ...] = ()
    output_item: tuple[str, ...] = ()
    output: str | None = None
    completion: Expr | None = None
    condition: Expr | None = None
    maximum: int | None = None
    test_before: bool = False
    told: list[Told] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Start:
    """One way a case of a process may begin: a start event, or what instantiates a process without one.

    id: what `start(…, at=id)` takes, the same for each definition of an event that has several; kind: none, message,
    signal, timer or conditional; name: of the message or signal; key: correlation key of the message; variable: where
    its payload belongs (None: each entry by its own name); behind: the instantiating gateway in front of it.
    """

    id: str
    kind: str
    name: str | None = None
    timer: Timer | None = None
    condition: Expr | None = None
    key: Expr | None = None
    variable: str | None = None
    behind: str | None = None


@dataclass(slots=True)
class AdHoc:
    """How the steps of an ad-hoc subprocess are done: `condition` is looked at after each; None: each once."""

    sequential: bool = False
    condition: Expr | None = None
    cancels: bool = True


@dataclass(slots=True)
class Around:
    """What happens with data around an activity: its inputs, a script before, a script after, its outputs."""

    inputs: list[tuple[str, Expr]] = field(default_factory=list)
    outputs: list[tuple[str, Expr]] = field(default_factory=list)
    before: Expr | None = None
    after: Expr | None = None


@dataclass(slots=True)
class Candidate:
    """Who may do a task: holders of `role` in `unit`, the starter of the case, or the users `user` names."""

    role: str | None = None
    unit: Expr | None = None
    starter: bool = False
    user: Expr | None = None


@dataclass(slots=True)
class Lookup:
    register: str
    key: Expr
    variable: str


@dataclass(slots=True)
class Body:
    nodes: list[Element] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)


@dataclass(slots=True)
class Element:
    """One flow node with all that its file says about it; `order` is its place in the document.

    needs_all: an event gateway that begins a case and waits for all of its events; triggered: it is an event
    subprocess; handles: it starts one; compensates: it runs only to undo another activity; reversible: it or what is in
    it can be undone, by the activity `handler` or by `undone_by`, an event subprocess in it.
    acts_as: what stands in for an element whose own behaviour is left open, and `missing` what it lacks (see `drafts`).
    """

    id: str
    type: str
    name: str
    line: int
    order: int
    parent: str
    lane: str | None = None
    documentation: str | None = None
    properties: dict[str, str] = field(default_factory=dict)
    extensions: dict[str, Any] = field(default_factory=dict)
    candidates: list[Candidate] = field(default_factory=list)
    due: Expr | None = None
    lookups: list[Lookup] = field(default_factory=list)
    sets: list[tuple[str, Expr]] = field(default_factory=list)
    inputs: list[tuple[str, Expr]] = field(default_factory=list)
    outputs: list[tuple[str, Expr]] = field(default_factory=list)
    unit: Expr | None = None
    service: Service | None = None
    topic: str | None = None
    variable: str | None = None
    script: Expr | None = None
    decision: str | None = None
    called: str | None = None
    correlation: Expr | None = None
    event: Event | None = None
    loop: Loop | None = None
    body: Body | None = None
    ad_hoc: AdHoc | None = None
    activation: Expr | None = None
    around: Around | None = None
    attached_to: str | None = None
    interrupting: bool = True
    instantiates: bool = False
    needs_all: bool = False
    triggered: bool = False
    handles: bool = False
    compensates: bool = False
    reversible: bool = False
    handler: str | None = None
    undone_by: str | None = None
    default: str | None = None
    acts_as: str | None = None
    missing: str = ""

    @property
    def phase(self) -> str | None:
        return self.properties.get("phase")

    @property
    def form(self) -> dict[str, str | None] | None:
        """File names of the form and its context form, or None for a task without a form."""
        get = self.properties.get
        if not get("formJsonSchemaFilename") and not get("contextForm"):
            return None
        return {
            "schema": get("formJsonSchemaFilename"),
            "ui": get("formUiSchemaFilename"),
            "view": get("formView"),
            "context": get("contextForm"),
            "context_view": get("contextView"),
        }


@dataclass(frozen=True, slots=True)
class FormUse:
    """One user task's use of a form; `publish` checks that the files and the views exist."""

    element_id: str
    schema: str | None
    ui: str | None
    view: str | None
    context: str | None
    context_view: str | None


@dataclass(slots=True)
class Reader:
    role: str
    unit: Expr | None


@dataclass(slots=True)
class Program:
    """One process of a definition file, ready to run; shared by all cases and threads, never changed after `parse`.

    number: {"template", "at", "scope"}, scope unit (a sequence per unit) or root (one for the deployment);
    starts: how it may begin, in document order, empty when all without incoming flow begin at once;
    starters: roles that may start a case; called: process ids; `specs` is SpiffWorkflow's.
    """

    id: str
    name: str
    content_hash: str
    line: int
    body: Body
    elements: dict[str, Element] = field(default_factory=dict)
    starts: list[Start] = field(default_factory=list)
    category: str | None = None
    documentation: str | None = None
    title: Expr | None = None
    number: dict[str, str] | None = None
    facts: list[tuple[str, Expr]] = field(default_factory=list)
    readers: list[Reader] = field(default_factory=list)
    starters: list[str] = field(default_factory=list)
    catches_signals: bool = False
    specs: Any = None

    def bodies(self) -> Iterator[Body]:
        """Yield the body of the process and those of all its subprocesses."""
        yield self.body
        yield from (element.body for element in self.elements.values() if element.body is not None)

    @property
    def number_element(self) -> str | None:
        """The element on whose completion the case gets its number."""
        return self.number["at"] or None if self.number else None

    def title_of(self, values: Mapping[str, Any], now: datetime) -> str | None:
        """Return what a case with these values would be called; None where that cannot be told."""
        try:
            title = self.title.compiled(values, now=now) if self.title else None
        except (FeelError, RecursionError):
            return None
        return title[:500] if isinstance(title, str) and title else None

    @property
    def forms(self) -> list[FormUse]:
        return [FormUse(e.id, **e.form) for e in self.elements.values() if e.form is not None]

    @property
    def called(self) -> set[str]:
        return {e.called for e in self.elements.values() if e.called}

    @property
    def decisions(self) -> set[str]:
        return {e.decision for e in self.elements.values() if e.decision}

    @property
    def lookups(self) -> set[str]:
        return {lookup.register for e in self.elements.values() for lookup in e.lookups}


@dataclass(slots=True)
class Findings:
    """Collects all that is wrong or was changed while a file is read; the order is the order of the document."""

    errors: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, str | None]] = field(default_factory=list)

    def error(self, code: str, element_id: str | None, line: int | None, message: str) -> None:
        self.errors.append({"code": code, "element_id": element_id, "line": line, "message": message})

    def remark(self, element_id: str | None, what: str, why: str) -> None:
        self.changes.append({"element_id": element_id, "what": what, "why": why})
