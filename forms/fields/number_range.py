"""From one number to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from forms.fields.base import Wrong
from forms.fields.number import read_number
from forms.fields.parts import Parts
from forms.fields.types import FieldType
from forms.messages import word

if TYPE_CHECKING:
    from forms.scene import Scene
    from forms.spot import Spot

_ENDS = ("min", "max")


class NumberRange(Parts):
    """Two number inputs: {min, max}."""

    kind = "number-range"

    def asked(self) -> Sequence[str]:
        return word("least", self.scene.locale), word("most", self.scene.locale)

    def join(self, texts: Sequence[str]) -> Any:
        if "" in texts:
            raise Wrong("numbers-half")
        least, most = (read_number(text) for text in texts)
        if least is None or most is None:
            raise Wrong("number")
        if most < least:
            raise Wrong("numbers-order")
        return {"min": least, "max": most}

    def split(self, value: Any) -> Sequence[str]:
        return _texts(value)

    def input_params(self, index: int, text: str) -> dict[str, Any]:
        return {"type": "text", "inputmode": "decimal", "autocomplete": "off"}

    @classmethod
    def text(cls, value: Any, spot: Spot, scene: Scene) -> str:
        return word("until", scene.locale).join(text for text in _texts(value) if text)


def _texts(value: Any) -> Sequence[str]:
    if not isinstance(value, Mapping):
        return ["", ""]
    return ["" if value.get(name) is None else str(value[name]) for name in _ENDS]


_NUMBER = {"type": "number"}
TYPES = (
    FieldType(
        "number-range", "数值范围", "Number range", "number", "arrows-fullscreen", NumberRange,
        {"type": "object", "properties": {"min": _NUMBER, "max": _NUMBER}, "required": ["min", "max"]},
        {"ui:field": "numeric-range"}, widgets=("numeric-range",), on=("object",),
    ),
)  # fmt: skip
