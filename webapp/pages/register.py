"""台账与清单: the rows of a register as they are now, and the life of one row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from engine import library, registers
from engine.errors import NotFound
from webapp import access, db, spreadsheet
from webapp.access import rule, signed_in
from webapp.shell import render
from webapp.wording import day

blueprint = Blueprint("register", __name__)
_PAGE = 50


@dataclass(frozen=True)
class Column:
    """One column as a list shows it: key, title, and its choices when it has a fixed set."""

    key: str
    title: str
    choices: tuple[tuple[str, str], ...] = ()
    number: bool = False
    date: bool = False


@blueprint.get("/register/<name>")
@rule(signed_in)
def rows(name: str) -> str | Response:
    """List a register with a text search and a filter per column of choices; ?format=csv|xlsx takes it away."""
    declared = _declared(name)
    columns = columns_of(declared)
    query = request.args.get("q", "").strip()
    filters = {
        column.key: request.args[column.key] for column in columns if column.choices and request.args.get(column.key)
    }
    kind = request.args.get("format", "")
    page = registers.search(
        db.session(),
        name,
        query=query or None,
        filters=filters,
        after=request.args.get("after") or None,
        limit=5000 if kind in {"csv", "xlsx"} else _PAGE,
        at=access.now(),
    )
    if kind in {"csv", "xlsx"}:
        access.note_access("export", what=f"register:{name}", format=kind, rows=len(page.items))
        table = [[text(row.values.get(column.key), column) for column in columns] for row in page.items]
        return spreadsheet.respond(kind, str(declared["title"]), [column.title for column in columns], table)
    return render(
        "register/rows.html",
        name=name,
        declared=declared,
        columns=columns,
        page=page,
        query=query,
        filters=filters,
        text=shown,
        version=registers.version(db.session(), name),
        kept={"q": query, **filters},
    )


@blueprint.get("/register/<name>/<path:key>")
@rule(signed_in)
def row(name: str, key: str) -> str:
    """Show one row and every version it had."""
    declared = _declared(name)
    versions = registers.versions(db.session(), name, key)
    if not versions:
        raise NotFound
    return render(
        "register/row.html",
        name=name,
        declared=declared,
        columns=columns_of(declared),
        versions=versions,
        current=versions[0],
        text=shown,
    )


def columns_of(declared: dict[str, Any]) -> list[Column]:
    """Return the columns a register declares, in their order."""
    properties: dict[str, Any] = declared["columns"].get("properties", {})
    return [
        Column(
            key,
            str(schema.get("title", key)),
            tuple(
                (str(choice["const"]), str(choice.get("title", choice["const"]))) for choice in schema.get("oneOf", [])
            )
            or tuple((str(choice), str(choice)) for choice in schema.get("enum", [])),
            schema.get("type") in {"integer", "number"},
            schema.get("format") == "date",
        )
        for key, schema in properties.items()
    ]


def text(value: Any, column: Column) -> str:
    """Say one cell: the title of a choice, numbers with separators, empty for what is not there."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if column.number and isinstance(value, int | float):
        return f"{value:,}"
    return dict(column.choices).get(str(value), str(value))


def shown(value: Any, column: Column) -> str:
    """Say one cell on a page: days in words; files that are taken away keep the spelling of machines."""
    if column.date and isinstance(value, str):
        try:
            return day(date.fromisoformat(value))
        except ValueError:
            return value
    return text(value, column)


def _declared(name: str) -> dict[str, Any]:
    found = library.register_columns(db.session(), name)
    if found is None:
        raise NotFound
    return found
