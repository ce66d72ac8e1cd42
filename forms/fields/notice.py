"""Fixed text between fields; it has no value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from markupsafe import Markup

from forms.fields.base import ABSENT, Entry
from forms.fields.types import FieldType
from forms.html import tag
from forms.uischema import text_option

_BANNER = tag(
    '<div class="banner t-{}" id="{}"><svg class="ico" aria-hidden="true"><use href="{}#info-circle-fill"/></svg>'
    "<div>{}{}</div></div>"
)
TONES = ("teal", "indigo", "green", "amber", "red", "violet", "grey")


class Notice(Entry):
    """A banner (`ui:widget: notice`, `ui:options.tone`) or a field of `type: null`."""

    kind = "notice"
    tall = True
    bare: ClassVar[bool] = True

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = None if self.spot.schema.get("type") == "null" and self.spot.required else ABSENT
        self.typed = ABSENT

    def control(self, attributes: dict[str, Any]) -> Markup:
        tone = text_option(self.spot.ui, "tone")
        body = text_option(self.spot.ui, "text") or self.spot.schema.get("description") or ""
        lines = Markup("").join(tag("<p>{}</p>").format(line) for line in str(body).split("\n") if line.strip())
        title = tag("<h3>{}</h3>").format(self.spot.label) if self.spot.label else ""
        icon = tag('<svg class="ico" aria-hidden="true"><use href="{}#info-circle-fill"/></svg>').format(
            self.scene.icons
        )
        return tag('<div class="banner t-{}" id="{}">{}<div>{}{}</div></div>').format(
            tone if tone in TONES else "grey", self.id, icon, title, lines
        )


TYPES = (
    FieldType(
        "notice", "提示", "Notice", "layout", "info-circle", Notice, {"type": "null"},
        {"ui:widget": "notice"},
        {
            "text": {"type": "string", "title": "文字"},
            "tone": {"enum": list(TONES), "enumNames": list("青靛绿黄红紫灰"), "title": "颜色"},
        },
        widgets=("notice",),
    ),
)  # fmt: skip
