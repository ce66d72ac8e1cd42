"""A unit of the organisation, picked from those the port offers; the value is its id."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, ClassVar

from markupsafe import Markup

from forms import html as widgets
from forms.fields.base import ABSENT, Entry, Wrong
from forms.fields.types import FieldType
from forms.html import tag
from forms.messages import word
from forms.uischema import option, text_option

if TYPE_CHECKING:
    from forms.scene import Scene
    from forms.spot import Spot

Offered = tuple[str, str, str]
LONG_LIST = 200


class Unit(Entry):
    """A select grouped by the unit above; `ui:options` {level, scope, multiple} narrow it.

    Without ports the id itself is typed. Ids are checked against what the port offers.
    """

    kind = "unit"
    wrong: ClassVar[str] = "unit-unknown"
    ask = "required-choice"
    widget = widgets.TextInput()

    def offered(self) -> list[Offered]:
        """List what may be picked, as the port gives it."""
        if self.scene.ports is None:
            return []
        scope, level = text_option(self.spot.ui, "scope"), text_option(self.spot.ui, "level")
        return self.scene.ports.units(scope, level, None)

    @property
    def several(self) -> bool:
        """Tell whether the value is a list of ids."""
        kinds = self.spot.schema.get("type")
        return kinds == "array" or (option(self.spot.ui, "multiple") is True and kinds != "string")

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        raw = [str(value).strip() for value in valuelist if str(value).strip()]
        self.data = ABSENT
        self.typed = raw if self.several else (raw[0] if raw else ABSENT)
        if not raw:
            if self.several and valuelist and self.spot.required:
                self.data = []
            return
        if self.scene.ports is not None:
            known = {identity for identity, _, _ in self.offered()}
            if any(value not in known for value in raw):
                raise Wrong(self.wrong)
        self.data = list(dict.fromkeys(raw)) if self.several else raw[0]

    def control(self, attributes: dict[str, Any]) -> Markup:
        offered = self.offered()
        if not offered and self.scene.ports is None:
            return super().control({**attributes, "autocomplete": "off"})
        return self.select(offered, attributes)

    def select(self, offered: list[Offered], attributes: dict[str, Any]) -> Markup:
        """Print a select with one group for each run of the same group name."""
        held = self.held()
        known = {identity for identity, _, _ in offered}
        parts = [] if self.several else [_choice("", word("choose", self.scene.locale), chosen=not held)]
        # A unit that is closed by now stays visible; one outside a narrower scope was only a suggestion from above.
        outside = [] if self.several and text_option(self.spot.ui, "scope") else [v for v in held if v not in known]
        parts += [_choice(value, self.text(value, self.spot, self.scene), chosen=True) for value in outside]
        for group, members in groupby(offered, key=lambda entry: entry[2]):
            inside = Markup("").join(_choice(i, label, chosen=i in held) for i, label, _ in members)
            parts.append(tag('<optgroup label="{}">{}</optgroup>').format(group, inside) if group else inside)
        attributes["class_"] = str(attributes.get("class_", "")).replace("form-control", "form-select")
        if self.several:
            attributes["size"] = min(max(len(offered), 4), 12)
        params = widgets.html_params(name=self.name, multiple=self.several, data_qc_pick=self.kind, **attributes)
        return tag("<select {}>{}</select>").format(params, Markup("").join(parts))

    def held(self) -> list[str]:
        """List the ids that are the value now."""
        if isinstance(self.data, list):
            return [str(value) for value in self.data]
        return [str(self.data)] if isinstance(self.data, str) and self.data else []

    @classmethod
    def text(cls, value: Any, spot: Spot, scene: Scene) -> str:
        ids = value if isinstance(value, list) else [] if value is None else [value]
        named = [(scene.ports.unit_label(str(i)) if scene.ports is not None else None) or str(i) for i in ids]
        return word("and", scene.locale).join(named)


def _choice(value: str, label: str, *, chosen: bool) -> Markup:
    return tag('<option value="{}"{}>{}</option>').format(value, Markup(" selected") if chosen else "", label)


SCOPES: dict[str, Any] = {
    "scope": {"type": "string", "title": "范围（own 为本单位）"},
    "multiple": {"type": "boolean", "title": "可选多个"},
}
TYPES = (
    FieldType(
        "unit", "单位", "Unit", "people", "diagram-3", Unit, {"type": "string"}, {"ui:widget": "unit"},
        {**SCOPES, "level": {"type": "string", "title": "层级"}}, widgets=("unit",),
    ),
)  # fmt: skip
