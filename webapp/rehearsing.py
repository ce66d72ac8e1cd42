"""Scenarios of packs on their sample organisation, and what a run of several says; for command line and tests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.errors import NotFound
from engine.rehearsal import BadScenario, Coverage, Result, Scenario, Stage, empty_stage, read_scenario, run_scenario
from engine.store.base import writing
from webapp.seeding import set_up
from webapp.seeding.source import Source, packs

# Whose units and posts play a pack that brings none of its own.
_LENDER = "admission"
_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
_NO_PASSWORD = "!"  # noqa: S105 - no hash: nobody signs in to a stage


@lru_cache(maxsize=8)
def sample_stage(pack: str) -> Stage:
    """Publish a pack and set up the small sample organisation in memory; raises NotFound, InvalidDefinition."""
    with empty_stage(_BEFORE) as factory, factory() as session:
        with writing(session):
            set_up(session, pack, lender=_LENDER, password_hash=_NO_PASSWORD, at=_BEFORE)
        return Stage.of(session)


def scenario_files(named: Iterable[str]) -> list[Path]:
    """Return the files of packs and files that are named, of every pack when none is; raises NotFound."""
    found: list[Path] = []
    for name in list(named) or packs():
        if name.endswith((".yaml", ".yml")) and Path(name).is_file():
            found.append(Path(name))
        else:
            found += sorted((Source.folders(name).bpmn / "scenarios").glob("*.yaml"))
    return found


def run_file(file: Path) -> Result:
    """Run one scenario file on the sample organisation of the pack it lies in; never raises for what it says."""
    try:
        return run_scenario(sample_stage(file.resolve().parent.parent.name), read(file))
    except BadScenario as why:
        return Result(file.name, file.stem, ok=False, line=int(str(why.fields["line"])), why=str(why.fields["why"]))
    except NotFound as why:
        return Result(file.name, file.stem, ok=False, line=1, why=why.message("zh"))


def read(file: Path) -> Scenario:
    """Read one scenario file; raises BadScenario."""
    try:
        return read_scenario(file.read_text(encoding="utf-8-sig"), file.name)
    except UnicodeDecodeError as why:
        raise BadScenario(name=file.name, line=1, why="不是 UTF-8 文本") from why


def report(files: Iterable[Path]) -> dict[str, Any]:
    """Run files and tell: {ok, scenarios: [{file, title, ok, line, why, steps}], coverage: [{process, …}]}."""
    told, reached = [], Coverage()
    for file in files:
        result = run_file(file)
        reached |= result.coverage
        told.append(
            {
                "file": str(file), "title": result.title, "ok": result.ok, "line": result.line,
                "why": result.why, "steps": len(result.path),
            }
        )  # fmt: skip
    coverage = [reached.of(process) for process in sorted(reached.programs)]
    return {"ok": all(each["ok"] for each in told), "scenarios": told, "coverage": coverage}
