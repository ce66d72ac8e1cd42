"""How a pass tells what it did."""

from __future__ import annotations

from collections.abc import Callable

Note = Callable[[str | None, str, str], None]
