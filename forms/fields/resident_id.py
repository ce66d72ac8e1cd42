"""A resident's identity number: check digit on entry, masked wherever it is only read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from forms.fields.base import ABSENT, Wrong
from forms.fields.text import Text
from forms.fields.types import TEXT, FieldType
from forms.formats import is_resident_id

if TYPE_CHECKING:
    from forms.scene import Scene
    from forms.spot import Spot


class ResidentId(Text):
    """`format: resident-id`; a stored number shown in full, to be mended, is a read that the port records."""

    kind = "resident-id"
    narrow = True
    max_chars = 100

    def parse(self, raw: str) -> Any:
        text = raw.replace(" ", "").upper()
        if not text:
            return ABSENT
        if not is_resident_id(text):
            raise Wrong("resident-id")
        return text

    def control(self, attributes: dict[str, Any]) -> Markup:
        note = getattr(self.scene.ports, "note_read", None)
        if note is not None and isinstance(self.data, str) and is_resident_id(self.data):
            note(self.kind, self.spot.pointer)
        return super().control({**attributes, "autocapitalize": "characters"})

    @classmethod
    def text(cls, value: Any, spot: Spot, scene: Scene) -> str:
        return mask(value) if isinstance(value, str) else ""


def mask(number: str) -> str:
    """Keep the region and the last two characters."""
    return f"{number[:6]}{'*' * (len(number) - 8)}{number[-2:]}" if len(number) > 8 else "*" * len(number)


TYPES = (
    FieldType(
        "resident-id", "居民身份证号", "Resident id", "people", "person-vcard", ResidentId,
        {"type": "string", "format": "resident-id"},
        widgets=("resident-id",), formats=("resident-id",), on=TEXT,
    ),
)  # fmt: skip
