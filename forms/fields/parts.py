"""A value typed in several inputs: they are posted under one name, in order, and stand under one legend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from markupsafe import Markup

from forms import html as widgets
from forms.fields.base import ABSENT, Entry, Raw, Wrong, is_text
from forms.html import html_params, tag

_INPUT = tag('<input class="{}" {}>')
_BOX = tag('<div class="input-group">{}</div>')
_WORD = tag('<span class="input-group-text">{}</span>')


class Parts(Entry):
    """Base of such types: `asked` names the inputs, `join` and `split` turn texts into the value and back."""

    grouped: ClassVar[bool] = True
    tall = True
    max_chars = 100
    widget = widgets.TextInput()

    def asked(self) -> Sequence[str]:
        """Name the inputs in order."""
        raise NotImplementedError

    def join(self, texts: Sequence[str]) -> Any:
        """Make the value of texts of which at least one is not blank; raises Wrong."""
        raise NotImplementedError

    def split(self, value: Any) -> Sequence[str]:
        """Write the value as the texts of the inputs."""
        raise NotImplementedError

    def input_params(self, index: int, text: str) -> dict[str, Any]:
        """List the attributes of one input beyond name, id and value."""
        return {"type": "text", "autocomplete": "off"}

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        count = len(self.asked())
        raw = [str(text) for text in valuelist[:count]]
        raw += [""] * (count - len(raw))
        self.data = self.typed = ABSENT
        if not any(text.strip() for text in raw):
            return
        if not all(is_text(text) for text in raw):
            raise Wrong("invalid")
        self.typed = [Raw(text) for text in raw]
        if any(len(text) > self.max_chars for text in raw):
            raise Wrong("too-large", limit=self.max_chars)
        self.data = self.typed = self.join([text.strip() for text in raw])

    def texts(self) -> Sequence[str]:
        """List what the inputs show: the value, or what was typed wrongly."""
        if self.data is ABSENT or self.data is None:
            return [""] * len(self.asked())
        if isinstance(self.data, list):
            return [str(text) for text in self.data]
        return self.split(self.data)

    def control(self, attributes: dict[str, Any]) -> Markup:
        pieces = []
        for index, (name, text) in enumerate(zip(self.asked(), self.texts(), strict=False)):
            own = f"{self.id}--{index}" if index else self.id
            params = {
                "name": self.name, "id": own, "value": text, "aria_label": f"{self.spot.label}：{name}",
                **self.input_params(index, text),
                **{key: part for key, part in attributes.items() if key.startswith("aria_")},
            }  # fmt: skip
            classes = "form-control is-invalid" if "aria_invalid" in attributes else "form-control"
            pieces += [_WORD.format(name), _INPUT.format(classes, html_params(**params))]
        return _BOX.format(Markup("").join(pieces))
