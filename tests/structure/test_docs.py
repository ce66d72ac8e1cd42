"""Reference pages are written by the code; both READMEs promise the same commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from webapp.cli.reference import pages

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", ["bpmn.md", "cli.md", "errors.md", "settings.md"])
def test_a_reference_page_says_what_the_code_says(name: str) -> None:
    written = (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")
    assert written == pages()[name], "run: python -m webapp reference"


def test_both_readmes_give_the_same_commands() -> None:
    english, chinese = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md"))
    commands = re.compile(r"^make \w+", re.MULTILINE)
    assert commands.findall(english) == commands.findall(chinese) != []


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)} -> {target}"
        for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []
