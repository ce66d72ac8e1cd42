"""What a field type says of itself: its name in the palette, what it puts into schema and ui, what may be set.

The renderer chooses by it, the check of a form's files holds its options against it, designers offer it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from forms.fields.base import Entry

NUMBERS = ("number", "integer")
TEXT = ("string",)
SIZE: Mapping[str, Any] = {"type": "integer", "minimum": 1, "title": "行数", "title:en": "Rows"}

GROUPS: Mapping[str, tuple[str, str]] = {
    "text": ("文字", "Text"),
    "number": ("数字与金额", "Numbers and money"),
    "choice": ("选择", "Choices"),
    "date": ("日期与时间", "Dates and times"),
    "people": ("单位与人", "Units and people"),
    "register": ("台账与字典", "Registers"),
    "file": ("附件与签名", "Files and signatures"),
    "table": ("表格", "Tables"),
    "layout": ("版面", "Layout"),
    "special": ("其他", "Other"),
}


@dataclass(frozen=True)
class FieldType:
    """One entry of the catalogue.

    entry: the WTForms field that prints and reads it; None for what the layout makes of several fields.
    schema, ui: what a new field of this type starts with. options: property -> JSON Schema of `ui:options`.
    widgets: names under `ui:widget` or `ui:field` that choose it, formats: those under `format`; both only for
    values of the JSON types in `on`, or for any where `on` is empty.
    """

    key: str
    zh: str
    en: str
    group: str
    icon: str
    entry: type[Entry] | None = None
    schema: Mapping[str, Any] = field(default_factory=dict)
    ui: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    widgets: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    on: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Write the entry as designers read it."""
        zh, en = GROUPS[self.group]
        return {
            "key": self.key,
            "title": {"zh": self.zh, "en": self.en},
            "group": {"key": self.group, "zh": zh, "en": en},
            "icon": self.icon,
            "schema": dict(self.schema),
            "ui": dict(self.ui),
            "options": {"type": "object", "properties": {name: dict(part) for name, part in self.options.items()}},
        }
