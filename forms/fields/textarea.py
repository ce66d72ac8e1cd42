"""Several lines of text."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from forms import html as widgets
from forms.fields.text import Text
from forms.fields.types import SIZE, TEXT, FieldType
from forms.uischema import option


class TextArea(Text):
    """Text with line breaks; `ui:options.rows` sets the height."""

    kind = "textarea"
    tall = True
    widget: Any = widgets.TextArea()

    def control(self, attributes: dict[str, Any]) -> Markup:
        rows = option(self.spot.ui, "rows", 3)
        return Markup(self(**attributes, rows=rows if isinstance(rows, int) else 3))  # noqa: S704 - the widget escapes


TYPES = (
    FieldType(
        "textarea", "多行文字", "Long text", "text", "text-paragraph", TextArea,
        {"type": "string"}, {"ui:widget": "textarea"}, {"rows": SIZE},
        widgets=("textarea", "markdown"), formats=("textarea",), on=TEXT,
    ),
)  # fmt: skip
