"""A signature: drawn and stored as a picture by its hash, or typed where nothing can be drawn."""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from markupsafe import Markup

from forms.fields.base import ABSENT, Raw, Wrong, is_text
from forms.fields.file import File, files_of
from forms.fields.types import FieldType
from forms.fields.upload import MEGABYTE
from forms.html import html_params, tag
from forms.messages import word

if TYPE_CHECKING:
    from forms.scene import Scene
    from forms.spot import Spot

_DRAWN = "data:image/png;base64,"
_LONGEST = 100
_BOX = tag(
    '{}<div class="sign" data-qc-sign="{}" data-qc-clear="{}"></div><input {}>'
    '<label class="form-text" for="{}">{}</label><input {}>'
)


class _Drawing(io.BytesIO):
    """A drawn picture as an upload."""

    filename = "signature.png"


class Signature(File):
    """The stored picture {sha256, name, size, type}, or {text} for a typed one."""

    kind = "signature"
    most_megabytes: ClassVar[float] = 1
    grouped: ClassVar[bool] = True

    @property
    def several(self) -> bool:
        return False

    @property
    def accepted(self) -> Sequence[str]:
        return ("image/png",)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        texts = [str(value) for value in valuelist]
        drawn = [text for text in texts if text.startswith(_DRAWN)]
        typed = [text for text in texts if text.strip() and not text.startswith(_DRAWN)]
        if drawn:
            self.uploads = [self._picture(drawn[-1])]
        if drawn or (self.kept_tokens and not typed) or self.uploads:
            super().process_formdata([])
            return
        self.data = self.typed = ABSENT
        if typed:
            self.typed = {"text": Raw(typed[0])}
            if len(typed[0]) > _LONGEST:
                raise Wrong("too-large", limit=_LONGEST)
            if not is_text(typed[0]):
                self.typed = ABSENT
                raise Wrong("invalid")
            self.data = self.typed = {"text": typed[0].strip()}

    def _picture(self, url: str) -> _Drawing:
        if len(url) > MEGABYTE:
            raise Wrong("invalid")
        try:
            return _Drawing(base64.b64decode(url[len(_DRAWN) :], validate=True))
        except binascii.Error:
            raise Wrong("invalid") from None

    def hint(self) -> str:
        return ""

    def control(self, attributes: dict[str, Any]) -> Markup:
        locale = self.scene.locale
        held = self.data.get("text") if isinstance(self.data, Mapping) else None
        aria = {key: part for key, part in attributes.items() if key.startswith("aria_")}
        typed = html_params(
            type="text", class_="form-control", id=self.id, name=self.name, value=held or "", autocomplete="off",
            maxlength=_LONGEST, **aria,
        )  # fmt: skip
        drawn = html_params(type="hidden", name=self.name, value="", data_qc_drawn=True)
        label = f"{self.spot.label}：{word('sign-here', locale)}"
        return _BOX.format(
            self._held(), label, word("sign-again", locale), drawn, self.id, word("sign-typed", locale), typed
        )

    @classmethod
    def text(cls, value: Any, spot: Spot, scene: Scene) -> str:
        if isinstance(value, Mapping) and isinstance(value.get("text"), str):
            return str(value["text"])
        return word("signed", scene.locale) if any(True for _ in files_of(value)) else ""

    @classmethod
    def display(cls, value: Any, spot: Spot, scene: Scene) -> Markup:
        link = getattr(scene.ports, "file_link", None)
        entry = next(iter(files_of(value)), None)
        if entry is None or link is None:
            return super(File, cls).display(value, spot, scene)
        mark = tag('<img class="signature" src="{}" alt="{}"><br><small class="muted">SHA-256 {}</small>')
        return mark.format(
            link(spot.pointer, entry), f"{spot.label}：{word('signed', scene.locale)}", entry["sha256"][:16]
        )


TYPES = (
    FieldType(
        "signature", "签名", "Signature", "file", "pencil", Signature, {"type": "object"},
        {"ui:widget": "signature"}, widgets=("signature",),
    ),
)  # fmt: skip
