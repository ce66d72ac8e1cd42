"""The finder against every state of 200 diagrams, some right and most wrong in some way."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from engine.soundness import judge
from engine.spiff import parse
from tests.engine.soundness.drawings import Drawing, Maker, file_of
from tests.engine.soundness.labels import Labels, TooManyError, label

HOW_MANY = 200


@cache
def labelled() -> list[tuple[int, Drawing, list[Labels]]]:
    found: list[tuple[int, Drawing, list[Labels]]] = []
    seed = 0
    while len(found) < HOW_MANY:
        seed += 1
        drawing = Maker(seed).drawing()
        if parse(file_of(drawing), "p.bpmn").report.errors:
            continue
        try:
            found.append((seed, drawing, label(drawing, most=1500)))
        except TooManyError:
            continue
    return found


@pytest.mark.parametrize("part", range(10))
def test_the_finder_is_right_on_every_level_of_every_diagram(part: int) -> None:
    for seed, drawing, levels in labelled()[part::10]:
        parsed = parse(file_of(drawing), "p.bpmn")
        assert parsed.report.errors == [], seed
        judged = {each.level.owner.id if each.level.owner else "": each for each in judge(parsed.processes["p"])}
        for name, expected in zip(_names(drawing), levels, strict=True):
            told = judged[name].verdict
            here = {node.id for node in judged[name].level.body.nodes}
            assert told.decided, (seed, name)
            assert (told.never, told.waits) == (expected.never, expected.waits), (seed, name)
            assert here - told.reached == expected.dead, (seed, name)
            assert bool(told.twice) == expected.twice, (seed, name)
            assert bool(told.circling) == expected.circling, (seed, name)
            if not any(each.endless for each in levels[:-1]):
                assert told.hangs == bool(expected.endless), (seed, name)


def test_the_diagrams_show_every_fault_and_none() -> None:
    shown: Counter[str] = Counter()
    for _, _, levels in labelled():
        shown.update({"never"} if any(each.never for each in levels) else set())
        shown.update({"waits"} if any(each.waits for each in levels) else set())
        shown.update({"twice"} if any(each.twice for each in levels) else set())
        shown.update({"dead"} if any(each.dead for each in levels) else set())
        shown.update({"right"} if not any(e.never or e.waits or e.twice or e.dead for e in levels) else set())
    assert min(shown[each] for each in ("never", "waits", "twice", "dead", "right")) >= 15


def _names(drawing: Drawing) -> list[str]:
    """Name the levels in the order of their labels."""
    found = []
    for shape in drawing.shapes.values():
        if shape.inside is not None:
            found += [each or shape.id for each in _names(shape.inside)]
    return [*found, ""]
