"""Every scenario of every pack goes the way it says, with the state saved and loaded between all steps."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.packs.walk import ROOT, Pack, Walk

PACKS = sorted(folder.parent.name for folder in (ROOT / "bpmn").glob("*/pack.toml"))
FILES = [(pack, file) for pack in PACKS for file in sorted((ROOT / "bpmn" / pack / "scenarios").glob("*.yaml"))]


@cache
def _pack(name: str) -> Pack:
    return Pack.read(name)


@pytest.mark.parametrize(("pack", "file"), FILES, ids=[f"{pack}/{file.stem}" for pack, file in FILES])
def test_scenario_goes_as_it_says(pack: str, file: Path) -> None:
    walk = Walk.of(_pack(pack), file)
    expected: dict[str, Any] = walk.scenario["expect"]
    assert walk.state == expected["state"], (walk.path, walk.waiting)
    _in_order(expected.get("in_order", []), walk.path)
    for element in expected.get("never", []):
        assert element not in walk.path
    for element, times in expected.get("times", {}).items():
        assert walk.path.count(element) == times, (element, walk.path)
    for name, wanted in expected.get("values", {}).items():
        assert walk.values.get(name) == wanted
    for name, wanted in expected.get("facts", {}).items():
        assert walk.facts.get(name) == wanted, name
    if "waiting" in expected:
        assert walk.waiting == expected["waiting"]
    if "phases" in expected:
        assert walk.phases[: len(expected["phases"])] == expected["phases"]
    if "readers" in expected:
        assert walk.readers == expected["readers"]
    if "title" in expected:
        assert walk.title == expected["title"]


@pytest.mark.parametrize("pack", PACKS)
def test_every_element_of_a_pack_is_reached_by_a_scenario(pack: str) -> None:
    reached = {element for file in _pack(pack).scenarios() for element in Walk.of(_pack(pack), file).path}
    all_elements = {element for program in _pack(pack).programs.values() for element in program.elements}
    assert all_elements - reached == set()


def _in_order(wanted: list[str], path: list[str]) -> None:
    at = 0
    for element in wanted:
        assert element in path[at:], (element, path[at:])
        at = path.index(element, at) + 1
