"""The token graph of one level of a process: what one process or subprocess does with tokens, data left out.

A place is an edge: a token on it stands at the node it leads to. Every condition may turn out either way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

SINK = -1  # The node of plain ends: what comes there is gone at once.
DONE = "done"

Join = Literal["any", "all", "or", "complex"]


@dataclass(slots=True)
class Alternative:
    """One way a node may pass a token on: onto `edges`, or, with `ends`, by ending the level with that outcome.

    outcomes: DONE, or where what is thrown is caught: the id of a boundary event or of an event subprocess's level.
    """

    edges: tuple[int, ...]
    ends: str | None = None


@dataclass(slots=True)
class Node:
    """gate: the element that takes the token; through: elements passed once the node has acted on it.

    late: what a complex gateway may do when the rest has come. merges: several flows lead here. hangs: the
    inside may never end.
    """

    gate: str
    join: Join = "any"
    ins: list[int] = field(default_factory=list)
    alternatives: list[Alternative] = field(default_factory=list)
    through: set[str] = field(default_factory=set)
    late: list[Alternative] = field(default_factory=list)
    merges: bool = False
    hangs: bool = False


@dataclass(slots=True)
class Edge:
    """passes: elements a token has passed when it is put here; `source` None: where the level begins."""

    source: int | None
    target: int
    passes: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Net:
    """begins: the possible sets of edges with a first token."""

    nodes: dict[int, Node] = field(default_factory=dict)
    edges: dict[int, Edge] = field(default_factory=dict)
    begins: list[tuple[int, ...]] = field(default_factory=list)

    def add_node(self, node: Node) -> int:
        number = len(self.nodes)
        self.nodes[number] = node
        return number

    def add_edge(self, source: int | None, target: int, *passes: str) -> int:
        number = len(self.edges)
        self.edges[number] = Edge(source, target, set(passes))
        if target != SINK:
            self.nodes[target].ins.append(number)
        return number

    @property
    def counts_others(self) -> bool:
        """Tell whether a join looks at tokens elsewhere."""
        return any(node.join in ("or", "complex") for node in self.nodes.values())

    def following(self, number: int) -> set[int]:
        """Return the nodes a token may go to from a node."""
        node = self.nodes[number]
        found = {self.edges[e].target for way in (*node.alternatives, *node.late) for e in way.edges}
        return found - {SINK}
