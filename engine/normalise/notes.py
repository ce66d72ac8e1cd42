"""How a pass tells what it did."""

from __future__ import annotations

from collections.abc import Callable

# The namespace of elements that nothing reads any more: they were translated, or noted as mere pictures.
DONE = "{urn:qingche:normalised}"

Note = Callable[[str | None, str, str], None]
