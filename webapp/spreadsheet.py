"""Tables to take away: CSV that Excel opens rightly, and XLSX."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import quote

from flask import Response

Cell = str | int | Decimal | date | datetime | None

# A cell that begins like a formula would be run by the reader's spreadsheet.
_RISKY = ("=", "+", "-", "@", "\t", "\r")

# What Excel does not take in the name of a sheet.
_NOT_IN_A_SHEET = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def respond(kind: str, name: str, header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Response:
    """Answer with the table as `csv` (UTF-8 with a mark) or `xlsx`, under a Chinese file name."""
    if kind == "csv":
        body, media = _csv(header, rows), "text/csv; charset=utf-8"
    else:
        body, media = _xlsx(name, header, rows), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = Response(body, content_type=media)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.{kind}"
    return response


def _csv(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([[_harmless(cell) for cell in row] for row in rows])
    return text.getvalue().encode("utf-8-sig")


def _harmless(cell: Cell) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(_RISKY) else text


def _xlsx(name: str, header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    import xlsxwriter

    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        sheet = book.add_worksheet(_NOT_IN_A_SHEET.sub(" ", name)[:31].strip("' "))
        bold = book.add_format({"bold": True})
        for column, title in enumerate(header):
            sheet.write_string(0, column, title, bold)
        for line, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, int | Decimal):
                    sheet.write_number(line, column, float(cell))
                elif cell is not None:
                    sheet.write_string(line, column, str(cell))
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, max(0, len(header) - 1), 16)
    return stream.getvalue()
