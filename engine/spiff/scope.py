"""Where values live: one dict per process, one overlay per multi-instance or loop instance; nothing is copied.

Reads look outward. A write goes to the innermost overlay that has the name already; else, inside a multi-instance
instance, to the instance's own overlay; else to the process.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.spiff.typed import from_json, from_schema, to_json

if TYPE_CHECKING:
    from engine.spiff.face import Ports

_MISSING: Any = object()


class Scope:
    """Values of one level, as JSON. `kinds` remembers which of them FEEL knows as more than JSON (dates, durations).

    `isolated`: writes of new names stay here (multi-instance); a standard loop's overlay lets them through.
    """

    __slots__ = ("isolated", "kinds", "outer", "values")

    def __init__(
        self,
        values: dict[str, Any],
        outer: Scope | None = None,
        kinds: dict[str, Any] | None = None,
        *,
        isolated: bool = True,
    ) -> None:
        self.values = values
        self.outer = outer
        self.kinds: dict[str, Any] = {} if kinds is None else kinds
        self.isolated = isolated

    def holder(self, name: str) -> Scope | None:
        """Return the innermost level that has `name`."""
        at: Scope | None = self
        while at is not None:
            if name in at.values:
                return at
            at = at.outer
        return None

    def home(self, name: str) -> Scope:
        """Return the level a write of `name` goes to."""
        at, fresh = self, None
        while at.outer is not None:
            if name in at.values:
                return at
            if fresh is None and at.isolated:
                fresh = at
            at = at.outer
        return fresh or at

    def put(self, name: str, value: Any) -> None:
        """Write a JSON value that came from outside."""
        home = self.home(name)
        home.values[name] = value
        if home.kinds:
            home.kinds.pop(name, None)

    def put_feel(self, name: str, value: Any, ports: Ports) -> None:
        """Write a FEEL value; raises ValueError for what cannot be saved (functions, ranges, too much)."""
        self.home(name).put_here(name, value, ports)

    def put_here(self, name: str, value: Any, ports: Ports) -> None:
        """Write a FEEL value at this level, whoever else has the name."""
        self.values[name], kind = to_json(value, ports.types.get(name))
        if kind is not None:
            self.kinds[name] = kind
        elif self.kinds:
            self.kinds.pop(name, None)

    def get(self, name: str) -> Any:
        """Return the JSON value of `name`, or None."""
        found = self.holder(name)
        return None if found is None else found.values[name]

    def locals(self) -> dict[str, Any]:
        """Return what the instances around this place hold, the innermost winning."""
        levels = []
        at: Scope = self
        while at.outer is not None:
            levels.append(at.values)
            at = at.outer
        merged: dict[str, Any] = {}
        for values in reversed(levels):
            merged.update(values)
        return merged

    def visible(self) -> dict[str, Any]:
        """Return all visible JSON values as one new dict."""
        at: Scope = self
        while at.outer is not None:
            at = at.outer
        return {**at.values, **self.locals()}


class TaskView(Mapping[str, Any]):
    """What an expression of one task may read: the values of its scope, typed for FEEL, and `case`."""

    __slots__ = ("case", "now", "ports", "scope")

    def __init__(self, scope: Scope, ports: Ports, case: Mapping[str, Any]) -> None:
        self.scope = scope
        self.ports = ports
        self.case = case
        # Local: what expressions call today is the day where the deployment is.
        self.now: datetime = ports.now.astimezone(ports.zone)

    def __getitem__(self, name: str) -> Any:
        value = self.get(name, _MISSING)
        if value is _MISSING:
            raise KeyError(name)
        return value

    def get(self, name: str, default: Any = None) -> Any:
        if name == "case":  # No value of that name can stand in for it.
            return self.case
        holder = self.scope.holder(name)
        if holder is None:
            return default
        value = holder.values[name]
        kind = holder.kinds.get(name) if holder.kinds else None
        if kind is not None:
            return from_json(value, kind)
        schema = self.ports.types.get(name)
        return value if schema is None else from_schema(value, schema)

    def __contains__(self, name: object) -> bool:
        return name == "case" or (isinstance(name, str) and self.scope.holder(name) is not None)

    def __iter__(self) -> Iterator[str]:
        yield "case"
        yield from (name for name in self.scope.visible() if name != "case")

    def __len__(self) -> int:
        return sum(1 for _ in self)
