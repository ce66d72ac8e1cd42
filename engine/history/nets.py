"""A definition as a place/transition net over its activities: what an event log of it is held against.

Made from the elements the engine runs, so that whatever they can do the net can do; conditions are left open, every
event may occur. Subprocesses lie flat in the net. Where BPMN takes tokens away (an interrupted subprocess, a terminate
end, an event subprocess that interrupts) silent transitions may drop them: there the net allows more than the diagram.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations

from engine.spiff.elements import ACTIVITIES, Body, Element, Flow, Program
from engine.spiff.starts import implicit

_CASE = "on:"  # Where a token stands as long as the case runs, in nets that need it.
SOURCE, SINK = "source", "sink"
_JOINS = frozenset({"parallelGateway", "inclusiveGateway", "complexGateway"})
_WIDEST = 5  # Of more conditional flows not every combination is tried.


@dataclass(frozen=True, slots=True)
class Transition:
    """takes and puts: places, one token each time a place is named; label: an activity's name, None: silent."""

    id: str
    label: str | None
    takes: tuple[str, ...]
    puts: tuple[str, ...]


@dataclass(slots=True)
class Net:
    """One token stands at `SOURCE` when a case begins and one at `SINK`, and nowhere else, when it is completed."""

    places: dict[str, None] = field(default_factory=lambda: {SOURCE: None, SINK: None})
    transitions: list[Transition] = field(default_factory=list)

    def add(self, label: str | None, takes: Iterable[str], puts: Iterable[str], *, about: str) -> None:
        """Add a transition; about: the element it belongs to, which its id begins with."""
        taken, put = tuple(takes), tuple(puts)
        self.places |= dict.fromkeys((*taken, *put))
        self.transitions.append(Transition(f"t{len(self.transitions)}-{about}", label, taken, put))


def net_of(program: Program) -> Net:
    """Return the net of a process; labels are names of activities as event logs tell them."""
    net = Net()
    level = _Level(net, "", program.body)
    undoing = any(node.compensates or _undoes(node) for node in program.elements.values())
    handlers = any(node.triggered or _terminates(node) or _ends_otherwise(node) for node in level.body.nodes)
    standing = [level.on] if undoing or handlers else []
    level.draw()
    for start in level.begin:
        net.add(None, [SOURCE], [*start, *standing], about="begin")
    net.add(None, [level.ended, *standing], [SINK], about="end")
    return net


