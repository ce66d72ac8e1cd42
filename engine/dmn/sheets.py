"""A rule table as offices keep it in a spreadsheet, read as columns and FEEL cells, and written back as rows.

Pure. Nothing is guessed silently: every cell keeps what was typed, and one that cannot be read is told by its place.
Words are read as the Civil Code reads them: 以上 以下 以内 include the number, 不满 超过 do not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from engine.dmn.drawing import Grid
from engine.feel import FeelSyntaxError
from engine.feel.builtins import NAMES
from engine.feel.parser import parse, parse_tests

Role = Literal["input", "output", "note", "none"]
MOST_ROWS, MOST_COLUMNS = 2000, 60
_NOTES = frozenset({"备注", "说明", "依据", "note", "notes", "annotation", "comment"})
_ANY = frozenset({"", "-", "—", "–", "任意", "不限", "都行", "全部", "any"})
_TRUE, _FALSE = frozenset({"是", "true", "有", "√"}), frozenset({"否", "false", "无", "×"})
_OUTPUT_MARK = re.compile(r"^\s*(?:结果|输出|得出|then|output)\s*[:：]\s*", re.IGNORECASE)
_INPUT_MARK = re.compile(r"^\s*(?:条件|输入|when|input)\s*[:：]\s*", re.IGNORECASE)
_NUMBER = r"-?\d+(?:\.\d+)?"
_DATE = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
_UNIT = r"\s*(?:元|万元|人|户|个|天|岁|次|%|％)?"
_SIGNS = {"≥": ">=", "≤": "<=", "＞": ">", "＜": "<", "＝": "=", "》": ">", "《": "<", "=>": ">=", "=<": "<="}
_WORDS = (
    (r"不满|低于|少于|小于|未满|早于", "<"), (r"不超过|不大于|不多于|不高于|不晚于|至多|最多", "<="),
    (r"超过|大于|多于|高于|晚于", ">"), (r"不少于|不小于|不低于|不早于|至少|最少|满", ">="),
)  # fmt: skip
_AFTER = ((r"及?以上|以后", ">="), (r"及?以下|以内|以前", "<="))


@dataclass(frozen=True, slots=True)
class Column:
    """One column as proposed; name: what FEEL calls it, type: number string boolean or date."""

    title: str
    role: Role
    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A cell that was not understood; row and column count from 1 as the spreadsheet does."""

    row: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """Columns, the FEEL text of every cell of every rule, column by column, and what was not understood."""

    columns: tuple[Column, ...]
    rules: tuple[tuple[str, ...], ...]
    doubts: tuple[Doubt, ...]


def propose(
    rows: Sequence[Sequence[str]], *, roles: Sequence[str] | None = None, types: Sequence[str] | None = None
) -> Proposal:
    """Read rows, the first of them the heads, as a decision table; what comes out is checked FEEL or a doubt.

    Heads may say what they are (`条件:` `结果:`); an empty column or `|` parts conditions from results; else the last
    column is the result. roles, types: what a person chose instead, per column. Raises ValueError for no table.
    """
    cells = [[" ".join(str(cell).split()) for cell in row] for row in rows[: MOST_ROWS + 1]]
    cells = [row for row in cells if any(row)]
    width = min(max((len(row) for row in cells), default=0), MOST_COLUMNS)
    if len(cells) < 2 or width < 1:
        raise ValueError("no table")
    table = [[*row, *[""] * width][:width] for row in cells]
    heads, body = table[0], table[1:]
    wanted = list(roles) if roles and len(roles) == width else _roles(heads, body)
    kinds = list(types) if types and len(types) == width else [_type([row[at] for row in body]) for at in range(width)]
    columns = _columns(heads, wanted, kinds)
    rules, doubts = [], []
    for number, row in enumerate(body, 2):
        rule = []
        for at, (column, cell) in enumerate(zip(columns, row, strict=True)):
            text = _feel(column, cell)
            if text is None:
                doubts.append(Doubt(number, at + 1, cell))
            # As text it is of another type than its column, which the check tells: no name that means nothing.
            rule.append(_quoted(cell) if text is None else text)
        rules.append(tuple(rule))
    return Proposal(tuple(columns), tuple(rules), tuple(doubts))


def rows_of(grid: Grid) -> list[list[str]]:
    """Write a table as rows that `propose` reads back: heads that say what they are, cells as FEEL."""
    heads = [f"条件：{one.label or one.text}" for one in grid.inputs]
    heads += [f"结果：{one.label or '结果'}" for one in grid.outputs]
    notes = ["备注"] if grid.has_notes else []
    body = [
        [*(text or "-" for text in row.inputs), *row.outputs, *([" ".join(row.notes)] if notes else [])]
        for row in grid.rows
    ]
    return [[*heads, *notes], *body]


def _roles(heads: Sequence[str], body: Sequence[Sequence[str]]) -> list[Role]:
    found: list[Role] = []
    marked = any(_OUTPUT_MARK.match(head) for head in heads)
    bar = next((at for at, head in enumerate(heads) if head in ("", "|", "｜") and _is_bar(body, at)), None)
    for at, head in enumerate(heads):
        if not head or at == bar:
            found.append("none")
        elif head.lower() in _NOTES:
            found.append("note")
        elif marked:
            found.append("output" if _OUTPUT_MARK.match(head) else "input")
        else:
            found.append("output" if bar is not None and at > bar else "input")
    inputs = [at for at, role in enumerate(found) if role == "input"]
    if "output" not in found and inputs:
        found[inputs[-1]] = "output"
    return found


def _is_bar(body: Sequence[Sequence[str]], at: int) -> bool:
    return all(row[at] in ("", "|", "｜") for row in body)


