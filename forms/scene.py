"""What one rendering or reading of a form needs at every place of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from forms.views import Rights

if TYPE_CHECKING:
    from forms.ports import Ports
    from forms.resolve import Resolver

SPOT_LIMIT = 20_000
_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass
class Scene:
    """One act on one form: its language, rights, ports and the choices made on the page so far.

    use_defaults: empty fields show their default. fills_new: only those of a row or section nobody has typed in yet.
    tells_rights: read-only fields that the view lets its step write are marked as such.
    """

    resolver: Resolver
    rights: Rights
    locale: str = "zh"
    ports: Ports | None = None
    prefix: str = "f"
    icons: str = "/static/icons.svg"
    readonly: bool = False
    has_rules: bool = False
    has_prefill: bool = False
    names: frozenset[str] = frozenset()
    now: datetime | None = None
    everywhere: Mapping[str, Any] = field(default_factory=dict)
    picks: Mapping[str, int] = field(default_factory=dict)
    origins: Mapping[str, list[int | None]] = field(default_factory=dict)
    step: int | None = None
    pad_rows: bool = False
    use_defaults: bool = False
    fills_new: bool = False
    tells_rights: bool = False
    data: Any = None
    spots: int = 0

    @property
    def zone(self) -> tzinfo:
        """The zone in which times without offset were meant."""
        zone = getattr(self.ports, "zone", None)
        return zone if isinstance(zone, tzinfo) else _ZONE

    def spend(self) -> bool:
        """Count one more place; False when the form is larger than any page can be."""
        self.spots += 1
        return self.spots <= SPOT_LIMIT

    def name(self, pointer: str) -> str:
        """Name the input of a pointer."""
        return f"{self.prefix}{pointer}"
