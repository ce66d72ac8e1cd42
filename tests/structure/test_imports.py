"""The architecture is a failing build: who may import whom, and what a face may load."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_import_contracts_hold() -> None:
    result = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("face", ["engine", "forms", "engine.feel"])
def test_a_face_loads_neither_database_nor_workflow_library(face: str) -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", f"import {face}, sys; print(*sorted(sys.modules))"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    heavy = {"sqlalchemy", "SpiffWorkflow", "flask"} | ({"wtforms"} if face.startswith("engine") else set())
    assert heavy.isdisjoint(loaded)


@pytest.mark.parametrize(
    ("library", "allowed"),
    [
        ("SpiffWorkflow", ("engine/spiff/", "tests/")),
        (
            "sqlalchemy",
            (
                "engine/store/",
                "webapp/db.py",
                "webapp/schema.py",
                "webapp/accounts/",
                "webapp/migrations/",
                "webapp/cli/database.py",
                "tests/",
            ),
        ),
    ],
)
def test_a_library_is_imported_only_where_it_belongs(library: str, allowed: tuple[str, ...]) -> None:
    import ast

    strays = set()
    for path in ROOT.rglob("*.py"):
        name = path.relative_to(ROOT).as_posix()
        if name.startswith((".venv/", "build/", *allowed)) or "node_modules" in name:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom) and not node.level
                else []
            )
            # The engine's writers take a session: its type alone may be named.
            typed_only = (
                isinstance(node, ast.ImportFrom)
                and node.module == "sqlalchemy.orm"
                and {alias.name for alias in node.names} <= {"Session", "sessionmaker"}
            )
            if any(module.split(".")[0] == library for module in modules) and not typed_only:
                strays.add(name)
    assert strays == set()