class _Level:
    """One body: of the process or of a subprocess; a token stands at `on` as long as the level runs."""

    def __init__(self, net: Net, name: str, body: Body) -> None:
        self.net, self.name, self.body = net, name, body
        self.ended = f"ended:{name}"
        self.on = f"on:{name}"
        self.nodes = [node for node in body.nodes if not node.triggered and not node.compensates]
        self.ins: dict[str, list[Flow]] = {}
        self.outs: dict[str, list[Flow]] = {}
        for flow in body.flows:
            self.ins.setdefault(flow.target, []).append(flow)
            self.outs.setdefault(flow.source, []).append(flow)
        self.by_id = {node.id: node for node in self.nodes}
        self._levels: dict[str, _Level] = {}

    @property
    def begin(self) -> list[tuple[str, ...]]:
        """The sets of places a token may be put at to begin."""
        starts = [node for node in self.nodes if node.type == "startEvent" or node.instantiates]
        if starts:
            return [(self._at(node),) for node in starts]
        return [tuple(self._at(node) for node in implicit(self.body) if node.id in self.by_id) or (self.ended,)]

    def draw(self) -> None:
        """Add the level's transitions; what a subprocess in it does, too."""
        for node in self.nodes:
            if node.attached_to is None:
                self._node(node)
        for node in self.nodes:
            if node.attached_to in self.by_id:
                self._boundary(node, self.by_id[node.attached_to])
        for node in self.body.nodes:
            if node.compensates or _undoes(node):
                self._undoing(node)
            elif node.triggered and node.body is not None:
                self._event_subprocess(node, node.body)
        if self._splits():
            self.net.add(None, [self.ended, self.ended], [self.ended], about=self.name or "end")

    def _node(self, node: Element) -> None:
        here = self._at(node)
        ways = self._ways(node)
        if node.type in _JOINS and len(self.ins.get(node.id, ())) > 1:
            self._join(node, here)
        if node.body is not None:
            self._subprocess(node, node.body, here, ways)
        elif node.type in ACTIVITIES:
            self._activity(node, here, ways)
        elif _terminates(node) or _ends_otherwise(node):
            # An error or a cancellation nobody catches ends the level it is thrown on.
            self._drain(node.id, [here, self.on], [self.ended, self.on], self._drainable())
        elif not self._is_plain_end(node):
            for way in ways:
                self.net.add(None, [here], way, about=node.id)

    def _activity(self, node: Element, here: str, ways: list[tuple[str, ...]]) -> None:
        done = here if len(ways) == 1 else f"out:{node.id}"
        if len(ways) == 1:
            self.net.add(_name(node), [here], ways[0], about=node.id)
        else:
            self.net.add(_name(node), [here], [done], about=node.id)
            for way in ways:
                self.net.add(None, [done], way, about=node.id)
        if node.loop is not None:
            # Nothing to do it for, or the rest given up when enough was done: no event tells of it.
            self.net.add(None, [here], ways[0] if len(ways) == 1 else [done], about=node.id)

    def _subprocess(self, node: Element, body: Body, here: str, ways: list[tuple[str, ...]]) -> None:
        inner = _Level(self.net, node.id, body)
        self._levels[node.id] = inner
        if node.ad_hoc is not None:
            self.net.add(None, [here], [inner.on], about=node.id)
            for each in body.nodes:
                if each.type in ACTIVITIES:
                    self.net.add(_name(each), [inner.on], [inner.on], about=each.id)
            done = [inner.on]
        else:
            for start in inner.begin:
                self.net.add(None, [here], [*start, inner.on], about=node.id)
                if node.loop is not None:
                    self.net.add(None, [inner.on], [*start, inner.on], about=node.id)
            inner.draw()
            if node.loop is not None:
                self.net.add(None, [here], [inner.ended, inner.on], about=node.id)
                if not inner._splits():
                    self.net.add(None, [inner.ended, inner.ended], [inner.ended], about=node.id)
            done = [inner.ended, inner.on]
            if any("cancel" in _kinds(each) for each in body.nodes if each.type == "endEvent"):
                self._drain(node.id, [inner.on], [self.ended], inner._drainable())
        out = f"out:{node.id}"
        self.net.add(_name(node), done, [out], about=node.id)
        if node.loop is not None:
            self.net.add(None, done, [out], about=node.id)
        for way in ways:
            self.net.add(None, [out], way, about=node.id)

    def _boundary(self, event: Element, host: Element) -> None:
        inner = self._levels.get(host.id)
        running = inner.on if inner else self._at(host)
        for way in self._ways(event):
            if not event.interrupting:
                self.net.add(None, [running], [running, *way], about=event.id)
            elif inner is None:
                self.net.add(None, [running], way, about=event.id)
            else:
                self._drain(event.id, [running], way, inner._drainable())

    def _event_subprocess(self, node: Element, body: Body) -> None:
        inner = _Level(self.net, node.id, body)
        interrupting = any(each.interrupting for each in body.nodes if each.type == "startEvent")
        own = self._drainable() if interrupting else []
        self._levels[node.id] = inner
        inner.draw()
        for start in inner.begin:
            if interrupting:
                self._drain(node.id, [self.on], [*start, inner.on, self.on], own)
            else:
                self.net.add(None, [self.on], [*start, inner.on, self.on], about=node.id)
        self.net.add(_name(node), [inner.ended, inner.on], [self.ended], about=node.id)

    def _undoing(self, node: Element) -> None:
        """What undoes other work may happen as long as the case runs, whatever has become of its own level."""
        inside = [each for each in (node.body.nodes if node.body else []) if each.type in ACTIVITIES]
        for each in (node, *inside):
            if each.type in ACTIVITIES:
                self.net.add(_name(each), [_CASE], [_CASE], about=each.id)

    def _drain(self, about: str, takes: list[str], puts: Iterable[str], places: Iterable[str]) -> None:
        """Take tokens away one by one between `takes` and `puts`."""
        going = f"drain:{about}"
        self.net.add(None, takes, [going], about=about)
        for place in places:
            self.net.add(None, [going, place], [going], about=about)
        self.net.add(None, [going], puts, about=about)

    def _drainable(self) -> list[str]:
        found = [self.ended]
        for node in self.nodes:
            found += [self._at(node), f"out:{node.id}", *(self._place(flow) for flow in self.ins.get(node.id, ()))]
        for inner in self._levels.values():
            found += [*inner._drainable(), inner.on]
        return [place for place in dict.fromkeys(found) if place in self.net.places]

    def _join(self, node: Element, here: str) -> None:
        ins = [self._place(flow) for flow in self.ins[node.id]]
        sets = [tuple(ins)] if node.type == "parallelGateway" else _some(ins)
        for taken in sets:
            self.net.add(None, taken, [here], about=node.id)

    def _ways(self, node: Element) -> list[tuple[str, ...]]:
        """Return the sets of places a node may put tokens at."""
        flows = self.outs.get(node.id, [])
        if not flows:
            return [self._linked(node) or (self.ended,)]
        to = {flow.id: self._place(flow) for flow in flows}
        if node.type == "exclusiveGateway" or (node.type == "eventBasedGateway" and not node.needs_all):
            return [(place,) for place in to.values()]
        maybe = [to[flow.id] for flow in flows if flow.condition is not None or flow.default]
        always = [to[flow.id] for flow in flows if flow.condition is None and not flow.default]
        if node.type == "parallelGateway" or not maybe:
            return [tuple(to.values())]
        return [(*always, *some) for some in ([()] if always else []) + _some(maybe)]

    def _linked(self, node: Element) -> tuple[str, ...]:
        if node.event is None or node.event.kind != "link" or node.type != "intermediateThrowEvent":
            return ()
        caught = [
            each
            for each in self.nodes
            if each.type == "intermediateCatchEvent" and each.event is not None
            and (each.event.kind, each.event.name) == ("link", node.event.name)
        ]  # fmt: skip
        return (self._at(caught[0]),) if caught else ()

    def _place(self, flow: Flow) -> str:
        """Return where a token on a flow stands: all flows to one element share a place, but for joins."""
        target = self.by_id.get(flow.target)
        if target is None:
            return self.ended
        if target.type in _JOINS and len(self.ins[flow.target]) > 1:
            return f"on-flow:{flow.id}"
        return self.ended if self._is_plain_end(target) else self._at(target)

    def _is_plain_end(self, node: Element) -> bool:
        plain = node.type == "endEvent" and not _terminates(node) and not _ends_otherwise(node)
        return plain and node.id in self.ins

    def _at(self, node: Element) -> str:
        return f"at:{node.id}"

    def _splits(self) -> bool:
        beside = any(node.triggered or (node.attached_to and not node.interrupting) for node in self.body.nodes)
        return beside or any(len(way) > 1 for node in self.nodes for way in self._ways(node))


def _name(node: Element) -> str:
    return node.name or node.id


def _some(places: list[str]) -> list[tuple[str, ...]]:
    if len(places) > _WIDEST:
        return [*((place,) for place in places), tuple(places)]
    return [some for size in range(1, len(places) + 1) for some in combinations(places, size)]


def _kinds(node: Element) -> set[str]:
    return {part.kind for part in node.event.parts or [node.event]} if node.event is not None else set()


def _terminates(node: Element) -> bool:
    return node.type == "endEvent" and "terminate" in _kinds(node)


def _undoes(node: Element) -> bool:
    """Tell whether an event subprocess begins when its level is undone."""
    starts = [each for each in node.body.nodes if each.type == "startEvent"] if node.triggered and node.body else []
    return any("compensate" in _kinds(each) for each in starts)


def _ends_otherwise(node: Element) -> bool:
    """Tell whether an end throws what ends more than its token: whoever catches it takes the token away."""
    return node.type == "endEvent" and bool(_kinds(node) & {"error", "cancel"})
