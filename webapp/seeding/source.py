"""The folders of a pack, from the repository or from the installed wheel, and the seed files in them."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from engine.errors import NotFound

_WEBAPP = Path(__file__).resolve().parents[1]
_ROOTS = (_WEBAPP.parent, _WEBAPP / "_packs")


def packs() -> list[str]:
    """List the packs that ship with the platform."""
    return sorted({file.parent.name for root in _ROOTS for file in (root / "bpmn").glob("*/pack.toml")})


@dataclass(frozen=True)
class Source:
    """Where a pack lies. seeds: what to load, as files; bpmn and forms: what to publish."""

    pack: str
    bpmn: Path
    forms: Path
    seeds: Path

    @classmethod
    def of(cls, pack: str) -> Source:
        """Find a pack that has starter data; raises NotFound."""
        found = cls.folders(pack)
        if not (found.seeds / "seed.toml").is_file():
            raise NotFound(what="pack", id=pack)
        return found

    @classmethod
    def folders(cls, pack: str) -> Source:
        """Find a pack, whether it has starter data or not; raises NotFound."""
        import forms

        library = Path(forms.__file__).resolve().parent / "library"
        for root in _ROOTS:
            if pack.isidentifier() and (root / "bpmn" / pack / "pack.toml").is_file():
                return cls(pack, root / "bpmn" / pack, library / pack, root / "seeds" / pack)
        raise NotFound(what="pack", id=pack)

    def toml(self, name: str) -> dict[str, Any]:
        """Read one TOML file of the seeds."""
        return tomllib.loads((self.seeds / name).read_text(encoding="utf-8"))

    @cached_property
    def settings(self) -> dict[str, Any]:
        """`seed.toml`: months, registers, how long each step takes."""
        return self.toml("seed.toml")

    @cached_property
    def organisation(self) -> dict[str, Any]:
        """`organisation.toml`: units, posts, accounts, demo accounts."""
        return self.toml("organisation.toml")

    @cached_property
    def plans(self) -> dict[str, Any]:
        """`plans.toml`: how cases go, and the answers."""
        return self.toml("plans.toml")

    @cached_property
    def stories(self) -> dict[str, Any]:
        """`stories.toml`: what the cases are about."""
        return self.toml("stories.toml")

    def rows(self, name: str) -> list[dict[str, str]]:
        """Read one CSV file of the seeds."""
        with (self.seeds / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
