"""A choice narrowed step by step: province, city, county …, or a tree that the form or a register holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from markupsafe import Markup

from forms import html as widgets
from forms.fields.base import ABSENT, Entry, Wrong
from forms.fields.types import FieldType
from forms.html import html_params, tag
from forms.messages import word
from forms.uischema import option, text_option

if TYPE_CHECKING:
    from forms.scene import Scene
    from forms.spot import Spot

Choice = tuple[str, str]
_DEEPEST = 8
_SELECT = tag("<select {}>{}</select>")
_OPTION = tag('<option value="{}"{}>{}</option>')
_BOX = tag(
    '<div class="cascade" data-qc-cascade="{}">{}<noscript><button class="btn btn-plain btn-sm" name="_pick:{}" '
    'value="1" formnovalidate>{}</button></noscript></div>'
)


class Cascade(Entry):
    """One select a level, all under one name; the value is the deepest choice, or the whole path where a list is asked.

    `ui:options` {tree: [{value, label, children}]} or {register, parent: column}, {levels: titles, partial: true}.
    """

    kind = "cascade"
    ask = "required-choice"
    grouped: ClassVar[bool] = True
    tall = True
    widget = widgets.TextInput()

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        path: list[str] = []
        self.data = self.typed = ABSENT
        for raw in (str(value) for value in valuelist[:_DEEPEST]):
            # What stands below a choice that was changed belongs to the old one: it ends the path.
            if raw not in {value for value, _ in below(path, self.spot, self.scene)}:
                if raw and len(path) == 0:
                    self.typed = [raw]
                    raise Wrong("choice")
                break
            path.append(raw)
        if not path:
            return
        self.typed = path
        if option(self.spot.ui, "partial") is not True and below(path, self.spot, self.scene):
            raise Wrong("cascade-deeper")
        self.data = path if self.spot.schema.get("type") == "array" else path[-1]
        self.typed = self.data

    def control(self, attributes: dict[str, Any]) -> Markup:
        path = path_of(None if self.data is ABSENT else self.data, self.spot, self.scene)
        selects = []
        for level in range(len(path) + 1):
            offered = below(path[:level], self.spot, self.scene)
            if level < len(path) and path[level] not in {value for value, _ in offered}:
                # What was posted or stored is not offered (any more): it stays in sight.
                offered = [*offered, (path[level], path[level])]
            if offered:
                selects.append(self._select(level, offered, path[level] if level < len(path) else "", attributes))
        shown = word("next-level", self.scene.locale)
        return _BOX.format(self.spot.pointer, Markup("").join(selects), self.spot.pointer, shown)

    def _select(self, level: int, offered: Sequence[Choice], chosen: str, attributes: dict[str, Any]) -> Markup:
        titles = option(self.spot.ui, "levels")
        title = titles[level] if isinstance(titles, list) and level < len(titles) else f"{level + 1}"
        options = [_OPTION.format("", "", word("choose", self.scene.locale))]
        options += [_OPTION.format(value, Markup(" selected") if value == chosen else "", label)
                    for value, label in offered]  # fmt: skip
        params = html_params(
            name=self.name, id=f"{self.id}--{level}" if level else self.id, class_="form-select",
            aria_label=f"{self.spot.label}：{title}",
            **{key: part for key, part in attributes.items() if key.startswith("aria_")},
        )  # fmt: skip
        return _SELECT.format(params, Markup("").join(options))

    @classmethod
    def text(cls, value: Any, spot: Spot, scene: Scene) -> str:
        path = path_of(value, spot, scene)
        named = []
        for level, part in enumerate(path):
            named.append(next((label for key, label in below(path[:level], spot, scene) if key == part), part))
        return " / ".join(named)


class Region(Cascade):
    """省市县乡村 as the units have them, or as a register with a `parent` column has them."""

    kind = "region"


def below(path: Sequence[str], spot: Spot, scene: Scene) -> list[Choice]:
    """List what may be chosen after a path."""
    if text_option(spot.ui, "widget") == "region" and text_option(spot.ui, "register") is None:
        ask = getattr(scene.ports, "regions", None)
        found: list[Choice] = ask(path[-1] if path else None) if ask is not None else []
        return found
    register, column = text_option(spot.ui, "register"), text_option(spot.ui, "parent") or "parent"
    if register is not None:
        ask = getattr(scene.ports, "rows_below", None)
        found = ask(register, column, path[-1] if path else None) if ask is not None else []
        return list(found)
    here = option(spot.ui, "tree")
    for part in path:
        here = next((each.get("children") for each in _nodes(here) if _key(each) == part), None)
    return [(_key(each), str(each.get("label", _key(each)))) for each in _nodes(here)]


def path_of(value: Any, spot: Spot, scene: Scene) -> list[str]:
    """Find the choices above a stored value, itself last; a value nobody offers stands alone."""
    if isinstance(value, list):
        return [str(part) for part in value][:_DEEPEST]
    if not isinstance(value, str) or not value:
        return []
    above = getattr(scene.ports, "region_path", None)
    if text_option(spot.ui, "widget") == "region" and text_option(spot.ui, "register") is None and above is not None:
        found: list[str] = above(value)
        return found or [value]
    if text_option(spot.ui, "register") is not None:
        return _register_path(value, spot, scene)
    return next((path for path in _paths(option(spot.ui, "tree"), []) if path[-1] == value), [value])


def _register_path(value: str, spot: Spot, scene: Scene) -> list[str]:
    register, column = text_option(spot.ui, "register") or "", text_option(spot.ui, "parent") or "parent"
    path = [value]
    while scene.ports is not None and len(path) < _DEEPEST:
        row = scene.ports.row(register, path[0])
        parent = row.get(column) if row is not None else None
        if not isinstance(parent, str) or not parent or parent in path:
            break
        path.insert(0, parent)
    return path


def _paths(nodes: Any, above: list[str]) -> Iterator[list[str]]:
    for each in _nodes(nodes):
        path = [*above, _key(each)]
        yield path
        if len(path) < _DEEPEST:
            yield from _paths(each.get("children"), path)


def _nodes(nodes: Any) -> list[dict[str, Any]]:
    return [each for each in nodes if isinstance(each, dict)] if isinstance(nodes, list) else []


def _key(node: dict[str, Any]) -> str:
    return str(node.get("value", node.get("label", "")))


_COMMON: dict[str, Any] = {
    "register": {"type": "string", "title": "台账（一行一项）"},
    "parent": {"type": "string", "title": "哪一列写上级"},
    "levels": {"type": "array", "items": {"type": "string"}, "title": "各级的名称"},
    "partial": {"type": "boolean", "title": "可以只选到中间一级"},
}
_SAMPLE = [{"value": "甲", "label": "甲", "children": [{"value": "甲一", "label": "甲一"}]}]
TYPES = (
    FieldType(
        "cascade", "逐级选择", "Cascade", "choice", "diagram-2", Cascade, {"type": "string"},
        {"ui:widget": "cascade", "ui:options": {"tree": _SAMPLE}},
        {**_COMMON, "tree": {"type": "array", "title": "选项"}},
        widgets=("cascade",),
    ),
    FieldType(
        "region", "省市县乡村", "Region", "people", "signpost-2", Region, {"type": "string"},
        {"ui:widget": "region"}, _COMMON, widgets=("region",),
    ),
)  # fmt: skip
