"""A mark on a short scale."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from forms.fields.choice import INLINE, Radio
from forms.fields.types import NUMBERS, FieldType
from forms.html import tag


class Rating(Radio):
    """Radio buttons 1 to 5, or from `minimum` to `maximum`, in one line; `ui:enumNames` puts words to them."""

    kind = "rating"

    def control(self, attributes: dict[str, Any]) -> Markup:
        printed = [self._button(entry, index, attributes) for index, entry in enumerate(self.options())]
        return tag("<div{}>{}</div>").format(INLINE, Markup("").join(printed))


TYPES = (
    FieldType(
        "rating", "打分", "Rating", "choice", "record-circle", Rating,
        {"type": "integer", "minimum": 1, "maximum": 5}, {"ui:widget": "rating"},
        {"enumNames": {"type": ["array", "object"], "title": "各分的文字"}}, widgets=("rating",), on=NUMBERS,
    ),
)  # fmt: skip
