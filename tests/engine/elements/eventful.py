"""Random diagrams with things that wait: boundary events, catches, races, errors, terminate ends, instances, loops.

Built from blocks with one way in and one way out, like `tests.engine.spiff.models`, so that what may happen next never
depends on the order in which tokens move.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.engine.diagrams import draw
from tests.engine.spiff.models import Edge, Graph, Maker, Node

_APART = 100  # Added to `forked` where each token is in a scope of its own.
MESSAGE = "<bpmn:messageEventDefinition/>"
ERROR = "<bpmn:errorEventDefinition/>"
COMPENSATE = "<bpmn:compensateEventDefinition/>"
TERMINATE = "<bpmn:terminateEventDefinition/>"


@dataclass
class Step(Node):
    """host: what a boundary event stands on; repeat: how often a standard loop runs; undo: a task that undoes it."""

    host: str | None = None
    interrupting: bool = True
    repeat: int | None = None
    undo: str | None = None


class Eventful(Maker):
    def node(self, graph: Graph, type: str, **more: object) -> str:
        self.number += 1
        made = Step(f"{type}{self.number}", type, **more)  # type: ignore[arg-type]
        graph.nodes[made.id] = made
        return made.id

    def block(self, graph: Graph, depth: int) -> tuple[str, str]:
        """Where several tokens may pass, what they do must not be told apart: no instances, no scopes, no reminders."""
        if self.forked:
            self.blocks -= 1
            kinds = ["task"]
            if self.blocks > 0 and depth <= 4:
                kinds += ["task", "catch", "xor"] + ["and"] * (self.forked < _APART)
        elif self.blocks > 1 and depth <= 4 and self.random.random() < 0.45:
            self.blocks -= 1
            kinds = ["catch", "many", "killed", "failing", "repeated", "race", "interrupted", "interrupted", "reminded"]
            kinds += ["watched", "watched"]
        else:
            return super().block(graph, depth)
        return getattr(self, self.random.choice(kinds))(graph, depth)  # type: ignore[no-any-return]

    def task(self, graph: Graph, depth: int = 0) -> tuple[str, str]:
        return super().task(graph)

    def catch(self, graph: Graph, depth: int) -> tuple[str, str]:
        made = self.node(graph, self.random.choice(["timer", "message"]))
        return made, made

    def many(self, graph: Graph, depth: int) -> tuple[str, str]:
        made = self.node(graph, "user", count=self.random.randint(0, 3), sequential=self.random.random() < 0.5)
        return made, made

    def repeated(self, graph: Graph, depth: int) -> tuple[str, str]:
        made = self.node(graph, "sub", body=self.graph(depth + 2), repeat=self.random.randint(1, 3))
        return made, made

    def race(self, graph: Graph, depth: int) -> tuple[str, str]:
        opens, closes = self.node(graph, "race"), self.node(graph, "xor")
        for event_type in ("timer", "message"):
            event = self.node(graph, event_type)
            self.edge(graph, opens, event)
            self.sequence(graph, event, closes, depth + 1)
        return opens, closes

    def host(self, graph: Graph, depth: int) -> str:
        if self.random.random() < 0.5:
            return self.node(graph, "user")
        count = self.random.choice([None, 2])
        return self.node(graph, "sub", body=self.graph(depth + 2), count=count)

    def interrupted(self, graph: Graph, depth: int) -> tuple[str, str]:
        host, closes = self.host(graph, depth), self.node(graph, "xor")
        self.edge(graph, host, closes)
        for event_type in self.random.sample(["btimer", "bmessage"], self.random.randint(1, 2)):
            self.sequence(graph, self.node(graph, event_type, host=host), closes, depth + 1)
        return host, closes

    def reminded(self, graph: Graph, depth: int) -> tuple[str, str]:
        host = self.host(graph, depth)
        event = self.node(graph, self.random.choice(["btimer", "bmessage"]), host=host, interrupting=False)
        self.forked += 1
        self.sequence(graph, event, self.node(graph, "end"), depth + 2)
        self.forked -= 1
        return host, host

    def watched(self, graph: Graph, depth: int) -> tuple[str, str]:
        """A subprocess with event subprocesses. One may run several times at once, so that it has no joins."""
        inside = self.graph(depth + 2)
        for event_type in self.random.sample(["htimer", "hmessage"], self.random.randint(1, 2)):
            interrupting = self.random.random() < 0.5
            handling = Graph()
            begin = self.node(handling, event_type, interrupting=interrupting)
            self.forked += _APART
            self.sequence(handling, begin, self.node(handling, "end"), depth + 3)
            self.forked -= _APART
            self.node(inside, "handler", body=handling, interrupting=interrupting)
        made = self.node(graph, "sub", body=inside, count=self.random.choice([None, 2]))
        return made, made

    def killed(self, graph: Graph, depth: int) -> tuple[str, str]:
        """A subprocess one branch of which ends all."""
        inside = Graph()
        first, opens = self.node(inside, "start"), self.node(inside, "and")
        self.edge(inside, first, opens)
        self.sequence(inside, opens, self.node(inside, "terminate"), depth + 2)
        self.sequence(inside, opens, self.node(inside, "end"), depth + 2)
        made = self.node(graph, "sub", body=inside, count=self.random.choice([None, 2]))
        return made, made

    def failing(self, graph: Graph, depth: int) -> tuple[str, str]:
        """A subprocess one branch of which fails, and who catches that."""
        inside = Graph()
        first, opens = self.node(inside, "start"), self.node(inside, "and")
        self.edge(inside, first, opens)
        self.sequence(inside, opens, self.node(inside, "error"), depth + 2)
        self.sequence(inside, opens, self.node(inside, "end"), depth + 2)
        made = self.node(graph, "sub", body=inside, count=self.random.choice([None, 2]))
        closes = self.node(graph, "xor")
        self.edge(graph, made, closes)
        self.sequence(graph, self.node(graph, "berror", host=made), closes, depth + 1)
        return made, closes


def file_of(graph: Graph) -> bytes:
    return draw.diagram(*_parts(graph))


def _parts(graph: Graph) -> list[str]:
    nodes = [_node(node, graph) + _undoing(node) for node in graph.nodes.values()]
    return nodes + [_edge(edge) for edge in graph.edges]


def _undoing(node: Node) -> str:
    if not isinstance(node, Step) or node.undo is None:
        return ""
    return (
        draw.boundary(f"c_{node.id}", node.id, COMPENSATE)
        + draw.user(node.undo, isForCompensation="true")
        + f'<bpmn:association id="t_{node.id}" sourceRef="c_{node.id}" targetRef="{node.undo}"/>'
    )


def _edge(edge: Edge) -> str:
    condition = ""
    if isinstance(edge.condition, tuple):
        condition = f"{edge.condition[0]} < {edge.condition[1]}"
    elif edge.condition is not None:
        condition = str(edge.condition).lower()
    return draw.flow(edge.source, edge.target, condition, id=edge.id)


def _node(node: Node, graph: Graph) -> str:
    assert isinstance(node, Step)
    loop = ""
    if node.count is not None:
        items = [*range(1, node.count + 1)]
        loop = draw.each(str(items), f"i_{node.id}", sequential=node.sequential)
    elif node.repeat is not None:
        loop = f'<bpmn:standardLoopCharacteristics loopMaximum="{node.repeat}"/>'
    if node.host is not None:
        kinds = {"btimer": draw.timer("PT1H"), "bmessage": MESSAGE, "berror": ERROR}
        return draw.boundary(node.id, node.host, kinds[node.type], interrupting=node.interrupting)
    if node.type == "handler":
        assert node.body is not None
        inside = draw.sub(node.id, *_parts(node.body))
        return inside.replace(f'id="{node.id}"', f'id="{node.id}" triggeredByEvent="true"', 1)
    if node.body is not None:
        return draw.sub(node.id, *_parts(node.body), inner=loop)
    if node.type == "user":
        return draw.user(node.id, loop)
    if node.type == "script":
        texts = {"zero": "{%s: 0}", "count": "{%s: %s + 1}"}
        if node.op is None:
            return draw.script(node.id, "{}")
        text = texts[node.op[0]]
        return draw.script(node.id, text % ((node.op[1],) * text.count("%s")))
    if node.type in ("htimer", "hmessage"):
        inner = draw.timer("PT1H") if node.type == "htimer" else MESSAGE
        return draw.node("startEvent", node.id, inner, isInterrupting=str(node.interrupting).lower())
    default = next((e.id for e in graph.edges if e.source == node.id and e.default), None)
    attributes = {"default": default} if default else {}
    gateways = {"xor": draw.xor, "and": draw.both, "or": draw.some}
    if node.type in gateways:
        return gateways[node.type](node.id, **attributes)
    tags = {
        "start": ("startEvent", ""),
        "end": ("endEvent", ""),
        "undo": ("endEvent", COMPENSATE),
        "terminate": ("endEvent", TERMINATE),
        "error": ("endEvent", ERROR),
        "timer": ("intermediateCatchEvent", draw.timer("PT1H")),
        "message": ("intermediateCatchEvent", MESSAGE),
        "race": ("eventBasedGateway", ""),
    }
    tag, inner = tags[node.type]
    return draw.node(tag, node.id, inner)
