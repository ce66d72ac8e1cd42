"""The examples of the guide on files of other tools say what is done."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.feel.juel import as_feel

GUIDE = Path(__file__).parents[3] / "docs" / "guide" / "bpmn-files.md"
EXAMPLES = [
    line.split(" => ", 1)
    for block in re.findall(r"```juel\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    for line in block.splitlines()
]


@pytest.mark.parametrize(("text", "written"), EXAMPLES)
def test_an_expression_is_read_as_the_guide_says(text: str, written: str) -> None:
    assert as_feel(text) == written


def test_the_guide_has_examples() -> None:
    assert len(EXAMPLES) > 5
