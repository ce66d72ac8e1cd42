"""What a pack's folders hold, read once for the tests of packs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine import spiff
from engine.spiff.elements import Program

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Pack:
    """Programs by process id, forms and uis by file name."""

    name: str
    programs: dict[str, Program]
    schemas: dict[str, Any]
    uis: dict[str, Any]

    @classmethod
    def read(cls, name: str) -> Pack:
        """Read the folders of a pack; a diagram with errors fails at once, naming them."""
        programs: dict[str, Program] = {}
        for file in sorted((ROOT / "bpmn" / name).glob("*.bpmn")):
            parsed = spiff.parse(file.read_bytes(), file.name)
            assert parsed.report.ok, (file.name, parsed.report.errors)
            programs |= parsed.processes
        forms = ROOT / "forms" / "library" / name
        return cls(
            name,
            programs,
            {file.name: json.loads(file.read_text()) for file in forms.glob("*.schema.json")},
            {file.name: json.loads(file.read_text()) for file in forms.glob("*.ui.json")},
        )
