"""Forms to begin from, shipped as `forms/templates/*.json`: {key, title, summary, schema, ui}."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).resolve().parent.parent / "templates"
# A form nobody has begun yet still has the views every process asks for.
_EMPTY: dict[str, Any] = {
    "schema": {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "properties": {}},
    "ui": {"qc:views": {"draft": {"/**": "write"}, "read": {"/**": "read"}}},
}


def templates(locale: str = "zh") -> list[tuple[str, str, str]]:
    """List (key, title, summary) of every template."""
    tongue = "zh" if locale.startswith("zh") else "en"
    return [(key, each["title"][tongue], each["summary"][tongue]) for key, each in _all().items()]


def begin(key: str, title: str = "") -> tuple[dict[str, Any], dict[str, Any]]:
    """Return (schema, ui) of a copy of a template to change; an unknown key gives an empty form."""
    found = json.loads(json.dumps(_all().get(key, _EMPTY)))
    schema: dict[str, Any] = found["schema"]
    if title or "title" not in schema:
        schema["title"] = title or "未命名的表单"
    return schema, found["ui"]


@cache
def _all() -> dict[str, dict[str, Any]]:
    order = ("three-clarities", "consultation", "report", "certificate", "appraisal")
    return {key: json.loads((_FOLDER / f"{key}.json").read_text("utf-8")) for key in order}
