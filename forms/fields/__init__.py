"""The field types and which schema each is for; what no type claims is a section, a table or a JSON box.

`TYPES` is the one catalogue: the renderer picks from it, the check of a form's files and designers read it.
"""

from __future__ import annotations

from typing import Any

from forms.fields import (
    boolean,
    cascade,
    choice,
    choices,
    color,
    credit_code,
    data_url,
    date,
    date_range,
    date_time,
    deadline,
    dictionary,
    file,
    hidden,
    json_box,
    map_point,
    money,
    notice,
    number,
    number_range,
    percent,
    person,
    phone,
    rating,
    register,
    resident_id,
    rich_text,
    secret,
    serial,
    shapes,
    signature,
    slider,
    text,
    textarea,
    time,
    unit,
)
from forms.fields.base import Entry
from forms.fields.options import is_choice
from forms.fields.types import FieldType
from forms.uischema import Ui, option, text_option

Schema = dict[str, Any]
__all__ = ["JSON_BOX", "TYPES", "Entry", "is_choice", "kind_of", "pick"]

TYPES: tuple[FieldType, ...] = (
    *text.TYPES, *textarea.TYPES, *rich_text.TYPES, *secret.TYPES,
    *number.TYPES, *money.TYPES, *percent.TYPES, *slider.TYPES, *number_range.TYPES,
    *choice.TYPES, *choices.TYPES, *boolean.TYPES, *rating.TYPES, *cascade.TYPES,
    *date.TYPES, *date_time.TYPES, *time.TYPES, *date_range.TYPES, *deadline.TYPES,
    *unit.TYPES, *person.TYPES, *phone.TYPES, *resident_id.TYPES, *credit_code.TYPES,
    *register.TYPES, *dictionary.TYPES, *file.TYPES, *signature.TYPES, *data_url.TYPES,
    *shapes.TYPES, *serial.TYPES, *map_point.TYPES, *color.TYPES, *notice.TYPES, *hidden.TYPES, *json_box.TYPES,
)  # fmt: skip
JSON_BOX: type[Entry] = json_box.JsonBox
_ANYWHERE: dict[str, type[Entry]] = {
    name: each.entry for each in TYPES if each.entry is not None and not each.on for name in each.widgets
}
_WIDGETS: dict[tuple[str, str], type[Entry]] = {
    (kind, name): each.entry for each in TYPES if each.entry is not None for kind in each.on for name in each.widgets
}
_FORMATS: dict[tuple[str, str], type[Entry]] = {
    (kind, name): each.entry for each in TYPES if each.entry is not None for kind in each.on for name in each.formats
}
_LONG = {"altdate": "alt-date", "altdatetime": "alt-datetime", "url": "uri", "checkbox": "boolean"}
_CHOICES: dict[str, type[Entry]] = {"radio": choice.Radio, "decide": choice.Decide}


def kind_of(schema: Schema) -> str | None:
    """Tell the one type of a schema; None when it allows several or says nothing."""
    kinds = schema.get("type")
    if isinstance(kinds, list):
        real = [kind for kind in kinds if kind != "null"]
        return real[0] if len(real) == 1 else None
    if isinstance(kinds, str):
        return kinds
    if "properties" in schema or "additionalProperties" in schema or "patternProperties" in schema:
        return "object"
    if "items" in schema or "prefixItems" in schema:
        return "array"
    if any(word in schema for word in ("minLength", "maxLength", "pattern", "format")):
        return "string"
    if any(word in schema for word in ("minimum", "maximum", "multipleOf")):
        return "number"
    return None


def widget_of(ui: Ui) -> str | None:
    """Read `ui:widget`, or `ui:field` where that names one of ours; `RadioWidget` is rjsf's other name for `radio`."""
    name = text_option(ui, "widget") or text_option(ui, "field")
    if name is not None and name.endswith("Widget"):
        bare = name.removesuffix("Widget").lower()
        return _LONG.get(bare, bare)
    return name


def pick(schema: Schema, ui: Ui) -> type[Entry] | None:
    """Choose the field type of a folded schema; None for sections and tables."""
    widget = widget_of(ui)
    kind = kind_of(schema)
    if kind == "string" and (schema.get("format") == "data-url" or widget in ("file", "files")):
        # A file that must be text is the file itself, as rjsf has it.
        return data_url.DataUrl
    if widget in _ANYWHERE and not _holds_data_urls(schema, widget):
        radio = widget == "dictionary" and dictionary.is_radio(ui)
        return dictionary.DictionaryRadio if radio else _ANYWHERE[widget]
    if "const" in schema and kind not in ("object", "array") and schema["const"] is not True:
        return hidden.Constant
    if kind == "boolean" and (widget in ("radio", "select") or "enum" in schema):
        return _CHOICES.get(widget or "", choice.Choice)
    if is_choice(schema) and (kind not in ("object", "array") or isinstance(schema.get("enum"), list)):
        return _CHOICES.get(widget or "", choice.Choice)
    return _of_kind(schema, ui, kind, widget)


def _of_kind(schema: Schema, ui: Ui, kind: str | None, widget: str | None) -> type[Entry] | None:
    if kind == "array" and choices.takes_many(schema, widget):
        return choices.ManySelect if widget == "select" else choices.Choices
    if kind == "boolean":
        return boolean.Boolean
    if kind == "null":
        return notice.Notice
    if kind in ("number", "integer") and widget in ("radio", "select"):
        return choice.Choice if widget == "select" else choice.Radio
    named = _named(schema, ui, kind, widget)
    if named is not None or kind not in ("number", "integer", "string"):
        return named
    return {"number": number.Number, "integer": number.Integer, "string": text.Text}[kind]


def _named(schema: Schema, ui: Ui, kind: str | None, widget: str | None) -> type[Entry] | None:
    for name in (widget, text_option(ui, "inputType")):
        found = _WIDGETS.get((str(kind), name)) if name else None
        if found is not None:
            return found
    if kind == "string" and (option(ui, "multiline") is True or option(ui, "multi") is True):
        return textarea.TextArea
    return _FORMATS.get((str(kind), str(schema.get("format"))))


def _holds_data_urls(schema: Schema, widget: str) -> bool:
    items = schema.get("items")
    if not isinstance(items, dict):
        return False
    return items.get("format") == "data-url" or (widget in ("file", "files") and items.get("type") == "string")
