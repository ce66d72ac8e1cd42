"""Fill a table from Excel: rows pasted as text, or the first sheet of a file, laid over the columns of the table.

Nothing is stored here: the rows become what was typed, and are checked with the rest when the form is submitted.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from wtforms.form import BaseForm

from forms import actions, binding, sniff, tree, uischema
from forms.fields.base import ABSENT, Entry, Wrong
from forms.fields.options import options_of
from forms.fields.unit import Unit
from forms.scene import Scene
from forms.spot import Spot
from forms.values import Typed, is_blank

if TYPE_CHECKING:
    from forms.reading import MultiMapping

PASTE, SHEET = "!paste", "!sheet"
MOST_BYTES = 5 * 1024 * 1024
_MOST_UNPACKED = 100 * 1024 * 1024
_MOST_COLUMNS = 200
_TRUE = frozenset(("是", "有", "对", "√", "✓", "✔", "true", "yes", "y", "1"))
_SPLIT = re.compile(r"[、，,;；]\s*")
_BOOKS = frozenset(
    (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.ms-excel",
        "application/x-ole-storage",
        "application/zip",
    )
)
Lines = list[list[str]]


def fill(scene: Scene, post: MultiMapping, files: MultiMapping | None, pointer: str, typed: Typed, root: Spot) -> bool:
    """Append what was pasted or uploaded for a table to the rows typed so far; False when nothing could be read."""
    spot = root.at(pointer)
    if spot.pointer != pointer or spot.shape != "rows" or spot.right != "write":
        return False
    lines = _given(scene, post, files, pointer)
    columns = _columns(scene, spot)
    rows = _rows(lines, columns, scene) if columns else []
    if not rows:
        return False
    held = typed.rows(spot.path)
    origins = typed.origins.setdefault(pointer, [index for index, _ in enumerate(held)])
    while held and is_blank(held[-1]):
        held.pop()
    most = spot.schema.get("maxItems")
    room = min(most if isinstance(most, int) else actions.MOST_ROWS, actions.MOST_ROWS) - len(held)
    held += rows[: max(room, 0)]
    del origins[len(held) :]
    origins += [None] * (len(held) - len(origins))
    return True


def _given(scene: Scene, post: MultiMapping, files: MultiMapping | None, pointer: str) -> Lines:
    found: Lines = []
    for upload in files.getlist(f"{scene.prefix}{SHEET}{pointer}") if files is not None else ():
        if getattr(upload, "filename", ""):
            found += sheet_lines(upload.stream.read(MOST_BYTES + 1), str(upload.filename))
    for text in post.getlist(f"{scene.prefix}{PASTE}{pointer}"):
        found += pasted_lines(str(text))
    return [line for line in found if any(cell for cell in line)]


def pasted_lines(text: str) -> Lines:
    """Split text pasted from a spreadsheet, or CSV, into cells."""
    body = text.replace("\r\n", "\n").replace("\0", "")[:MOST_BYTES]
    mark = "\t" if "\t" in body else ","
    try:
        return [[cell.strip() for cell in line] for line in csv.reader(io.StringIO(body), delimiter=mark)]
    except csv.Error:
        return [[cell.strip() for cell in line.split(mark)] for line in body.split("\n")]


def sheet_lines(body: bytes, name: str) -> Lines:
    """Read the first sheet of an Excel file, or CSV, as cells of text; empty when it cannot be read."""
    if len(body) > MOST_BYTES:
        return []
    kind = sniff.sniff(io.BytesIO(body), name)
    if kind not in _BOOKS:
        return _text(body) if kind.startswith("text/") else []
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        if body.startswith(b"PK") and _unpacked(body) > _MOST_UNPACKED:
            return []
        rows = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError, IndexError):
        return []
    return [[_cell(cell) for cell in row[:_MOST_COLUMNS]] for row in rows[: actions.MOST_ROWS + 1]]


def _unpacked(body: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return sum(entry.file_size for entry in archive.infolist())


def _text(body: bytes) -> Lines:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return pasted_lines(body.decode(encoding))
        except UnicodeDecodeError:
            continue
    return []


def _cell(cell: Any) -> str:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        at_midnight = cell.time() == time()
        return cell.date().isoformat() if at_midnight else cell.isoformat(sep=" ", timespec="minutes")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell).strip()


def columns_of(scene: Scene, spot: Spot) -> list[str]:
    """Name the columns that can be filled, in their order."""
    return [column.label for column in _columns(scene, spot)]


def _columns(scene: Scene, spot: Spot) -> list[Spot]:
    row = tree.row_at(
        scene,
        spot,
        tree.Place(path=spot.path, pointer=spot.pointer, name=spot.name, label=spot.label, depth=spot.depth),
        spot.fixed,
        None,
    )
    cells = row.children if row.shape == "section" else [row] if row.shape == "leaf" else []
    return [cell for cell in cells if cell.shape == "leaf" and cell.right == "write" and not _is_unseen(cell)]


def _is_unseen(cell: Spot) -> bool:
    return cell.entry is None or cell.entry.kind in ("hidden", "notice", "constant", "serial", "file", "signature")


def _rows(lines: Lines, columns: Sequence[Spot], scene: Scene) -> list[Any]:
    if not lines:
        return []
    names = {_plain(column.label): index for index, column in enumerate(columns)}
    head = [names.get(_plain(cell)) for cell in lines[0]]
    named = [index for index in head if index is not None]
    if len(named) >= max(1, (len([cell for cell in lines[0] if cell]) + 1) // 2):
        order, lines = head, lines[1:]
    else:
        order = [*range(len(columns))]
    # A list of single values has one column without a name.
    is_named, made = not columns[0].path[-1].isdecimal(), []
    for line in lines:
        form = BaseForm({}, prefix="")
        row: dict[str, Any] = {}
        for index, cell in zip(order, line, strict=False):
            if index is not None and cell:
                row[columns[index].path[-1]] = _value(cell, binding.bind(form, columns[index], scene), scene)
        made.append(row if is_named else next(iter(row.values()), None))
    return [row for row in made if not is_blank(row)]


def _plain(text: str) -> str:
    return re.sub(r"[\s*＊（）()：:]|必填", "", text).lower()


def _value(cell: str, entry: Entry, scene: Scene) -> Any:
    """Read one cell as if it had been typed: labels of options and units stand for what they name."""
    with suppress(Wrong):
        entry.process_formdata(_tokens(cell, entry, scene))
    return cell if entry.typed is ABSENT else entry.typed


def _tokens(cell: str, entry: Entry, scene: Scene) -> list[str]:
    if entry.kind == "boolean":
        return ["true"] if cell.lower() in _TRUE else []
    parts = _SPLIT.split(cell) if entry.kind in ("choices", "many-select") else [cell]
    known: Iterable[tuple[str, str]] = ()
    if isinstance(entry, Unit):
        known = [(key, label) for key, label, _ in entry.offered()]
        parts = _SPLIT.split(cell) if entry.several else parts
    elif entry.kind in ("choice", "radio", "decide", "rating"):
        known = [(one.token, one.label) for one in options_of(entry.spot.schema, entry.spot.ui, scene.locale)]
    elif entry.kind in ("choices", "many-select"):
        items = entry.spot.schema.get("items")
        ui = uischema.child(entry.spot.ui, "items")
        known = [
            (one.token, one.label) for one in options_of(items if isinstance(items, dict) else {}, ui, scene.locale)
        ]
    by_label = {label: token for token, label in known}
    return [by_label.get(part, part) for part in parts]
