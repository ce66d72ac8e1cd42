"""One line of text, also e-mail and web address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from forms import html as widgets
from forms.fields.base import ABSENT, Entry
from forms.fields.types import TEXT, FieldType
from forms.html import tag
from forms.uischema import option, text_option

if TYPE_CHECKING:
    from forms.scene import Scene
    from forms.spot import Spot

_INPUT_TYPES = {
    "email": "email", "idn-email": "email", "uri": "url", "url": "url", "iri": "url", "search": "search", "tel": "tel",
}  # fmt: skip


class Text(Entry):
    """Text as typed; blanks alone count as nothing."""

    kind = "text"
    widget: Any = widgets.TextInput()

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Browsers send line breaks as CR LF; a value has LF."""
        super().process_formdata([str(raw).replace("\r\n", "\n") for raw in valuelist[:1]])

    def parse(self, raw: str) -> Any:
        if raw.strip():
            return raw
        empty = option(self.spot.ui, "emptyValue", ABSENT)
        return empty if empty is ABSENT or isinstance(empty, str) else ABSENT

    def control(self, attributes: dict[str, Any]) -> Markup:
        name = text_option(self.spot.ui, "inputType") or text_option(self.spot.ui, "widget") or ""
        kind = _INPUT_TYPES.get(name) or _INPUT_TYPES.get(str(self.spot.schema.get("format")), "text")
        examples = option(self.spot.ui, "suggestions") or self.spot.schema.get("examples")
        attributes = {"type": kind, **attributes}
        attributes["autocomplete"] = self._autocomplete(str(attributes["type"]))
        if not isinstance(examples, list) or not examples:
            return super().control(attributes)
        listed = f"{self.id}--l"
        options = Markup("").join(tag('<option value="{}">').format(example) for example in examples)
        return super().control({**attributes, "list": listed}) + tag('<datalist id="{}">{}</datalist>').format(
            listed, options
        )

    def _autocomplete(self, kind: str) -> str:
        wished = text_option(self.spot.ui, "autocomplete")
        return wished or ("new-password" if kind == "password" else "off")

    @classmethod
    def display(cls, value: Any, spot: Spot, scene: Scene) -> Markup:
        text = cls.text(value, spot, scene)
        if spot.schema.get("format") in ("uri", "url") and text.startswith(("http://", "https://")):
            return tag('<a href="{0}" rel="noopener noreferrer">{0}</a>').format(escape(text))
        return super().display(value, spot, scene)


TYPES = (
    FieldType(
        "text", "单行文字", "Text", "text", "input-cursor-text", Text, {"type": "string"},
        options={
            "inputType": {
                "enum": ["text", "email", "url", "tel", "search"],
                "enumNames": ["文字", "邮箱", "网址", "电话", "搜索"],
                "title": "键盘",
            },
        },
        widgets=("text", "email", "uri", "url", "search", "tel"), on=TEXT,
    ),
    FieldType(
        "email", "邮箱", "Email", "text", "envelope", Text, {"type": "string", "format": "email"},
        formats=("email", "idn-email"), on=TEXT,
    ),
    FieldType(
        "link", "网址", "Web address", "text", "box-arrow-in-down-right", Text, {"type": "string", "format": "uri"},
        formats=("uri", "url", "iri"), on=TEXT,
    ),
)  # fmt: skip
