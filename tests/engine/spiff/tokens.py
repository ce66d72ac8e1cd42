"""A token game written from the text of BPMN 2.0.2 clause 13, independent of the engine: slow, plain, for comparison.

Tokens lie on sequence flows. A node fires when it may, in random order; the models are such that the order does not
matter for what is done and how often.
"""

from __future__ import annotations

from collections import Counter
from random import Random

from tests.engine.spiff.models import Edge, Graph, Node


class Stuck(Exception):
    """Tokens are left and no node can fire."""


class Game:
    """One run; `done` counts completed nodes."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.done: Counter[str] = Counter()

    def play(self, graph: Graph, values: dict[str, int]) -> None:
        """Play one process or subprocess instance to its end."""
        marking: Counter[str] = Counter()
        start = next(n for n in graph.nodes.values() if n.type == "start")
        self.done[start.id] += 1
        marking.update(e.id for e in graph.edges if e.source == start.id)
        while +marking:
            able = [n for n in graph.nodes.values() if self.enabled(n, graph, marking)]
            if not able:
                raise Stuck(dict(+marking))
            self.fire(self.random.choice(able), graph, marking, values)

    def enabled(self, node: Node, graph: Graph, marking: Counter[str]) -> bool:
        incoming = [e for e in graph.edges if e.target == node.id]
        full = [e for e in incoming if marking[e.id]]
        if not full:
            return False
        if node.type == "and":
            return len(full) == len(incoming)
        if node.type == "or":
            return inclusive_enabled(node.id, graph, marking, full, [e for e in incoming if not marking[e.id]])
        return True

    def fire(self, node: Node, graph: Graph, marking: Counter[str], values: dict[str, int]) -> None:
        incoming = [e.id for e in graph.edges if e.target == node.id and marking[e.id]]
        taken = incoming if node.type in ("and", "or") else [self.random.choice(incoming)]
        marking.subtract(taken)
        self.act(node, values)
        outgoing = [e for e in graph.edges if e.source == node.id]
        if node.type == "xor":
            true = [e for e in outgoing if not e.default and holds(e, values)]
            outgoing = true[:1] or [e for e in outgoing if e.default]
        elif node.type == "or":
            true = [e for e in outgoing if not e.default and holds(e, values)]
            outgoing = true or [e for e in outgoing if e.default]
        marking.update(e.id for e in outgoing)

    def act(self, node: Node, values: dict[str, int]) -> None:
        if node.op is not None:
            values[node.op[1]] = 0 if node.op[0] == "zero" else values[node.op[1]] + 1
        if node.body is None:
            self.done[node.id] += 1
            return
        for _ in range(1 if node.count is None else node.count):
            self.play(node.body, values if node.count is None else dict(values))
            self.done[node.id] += 1


def holds(edge: Edge, values: dict[str, int]) -> bool:
    if isinstance(edge.condition, tuple):
        return values[edge.condition[0]] < edge.condition[1]
    return edge.condition is not False


def inclusive_enabled(gateway: str, graph: Graph, marking: Counter[str], full: list[Edge], empty: list[Edge]) -> bool:
    """13.4.3: for every path from a token to an empty incoming flow, not through the gateway, there is also such a
    path from that token to a full one."""
    for edge in graph.edges:
        if not marking[edge.id] or edge in full:
            continue
        reached = reachable(edge, gateway, graph)
        if any(e.id in reached for e in empty) and not any(e.id in reached for e in full):
            return False
    return True


def reachable(edge: Edge, gateway: str, graph: Graph) -> set[str]:
    seen: set[str] = set()
    todo = [edge]
    while todo:
        at = todo.pop()
        if at.id in seen:
            continue
        seen.add(at.id)
        if at.target != gateway:
            todo.extend(e for e in graph.edges if e.source == at.target)
    return seen
