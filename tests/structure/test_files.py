"""Facts about the files of the whole repository."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("engine", "forms", "webapp", "tests")


def tracked(*patterns: str) -> list[Path]:
    """Return the files git knows (or would add) that match, as paths below the root."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


def line_count(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_source_file_is_longer_than_its_ceiling() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked("*.py", "*.ts")
        if (lines := line_count(path)) > (500 if "tests" in path.relative_to(ROOT).parts else 400)
        and "migrations/versions" not in path.as_posix()
    }
    assert long == {}


def test_the_median_source_file_is_small() -> None:
    sizes = [
        lines
        for path in tracked("engine/*.py", "forms/*.py", "webapp/*.py")
        if (lines := line_count(path)) > 5 and "migrations/versions" not in path.as_posix()
    ]
    assert statistics.median(sizes) <= 120


def test_transactions_end_in_three_files_at_most() -> None:
    places = {
        path.relative_to(ROOT).as_posix()
        for path in tracked("engine/*.py", "forms/*.py", "webapp/*.py")
        if re.search(r"\.commit\(", path.read_text(encoding="utf-8")) and "migrations" not in path.as_posix()
    }
    assert places <= {"engine/store/base.py", "webapp/db.py", "webapp/schema.py"}


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in tracked("engine/*.py", "forms/*.py", "webapp/*.py")
        if path.read_text(encoding="utf-8").strip()
        and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


@pytest.mark.parametrize("banned", ["eval(", "exec(", "shell=True", "|safe", "innerHTML"])
def test_nothing_executes_text_or_trusts_markup(banned: str) -> None:
    word = re.compile(r"(?<![\w.])" + re.escape(banned))
    found = [
        str(path.relative_to(ROOT))
        for path in tracked("engine/*.py", "forms/*.py", "webapp/*.py", "webapp/templates/*", "webapp/frontend/src/*")
        if word.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_address_of_a_package_index_is_written_down() -> None:
    pattern = re.compile(
        r"(registry\.npm|npmmirror|pypi\.(org|tuna)|files\.pythonhosted|deb\.debian|--(extra-)?index-url\s+\S)"
    )
    found = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.suffix not in {".png", ".woff2", ".mo"}
        and path.name != Path(__file__).name
        and pattern.search(path.read_text(encoding="utf-8", errors="ignore"))
    ]
    assert found == []


def test_no_test_asks_a_page_for_the_absence_of_a_few_digits() -> None:
    """A page carries random ids, digests and tokens: in one run of a hundred they hold any three digits by chance."""
    few = re.compile(r"[0-9a-fA-F.]{1,6}")
    asked = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in tracked("tests/*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Compare)
        and isinstance(node.left, ast.Constant)
        and isinstance(node.ops[0], ast.NotIn)
        and isinstance(node.left.value, str)
        and few.fullmatch(node.left.value)
        and re.search(r"\b(page|text|html|body|data)\b", ast.unparse(node.comparators[0]))
    ]
    assert asked == []
