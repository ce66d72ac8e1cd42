"""Random diagrams as plain data, from which both the file and the reference game are made.

A model is built from blocks with one way in and one way out, so that every one ends; what varies is what stands in
what: exclusive, parallel and inclusive splits with their joins, loops, subprocesses and multi-instance subprocesses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from tests.engine.diagrams import draw


@dataclass
class Node:
    id: str
    type: str
    op: tuple[str, str] | None = None
    body: Graph | None = None
    count: int | None = None
    sequential: bool = False


@dataclass
class Edge:
    """condition: None, True, False, or (variable, limit) for "variable < limit"."""

    id: str
    source: str
    target: str
    condition: bool | tuple[str, int] | None = None
    default: bool = False


@dataclass
class Graph:
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)


class Maker:
    """Draws one random model; `count` bounds how many blocks it may still open."""

    def __init__(self, random: Random, blocks: int) -> None:
        self.random = random
        self.blocks = blocks
        self.number = 0
        self.forked = 0

    def graph(self, depth: int = 0) -> Graph:
        made = Graph()
        first, last = self.node(made, "start"), self.node(made, "end")
        self.sequence(made, first, last, depth)
        return made

    def node(self, graph: Graph, type: str, **more: object) -> str:
        self.number += 1
        made = Node(f"{type}{self.number}", type, **more)  # type: ignore[arg-type]
        graph.nodes[made.id] = made
        return made.id

    def edge(self, graph: Graph, source: str, target: str, **more: object) -> None:
        self.number += 1
        graph.edges.append(Edge(f"f{self.number}", source, target, **more))  # type: ignore[arg-type]

    def sequence(self, graph: Graph, source: str, target: str, depth: int, **way: object) -> None:
        """Connect source to target through one to three blocks."""
        for _ in range(self.random.randint(1, 3)):
            first, last = self.block(graph, depth)
            self.edge(graph, source, first, **way)
            source, way = last, {}
        self.edge(graph, source, target, **way)

    def block(self, graph: Graph, depth: int) -> tuple[str, str]:
        self.blocks -= 1
        if self.blocks <= 0 or depth > 4:
            return self.task(graph)
        kinds = ["task", "task", "xor", "and", "and", "or", "or", "sub", "several", "fork"]
        if not self.forked:  # Two tokens in one loop would share its counter.
            kinds += ["loop", "loop"]
        kind = self.random.choice(kinds)
        return getattr(self, kind)(graph, depth) if kind != "task" else self.task(graph)

    def task(self, graph: Graph) -> tuple[str, str]:
        made = self.node(graph, self.random.choice(["user", "script"]))
        return made, made

    def split(self, graph: Graph, type: str) -> tuple[str, str]:
        return self.node(graph, type), self.node(graph, type)

    def xor(self, graph: Graph, depth: int) -> tuple[str, str]:
        opens, closes = self.split(graph, "xor")
        branches = self.random.randint(2, 3)
        for at in range(branches):
            last = at == branches - 1
            way: dict[str, object] = {"default": True} if last else {"condition": self.random.random() < 0.5}
            self.sequence(graph, opens, closes, depth + 1, **way)
        return opens, closes

    def and_(self, graph: Graph, depth: int) -> tuple[str, str]:
        opens, closes = self.split(graph, "and")
        for _ in range(self.random.randint(2, 3)):
            self.sequence(graph, opens, closes, depth + 1)
        return opens, closes

    def or_(self, graph: Graph, depth: int) -> tuple[str, str]:
        opens, closes = self.split(graph, "or")
        branches = self.random.randint(2, 3)
        for at in range(branches):
            last = at == branches - 1
            way: dict[str, object] = {"default": True} if last else {"condition": self.random.random() < 0.6}
            self.sequence(graph, opens, closes, depth + 1, **way)
        return opens, closes

    def loop(self, graph: Graph, depth: int) -> tuple[str, str]:
        """A merge, a body, a counting script and a way back: the resubmit loop."""
        name = f"n{self.number}"
        zero = self.node(graph, "script", op=("zero", name))
        merge = self.node(graph, "xor")
        count = self.node(graph, "script", op=("count", name))
        again = self.node(graph, "xor")
        self.edge(graph, zero, merge)
        self.sequence(graph, merge, count, depth + 1)
        self.edge(graph, count, again)
        self.edge(graph, again, merge, condition=(name, self.random.randint(1, 3)))
        out, _ = self.task(graph)
        self.edge(graph, again, out, default=True)
        return zero, out

    def sub(self, graph: Graph, depth: int) -> tuple[str, str]:
        made = self.node(graph, "sub", body=self.graph(depth + 2))
        return made, made

    def fork(self, graph: Graph, depth: int) -> tuple[str, str]:
        """A subprocess with several tokens: a parallel split that an exclusive merge lets through one by one."""
        inside = Graph()
        first, last = self.node(inside, "start"), self.node(inside, "end")
        opens, closes = self.split(inside, "and")
        inside.nodes[closes].type = "xor"
        self.edge(inside, first, opens)
        self.forked += 1
        for _ in range(self.random.randint(2, 3)):
            self.sequence(inside, opens, closes, depth + 2)
        self.sequence(inside, closes, last, depth + 2)
        self.forked -= 1
        made = self.node(graph, "sub", body=inside)
        return made, made

    def several(self, graph: Graph, depth: int) -> tuple[str, str]:
        made = self.node(
            graph,
            "sub",
            body=self.graph(depth + 2),
            count=self.random.randint(0, 3),
            sequential=self.random.random() < 0.4,
        )
        return made, made


setattr(Maker, "and", Maker.and_)
setattr(Maker, "or", Maker.or_)


def file_of(graph: Graph) -> bytes:
    """Return the model as a BPMN file."""
    return draw.diagram(*_parts(graph))


def _parts(graph: Graph) -> list[str]:
    return [_node(node, graph) for node in graph.nodes.values()] + [_edge(edge) for edge in graph.edges]


def _edge(edge: Edge) -> str:
    condition = ""
    if isinstance(edge.condition, tuple):
        condition = f"{edge.condition[0]} < {edge.condition[1]}"
    elif edge.condition is not None:
        condition = str(edge.condition).lower()
    return draw.flow(edge.source, edge.target, condition, id=edge.id)


def _node(node: Node, graph: Graph) -> str:
    default = next((e.id for e in graph.edges if e.source == node.id and e.default), None)
    attributes = {"default": default} if default else {}
    if node.type == "sub":
        assert node.body is not None
        loop = "" if node.count is None else draw.times(str(node.count), sequential=node.sequential)
        return draw.sub(node.id, *_parts(node.body), inner=loop)
    if node.type == "script":
        texts = {"zero": "{%s: 0}", "count": "{%s: %s + 1}"}
        if node.op is None:
            return draw.script(node.id, "{}")
        text = texts[node.op[0]]
        return draw.script(node.id, text % ((node.op[1],) * text.count("%s")))
    makers = {"start": draw.start, "end": draw.end, "user": draw.user}
    if node.type in makers:
        return makers[node.type](node.id)
    gateways = {"xor": draw.xor, "and": draw.both, "or": draw.some}
    return gateways[node.type](node.id, **attributes)


def tangle(random: Random, size: int) -> Graph:
    """Draw a graph without blocks: forward flows at random, so that joins may wait for ever or get spare tokens."""
    graph = Graph()
    names = ["start0"]
    graph.nodes["start0"] = Node("start0", "start")
    for at in range(1, size + 1):
        kind = random.choice(["user", "script", "xor", "and", "or", "or", "and"])
        name = f"{kind}{at}"
        graph.nodes[name] = Node(name, kind)
        _join(graph, random.choice(names[-4:]), name)
        if kind in ("xor", "and", "or"):
            for source in random.sample(names, min(len(names), random.randint(0, 2))):
                _join(graph, source, name)
        names.append(name)
    graph.nodes["end"] = Node("end", "end")
    for name in names:
        if not any(e.source == name for e in graph.edges):
            _join(graph, name, "end")
    for name in names:
        outgoing = [e for e in graph.edges if e.source == name]
        if graph.nodes[name].type in ("xor", "or") and len(outgoing) > 1:
            for edge in outgoing:
                edge.condition = random.random() < 0.6
            outgoing[-1].condition, outgoing[-1].default = None, True
    return graph


def _join(graph: Graph, source: str, target: str) -> None:
    graph.edges.append(Edge(f"f{len(graph.edges)}", source, target))
