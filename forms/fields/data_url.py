"""A small file inside the value itself (`format: data-url`), as forms of other systems carry it."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote, unquote

from markupsafe import Markup

from forms import sniff
from forms.fields.base import ABSENT, Wrong
from forms.fields.types import TEXT, FieldType
from forms.fields.upload import FILE_OPTIONS, KEEP, Upload, read_size
from forms.html import html_params, tag
from forms.messages import word

if TYPE_CHECKING:
    from forms.scene import Scene
    from forms.spot import Spot

_URL = re.compile(r"data:([\w.+/-]*)((?:;[\w-]+=[^;,]*)*)(;base64)?,(.*)", re.DOTALL)


class DataUrl(Upload):
    """A file as `data:type;name=…;base64,…`; at most 1 MB, since it travels with every page."""

    kind = "data-url"
    most_megabytes: ClassVar[float] = 1

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        kept = [token for token in (*self.kept_tokens, *map(str, valuelist)) if _URL.fullmatch(token)]
        self.data = self.typed = kept[0] if kept else ABSENT
        if not self.uploads:
            return
        file = self.received(self.uploads[0])
        body = base64.b64encode(file.stream.read()).decode()
        self.data = self.typed = f"data:{file.kind};name={quote(file.name)};base64,{body}"

    def parse(self, raw: str) -> Any:
        raise Wrong("invalid")

    def control(self, attributes: dict[str, Any]) -> Markup:
        held = Markup("")
        if isinstance(self.data, str) and self.data:
            own = f"{self.id}--k"
            box = html_params(
                type="checkbox", class_="form-check-input", id=own, name=self.name + KEEP, value=self.data, checked=True
            )
            held = tag(
                '<div class="form-check mb-2"><input {}><label class="form-check-label" for="{}">{} {}</label></div>'
            ).format(box, own, word("file-kept", self.scene.locale), describe(self.data))
        return held + super().control(self.input_params(attributes))

    @classmethod
    def text(cls, value: Any, spot: Spot, scene: Scene) -> str:
        return describe(value) if isinstance(value, str) and value else ""


def describe(url: str) -> str:
    """Name the file in a data URL with its kind and size."""
    hit = _URL.fullmatch(url)
    if hit is None:
        return url[:100]
    names = re.search(r";name=([^;,]*)", hit[2] or "")
    size = len(hit[4]) * 3 // 4 if hit[3] else len(hit[4])
    kind = sniff.NAMES.get(hit[1], hit[1])
    return f"{unquote(names[1]) if names else kind} ({read_size(size)})"


TYPES = (
    FieldType(
        "data-url", "内嵌小文件", "File inside the value", "file", "paperclip", DataUrl,
        {"type": "string", "format": "data-url"}, options=FILE_OPTIONS, formats=("data-url",), on=TEXT,
    ),
)  # fmt: skip
