"""Judge a process level by level, the innermost first: then what may come of a subprocess is known."""

from __future__ import annotations

from dataclasses import dataclass

from engine.soundness.drawing import Inside, Level, draw, levels_of
from engine.soundness.exploring import Verdict, explore
from engine.soundness.reducing import reduce
from engine.spiff.elements import Program


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found on one level. saved: an event may still end the level when it hangs."""

    level: Level
    verdict: Verdict
    saved: bool


def judge(program: Program) -> list[Judged]:
    """Return the verdict on every level of a program, the innermost first."""
    insides: dict[str, Inside] = {}
    found = []
    for level in levels_of(program):
        net = draw(level, insides)
        reduce(net)
        verdict = explore(net)
        if level.owner is not None:
            insides[level.owner.id] = Inside(frozenset(verdict.outcomes), verdict.hangs)
        found.append(Judged(level, verdict, _saved(level)))
    return found


def _saved(level: Level) -> bool:
    """Tell whether something that interrupts waits beside the level, or beside one around it."""
    at: Level | None = level
    while at is not None:
        handlers = [start for node in at.body.nodes if node.triggered and node.body for start in node.body.nodes]
        standing = [start for start in handlers if start.type == "startEvent"] + at.attached()
        if any(event.interrupting for event in standing):
            return True
        at = at.around[0] if at.around else None
    return False
