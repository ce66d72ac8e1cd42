"""One level of a program as a net: gateways, boundary events, throws and the outcomes of what is inside.

BPMN 2.0.2 clause 13 as `engine.spiff.specs` runs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from engine.soundness.net import DONE, SINK, Alternative, Join, Net, Node
from engine.spiff.elements import ACTIVITIES, Body, Element, Event, Flow, Program
from engine.spiff.starts import implicit

_OUTSIDE = frozenset({"timer", "message", "signal", "conditional", "multiple"})
_FAILING = frozenset({"scriptTask", "businessRuleTask", "serviceTask", "sendTask", "callActivity"})
_JOINS: dict[str, Join] = {"parallelGateway": "all", "inclusiveGateway": "or", "complexGateway": "complex"}
_WIDEST = 5  # Of more conditional flows not every combination is tried.


@dataclass(frozen=True, slots=True)
class Inside:
    """What may come of the level inside a subprocess: its outcomes, and whether it may never end."""

    outcomes: frozenset[str]
    hangs: bool


@dataclass(frozen=True, slots=True)
class Level:
    """The body of a process or subprocess; around: those of its hosts, innermost first."""

    owner: Element | None
    body: Body
    around: tuple[Level, ...]

    def attached(self) -> list[Element]:
        """Return the boundary events of the subprocess this is the inside of."""
        if self.owner is None or not self.around:
            return []
        return [node for node in self.around[0].body.nodes if node.attached_to == self.owner.id]


def levels_of(program: Program) -> list[Level]:
    """Return all levels of a program, the innermost first; ad-hoc subprocesses are left to the people in them."""
    found = [Level(None, program.body, ())]
    for level in found:
        found += [
            Level(node, node.body, (level, *level.around))
            for node in level.body.nodes
            if node.body is not None and node.ad_hoc is None
        ]
    return found[::-1]


def outcome_of(event: Event, level: Level) -> str | None:
    """Say what an error or escalation thrown on a level ends it with; None: an escalation that ends nothing."""
    at: Level | None = level
    inside: Element | None = None
    while at is not None:
        for node in at.body.nodes:
            if node.triggered and node is not inside and _starts_by(node, event):
                return _level_name(at)
        for node in at.attached():
            if _catches(node, event):
                return node.id if node.interrupting else None
        inside, at = at.owner, (at.around[0] if at.around else None)
    return DONE if event.kind == "error" else None


def draw(level: Level, insides: Mapping[str, Inside]) -> Net:
    """Make the net of a level; `insides` has what may come of the subprocesses on it."""
    return _Drawing(level, insides).draw()


class _Drawing:
    def __init__(self, level: Level, insides: Mapping[str, Inside]) -> None:
        self.level, self.insides, self.net = level, insides, Net()
        self.nodes = [n for n in level.body.nodes if not n.triggered and not n.compensates and not _undoing(n)]
        here = {n.id for n in self.nodes}
        self.flows = [f for f in level.body.flows if f.source in here and f.target in here]
        self.leaving: dict[str, list[Flow]] = {}
        self.arriving: dict[str, int] = {}
        for flow in self.flows:
            self.leaving.setdefault(flow.source, []).append(flow)
            self.arriving[flow.target] = self.arriving.get(flow.target, 0) + 1
        self.numbers: dict[str, int] = {}

    def draw(self) -> Net:
        attached: dict[str, list[Element]] = {}
        for node in self.nodes:
            if node.attached_to:
                attached.setdefault(node.attached_to, []).append(node)
            if not _plain_end(node, self.leaving):
                self.numbers[node.id] = self.net.add_node(
                    Node(node.id, self._join(node), merges=self.arriving.get(node.id, 0) > 1)
                )
        for node in self.nodes:
            if node.id in self.numbers:
                self._lead(node, attached.get(node.id, []))
        self._begin()
        self._let_go()
        return self.net

    def _join(self, node: Element) -> Join:
        return _JOINS.get(node.type, "any") if self.arriving.get(node.id, 0) > 1 else "any"

    def _edge(self, source: int | None, target: str) -> int:
        number = self.numbers.get(target, SINK)
        return self.net.add_edge(source, number, *((target,) if number == SINK else ()))

    def _lead(self, node: Element, attached: list[Element]) -> None:
        number = self.numbers[node.id]
        made = self.net.nodes[number]
        edges = {flow.id: self._edge(number, flow.target) for flow in self.leaving.get(node.id, [])}
        ways = self._ways(node, edges)
        inside = self.insides.get(node.id)
        if inside is not None:
            made.hangs = inside.hangs
            ways = ways if DONE in inside.outcomes or _level_name_of(node) in inside.outcomes else []
        beside: list[int] = []
        for event in attached:
            if not self._may_occur(event, node, inside):
                continue
            if event.interrupting:
                ways = [*ways, Alternative((self._edge(number, event.id),))]
            else:
                beside.append(self.numbers[event.id])
        names = {event.id for event in attached}
        if inside is not None:  # What is caught further out ends this level, too.
            further = sorted(inside.outcomes - names - {DONE, _level_name_of(node)})
            ways = [*ways, *(Alternative((), self._ended(name)) for name in further)]
        made.alternatives = ways
        made.late = self._late(node, edges) if made.join == "complex" else []
        self._quieter(node, number, beside)

    def _quieter(self, node: Element, number: int, beside: list[int]) -> None:
        """An event beside the work happens once at most here: then the same work goes on without it."""
        if not beside:
            return
        made = self.net.nodes[number]
        ways = made.alternatives
        # However many events occurred, the work is left one way: a join behind it counts each flow once.
        leaving = self.net.add_node(Node(node.id, alternatives=ways))
        for edge in {edge for way in ways for edge in way.edges}:
            self.net.edges[edge].source = leaving
        stages = [number, *(self.net.add_node(Node(node.id, merges=made.merges, hangs=made.hangs)) for _ in beside)]
        for at, stage in enumerate(stages):
            self.net.nodes[stage].alternatives = [Alternative((self.net.add_edge(stage, leaving),))] if ways else []
            # In which order several occur does not matter: each finds the work still going on.
            for index in range(at, len(beside)):
                pair = (self.net.add_edge(stage, stages[index + 1]), self.net.add_edge(stage, beside[index]))
                self.net.nodes[stage].alternatives.append(Alternative(pair))

    def _ended(self, outcome: str) -> str:
        return DONE if outcome == _level_name(self.level) else outcome

    def _ways(self, node: Element, edges: dict[str, int]) -> list[Alternative]:
        flows = self.leaving.get(node.id, [])
        ends = self._thrown(node)
        if ends is not None:
            return [Alternative((), ends)]
        if not flows:
            return [Alternative(())]
        if node.type == "exclusiveGateway" or (node.type == "eventBasedGateway" and not node.needs_all):
            return [Alternative((edges[flow.id],)) for flow in flows]
        if node.type in ("parallelGateway", "eventBasedGateway"):
            return [Alternative(tuple(edges.values()))]
        always = [edges[f.id] for f in flows if f.condition is None and not f.default]
        maybe = [edges[f.id] for f in flows if f.condition is not None and not f.default]
        default = [edges[f.id] for f in flows if f.default]
        ways = [Alternative((*always, *some)) for some in _subsets(maybe) if some or always]
        if default:
            bare = () if node.type in ("inclusiveGateway", "complexGateway") and always else (*always, *default)
            ways = [way for way in ways if set(way.edges) != set(always)] if node.type in ACTIVITIES else ways
            ways += [Alternative(bare)] if bare else []
        return ways

    def _late(self, node: Element, edges: dict[str, int]) -> list[Alternative]:
        flows = self.leaving.get(node.id, [])
        maybe = [edges[f.id] for f in flows if f.condition is not None and not f.default]
        return [Alternative(tuple(some)) for some in _subsets(maybe)]

    def _thrown(self, node: Element) -> str | None:
        """Say with what an event ends the level; None: it does not."""
        if node.type not in ("endEvent", "intermediateThrowEvent") or node.event is None:
            return None
        parts = node.event.parts or [node.event]
        found: str | None = None
        for part in parts:
            if part.kind == "terminate":
                found = found or DONE
            elif part.kind == "cancel":
                found = next((n.id for n in self.level.attached() if _has(n, "cancel")), "cancelled")
            elif part.kind in ("error", "escalation"):
                outcome = outcome_of(part, self.level)
                found = found if outcome is None else self._ended(outcome)
        return found

    def _may_occur(self, event: Element, host: Element, inside: Inside | None) -> bool:
        kinds = {part.kind for part in (event.event.parts or [event.event])} if event.event is not None else set()
        if kinds & _OUTSIDE:
            return True
        if inside is not None:
            if event.id in inside.outcomes:
                return True
            return host.body is not None and (_fails(host.body) or _tells(host.body, event))
        return host.type in _FAILING or host.body is not None or (host.loop is not None and bool(host.loop.told))

    def _let_go(self) -> None:
        """A flow no token takes still stands at its join, but comes from nowhere; behind what hangs it is awaited."""
        used = {e for node in self.net.nodes.values() for way in (*node.alternatives, *node.late) for e in way.edges}
        for number, edge in self.net.edges.items():
            if number not in used and edge.source is not None and not self.net.nodes[edge.source].hangs:
                edge.source = None

    def _begin(self) -> None:
        starts = [n for n in self.nodes if n.type == "startEvent" or n.instantiates]
        if not starts:
            first = [n for n in implicit(self.level.body) if n.id in self.numbers]
            self.net.begins = [tuple(self._edge(None, n.id) for n in first)] if first else []
            return
        self.net.begins = [(self._edge(None, n.id),) for n in starts]


def _subsets(edges: list[int]) -> Iterable[tuple[int, ...]]:
    if len(edges) > _WIDEST:
        return [(), *((e,) for e in edges), tuple(edges)]
    return [some for size in range(len(edges) + 1) for some in combinations(edges, size)]


def _plain_end(node: Element, leaving: Mapping[str, list[Flow]]) -> bool:
    kinds = {part.kind for part in (node.event.parts or [node.event])} if node.event is not None else {"none"}
    ending = {"terminate", "error", "cancel", "escalation"}
    return node.type == "endEvent" and not kinds & ending and not leaving.get(node.id)


def _undoing(node: Element) -> bool:
    return node.type == "boundaryEvent" and (node.attached_to is None or _has(node, "compensate"))


def _has(node: Element, kind: str) -> bool:
    return node.event is not None and any(part.kind == kind for part in node.event.parts or [node.event])


def _catches(node: Element, event: Event) -> bool:
    parts = (node.event.parts or [node.event]) if node.event is not None else []
    return any(part.kind == event.kind and part.code in (None, event.code) for part in parts)


def _starts_by(node: Element, event: Event) -> bool:
    starts = [] if node.body is None else [n for n in node.body.nodes if n.type == "startEvent"]
    return any(start.interrupting and _catches(start, event) for start in starts)


def _fails(body: Body) -> bool:
    """Tell whether something inside may fail of itself: a script, a decision, a call."""
    return any(n.type in _FAILING or (n.body is not None and _fails(n.body)) for n in body.nodes)


def _tells(body: Body, event: Element) -> bool:
    """Tell whether something inside throws what a boundary event that does not interrupt waits for."""
    for node in body.nodes:
        if node.event is not None and node.type in ("endEvent", "intermediateThrowEvent"):
            parts = node.event.parts or [node.event]
            if any(_catches(event, part) for part in parts):
                return True
        if node.body is not None and _tells(node.body, event):
            return True
    return False


def _level_name(level: Level) -> str:
    return "level:" if level.owner is None else _level_name_of(level.owner)


def _level_name_of(owner: Element) -> str:
    return f"level:{owner.id}"
