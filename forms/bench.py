"""Measure a form of 200 fields: printing, validating, reading and the cache. `python -m forms.bench` prints JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

from forms import form as forms
from forms.reading import Post

FIELDS = 200


def sample(fields: int = FIELDS) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Make a schema, ui and data with the usual mix of fields, in sections of ten."""
    properties: dict[str, Any] = {}
    data: dict[str, Any] = {}
    kinds: list[tuple[dict[str, Any], Any]] = [
        ({"type": "string", "maxLength": 200, "description": "写动作和结果"}, "入户走访"),
        ({"type": "string", "format": "date"}, "2026-11-26"),
        ({"type": "integer", "minimum": 0}, 6),
        ({"type": "string", "format": "money"}, "300.00"),
        ({"enum": ["资金", "人员", "培训", "数据"]}, "人员"),
        ({"type": "boolean"}, True),
        ({"type": "array", "uniqueItems": True, "items": {"enum": ["甲", "乙", "丙"]}}, ["甲", "丙"]),
        ({"type": "string"}, "样例村03"),
        ({"type": "number"}, 2.5),
        ({"type": "string", "format": "phone"}, "0700-555-0132"),
    ]
    for start in range(0, fields, len(kinds)):
        section: dict[str, Any] = {}
        held: dict[str, Any] = {}
        for offset, (schema, value) in enumerate(kinds[: fields - start]):
            section[f"x{offset}"] = {"title": f"第 {start + offset + 1} 项", **schema}
            held[f"x{offset}"] = value
        properties[f"s{start}"] = {
            "type": "object", "title": f"第 {start} 组", "required": list(section), "properties": section,
        }  # fmt: skip
        data[f"s{start}"] = held
    ui = {name: {"x0": {"ui:widget": "textarea"}} for name in properties}
    return {"type": "object", "properties": properties}, ui, data


def post_of(data: dict[str, Any], prefix: str = "f") -> Post:
    """Write data as a browser would post it."""
    post = Post()
    for section, held in data.items():
        for key, value in held.items():
            values = value if isinstance(value, list) else ["true" if value is True else str(value)]
            post[f"{prefix}/{section}/{key}"] = values
    return post


def run(rounds: int = 20) -> dict[str, dict[str, float]]:
    """Time each act in milliseconds, the best of `rounds`; `fields` is the size of the form. Nothing is compared."""
    schema, ui, data = sample()
    form = forms.compile(schema, ui)
    post = post_of(data)
    figures = {
        "fields": FIELDS,
        "cold_ms": _once(lambda: forms.Form(schema, ui, None, "zh").page(data)),
        "page_ms": _time(lambda: form.page(data), rounds),
        "readonly_ms": _time(lambda: form.page(data, readonly=True), rounds),
        "validate_ms": _time(lambda: form.check(data), rounds),
        "read_ms": _time(lambda: form.read(post, None, {}), rounds),
        "compile_cached_ms": _time(lambda: forms.compile(schema, ui), rounds),
        "render_ms": _time(lambda: forms.render(schema, ui, data), rounds),
    }
    return {"figures": figures, "versus": {}}


def _once(act: Callable[[], object]) -> float:
    start = perf_counter()
    act()
    return round((perf_counter() - start) * 1000, 2)


def _time(act: Callable[[], object], rounds: int) -> float:
    act()
    return round(min(_once(act) for _ in range(rounds)), 2)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run()) + "\n")
