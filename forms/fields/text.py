"""One line of text, also e-mail, web address, colour and password."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from forms import html as widgets
from forms.fields.base import ABSENT, Entry
from forms.html import tag
from forms.uischema import option, text_option

if TYPE_CHECKING:
    from forms.scene import Scene
    from forms.spot import Spot

_INPUT_TYPES = {
    "email": "email", "idn-email": "email", "uri": "url", "url": "url", "iri": "url", "color": "color",
    "password": "password", "search": "search", "tel": "tel",
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
        value = self.shown(self.data)
        if kind == "color" and not value:
            kind = "text"
        examples = self.spot.schema.get("examples")
        attributes = {**attributes, "type": kind, "autocomplete": self._autocomplete(kind)}
        if kind == "password":
            attributes["value"] = ""
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
        if text_option(spot.ui, "widget") == "password" and value:
            return Markup("••••••")
        text = cls.text(value, spot, scene)
        if spot.schema.get("format") in ("uri", "url") and text.startswith(("http://", "https://")):
            return tag('<a href="{0}" rel="noopener noreferrer">{0}</a>').format(escape(text))
        return super().display(value, spot, scene)
