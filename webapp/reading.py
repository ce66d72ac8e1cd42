"""What a form says, for reading: single values as a list, tables as tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Line = tuple[str, str, str]


@dataclass(frozen=True)
class Table:
    """A table of a form: its title, the heads of its columns, and the cells of each row."""

    title: str
    heads: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Part:
    """What one form says: its title, (label, text) of single values, and its tables."""

    title: str
    lines: list[tuple[str, str]]
    tables: list[Table]
    note: str = ""


def part_of(title: str, lines: Sequence[Line], titles: Mapping[str, str]) -> Part | None:
    """Arrange the lines of a form's summary; None where there are none.

    titles: pointer -> label, the rows of tables standing as `*`.
    """
    if not lines:
        return None
    single = [(label, text) for label, text, pointer in lines if not table_of(pointer)]
    found = dict.fromkeys(table for _label, _text, pointer in lines if (table := table_of(pointer)))
    return Part(title, single, [_table(table, lines, titles) for table in found])


def table_of(pointer: str) -> str:
    """Return the pointer of the outermost table a value lies in, or nothing."""
    parts = pointer.split("/")
    at = next((place for place, part in enumerate(parts) if part.isdigit()), None)
    return "/".join(parts[:at]) if at else ""


def _table(table: str, lines: Iterable[Line], titles: Mapping[str, str]) -> Table:
    cells: dict[str, dict[str, str]] = {}
    for _label, text, pointer in lines:
        if table_of(pointer) == table:
            row, _, column = pointer[len(table) + 1 :].partition("/")
            cells.setdefault(row, {})[column] = text
    columns = list(dict.fromkeys(column for row in cells.values() for column in row))
    ordered = [name for pointer in titles if (name := pointer.removeprefix(f"{table}/*/")) in columns]
    ordered += [column for column in columns if column not in ordered]
    return Table(
        title=titles.get(table, ""),
        heads=[titles.get(f"{table}/*/{column}", titles.get(table, "")) for column in ordered],
        rows=[[row.get(column, "") for column in ordered] for row in cells.values()],
    )
