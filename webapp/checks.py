"""What a file must pass before it is published: the engine checks processes, the forms package checks forms."""

from __future__ import annotations

import json
from typing import Any

import engine
import forms


def check(kind: str, name: str, content: bytes) -> list[dict[str, Any]]:
    """Return what is wrong with a file: {code, line, element_id or pointer, message}; empty when nothing is."""
    if kind in {"process", "decision"}:
        return list(engine.check_bytes(content, name).errors)
    if kind in {"form", "ui"}:
        found = forms.check_definition(content, None) if kind == "form" else forms.check_ui(content)
        return [_plain(problem) for problem in found]
    return []


def key_of(kind: str, name: str, content: bytes) -> str:
    """Return the key a file is published under: the id of its process, the name in a register, else the file name."""
    if kind == "process":
        return str(engine.check_bytes(content, name).definitions[0]["id"])
    if kind == "register":
        declared = json.loads(content).get("key_name") or name.removesuffix(".register.json")
        return str(declared)
    return name


def _plain(problem: Any) -> dict[str, Any]:
    if isinstance(problem, dict):
        return problem
    return {
        "code": problem.code,
        "line": getattr(problem, "line", None),
        "pointer": getattr(problem, "pointer", None),
        "message": problem.message,
    }
