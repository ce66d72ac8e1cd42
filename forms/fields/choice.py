"""One of several options: a select, radio buttons, or cards that state the consequence (`ui:widget: decide`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from markupsafe import Markup

from forms import html as widgets
from forms.fields.base import ABSENT, Entry, Wrong
from forms.fields.options import Option, label_for, left_of, options_of, same
from forms.fields.types import FieldType
from forms.html import html_params, tag
from forms.messages import word
from forms.uischema import option, text_option

if TYPE_CHECKING:
    from forms.scene import Scene
    from forms.spot import Spot

INLINE = Markup(' class="d-flex flex-wrap gap-1 column-gap-4"')
CHECK = tag('<div class="form-check"><input {}><label class="form-check-label" for="{}">{}{}</label></div>')


class Choice(Entry):
    """A select; the value is the JSON value of the option."""

    kind = "choice"
    ask = "required-choice"
    widget = widgets.TextInput()

    def parse(self, raw: str) -> Any:
        if raw == "":
            return ABSENT
        for entry in self.options():
            if entry.token == raw and not entry.disabled:
                return entry.value
        raise Wrong("choice")

    def options(self) -> list[Option]:
        """List the options of this field."""
        return left_of(options_of(self.spot.schema, self.spot.ui, self.scene.locale), self.spot)

    def is_chosen(self, entry: Option) -> bool:
        """Tell whether an option is the value, or what was posted for it."""
        if isinstance(self.data, str) and self.data == entry.token:
            return True
        return (
            self.data is not ABSENT
            and not (self.data is None and entry.value is not None)
            and same(self.data, entry.value)
        )

    def control(self, attributes: dict[str, Any]) -> Markup:
        entries = self.options()
        chosen = [entry for entry in entries if self.is_chosen(entry)][:1]
        blank = text_option(self.spot.ui, "placeholder") or word("choose", self.scene.locale)
        printed = [_option("", blank, chosen=not chosen)]
        if not chosen and isinstance(self.data, str) and self.data:
            # What was posted or stored is no option: it stays visible, and is refused again if it is sent again.
            printed = [
                _option("", blank, chosen=False, disabled=False),
                _option(self.data, self.data, chosen=True, disabled=False),
            ]
        printed += [_option(e.token, e.label, chosen=e in chosen, disabled=e.disabled) for e in entries]
        attributes["class_"] = str(attributes.get("class_", "")).replace("form-control", "form-select")
        start = tag("<select {}>").format(html_params(name=self.name, **attributes))
        return start + Markup("").join(printed) + Markup("</select>")

    @classmethod
    def text(cls, value: Any, spot: Spot, scene: Scene) -> str:
        if value is None and not any(entry.value is None for entry in options_of(spot.schema, spot.ui, scene.locale)):
            return ""
        return label_for(value, spot, scene)


class Radio(Choice):
    """Radio buttons; `ui:options.inline` puts them in one line."""

    kind = "radio"
    tall = True
    grouped: ClassVar[bool] = True

    def control(self, attributes: dict[str, Any]) -> Markup:
        printed = [self._button(entry, index, attributes) for index, entry in enumerate(self.options())]
        inline = option(self.spot.ui, "inline") is True
        return tag("<div{}>{}</div>").format(INLINE if inline else Markup(""), Markup("").join(printed))

    def _button(self, entry: Option, index: int, attributes: dict[str, Any]) -> Markup:
        own = f"{self.id}--{index}" if index else self.id
        return CHECK.format(self._params(entry, own, attributes), own, entry.label, option_hint(entry))

    def _params(self, entry: Option, own_id: str, attributes: dict[str, Any]) -> str:
        invalid = " is-invalid" if "aria_invalid" in attributes else ""
        aria = {key: value for key, value in attributes.items() if key.startswith("aria_")}
        return html_params(
            type="radio", name=self.name, id=own_id, value=entry.token, class_=f"form-check-input{invalid}",
            checked=self.is_chosen(entry), disabled=entry.disabled, **aria,
        )  # fmt: skip


class Decide(Radio):
    """Cards: the verb in bold, what follows from it below."""

    kind = "decide"

    def control(self, attributes: dict[str, Any]) -> Markup:
        printed = []
        for index, entry in enumerate(self.options()):
            own = f"{self.id}--{index}" if index else self.id
            hint = tag("<small>{}</small>").format(entry.hint) if entry.hint else ""
            printed.append(
                tag("<label><input {}><b>{}</b>{}</label>").format(
                    self._params(entry, own, attributes), entry.label, hint
                )
            )
        return Markup("").join(printed)


def option_hint(entry: Option) -> Markup:
    """Print what is said about an option, after its label."""
    return tag(' <span class="opt">{}</span>').format(entry.hint) if entry.hint else Markup("")


def _option(token: str, label: str, *, chosen: bool = False, disabled: bool = False) -> Markup:
    params = html_params(value=token, selected=chosen, disabled=disabled)
    return tag("<option {}>{}</option>").format(params, label)


_LISTED = {"type": "string", "enum": ["选项一", "选项二"]}
_NAMES: dict[str, Any] = {
    "enumNames": {"type": ["array", "object"], "title": "显示的文字"},
    "enumHints": {"type": ["array", "object"], "title": "选项的说明"},
    "enumDisabled": {"type": "array", "title": "不可选的选项"},
}
TYPES = (
    FieldType("select", "下拉单选", "Select", "choice", "list-check", Choice, _LISTED, options=_NAMES),
    FieldType(
        "radio", "单选", "Radio buttons", "choice", "ui-radios", Radio, _LISTED, {"ui:widget": "radio"},
        {**_NAMES, "inline": {"type": "boolean", "title": "排成一行"}},
    ),
    FieldType(
        "yes-no", "是或否", "Yes or no", "choice", "question-circle", Radio, {"type": "boolean"},
        {"ui:widget": "radio", "ui:options": {"inline": True}}, {"inline": {"type": "boolean", "title": "排成一行"}},
    ),
    FieldType(
        "decide", "决定", "Decision cards", "choice", "clipboard-check", Decide, _LISTED, {"ui:widget": "decide"},
        _NAMES,
    ),
)  # fmt: skip
