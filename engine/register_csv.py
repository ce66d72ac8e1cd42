"""Read a CSV file into register rows, telling every cell that does not fit by its line.

Pure. Spreadsheets of offices come as UTF-8 with a mark or as GB18030, separated by comma, semicolon or tab.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MAX_BYTES = 50 * 1024 * 1024
_TRUE = frozenset({"是", "true", "1", "yes", "有", "√"})
_FALSE = frozenset({"否", "false", "0", "no", "无", "×"})
_ITEM_MARKS = str.maketrans(dict.fromkeys("；;、|", "\n"))

Error = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key, title, JSON type, and its choices as title -> value."""

    key: str
    title: str
    type: str
    choices: dict[str, Any] = field(default_factory=dict)


def columns_of(schema: Mapping[str, Any]) -> list[Column]:
    """Return the columns of a register's JSON Schema in their order."""
    return [_column(key, member) for key, member in schema.get("properties", {}).items() if isinstance(member, dict)]


def parse_csv(content: bytes, columns: Sequence[Column]) -> tuple[list[dict[str, Any]], list[Error]]:
    """Return the rows as column -> value, and errors {row: line, column, message}; empty cells are left out."""
    if len(content) > MAX_BYTES:
        return [], [_error(0, "", f"文件超过 {MAX_BYTES // 1024 // 1024} MB")]
    text = _decode(content)
    if text is None:
        return [], [_error(0, "", "文件既不是 UTF-8 也不是 GB18030 编码")]
    reader = csv.reader(io.StringIO(text, newline=""), dialect=_dialect(text))
    try:
        return _read(reader, columns)
    except csv.Error as problem:
        return [], [_error(reader.line_num, "", f"这一行读不出来：{problem}")]


def _read(reader: Any, columns: Sequence[Column]) -> tuple[list[dict[str, Any]], list[Error]]:
    by_name = {column.title: column for column in columns} | {column.key: column for column in columns}
    header = [name.strip() for name in next(reader, [])]
    errors = [_error(1, name, "没有这一列") for name in header if name and name not in by_name]
    errors += [_error(1, name, "这一列出现了两次") for name in sorted(set(header)) if name and header.count(name) > 1]
    if errors or not any(header):
        return [], errors or [_error(1, "", "第一行要写列名")]
    rows: list[dict[str, Any]] = []
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        row: dict[str, Any] = {}
        if len(cells) > len(header):
            errors.append(_error(reader.line_num, "", f"有 {len(cells)} 格，列名只有 {len(header)} 个"))
        for name, cell in zip(header, cells, strict=False):
            column = by_name.get(name)
            if column is None or not cell.strip():
                continue
            try:
                row[column.key] = _value(column, cell.strip())
            except ValueError as problem:
                errors.append(_error(reader.line_num, column.key, str(problem)))
        rows.append(row)
    return rows, errors


def _value(column: Column, cell: str) -> Any:
    if column.choices:
        if column.type == "array":
            return [_choice(column, item) for item in _items(cell)]
        return _choice(column, cell)
    if column.type == "integer":
        return _number(cell, int, "整数")
    if column.type == "number":
        return _number(cell, float, "数")
    if column.type == "boolean":
        if cell.lower() in _TRUE or cell.lower() in _FALSE:
            return cell.lower() in _TRUE
        raise ValueError(f"“{cell}”不是“是”或“否”")
    if column.type == "array":
        return _items(cell)
    return cell


def _number(cell: str, kind: type[int] | type[float], called: str) -> int | float:
    try:
        return kind(cell.replace(",", "").replace("，", ""))
    except ValueError:
        raise ValueError(f"“{cell}”不是{called}") from None


def _choice(column: Column, cell: str) -> Any:
    if cell in column.choices:
        return column.choices[cell]
    raise ValueError(f"“{cell}”不在可选的值里（{'、'.join(list(column.choices)[:12])}）")


def _items(cell: str) -> list[str]:
    return [item.strip() for item in cell.translate(_ITEM_MARKS).split("\n") if item.strip()]


def _column(key: str, schema: Mapping[str, Any]) -> Column:
    kind = schema.get("type", "string")
    kind = next((one for one in kind if one != "null"), "string") if isinstance(kind, list) else str(kind)
    inner = schema.get("items") if kind == "array" else schema
    choices: dict[str, Any] = {}
    if isinstance(inner, Mapping):
        choices = {str(value): value for value in inner.get("enum", [])}
        for choice in inner.get("oneOf", []):
            if isinstance(choice, Mapping) and "const" in choice:
                choices |= {
                    str(choice["const"]): choice["const"],
                    str(choice.get("title", choice["const"])): choice["const"],
                }
    return Column(key, str(schema.get("title") or key), kind, choices)


def _decode(content: bytes) -> str | None:
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _dialect(text: str) -> type[csv.Dialect]:
    first = text.split("\n", 1)[0]
    mark = max(",;\t", key=first.count)

    class Spreadsheet(csv.excel):
        delimiter = mark

    return Spreadsheet


def _error(line: int, column: str, message: str) -> Error:
    return {"row": line, "column": column, "message": message}
