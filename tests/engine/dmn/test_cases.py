"""Every case of tests/cases/dmn: a model, inputs, and what FEEL says the value must be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from engine import feel
from engine.dmn import evaluate
from tests.engine.dmn.build import model_of

FOLDER = Path(__file__).resolve().parents[2] / "cases" / "dmn"


def _cases() -> list[Any]:
    found = []
    for file in sorted(FOLDER.glob("*.yaml")):
        for group in yaml.safe_load(file.read_text(encoding="utf-8")):
            content = model_of(group)
            for number, case in enumerate(group["cases"], 1):
                found.append(pytest.param(group, content, *case, id=f"{file.stem}: {group['clause']} {number}"))
    return found


@pytest.mark.parametrize(("group", "content", "inputs", "expected"), _cases())
def test_a_model_gives_the_value_of_the_standard(
    group: dict[str, Any], content: bytes, inputs: dict[str, Any], expected: str
) -> None:
    notes: list[Any] = []
    value = evaluate(content, group.get("ask", "answer"), inputs, kind=group.get("kind", "decision"), warnings=notes)
    wanted = feel.evaluate(str(expected))
    assert (value, type(value)) == (wanted, type(wanted)), notes
    if group.get("warns"):
        assert group["warns"] in {note.code for note in notes}
