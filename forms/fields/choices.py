"""Several of several options: tick boxes, or a select that takes more than one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from markupsafe import Markup

from forms import html as widgets
from forms.fields.base import ABSENT, Entry, Wrong
from forms.fields.choice import CHECK, INLINE, option_hint
from forms.fields.options import Option, is_choice, left_of, options_of, same
from forms.fields.types import FieldType
from forms.html import html_params, tag
from forms.messages import word
from forms.uischema import child, option, text_option

if TYPE_CHECKING:
    from forms.scene import Scene
    from forms.spot import Spot


class Choices(Entry):
    """An array of options without repeats; nothing ticked is an empty array, or nothing when it is optional."""

    kind = "choices"
    tall = True
    ask = "required-choice"
    grouped: ClassVar[bool] = True
    widget = widgets.TextInput()

    def options(self) -> list[Option]:
        """List the options, which `items` describes."""
        return left_of(_options(self.spot, self.scene), self.spot)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        raw = [str(token) for token in valuelist if token != ""]
        by_token = {entry.token: entry.value for entry in self.options() if not entry.disabled}
        self.typed = [by_token.get(token, token) for token in raw]
        self.data = ABSENT
        if any(token not in by_token for token in raw):
            raise Wrong("choice")
        # The order of the options, not of the clicks, so that the same choice is the same value.
        picked = set(raw)
        values = [entry.value for entry in self.options() if entry.token in picked]
        self.data = values if values or self.spot.required else ABSENT

    def is_chosen(self, entry: Option) -> bool:
        """Tell whether an option is among the values."""
        held = self.data if isinstance(self.data, list) else []
        return any(same(value, entry.value) for value in held)

    def control(self, attributes: dict[str, Any]) -> Markup:
        printed = [self._box(entry, index, attributes) for index, entry in enumerate(self.options())]
        inline = option(self.spot.ui, "inline") is True
        return tag("<div{}>{}</div>").format(INLINE if inline else Markup(""), Markup("").join(printed))

    def _box(self, entry: Option, index: int, attributes: dict[str, Any]) -> Markup:
        own = f"{self.id}--{index}" if index else self.id
        invalid = " is-invalid" if "aria_invalid" in attributes else ""
        aria = {key: value for key, value in attributes.items() if key.startswith("aria_")}
        params = html_params(
            type="checkbox", name=self.name, id=own, value=entry.token, class_=f"form-check-input{invalid}",
            checked=self.is_chosen(entry), disabled=entry.disabled, **aria,
        )  # fmt: skip
        return CHECK.format(params, own, entry.label, option_hint(entry))

    @classmethod
    def text(cls, value: Any, spot: Spot, scene: Scene) -> str:
        if not isinstance(value, list):
            return "" if value is None else str(value)
        entries = _options(spot, scene)
        named = [next((e.label for e in entries if same(e.value, part)), str(part)) for part in value]
        return word("and", scene.locale).join(named)


class ManySelect(Choices):
    """A select that takes more than one (`ui:widget: select`)."""

    kind = "many-select"
    grouped: ClassVar[bool] = False

    def control(self, attributes: dict[str, Any]) -> Markup:
        printed = [
            tag("<option {}>{}</option>").format(
                html_params(value=entry.token, selected=self.is_chosen(entry), disabled=entry.disabled), entry.label
            )
            for entry in self.options()
        ]
        attributes["class_"] = str(attributes.get("class_", "")).replace("form-control", "form-select")
        params = html_params(name=self.name, multiple=True, **attributes)
        return tag("<select {}>{}</select>").format(params, Markup("").join(printed))


def takes_many(schema: dict[str, Any], widget: str | None) -> bool:
    """Tell whether an array is a choice of several: its items are listed and may not repeat."""
    items = schema.get("items")
    if not isinstance(items, dict) or not is_choice(items):
        return False
    return schema.get("uniqueItems") is True or widget in ("checkboxes", "select", "radio")


def _options(spot: Spot, scene: Scene) -> list[Option]:
    items = spot.schema.get("items")
    ui = child(spot.ui, "items")
    if text_option(spot.ui, "enumNames") is None and option(spot.ui, "enumNames") is not None:
        ui = spot.ui
    return options_of(items if isinstance(items, dict) else {}, ui, scene.locale)


TYPES = (
    FieldType(
        "checkboxes", "多选", "Checkboxes", "choice", "ui-checks", Choices,
        {"type": "array", "uniqueItems": True, "items": {"type": "string", "enum": ["选项一", "选项二"]}},
        {"ui:widget": "checkboxes"},
        {"inline": {"type": "boolean", "title": "排成一行"}, "enumNames": {"type": "array", "title": "显示的文字"}},
    ),
    FieldType(
        "many-select", "下拉多选", "Select several", "choice", "ui-checks-grid", ManySelect,
        {"type": "array", "uniqueItems": True, "items": {"type": "string", "enum": ["选项一", "选项二"]}},
        {"ui:widget": "select"},
    ),
)  # fmt: skip
