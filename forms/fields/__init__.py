"""The field types and which schema each is for; what no type claims is a section, a table or a JSON box."""

from __future__ import annotations

from typing import Any

from forms.fields.base import Entry
from forms.fields.boolean import Boolean
from forms.fields.choice import Choice, Decide, Radio
from forms.fields.choices import Choices, ManySelect, takes_many
from forms.fields.credit_code import CreditCode
from forms.fields.data_url import DataUrl
from forms.fields.date import Date
from forms.fields.date_time import DateTime
from forms.fields.file import File
from forms.fields.hidden import Constant, Hidden
from forms.fields.json_box import JsonBox
from forms.fields.money import DecimalText, Money
from forms.fields.notice import Notice
from forms.fields.number import Integer, Number
from forms.fields.options import is_choice
from forms.fields.percent import Percent
from forms.fields.phone import Phone
from forms.fields.register import Register
from forms.fields.resident_id import ResidentId
from forms.fields.text import Text
from forms.fields.textarea import TextArea
from forms.fields.time import Time
from forms.fields.unit import Unit
from forms.uischema import Ui, option, text_option

Schema = dict[str, Any]
__all__ = ["JSON_BOX", "Entry", "is_choice", "kind_of", "pick"]

JSON_BOX: type[Entry] = JsonBox
_ANYWHERE: dict[str, type[Entry]] = {
    "hidden": Hidden, "notice": Notice, "unit": Unit, "register": Register, "file": File, "files": File,
    "json": JsonBox,
}  # fmt: skip
_TEXT_WIDGETS: dict[str, type[Entry]] = {
    "textarea": TextArea, "date": Date, "alt-date": Date, "datetime": DateTime, "date-time": DateTime,
    "alt-datetime": DateTime, "time": Time, "money": Money, "phone": Phone, "resident-id": ResidentId,
    "credit-code": CreditCode, "text": Text,
}  # fmt: skip
_FORMATS: dict[str, type[Entry]] = {
    "date": Date, "date-time": DateTime, "time": Time, "money": Money, "decimal": DecimalText, "phone": Phone,
    "resident-id": ResidentId, "credit-code": CreditCode, "textarea": TextArea, "data-url": DataUrl,
}  # fmt: skip
_CHOICE_WIDGETS: dict[str, type[Entry]] = {"radio": Radio, "decide": Decide}


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


def pick(schema: Schema, ui: Ui) -> type[Entry] | None:
    """Choose the field type of a folded schema; None for sections and tables."""
    widget = text_option(ui, "widget")
    if schema.get("format") == "data-url" and kind_of(schema) == "string":
        return DataUrl
    if widget in _ANYWHERE and not _holds_data_urls(schema):
        return _ANYWHERE[widget]
    kind = kind_of(schema)
    if "const" in schema and kind not in ("object", "array") and schema["const"] is not True:
        return Constant
    if kind == "boolean" and (widget in ("radio", "select") or "enum" in schema):
        return _CHOICE_WIDGETS.get(widget or "", Choice)
    if is_choice(schema) and kind not in ("object", "array"):
        return _CHOICE_WIDGETS.get(widget or "", Choice)
    if is_choice(schema) and isinstance(schema.get("enum"), list):
        return _CHOICE_WIDGETS.get(widget or "", Choice)
    if kind == "array":
        return _pick_array(schema, widget)
    if kind == "boolean":
        return Boolean
    if kind == "null":
        return Notice
    if kind in ("number", "integer") and widget in ("rating", "radio", "select"):
        return Choice if widget == "select" else Radio
    if kind in ("number", "integer") and "percent" in (widget, schema.get("format")):
        return Percent
    if kind in ("number", "integer"):
        return Integer if kind == "integer" else Number
    return _pick_text(schema, ui, widget) if kind == "string" else None


def _holds_data_urls(schema: Schema) -> bool:
    items = schema.get("items")
    return isinstance(items, dict) and items.get("format") == "data-url"


def _pick_array(schema: Schema, widget: str | None) -> type[Entry] | None:
    if takes_many(schema, widget):
        return ManySelect if widget == "select" else Choices
    return None


def _pick_text(schema: Schema, ui: Ui, widget: str | None) -> type[Entry]:
    if widget in _TEXT_WIDGETS:
        return _TEXT_WIDGETS[widget]
    if option(ui, "multiline") is True or option(ui, "multi") is True:
        return TextArea
    return _FORMATS.get(str(schema.get("format")), Text)
