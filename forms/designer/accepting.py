"""The columns of an Excel table as a person accepted them, made into a form and, if wished, a register.

Every column is taken or left, named and typed by that person; what was guessed is only where the page begins.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from forms.designer.sheet import SCHEMAS, Column, NoTable, form_of, schema_of, ui_of

KINDS = tuple(SCHEMAS)
_TEXTS = ("key", "title", "group", "kind", "unit")
_LISTS = ("options", "samples")
_MOST = 200


def write(columns: Sequence[Column]) -> str:
    """Write columns as text a page carries to the next one."""
    return json.dumps([asdict(column) for column in columns], ensure_ascii=False)


def read(text: str) -> list[Column]:
    """Read what `write` wrote; raises NoTable for anything else, since a page can be forged."""
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NoTable("not-json") from error
    if not isinstance(listed, list) or not 0 < len(listed) <= _MOST:
        raise NoTable("no-table")
    return [_column(each, number) for number, each in enumerate(listed)]


def accepted(column: Column, *, title: str, kind: str, required: bool) -> Column:
    """Return a column as it was accepted; choices need the options that were found in it."""
    wished = kind if kind in KINDS and (kind != "select" or column.options) else column.kind
    options = column.options if wished == "select" else ()
    return replace(column, title=title.strip()[:100] or column.title, kind=wished, required=required, options=options)


def as_fields(title: str, columns: Sequence[Column]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Make (schema, ui) of one record: a field for each column, a part for each merged header."""
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "type": "object",
        "properties": {column.key: schema_of(column) for column in columns},
    }
    needed = [column.key for column in columns if column.required]
    return schema | ({"required": needed} if needed else {}), {c.key: look for c in columns if (look := ui_of(c))}


def as_table(title: str, columns: Sequence[Column]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Make (schema, ui) of a table whose rows are records."""
    return form_of(title, columns)


def as_register(name: str, title: str, columns: Sequence[Column], key: str) -> dict[str, Any]:
    """Make the file of a register with these columns, told apart by one of them; raises KeyError for none of them."""
    properties = {column.key: schema_of(column) for column in columns}
    if key not in properties:
        raise KeyError(key)
    needed = list(dict.fromkeys([key, *(column.key for column in columns if column.required)]))
    label = next((column.key for column in columns if column.key != key and column.kind == "text"), key)
    return {
        "name": name,
        "title": title,
        "key": key,
        "label": f"{{{label}}}",
        "columns": {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "required": needed,
            "properties": properties,
        },
    }


def _column(given: Any, number: int) -> Column:
    if not isinstance(given, dict):
        raise NoTable("no-table")
    texts = {name: str(given.get(name, ""))[:200] for name in _TEXTS}
    lists = {name: tuple(str(each)[:200] for each in _list(given.get(name))[:_MOST]) for name in _LISTS}
    if texts["kind"] not in KINDS:
        raise NoTable("no-table")
    return Column(
        key=f"c{number + 1}", title=texts["title"], group=texts["group"], kind=texts["kind"], unit=texts["unit"],
        options=lists["options"], required=given.get("required") is True, samples=lists["samples"],
    )  # fmt: skip


def _list(given: Any) -> list[Any]:
    return given if isinstance(given, list) else []
