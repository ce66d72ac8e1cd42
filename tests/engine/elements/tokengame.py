"""A token game with waiting, written from the text of BPMN 2.0.2 clause 13, independent of the engine.

Tokens lie on sequence flows, or rest in an activity that is active. What needs nobody moves, in random order, until
only what waits is left: `open` says what that is. It is slow and plain; it is there to be compared with.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from tests.engine.elements.eventful import Step
from tests.engine.spiff.models import Edge, Graph, Node
from tests.engine.spiff.tokens import holds

Path = tuple[tuple[str, int], ...]
Open = tuple[str, Path]


@dataclass
class Scope:
    """One instance of a process or subprocess; `path`: in which instances it stands."""

    graph: Graph
    values: dict[str, int]
    path: Path
    host: Activity | None = None
    marking: Counter[str] = field(default_factory=Counter)
    active: list[Activity] = field(default_factory=list)
    triggers: list[tuple[str, Step]] = field(default_factory=list)

    def leave(self, node: str) -> None:
        """Put a token on every flow out of a node."""
        self.marking.update(e.id for e in self.graph.edges if e.source == node)

    @property
    def is_over(self) -> bool:
        return not +self.marking and not self.active


@dataclass
class Activity:
    """An active node: each of its instances waits for somebody (None) or is a scope; `armed`: its boundary events."""

    node: Step
    scope: Scope
    instances: list[tuple[Path, Scope | None]] = field(default_factory=list)
    armed: list[str] = field(default_factory=list)
    begun: int = 0
    total: int = 1


class Waiting:
    """One run. `open` is what waits, `happen` lets one of it happen."""

    def __init__(self, graph: Graph, random: Random) -> None:
        self.random = random
        self.root = Scope(graph, {}, ())
        self.scopes = [self.root]
        self.begin(self.root)
        self.run()

    @property
    def is_over(self) -> bool:
        return self.root not in self.scopes

    def open(self) -> Counter[Open]:
        found: Counter[Open] = Counter()
        for scope in self.scopes:
            found.update((event, scope.path) for event, _ in scope.triggers)
            for activity in scope.active:
                found.update((event, scope.path) for event in self.waiting(activity))
                found.update((activity.node.id, path) for path, inside in activity.instances if inside is None)
        return found

    def waiting(self, activity: Activity) -> list[str]:
        """Events that may happen to an active node: the sides of a race, or its boundary events."""
        return [name for name in activity.armed if not name.startswith("berror")]

    def happen(self, what: Open) -> None:
        name, path = what
        for scope in self.scopes:
            handler = dict(scope.triggers).get(name)
            if handler is not None and scope.path == path:
                self.trigger(scope, name, handler)
                return self.run()
            for activity in scope.active:
                if scope.path == path and name in activity.armed:
                    self.occur(activity, name)
                    return self.run()
                if activity.node.id == name and (path, None) in activity.instances:
                    self.instance_over(activity, (path, None))
                    return self.run()
        raise AssertionError(what)

    def begin(self, scope: Scope) -> None:
        scope.leave(next(n.id for n in scope.graph.nodes.values() if n.type in ("start", "htimer", "hmessage")))
        for handler in scope.graph.nodes.values():
            if isinstance(handler, Step) and handler.type == "handler" and handler.body is not None:
                scope.triggers.append((next(iter(handler.body.nodes)), handler))

    def trigger(self, scope: Scope, event: str, handler: Step) -> None:
        """Start an event subprocess: instead of all else in the scope, or beside it; a message may come again."""
        if handler.interrupting:
            self.clear(scope)
        elif event.startswith("htimer"):
            scope.triggers.remove((event, handler))
        self.enter(scope, handler)

    def run(self) -> None:
        """Move what needs nobody until nothing moves."""
        while True:
            self.settle()
            able = [(s, n) for s in self.scopes for n in s.graph.nodes.values() if self.enabled(s, n)]
            if not able:
                return
            self.fire(*self.random.choice(able))

    def settle(self) -> None:
        """End the scopes in which nothing is left; one that has done its own work starts no handlers any more."""
        while True:
            for scope in self.scopes:
                if not +scope.marking and all(activity.node.type == "handler" for activity in scope.active):
                    scope.triggers.clear()
            over = [s for s in self.scopes if s.is_over]
            if not over:
                return
            self.end(over[0])

    def enabled(self, scope: Scope, node: Node) -> bool:
        incoming = [e for e in scope.graph.edges if e.target == node.id]
        full = [e for e in incoming if scope.marking[e.id]]
        if not full:
            return False
        if node.type == "and":
            return len(full) == len(incoming)
        if node.type == "or":
            return self.inclusive(scope, node.id, full, [e for e in incoming if not scope.marking[e.id]])
        return True

    def inclusive(self, scope: Scope, gateway: str, full: list[Edge], empty: list[Edge]) -> bool:
        """13.4.3: no token can still come on an empty flow that could not also come on a full one."""
        places = [[e] for e in scope.graph.edges if scope.marking[e.id] and e not in full]
        for activity in scope.active:
            leaving = {activity.node.id, *activity.armed}
            places.append([e for e in scope.graph.edges if e.source in leaving])
        for place in places:
            reached = self.reachable(scope.graph, place, gateway)
            if any(e.id in reached for e in empty) and not any(e.id in reached for e in full):
                return False
        return True

    def reachable(self, graph: Graph, edges: list[Edge], gateway: str) -> set[str]:
        seen: set[str] = set()
        todo = list(edges)
        while todo:
            at = todo.pop()
            if at.id in seen:
                continue
            seen.add(at.id)
            if at.target != gateway:
                attached = {n.id for n in graph.nodes.values() if isinstance(n, Step) and n.host == at.target}
                todo.extend(e for e in graph.edges if e.source in {at.target, *attached})
        return seen

    def fire(self, scope: Scope, node: Node) -> None:
        incoming = [e.id for e in scope.graph.edges if e.target == node.id and scope.marking[e.id]]
        scope.marking.subtract(incoming if node.type in ("and", "or") else [self.random.choice(incoming)])
        outgoing = [e for e in scope.graph.edges if e.source == node.id]
        if node.type in ("xor", "or"):
            true = [e for e in outgoing if not e.default and holds(e, scope.values)]
            true = true[:1] if node.type == "xor" else true
            scope.marking.update(e.id for e in true or [e for e in outgoing if e.default])
        elif node.type == "terminate":
            self.clear(scope)
        elif node.type == "error":
            self.fail(scope)
        elif node.type in ("user", "sub", "race", "timer", "message"):
            assert isinstance(node, Step)
            self.enter(scope, node)
        else:
            if node.op is not None:
                scope.values[node.op[1]] = 0 if node.op[0] == "zero" else scope.values[node.op[1]] + 1
            scope.leave(node.id)

    def enter(self, scope: Scope, node: Step) -> None:
        activity = Activity(node, scope, total=1 if node.count is None else node.count)
        if node.repeat is not None:
            activity.total = node.repeat
        scope.active.append(activity)
        if node.type == "race":
            activity.armed = [e.target for e in scope.graph.edges if e.source == node.id]
            return
        activity.armed = [n.id for n in scope.graph.nodes.values() if isinstance(n, Step) and n.host == node.id]
        if activity.total == 0:
            self.leave(activity)
        at_once = 1 if node.sequential or node.repeat is not None else activity.total
        for _ in range(min(at_once, activity.total)):
            self.instance(activity)

    def instance(self, activity: Activity) -> None:
        """Begin the next instance of an activity; those of a list have values of their own."""
        activity.begun += 1
        node, scope = activity.node, activity.scope
        path = scope.path if node.count is None else (*scope.path, (f"i_{node.id}", activity.begun))
        inside = None
        if node.body is not None:
            values = scope.values if node.count is None else dict(scope.values)
            inside = Scope(node.body, values, path, activity)
            self.scopes.append(inside)
            self.begin(inside)
        activity.instances.append((path, inside))

    def instance_over(self, activity: Activity, which: tuple[Path, Scope | None]) -> None:
        activity.instances.remove(which)
        if activity.begun < activity.total:
            self.instance(activity)
        elif not activity.instances:
            self.leave(activity)

    def leave(self, activity: Activity) -> None:
        activity.scope.active.remove(activity)
        activity.scope.leave(activity.node.id)

    def end(self, scope: Scope) -> None:
        """A scope in which nothing is left is over."""
        self.scopes.remove(scope)
        if scope.host is not None:
            which = next(pair for pair in scope.host.instances if pair[1] is scope)
            self.instance_over(scope.host, which)

    def occur(self, activity: Activity, event: str) -> None:
        """An event happens: a race is decided, an activity interrupted or reminded; a message may come again."""
        scope = activity.scope
        step = scope.graph.nodes[event]
        assert isinstance(step, Step)
        if step.host is None or step.interrupting:
            self.cancel(activity)
        elif step.type == "btimer":
            activity.armed.remove(event)
        scope.leave(event)

    def fail(self, scope: Scope) -> None:
        """An error ends the activity around and goes on at the event that catches it there."""
        assert scope.host is not None
        activity = scope.host
        self.occur(activity, next(name for name in activity.armed if name.startswith("berror")))

    def cancel(self, activity: Activity) -> None:
        for _, inside in activity.instances:
            if inside is not None:
                self.clear(inside)
                self.scopes.remove(inside)
        activity.scope.active.remove(activity)

    def clear(self, scope: Scope) -> None:
        for activity in list(scope.active):
            self.cancel(activity)
        scope.marking.clear()
        scope.triggers.clear()
