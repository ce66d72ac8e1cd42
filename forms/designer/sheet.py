"""An Excel table somebody already uses, read as a proposed form: merged headers, units, sample rows.

The columns come with what was guessed and why, so that a person accepts them one by one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import IO, Any

import python_calamine as calamine

MOST_ROWS, MOST_COLUMNS = 5_000, 200
_HEADER_ROWS = 12
_UNIT = re.compile(r"[（(\[【]\s*(?:单位\s*[:：]\s*)?(.{1,8}?)\s*[)）\]】]\s*$")
_UNITS = frozenset(
    "元 万元 亩 公顷 平方米 ㎡ 户 人 人次 次 个 件 份 公里 千米 米 吨 斤 公斤 千克 头 只 羽 株 天 小时 岁 % ％".split()  # noqa: SIM905
)
_RESIDENT = re.compile(r"[1-9]\d{16}[\dXx]")
_CREDIT = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}")
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_YES_NO = ({"是", "否"}, {"有", "无"}, {"√", "×"}, {"√"}, {"是"}, {"否"})
_TOTAL = re.compile(r"^(合\s*计|总\s*计|小\s*计|共\s*计)")
_FEW = 8


class NoTable(ValueError):
    """The file holds no table that could be read; args[0] is the code of the reason."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column as it was understood.

    key: a name for it in the values; kind: key of the catalogue; group: the merged header above it, empty if none;
    unit: of measure; options: for choices; required: every sample row had a value; samples: up to three texts.
    """

    key: str
    title: str
    group: str
    kind: str
    unit: str
    options: tuple[str, ...]
    required: bool
    samples: tuple[str, ...]


def columns_of(file: IO[bytes]) -> tuple[str, list[Column]]:
    """Read (title, columns) of the first sheet that holds a table.

    Raises NoTable: `not-excel`, `no-table` or `too-wide`.
    """
    try:
        book = calamine.load_workbook(file)
        sheets = [book.get_sheet_by_index(index) for index in range(min(len(book.sheet_names), 20))]
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise NoTable("not-excel") from error
    for sheet in sheets:
        rows = sheet.to_python(skip_empty_area=False, nrows=MOST_ROWS)
        if any(_filled(row) > 0 for row in rows):
            return _read(rows, sheet.merged_cell_ranges or [], sheet.name)
    raise NoTable("no-table")


def form_of(title: str, columns: Sequence[Column], *, table: str = "rows") -> tuple[dict[str, Any], dict[str, Any]]:
    """Make (schema, ui): one table whose columns are these, groups as part of their titles."""
    properties = {column.key: schema_of(column) for column in columns}
    items: dict[str, Any] = {"type": "object", "properties": properties}
    needed = [column.key for column in columns if column.required]
    if needed:
        items["required"] = needed
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "type": "object",
        "properties": {table: {"type": "array", "title": title, "items": items, "minItems": 1}},
        "required": [table],
    }
    looks = {column.key: look for column in columns if (look := ui_of(column))}
    totals = [column.key for column in columns if column.kind in ("integer", "number", "money")]
    options: dict[str, Any] = {"layout": "table"}
    if totals:
        options["totals"] = totals
    return schema, {table: {"ui:options": options, **({"items": looks} if looks else {})}}


def _read(rows: list[list[Any]], merged: Sequence[Any], name: str) -> tuple[str, list[Column]]:
    grid = [[_text(cell) for cell in row] for row in rows]
    spread = [list(row) for row in grid]
    for (top, left), (bottom, right) in merged:
        if top < len(grid) and left < len(grid[top]):
            for row in range(top, min(bottom + 1, len(grid))):
                for column in range(left, min(right + 1, len(grid[row]))):
                    spread[row][column] = grid[top][left]
    first, last = _header(grid, spread)
    if first < 0:
        raise NoTable("no-table")
    width = max(len(row) for row in spread[first : last + 1])
    if width > MOST_COLUMNS:
        raise NoTable("too-wide")
    body = [row for row in rows[last + 1 :] if _filled(row) > 1 and not _is_total(row)]
    title = next((text for row in grid[:first] for text in row if len(text) > 3), "") or name
    return title[:100], _columns(spread[first : last + 1], width, body)


def _header(grid: list[list[str]], spread: list[list[str]]) -> tuple[int, int]:
    """Find the rows of the header: the first row with several different words, and those below it that part them."""
    for index, row in enumerate(spread[:_HEADER_ROWS]):
        words = {text for text in row if text}
        if len(words) >= 2 and all(len(text) <= 60 for text in words) and not any(_is_figure(t) for t in words):
            last = index
            while last + 1 < len(grid) and last < index + 3 and _parts(spread[last], spread[last + 1], grid[last + 1]):
                last += 1
            return index, last
    return -1, -1


def _parts(above: list[str], below: list[str], own: list[str]) -> bool:
    """Tell whether a row only divides the header above it: its words stand under a word that spans several cells."""
    new = [column for column, text in enumerate(own) if text]
    if not new or any(_is_figure(own[column]) for column in new):
        return False
    spans = {text for text in above if text and above.count(text) > 1}
    under = [column for column in new if column < len(above) and above[column] in spans]
    rest = [c for c in range(min(len(above), len(below))) if c not in new and above[c]]
    return bool(under) and all(below[column] == above[column] for column in rest)


def _columns(header: list[list[str]], width: int, body: list[list[Any]]) -> list[Column]:
    found: list[Column] = []
    for at in range(width):
        words = [row[at] for row in header if at < len(row) and row[at]]
        parts = [word for place, word in enumerate(words) if place == 0 or word != words[place - 1]]
        if not parts or parts[-1] in ("序号", "编号", "No", "NO."):
            continue
        title, unit = _unit_of(parts[-1])
        group = parts[-2] if len(parts) > 1 else ""
        cells = [row[at] if at < len(row) else None for row in body]
        given = [cell for cell in cells if _text(cell)]
        kind, options = _guess(title, unit, given)
        samples = tuple(dict.fromkeys(_text(cell)[:40] for cell in given))[:3]
        required = bool(body) and len(given) == len(body)
        found.append(Column(f"c{len(found) + 1}", title, group, kind, unit, options, required, samples))
    if not found:
        raise NoTable("no-table")
    return found


def _guess(title: str, unit: str, given: list[Any]) -> tuple[str, tuple[str, ...]]:
    texts = [_text(cell) for cell in given]
    by_name = _by_name(title)
    if not texts:
        return by_name or ("money" if unit in ("元", "万元") else "number" if unit else "text"), ()
    for kind, pattern in (("resident-id", _RESIDENT), ("phone", _PHONE), ("credit-code", _CREDIT)):
        if all(pattern.fullmatch(text) for text in texts):
            return kind, ()
    if all(isinstance(cell, date) or _DAY.fullmatch(text) for cell, text in zip(given, texts, strict=True)):
        return "date", ()
    if set(texts) in _YES_NO:
        return "boolean", ()
    if all(_is_figure(text) for text in texts):
        if unit in ("元", "万元") or by_name == "money":
            return "money", ()
        return ("integer" if all(re.fullmatch(r"-?\d+(\.0+)?", text) for text in texts) else "number"), ()
    different = tuple(dict.fromkeys(texts))
    if len(texts) >= 2 * len(different) and len(different) <= _FEW and all(len(text) <= 12 for text in different):
        return "select", different
    if any(len(text) > 40 or "\n" in text for text in texts):
        return "textarea", ()
    return by_name if by_name in ("resident-id", "phone", "credit-code") and not given else "text", ()


def _by_name(title: str) -> str:
    for kind, words in (
        ("resident-id", ("身份证", "公民身份号码")), ("phone", ("电话", "手机")), ("credit-code", ("信用代码",)),
        ("date", ("日期", "时间", "年月日")), ("money", ("金额", "补助", "资金", "经费", "收入", "价格")),
        ("textarea", ("备注", "说明", "情况")),
    ):  # fmt: skip
        if any(word in title for word in words):
            return kind
    return ""


def _unit_of(title: str) -> tuple[str, str]:
    hit = _UNIT.search(title)
    if hit and hit.group(1) in _UNITS:
        return title[: hit.start()].strip() or title, hit.group(1)
    return title, ""


SCHEMAS: dict[str, dict[str, Any]] = {
    "text": {"type": "string"}, "textarea": {"type": "string"}, "integer": {"type": "integer"},
    "number": {"type": "number"}, "boolean": {"type": "boolean"}, "date": {"type": "string", "format": "date"},
    "money": {"type": "string", "format": "money"}, "phone": {"type": "string", "format": "phone"},
    "resident-id": {"type": "string", "format": "resident-id"},
    "credit-code": {"type": "string", "format": "credit-code"}, "select": {"type": "string"},
}  # fmt: skip


def schema_of(column: Column) -> dict[str, Any]:
    """Write the schema of a column's values."""
    title = f"{column.group} · {column.title}" if column.group else column.title
    schema = {"title": title, **SCHEMAS[column.kind]}
    if column.options:
        schema["enum"] = list(column.options)
    return schema


def ui_of(column: Column) -> dict[str, Any]:
    """Write how a column is shown, empty where nothing is to be said."""
    look: dict[str, Any] = {}
    if column.kind == "textarea":
        look["ui:widget"] = "textarea"
    if column.unit and column.kind in ("integer", "number"):
        look["ui:options"] = {"suffix": column.unit}
    return look


def _text(cell: Any) -> str:
    if cell is None or cell == "":
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    return str(cell).strip()


def _is_total(row: Sequence[Any]) -> bool:
    first = next((_text(cell) for cell in row if _text(cell)), "")
    return _TOTAL.match(first) is not None


def _is_figure(text: str) -> bool:
    return bool(re.fullmatch(r"-?[\d,]+(\.\d+)?[%％]?", text))


def _filled(row: Sequence[Any]) -> int:
    return sum(1 for cell in row if _text(cell))
