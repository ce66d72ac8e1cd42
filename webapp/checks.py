"""What the forms package says of a form before it is published; the engine asks it through `checks`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, is_dataclass
from typing import Any

import forms
from engine.xml import Unreadable, decode_xml


def form_checks() -> dict[str, Any]:
    """Return the checks to publish with: by kind, from bytes to {code, line, element_id, message}."""
    return {"form": _check_form, "ui": _check_ui}


def _check_form(content: bytes) -> list[dict[str, Any]]:
    return _plain(forms.check_definition(content, None))


def _check_ui(content: bytes) -> list[dict[str, Any]]:
    return _plain(forms.check_definition(b"true", content))


def _plain(problems: Iterable[Any]) -> list[dict[str, Any]]:
    """Leave out what is only a warning; name the place as the engine does."""
    found = [asdict(problem) if is_dataclass(problem) else dict(problem) for problem in problems]  # type: ignore[arg-type]
    return [
        {"code": each["code"], "line": each.get("line"), "element_id": each.get("pointer"), "message": each["message"]}
        for each in found
        if each.get("severity", "error") == "error"
    ]


def source_text(content: bytes) -> str:
    """Return an uploaded or published file as text to show, whatever its encoding; what is no text shows as such."""
    try:
        return decode_xml(content)
    except Unreadable:
        return content.decode("utf-8", "replace")
