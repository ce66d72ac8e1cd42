"""A value that travels with the page unseen, and a constant that nobody types."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from forms import html as widgets
from forms.fields.base import ABSENT, Entry
from forms.fields.types import FieldType

if TYPE_CHECKING:
    from forms.scene import Scene
    from forms.spot import Spot


class Hidden(Entry):
    """`ui:widget: hidden`; text as it is, everything else as JSON."""

    kind = "hidden"
    bare: ClassVar[bool] = True
    widget = widgets.HiddenInput()

    def parse(self, raw: str) -> Any:
        if raw == "":
            return ABSENT
        if self.spot.schema.get("type", "string") == "string":
            return raw
        try:
            return json.loads(raw)
        except ValueError:
            return raw

    def shown(self, value: Any) -> str:
        if value is None or value is ABSENT:
            return ""
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def control(self, attributes: dict[str, Any]) -> Any:
        return self(id=self.id)


class Constant(Entry):
    """`const`: shown, never typed; the server sets it."""

    kind = "constant"
    widget = widgets.TextInput()

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = self.typed = self.spot.schema.get("const", ABSENT)

    def control(self, attributes: dict[str, Any]) -> Any:
        value = self.spot.schema.get("const")
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        attributes = {key: part for key, part in attributes.items() if key != "required"}
        return self(**attributes, value=text, readonly=True)

    @classmethod
    def text(cls, value: Any, spot: Spot, scene: Scene) -> str:
        if value is None:
            return ""
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


TYPES = (
    FieldType(
        "hidden", "隐藏的值", "Hidden value", "special", "eye", Hidden, {"type": "string"}, {"ui:widget": "hidden"},
        widgets=("hidden",),
    ),
    FieldType("constant", "固定内容", "Constant", "special", "pause-fill", Constant, {"const": "固定内容"}),
)  # fmt: skip
