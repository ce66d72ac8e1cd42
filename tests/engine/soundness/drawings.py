"""Random diagrams that may be wrong: blocks whose two ends need not fit, flows that jump, branches that just end."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

TAGS = {"xor": "exclusiveGateway", "and": "parallelGateway", "or": "inclusiveGateway", "user": "userTask"}


@dataclass
class Shape:
    """type: start, end, terminate, fail, user, sub, xor, and, or, beside; host and cuts: of an event beside a host."""

    id: str
    type: str
    inside: Drawing | None = None
    host: str = ""
    cuts: bool = True


@dataclass
class Drawing:
    shapes: dict[str, Shape] = field(default_factory=dict)
    flows: dict[str, tuple[str, str]] = field(default_factory=dict)

    def out(self, shape: str) -> list[str]:
        return [flow for flow, (source, _) in self.flows.items() if source == shape]

    def into(self, shape: str) -> list[str]:
        return [flow for flow, (_, target) in self.flows.items() if target == shape]

    def beside(self, host: str) -> list[Shape]:
        return [shape for shape in self.shapes.values() if shape.host == host]


class Maker:
    """Draws one diagram; `blocks` bounds it. loose: what begins beside a step may lead anywhere."""

    def __init__(self, seed: int, *, loose: bool = True) -> None:
        self.loose = loose
        self.random = Random(seed)
        self.blocks = self.random.randint(2, 7)
        self.wrong = self.random.choice([0.0, 0.3, 0.6])
        self.number = 0

    def drawing(self, depth: int = 0) -> Drawing:
        made = Drawing()
        first = self.shape(made, "start")
        last = self.shape(made, "end")
        self.row(made, first, last, depth)
        for _ in range(self.random.choice([0, 0, 1, 2]) if self.wrong else 0):
            self.jump(made)
        return made

    def shape(self, made: Drawing, type: str, **more: object) -> str:
        self.number += 1
        shape = Shape(f"{type}{self.number}", type, **more)  # type: ignore[arg-type]
        made.shapes[shape.id] = shape
        return shape.id

    def flow(self, made: Drawing, source: str, target: str) -> None:
        self.number += 1
        made.flows[f"f{self.number}"] = (source, target)

    def row(self, made: Drawing, source: str, target: str, depth: int) -> None:
        for _ in range(self.random.randint(1, 2)):
            first, last = self.block(made, depth)
            self.flow(made, source, first)
            source = last
        if self.random.random() < self.wrong * 0.3:
            target = self.shape(
                made, self.random.choice(["end", "terminate", "fail"] if depth else ["end", "terminate"])
            )
        self.flow(made, source, target)

    def block(self, made: Drawing, depth: int) -> tuple[str, str]:
        self.blocks -= 1
        kind = self.random.choice(["split", "split", "loop", "task", "watched", "sub"])
        if self.random.random() < self.wrong * 0.4:
            kind = self.random.choice(["trap", "mismatch"])
        if self.blocks < 0 or depth > 2:
            kind = "task"
        if kind in ("split", "mismatch"):
            opens = self.random.choice(["xor", "and", "or"])
            closes = self.random.choice(["xor", "and", "or", "user"]) if self.random.random() < self.wrong else opens
            if kind == "mismatch":
                opens, closes = "xor", "and"
            first, last = self.shape(made, opens), self.shape(made, closes)
            for _ in range(self.random.randint(2, 3)):
                self.row(made, first, last, depth + 1)
            return first, last
        if kind in ("loop", "trap"):
            first, last = self.shape(made, "xor"), self.shape(made, "xor")
            self.row(made, first, last, depth + 1)
            self.row(made, last, first, depth + 1)
            if kind == "trap":  # One way on leads round and never out.
                round_about = self.shape(made, "user")
                self.flow(made, last, round_about)
                self.flow(made, round_about, round_about)
            return first, last
        if kind == "task":
            task = self.shape(made, "user")
            return task, task
        host = self.shape(made, "user")
        if kind == "sub":
            del made.shapes[host]
            host = self.shape(made, "sub", inside=self.drawing(depth + 1))
        direct = self.loose and self.random.random() < 0.3  # What leads on is a join, perhaps.
        after = host if direct else self.shape(made, "xor")
        if not direct:
            self.flow(made, host, after)
        for _ in range(self.random.choice([0, 1, 1, 2]) if kind == "sub" else 1):
            cuts = self.random.random() < 0.6
            event = self.shape(made, "beside", host=host, cuts=cuts)
            again = not direct and (self.random.random() < 0.5 if self.loose else cuts)
            end = after if again else self.shape(made, "end")
            self.row(made, event, end, depth + 1)
        return host, after

    def jump(self, made: Drawing) -> None:
        """Add a flow from a gateway that chooses, or a task, to somewhere else."""
        sources = [s.id for s in made.shapes.values() if s.type in ("xor", "or") and made.out(s.id)]
        targets = [s.id for s in made.shapes.values() if s.type in ("xor", "and", "or", "user")]
        if sources and targets:
            self.flow(made, self.random.choice(sources), self.random.choice(targets))


def file_of(drawing: Drawing) -> bytes:
    """Write the diagram as BPMN; every flow out of a gateway that chooses has a condition."""
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:qc="urn:qingche:bpmn:1" '
        f'targetNamespace="urn:t"><process id="p" isExecutable="true">{_body(drawing)}</process></definitions>'
    ).encode()


def _body(drawing: Drawing) -> str:
    return "".join(map(_shape, [drawing] * len(drawing.shapes), drawing.shapes.values())) + "".join(
        _flow(drawing, flow, *ends) for flow, ends in drawing.flows.items()
    )


def _shape(drawing: Drawing, shape: Shape) -> str:
    if shape.type in TAGS:
        return f'<{TAGS[shape.type]} id="{shape.id}"/>'
    if shape.type == "start":
        return f'<startEvent id="{shape.id}"/>'
    if shape.type == "sub":
        assert shape.inside is not None
        return f'<subProcess id="{shape.id}">{_body(shape.inside)}</subProcess>'
    if shape.type == "beside":
        cuts = str(shape.cuts).lower()
        timer = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
        host = f'attachedToRef="{shape.host}" cancelActivity="{cuts}"'
        return f'<boundaryEvent id="{shape.id}" {host}>{timer}</boundaryEvent>'
    inner = {"end": "", "terminate": "<terminateEventDefinition/>", "fail": "<errorEventDefinition/>"}[shape.type]
    return f'<endEvent id="{shape.id}">{inner}</endEvent>'


def _flow(drawing: Drawing, flow: str, source: str, target: str) -> str:
    chosen = drawing.shapes[source].type in ("xor", "or") and len(drawing.out(source)) > 1
    condition = "<conditionExpression>true</conditionExpression>" if chosen else ""
    return f'<sequenceFlow id="{flow}" sourceRef="{source}" targetRef="{target}">{condition}</sequenceFlow>'
