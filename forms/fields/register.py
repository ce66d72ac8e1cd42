"""A record of a register, picked by its key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from forms import html as widgets
from forms.fields.base import ABSENT, Wrong
from forms.fields.types import FieldType
from forms.fields.unit import LONG_LIST, Offered, Unit
from forms.html import tag
from forms.messages import word
from forms.uischema import text_option

if TYPE_CHECKING:
    from forms.scene import Scene
    from forms.spot import Spot


class Register(Unit):
    """A select of records, or text with suggestions when there are many; `ui:options.register` names the register."""

    kind = "register"

    @property
    def register(self) -> str:
        """Name the register that is read."""
        return register_of(self.spot)

    def offered(self) -> list[Offered]:
        if self.scene.ports is None:
            return []
        return self.scene.ports.rows(self.register, None)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        raw = [str(value).strip() for value in valuelist if str(value).strip()]
        self.data = ABSENT
        self.typed = raw if self.several else (raw[0] if raw else ABSENT)
        if not raw:
            return
        ports = self.scene.ports
        if ports is not None and any(ports.row(self.register, value) is None for value in raw):
            raise Wrong("row-unknown")
        self.data = list(dict.fromkeys(raw)) if self.several else raw[0]

    def control(self, attributes: dict[str, Any]) -> Markup:
        offered = self.offered()
        attributes["data_qc_register"] = self.register
        if not offered:
            return super().control({**attributes, "autocomplete": "off"})
        if self.several or (len(offered) <= LONG_LIST and text_option(self.spot.ui, "style") != "search"):
            return self.select(_by_hint(offered), attributes)
        listed = f"{self.id}--l"
        options = Markup("").join(
            tag('<option value="{}">{}</option>').format(key, f"{label} {hint}".strip())
            for key, label, hint in offered[:1000]
        )
        params = widgets.html_params(
            name=self.name, type="text", value=self._value(), list=listed, autocomplete="off", **attributes
        )
        return tag('<input {}><datalist id="{}">{}</datalist>').format(params, listed, options)

    @classmethod
    def text(cls, value: Any, spot: Spot, scene: Scene) -> str:
        keys = value if isinstance(value, list) else [] if value is None else [value]
        return word("and", scene.locale).join(_label(str(key), spot, scene) for key in keys)


def register_of(spot: Spot) -> str:
    """Name the register a field reads."""
    return text_option(spot.ui, "register") or text_option(spot.ui, "dictionary") or ""


def _label(key: str, spot: Spot, scene: Scene) -> str:
    """Name a record by `ui:options.label`, else by its `title` or `name` column, else by its key."""
    row = scene.ports.row(register_of(spot), key) if scene.ports is not None else None
    if row is None:
        return key
    wished = text_option(spot.ui, "labelField")
    held = row["values"] if isinstance(row.get("values"), dict) else row
    for column in (wished, "label", "title", "name", "名称", "事项"):
        if column and isinstance(held.get(column), str):
            return str(held[column])
    return key


def _by_hint(offered: list[Offered]) -> list[Offered]:
    """Show the hint after the label: records are not grouped, their hints tell them apart."""
    return [(key, f"{label}（{hint}）" if hint else label, "") for key, label, hint in offered]


TYPES = (
    FieldType(
        "register", "台账记录", "Register record", "register", "table", Register, {"type": "string"},
        {"ui:widget": "register", "ui:options": {"register": ""}},
        {
            "register": {"type": "string", "title": "台账"},
            "labelField": {"type": "string", "title": "显示哪一列"},
            "style": {"enum": ["select", "search"], "enumNames": ["下拉", "边打字边找"], "title": "样式"},
        },
        widgets=("register",),
    ),
)  # fmt: skip
