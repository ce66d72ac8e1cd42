"""A case driven by element ids, saved and loaded before every step as a store would."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson

from engine import spiff

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
FACTS = spiff.CaseFacts("0198a000-0000-7000-8000-000000000001", "派〔2026〕0001", "u-start", "unit-7", NOW)


class Driver:
    """`path` and `open` grow with the steps; `outcome` is the last step's."""

    def __init__(
        self,
        content: bytes,
        values: dict[str, Any] | None = None,
        *,
        id: str = "p",
        at: str | None = None,
        **ports: Any,
    ) -> None:
        parsed = spiff.parse(content, "test.bpmn")
        assert parsed.report.ok, parsed.report.errors
        self.program = parsed.processes[id]
        self.ports = spiff.Ports(**{"now": NOW, **ports})
        self.path: list[str] = []
        self.cancelled: list[str] = []
        self.open: list[spiff.Opened] = []
        live, self.outcome = spiff.start(self.program, FACTS, values or {}, self.ports, at)
        self._after(live)

    def _after(self, live: spiff.Live) -> None:
        self.blob = spiff.dump(live)
        self.values: dict[str, Any] = orjson.loads(orjson.dumps(self.outcome.values))
        self.path.extend(s.element_id for s in self.outcome.path if s.what == "completed")
        self.cancelled.extend(s.element_id for s in self.outcome.path if s.what == "cancelled")
        gone = {closed.task_id for closed in self.outcome.closed}
        self.open = [task for task in self.open if task.id not in gone] + list(self.outcome.opened)

    def load(self) -> spiff.Live:
        return spiff.load(self.program, self.blob, self.values, FACTS)

    def step(self, do: Callable[[spiff.Live, spiff.Ports], spiff.Outcome]) -> spiff.Outcome:
        live = self.load()
        assert spiff.digest(live) == self.outcome.digest
        self.outcome = do(live, self.ports)
        self._after(live)
        return self.outcome

    def task(self, element_id: str) -> spiff.Opened:
        """Return the oldest open task of an element."""
        return next(task for task in self.open if task.element_id == element_id)

    def waiting(self) -> list[str]:
        return [task.element_id for task in self.open]

    def complete(self, element_id: str, **values: Any) -> spiff.Outcome:
        task = self.task(element_id)
        return self.step(lambda live, ports: spiff.complete(live, task.id, values, ports))

    def fire(self, element_id: str) -> spiff.Outcome:
        task = self.task(element_id)
        return self.step(lambda live, ports: spiff.fire(live, task.id, ports))

    def deliver(self, message: str, key: str | None = None, **payload: Any) -> spiff.Outcome:
        return self.step(lambda live, ports: spiff.deliver(live, message, payload, key, ports))

    def throw(self, element_id: str, code: str | None, message: str = "") -> spiff.Outcome:
        task = self.task(element_id)
        return self.step(lambda live, ports: spiff.throw(live, task.id, code, message, ports))

    def cancel(self) -> spiff.Outcome:
        return self.step(spiff.cancel)
