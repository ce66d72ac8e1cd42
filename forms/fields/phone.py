"""A telephone number."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from forms.fields.base import ABSENT, Wrong
from forms.fields.text import Text
from forms.fields.types import TEXT, FieldType
from forms.formats import is_phone


class Phone(Text):
    """`format: phone`; blanks around do not count, the rest stays as people write it."""

    kind = "phone"
    narrow = True
    max_chars = 100

    def parse(self, raw: str) -> Any:
        text = raw.strip()
        if not text:
            return ABSENT
        if not is_phone(text):
            raise Wrong("phone")
        return text

    def control(self, attributes: dict[str, Any]) -> Markup:
        return super().control({**attributes, "inputmode": "tel"})


TYPES = (
    FieldType(
        "phone", "电话", "Telephone", "people", "telephone", Phone, {"type": "string", "format": "phone"},
        widgets=("phone",), formats=("phone",), on=TEXT,
    ),
)  # fmt: skip
