"""Several lines of text."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from forms import html as widgets
from forms.fields.text import Text
from forms.uischema import option


class TextArea(Text):
    """Text with line breaks; `ui:options.rows` sets the height."""

    kind = "textarea"
    tall = True
    widget: Any = widgets.TextArea()

    def control(self, attributes: dict[str, Any]) -> Markup:
        rows = option(self.spot.ui, "rows", 3)
        return Markup(self(**attributes, rows=rows if isinstance(rows, int) else 3))  # noqa: S704 - the widget escapes
