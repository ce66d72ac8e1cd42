"""An entry of a dictionary: a short register of codes, shown as words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from markupsafe import Markup

from forms.fields.choice import CHECK, INLINE
from forms.fields.register import Register, register_of
from forms.fields.types import FieldType
from forms.html import html_params, tag
from forms.uischema import text_option

if TYPE_CHECKING:
    from forms.fields.unit import Offered
    from forms.scene import Scene
    from forms.spot import Spot


class Dictionary(Register):
    """A select of the entries in their order; `ui:options` {dictionary, multiple}."""

    kind = "dictionary"

    def offered(self) -> list[Offered]:
        return [(key, label, "") for key, label, _ in super().offered()]

    @classmethod
    def text(cls, value: Any, spot: Spot, scene: Scene) -> str:
        if isinstance(value, str) and scene.ports is not None:
            named = {key: label for key, label, _ in scene.ports.rows(register_of(spot), None)}
            if value in named:
                return named[value]
        return super().text(value, spot, scene)


class DictionaryRadio(Dictionary):
    """The same as radio buttons, or tick boxes where several may be chosen (`ui:options.style: radio`)."""

    kind = "dictionary-radio"
    grouped: ClassVar[bool] = True
    tall = True

    def control(self, attributes: dict[str, Any]) -> Markup:
        held, kind = self.held(), "checkbox" if self.several else "radio"
        printed = []
        aria = {key: part for key, part in attributes.items() if key.startswith("aria_")}
        for index, (key, label, _) in enumerate(self.offered()):
            own = f"{self.id}--{index}" if index else self.id
            params = html_params(
                type=kind, name=self.name, id=own, value=key, class_="form-check-input", checked=key in held, **aria
            )
            printed.append(CHECK.format(params, own, label, ""))
        return tag("<div{}>{}</div>").format(INLINE, Markup("").join(printed))


def is_radio(ui: Any) -> bool:
    """Tell whether the entries stand open rather than in a select."""
    return text_option(ui, "style") == "radio"


TYPES = (
    FieldType(
        "dictionary", "字典项", "Dictionary entry", "register", "list", Dictionary, {"type": "string"},
        {"ui:widget": "dictionary", "ui:options": {"dictionary": ""}},
        {
            "dictionary": {"type": "string", "title": "字典"},
            "style": {"enum": ["select", "radio"], "enumNames": ["下拉", "摊开"], "title": "样式"},
            "multiple": {"type": "boolean", "title": "可选多个"},
        },
        widgets=("dictionary",),
    ),
)  # fmt: skip