def _columns(heads: Sequence[str], roles: Sequence[str], types: Sequence[str]) -> list[Column]:
    found: list[Column] = []
    taken: set[str] = set()
    for at, (head, said, kind) in enumerate(zip(heads, roles, types, strict=True)):
        role: Role = said if said in ("input", "output", "note") else "none"  # type: ignore[assignment]
        title = _INPUT_MARK.sub("", _OUTPUT_MARK.sub("", head)) or f"列{at + 1}"
        name = _name(title) or f"列{at + 1}"
        if role in ("input", "output"):
            while name in taken:
                name += "2"
            taken.add(name)
        found.append(Column(title, role, name, kind if kind in _READERS else "string"))
    return found


def _name(title: str) -> str:
    """Make a name FEEL takes as one word: what stands in brackets and every sign are left out."""
    bare = re.sub(r"[(（\[【].*?[)）\]】]", "", title)
    bare = re.sub(r"[^\w]+", "_", bare).strip("_")
    return f"_{bare}" if bare[:1].isdigit() else bare


def _type(cells: Sequence[str]) -> str:
    """Say of which type a column is: one that reads most of the cells; the others are told as doubts."""
    said = [cell for cell in cells if cell.lower() not in _ANY]
    read = {kind: sum(_READERS[kind](cell) is not None for cell in said) for kind in ("boolean", "number", "date")}
    best = max(read, key=lambda kind: read[kind])
    return best if read[best] * 3 >= len(said) * 2 > 0 else "string"


def _feel(column: Column, cell: str) -> str | None:
    """Write one cell as FEEL; None for what is none."""
    if column.role in ("note", "none"):
        return cell
    if cell.lower() in _ANY:
        return "-" if column.role == "input" else ("" if cell in _ANY else cell)
    reading = _READERS[column.type]
    if column.role == "output":
        text = cell[1:].strip() if cell.startswith("=") else _constant(column.type, cell)
        return text if text and _is_feel(text, parse) else None
    text = reading(cell)
    return text if text and _is_feel(text, parse_tests) else None


def _constant(kind: str, cell: str) -> str | None:
    if kind == "string":
        return cell if _is_quoted(cell) else _quoted(cell)
    return _READERS[kind](cell)


def _is_feel(text: str, read: Any) -> bool:
    try:
        read(text, NAMES)
    except (FeelSyntaxError, RecursionError):
        return False
    return True


def _number(cell: str) -> str | None:
    return _range(cell, _NUMBER, lambda text: text)


def _date(cell: str) -> str | None:
    said = re.fullmatch(rf'(.*)date\("({_DATE})"\)(.*)', cell)
    return _range(f"{said[1]}{said[2]}{said[3]}" if said else cell, _DATE, _day)


def _day(text: str) -> str:
    year, month, day = re.split(r"[-/.]", text)
    return f'date("{year}-{int(month):02d}-{int(day):02d}")'


def _range(cell: str, atom: str, write: Any) -> str | None:
    """Read one value, a comparison in signs or in words, a span, or several of these parted by commas."""
    for sign, plain in _SIGNS.items():
        cell = cell.replace(sign, plain)
    parts = [part.strip() for part in re.split(r"[,，、;；]", cell) if part.strip()]
    if len(parts) > 1:
        read = [_range(part, atom, write) for part in parts]
        return ", ".join(text for text in read if text) if all(read) else None
    if found := re.fullmatch(rf"({atom}){_UNIT}", cell):
        return str(write(found[1])) if not re.search(r"[%％万]", cell) else None
    if found := re.fullmatch(rf"(<=|>=|<|>|=)\s*({atom})(?:\s*元|\s*人|\s*天)?", cell):
        return f"{found[1]} {write(found[2])}".removeprefix("= ")
    if found := re.fullmatch(rf"([\[(\]])\s*({atom})\s*\.\.\s*({atom})\s*([\])\[])", cell):
        return f"{found[1]}{write(found[2])}..{write(found[3])}{found[4]}"
    if found := re.fullmatch(rf"({atom})\s*(?:~|～|至|到|—|–|-)\s*({atom})(?:\s*元|\s*人|\s*天)?", cell):
        return f"[{write(found[1])}..{write(found[2])}]"
    for words, sign in _WORDS:
        if found := re.fullmatch(rf"(?:{words})\s*({atom})(?:\s*元|\s*人|\s*天|\s*岁)?", cell):
            return f"{sign} {write(found[1])}"
    for words, sign in _AFTER:
        if found := re.fullmatch(rf"({atom})(?:\s*元|\s*人|\s*天|\s*岁)?\s*(?:{words})", cell):
            return f"{sign} {write(found[1])}"
    return None


def _boolean(cell: str) -> str | None:
    return "true" if cell.lower() in _TRUE else "false" if cell.lower() in _FALSE else None


def _string(cell: str) -> str | None:
    if _is_quoted(cell) or cell.startswith(("not(", "starts with(", "ends with(", "contains(")):
        return cell
    found = re.fullmatch(r"(?:不是(.+)|除(.+?)(?:以外|之外|外))", cell)
    return f"not({_listed(found[1] or found[2])})" if found else _listed(cell)


def _listed(cell: str) -> str:
    return ", ".join(_quoted(part.strip()) for part in re.split(r"[、;；|/]", cell) if part.strip())


def _is_quoted(cell: str) -> bool:
    return re.fullmatch(r'"[^"]*"(?:\s*,\s*"[^"]*")*', cell) is not None


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


_READERS = {"number": _number, "string": _string, "boolean": _boolean, "date": _date}
