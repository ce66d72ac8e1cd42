"""Random models with events, and a game written from the standard's text that says what waits after each happening.

Everything that happens to such a model comes from outside and one thing at a time, so that what is left after it does
not depend on the order of parallel branches: before each throw and each special end stands a task of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from tests.engine.diagrams import draw

Trigger = tuple[str, str]
"""(kind, name): each message and timer has its own name, signals, errors and escalations share a few; "" is any."""

SIGNALS, CODES = ("S1", "S2"), ("e1", "e2")


@dataclass
class Item:
    """kind: user, work, catch, up (a task, then an escalation), both, sub."""

    kind: str
    id: str
    triggers: list[Trigger] = field(default_factory=list)
    all: bool = False
    code: str = ""
    branches: list[list[Item]] = field(default_factory=list)
    scope: Scope | None = None
    boundaries: list[Standing] = field(default_factory=list)


@dataclass
class Standing:
    """A boundary event, which leads to one task, or the start of an event subprocess."""

    id: str
    triggers: list[Trigger]
    all: bool
    interrupting: bool
    scope: Scope | None = None


@dataclass
class Scope:
    """items in sequence; ending: "", terminate or an error code, behind a task; handlers: its event subprocesses."""

    id: str
    items: list[Item]
    ending: str
    handlers: list[Standing]


class Maker:
    """Draws one random model; `left` bounds its blocks."""

    def __init__(self, random: Random, left: int) -> None:
        self.random, self.left, self.number = random, left, 0

    def name(self, kind: str) -> str:
        self.number += 1
        return f"{kind}{self.number}"

    def scope(self, depth: int = 0) -> Scope:
        items = self.items(depth)
        ending = self.random.choice(["", "", "", "terminate", *CODES]) if depth else ""
        handlers = []
        for _ in range(self.random.choice([0, 1, 1, 2]) if depth < 3 else 0):
            made = self.standing("on", [*SIGNALS, "message", "timer", "error", "escalation"])
            made.scope = self.scope(depth + 2)
            handlers.append(made)
        return Scope(self.name("scope"), items, ending, handlers)

    def items(self, depth: int) -> list[Item]:
        return [self.item(depth) for _ in range(self.random.randint(1, 3))]

    def item(self, depth: int) -> Item:
        self.left -= 1
        kinds = ["user", "user", "work", "catch", "up"]
        if self.left > 0 and depth < 4:
            kinds += ["both", "sub", "sub", "sub"]
        made = Item(self.random.choice(kinds), self.name("n"))
        if made.kind == "catch":
            made.triggers, made.all = self.triggers([*SIGNALS, "message", "timer"])
        elif made.kind == "up":
            made.code = self.random.choice(CODES)
        elif made.kind == "both":
            made.branches = [self.items(depth + 1) for _ in range(2)]
        elif made.kind == "sub":
            made.scope = self.scope(depth + 1)
        kinds = [*SIGNALS, "message", "timer", *(["error"] if made.kind in ("work", "sub") else [])]
        kinds += ["escalation"] if made.kind == "sub" else []
        for _ in range(self.random.choice([0, 0, 1, 2]) if made.kind in ("user", "work", "sub") else 0):
            made.boundaries.append(self.standing("b", kinds))
        return made

    def standing(self, kind: str, kinds: list[str]) -> Standing:
        triggers, every = self.triggers(kinds)
        interrupting = self.random.random() < 0.5 or any(kind == "error" for kind, _ in triggers)
        return Standing(self.name(kind), triggers, every, interrupting)

    def triggers(self, kinds: list[str]) -> tuple[list[Trigger], bool]:
        chosen = self.random.sample(kinds, self.random.choice([1, 1, 1, 2]))
        made = [self.trigger(kind) for kind in chosen]
        waited = all(kind in ("message", "timer", "signal") for kind, _ in made)
        return made, len(made) > 1 and waited and self.random.random() < 0.5

    def trigger(self, kind: str) -> Trigger:
        if kind in SIGNALS:
            return "signal", kind
        if kind in ("error", "escalation"):
            return kind, self.random.choice(["", *CODES])
        return kind, self.name(kind)


# ---- the file --------------------------------------------------------------------------------


def file_of(scope: Scope) -> bytes:
    """Return the model as a BPMN file."""
    roots = [f'<bpmn:signal id="{name}" name="{name}"/>' for name in SIGNALS]
    for code in CODES:
        roots.append(f'<bpmn:error id="error-{code}" errorCode="{code}"/>')
        roots.append(f'<bpmn:escalation id="escalation-{code}" escalationCode="{code}"/>')
    roots += [f'<bpmn:message id="{name}" name="{name}"/>' for name in messages(scope)]
    return draw.definitions(*roots, draw.process(*_parts(scope, draw.start(f"{scope.id}_s"))))


def messages(scope: Scope) -> list[str]:
    """Return the names of all messages, each of which one event waits for."""
    return [name for waits in _waits(scope) for kind, name in waits if kind == "message"]


def _waits(scope: Scope) -> Iterator[list[Trigger]]:
    for handler in scope.handlers:
        yield handler.triggers
        if handler.scope is not None:
            yield from _waits(handler.scope)
    yield from _waits_of(scope.items)


def _waits_of(items: list[Item]) -> Iterator[list[Trigger]]:
    for item in items:
        yield item.triggers
        yield from (boundary.triggers for boundary in item.boundaries)
        for branch in item.branches:
            yield from _waits_of(branch)
        if item.scope is not None:
            yield from _waits(item.scope)


def _parts(scope: Scope, start: str) -> list[str]:
    made, end = [start, draw.end(f"{scope.id}_e")], f"{scope.id}_e"
    if scope.ending:
        inner = "<bpmn:terminateEventDefinition/>" if scope.ending == "terminate" else _event(("error", scope.ending))
        made += [
            draw.user(f"{scope.id}_t"),
            draw.end(f"{scope.id}_x", inner),
            draw.flow(f"{scope.id}_t", f"{scope.id}_x"),
        ]
        end = f"{scope.id}_t"
    made += _sequence(scope.items, f"{scope.id}_s", end, f"{scope.id}_e")
    for handler in scope.handlers:
        assert handler.scope is not None
        more = {"parallelMultiple": "true"} if handler.all else {}
        inner = "".join(_event(trigger) for trigger in handler.triggers)
        begin = draw.node(
            "startEvent", handler.id, inner, isInterrupting=str(handler.interrupting).lower(), **more
        )  # fmt: skip
        parts = [part.replace(f'sourceRef="{handler.scope.id}_s"', f'sourceRef="{handler.id}"')
                 for part in _parts(handler.scope, begin)]  # fmt: skip
        made.append(draw.handler(f"{handler.id}_x", *parts))
    return made


def _sequence(items: list[Item], source: str, target: str, end: str) -> list[str]:
    made: list[str] = []
    for item in items:
        made += [draw.flow(source, item.id), *_item(item, end)]
        source = {"up": f"{item.id}_up", "both": f"{item.id}_j"}.get(item.kind, item.id)
    return [*made, draw.flow(source, target)]


def _item(item: Item, end: str) -> list[str]:
    made = []
    for boundary in item.boundaries:
        more = {"parallelMultiple": "true"} if boundary.all else {}
        inner = "".join(_event(trigger) for trigger in boundary.triggers)
        made.append(draw.node("boundaryEvent", boundary.id, inner, attachedToRef=item.id,
                              cancelActivity=str(boundary.interrupting).lower(), **more))  # fmt: skip
        made += [draw.user(f"{boundary.id}_t"), draw.flows(f"{boundary.id} {boundary.id}_t {end}")]
    if item.kind == "sub":
        assert item.scope is not None
        return [draw.sub(item.id, *_parts(item.scope, draw.start(f"{item.scope.id}_s"))), *made]
    if item.kind == "both":
        made += [draw.both(item.id), draw.both(f"{item.id}_j")]
        for branch in item.branches:
            made += _sequence(branch, item.id, f"{item.id}_j", end)
        return made
    if item.kind == "catch":
        more = {"parallelMultiple": "true"} if item.all else {}
        return [draw.node("intermediateCatchEvent", item.id, "".join(map(_event, item.triggers)), **more)]
    if item.kind == "up":
        inner = _event(("escalation", item.code))
        up = draw.node("intermediateThrowEvent", f"{item.id}_up", inner)
        return [draw.user(item.id), up, draw.flow(item.id, f"{item.id}_up")]
    return [*made, draw.user(item.id) if item.kind == "user" else draw.node("serviceTask", item.id)]


def _event(trigger: Trigger) -> str:
    kind, name = trigger
    if kind == "timer":
        return draw.timer("PT1H")
    reference = name if kind in ("message", "signal") else f"{kind}-{name}"
    attribute = f' {kind}Ref="{reference}"' if name else ""
    return f"<bpmn:{kind}EventDefinition{attribute}/>"
