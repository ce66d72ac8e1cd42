"""Every scenario of every pack goes the way it says, in the engine, on the pack's sample organisation."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from engine.rehearsal import Coverage, Result
from tests.packs.folders import ROOT
from webapp import rehearsing

PACKS = sorted(folder.parent.name for folder in (ROOT / "bpmn").glob("*/pack.toml"))
FILES = [(pack, file) for pack in PACKS for file in sorted((ROOT / "bpmn" / pack / "scenarios").glob("*.yaml"))]


@cache
def _run(file: Path) -> Result:
    return rehearsing.run_file(file)


@pytest.mark.parametrize(("pack", "file"), FILES, ids=[f"{pack}/{file.stem}" for pack, file in FILES])
def test_scenario_goes_as_it_says(pack: str, file: Path) -> None:
    result = _run(file)
    assert result.ok, f"{file}:{result.line}: {result.why}"


@pytest.mark.parametrize("pack", PACKS)
def test_every_element_of_a_pack_is_reached_by_a_scenario(pack: str) -> None:
    reached = Coverage()
    for each, file in FILES:
        if each == pack:
            reached |= _run(file).coverage
    assert [reached.of(process)["unreached"] for process in reached.programs] == [[]] * len(reached.programs)
