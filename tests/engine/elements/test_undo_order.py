"""Random diagrams with compensation: undone is what completed, innermost scopes and all, in exactly reverse order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random

from tests.engine.elements.eventful import Eventful, Step, file_of
from tests.engine.elements.test_open_tasks import NIGHTLY, Played
from tests.engine.elements.tokengame import Activity, Open, Path, Scope, Waiting
from tests.engine.spiff.models import Graph

GAMES, STEPS = (2_000, 400) if NIGHTLY else (120, 120)


class Reversible(Eventful):
    """Every block waits for somebody, so that no two activities complete in one step; half of them can be undone."""

    def block(self, graph: Graph, depth: int) -> tuple[str, str]:
        self.blocks -= 1
        kinds = ["task", "many", "catch"]
        if self.blocks > 0 and depth <= 4:
            kinds += ["xor", "and", "and", "loop", "sub", "several", "several", "repeated", "killed", "failing"]
            kinds += ["interrupted", "race"]
        return getattr(self, self.random.choice(kinds))(graph, depth)  # type: ignore[no-any-return]

    def task(self, graph: Graph, depth: int = 0) -> tuple[str, str]:
        made = self.node(graph, "user")
        return made, made

    def node(self, graph: Graph, type: str, **more: object) -> str:
        if more.get("count") == 0:
            more["count"] = 1
        made = super().node(graph, type, **more)
        step = graph.nodes[made]
        if isinstance(step, Step) and type in ("user", "sub") and self.random.random() < 0.5:
            step.undo = f"undo_{made}"
        return made


class Remembering(Waiting):
    """Writes down, scope by scope, what completed."""

    def __init__(self, graph: Graph, random: Random) -> None:
        self.completed: list[tuple[Scope, Step, Path, Scope | None]] = []
        super().__init__(graph, random)

    def instance_over(self, activity: Activity, which: tuple[Path, Scope | None]) -> None:
        self.completed.append((activity.scope, activity.node, *which))
        super().instance_over(activity, which)

    def undone(self, scope: Scope) -> Iterator[Open]:
        for around, node, path, inside in reversed(self.completed):
            if around is not scope:
                continue
            if node.undo is not None:
                yield node.undo, path
            elif inside is not None:
                yield from self.undone(inside)


def test_what_completed_is_undone_in_reverse_order() -> None:
    undone = 0
    for seed in range(GAMES):
        random = Random(seed)
        graph = Reversible(random, random.choice([4, 8, 12])).graph()
        next(node for node in graph.nodes.values() if node.type == "end").type = "undo"
        game, case = Remembering(graph, Random(seed)), Played(file_of(graph), saved=seed % 4 != 0)
        for _ in range(STEPS):
            if game.is_over:
                break
            assert case.open() == game.open(), seed
            what = random.choice(sorted(game.open()))
            game.happen(what)
            case.happen(what)
        for what in game.undone(game.root) if game.is_over else ():
            assert case.open() == Counter([what]), seed
            case.happen(what)
            undone += 1
        assert (case.outcome.state == "completed") == game.is_over, seed
    assert undone > 300
