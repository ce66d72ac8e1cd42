"""The plain user of SpiffWorkflow: reads the whole case, steps, writes the whole case, through the same store code.

Same database file, same pragmas, same session, same table and row as ours; no events, no tasks for an inbox, no rights.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bench.desk import Desk
from engine.spiff.stock import Stock
from engine.store import hot
from engine.store.base import writing


class Plain:
    """Keeps the text of a case in the row of `case_windows` that a case of ours has."""

    def __init__(self, desk: Desk, stock: Stock) -> None:
        self._desk = desk
        self.stock = stock

    def start(self, key: str, values: Mapping[str, Any]) -> str:
        """Start a case; its row is taken over from one of ours."""
        case_id = self._desk.start(key, {}).case_id
        self.keep(case_id, self.stock.dump(self.stock.start(dict(values))), 2)
        return case_id

    def keep(self, case_id: str, text: str, revision: int) -> None:
        """Write the whole case."""
        with writing(self._desk.session) as session:
            hot.update_window(session, case_id, revision, b"", text)

    def complete(self, case_id: str, values: Mapping[str, Any]) -> bool:
        """Complete the next task: read, load, run, dump, write, commit; False when the case is over."""
        with writing(self._desk.session) as session:
            case = self.stock.load(hot.case_values(session, case_id) or "")
            goes_on = self.stock.complete(case, dict(values))
            hot.update_window(session, case_id, 2, b"", self.stock.dump(case))
        return goes_on
