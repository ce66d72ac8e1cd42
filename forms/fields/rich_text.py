"""Text with headings, lists, tables and links; whatever else is in it is taken out on the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from forms.fields import markup
from forms.fields.base import ABSENT
from forms.fields.textarea import TextArea
from forms.fields.types import SIZE, TEXT, FieldType

if TYPE_CHECKING:
    from forms.scene import Scene
    from forms.spot import Spot


class RichText(TextArea):
    """HTML of a few plain elements; a script puts an editor over the text area.

    Text without any of these elements is taken as it stands, line by line, so that it works without a script.
    """

    kind = "rich-text"

    def parse(self, raw: str) -> Any:
        if not raw.strip():
            return ABSENT
        clean = markup.sanitise(raw) if markup.has_elements(raw) else markup.of_lines(raw)
        return clean if markup.plain(clean).strip() else ABSENT

    def shown(self, value: Any) -> str:
        if not isinstance(value, str):
            return super().shown(value)
        return markup.lines_of(value)

    def control(self, attributes: dict[str, Any]) -> Markup:
        return super().control({**attributes, "data_qc_rich": True})

    @classmethod
    def text(cls, value: Any, spot: Spot, scene: Scene) -> str:
        return markup.plain(value) if isinstance(value, str) else ""

    @classmethod
    def display(cls, value: Any, spot: Spot, scene: Scene) -> Markup:
        if not isinstance(value, str) or not value.strip():
            return super().display(value, spot, scene)
        # Sanitised once more: a value may have come from elsewhere than this field.
        return Markup('<div class="rich">') + Markup(markup.sanitise(value)) + Markup("</div>")  # noqa: S704


TYPES = (
    FieldType(
        "rich-text", "图文", "Rich text", "text", "text-paragraph", RichText, {"type": "string", "format": "html"},
        {"ui:widget": "richtext"}, {"rows": SIZE},
        widgets=("richtext", "rich-text", "html"), formats=("html",), on=TEXT,
    ),
)  # fmt: skip
