"""Fill the registers from CSV, and give them the versions they had."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from engine import registers
from engine.store.base import Session
from webapp.seeding.organisation import City
from webapp.seeding.source import Source


def fill(session: Session, source: Source, city: City, *, scale: str) -> dict[str, int]:
    """Put the first version of every register; returns how many rows each has."""
    filled = {}
    for declared in source.settings["register"]:
        rows = chosen_rows(source, declared, city, scale=scale)
        registers.load_csv(session, declared["name"], _csv(rows), actor=city.machine, note=declared["note"])
        filled[declared["name"]] = len(rows)
    return filled


def revise(
    session: Session,
    source: Source,
    city: City,
    declared: Mapping[str, Any],
    revision: Mapping[str, Any],
    *,
    scale: str,
) -> None:
    """Put a later version of a register: the same rows with some columns changed."""
    rows = [{**row, **revision["set"]} for row in chosen_rows(source, declared, city, scale=scale)]
    registers.load_csv(session, declared["name"], _csv(rows), actor=city.machine, note=revision["note"])


def chosen_rows(source: Source, declared: Mapping[str, Any], city: City, *, scale: str) -> list[dict[str, str]]:
    """Return the rows of a register at a scale: those of units that exist; in small, the real and the used ones."""
    rows = source.rows(declared["file"])
    if "units" in declared:
        rows = [row for row in rows if row[declared["units"]] in city.units]
    small = declared.get("small") if scale == "small" else None
    if small:
        used = {story["matter"] for story in source.stories["story"]}
        rows = [row for row in rows if row[small["keep"]] == small["is"] or row[small["or_used_by_stories"]] in used]
    return rows


def _csv(rows: Sequence[Mapping[str, str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(rows[0]) if rows else [])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")
