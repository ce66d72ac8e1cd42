"""A unified social credit code of an organisation."""

from __future__ import annotations

from typing import Any

from forms.fields.base import ABSENT, Wrong
from forms.fields.text import Text
from forms.fields.types import TEXT, FieldType
from forms.formats import is_credit_code


class CreditCode(Text):
    """`format: credit-code`; letters are stored as capitals."""

    kind = "credit-code"
    narrow = True
    max_chars = 100

    def parse(self, raw: str) -> Any:
        text = raw.replace(" ", "").upper()
        if not text:
            return ABSENT
        if not is_credit_code(text):
            raise Wrong("credit-code")
        return text


TYPES = (
    FieldType(
        "credit-code", "统一社会信用代码", "Unified credit code", "people", "building", CreditCode,
        {"type": "string", "format": "credit-code"}, widgets=("credit-code",), formats=("credit-code",), on=TEXT,
    ),
)  # fmt: skip
