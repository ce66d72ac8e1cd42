"""What the layout makes of several fields: sections, tables, pages of a form; no WTForms field of their own."""

from __future__ import annotations

from typing import Any

from forms.fields.types import FieldType

_ROW = {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string", "title": "名称"}}}}
_BUTTONS: dict[str, dict[str, Any]] = {
    "addable": {"type": "boolean", "default": True, "title": "可以加行"},
    "removable": {"type": "boolean", "default": True, "title": "可以删行"},
    "orderable": {"type": "boolean", "title": "可以调顺序"},
    "addText": {"type": "string", "title": "加行按钮的文字"},
}
_PAGES = [{"title": "第一页", "fields": []}, {"title": "第二页", "fields": []}]
TYPES = (
    FieldType(
        "section", "分组", "Section", "layout", "layout-split",
        schema={"type": "object", "properties": {}},
        options={"glyph": {"type": "string", "maxLength": 2, "title": "标记"}},
    ),
    FieldType(
        "table", "表格", "Table", "table", "table", schema=_ROW, ui={"ui:options": {"layout": "table"}},
        options={
            **_BUTTONS,
            "layout": {"enum": ["table", "cards"], "enumNames": ["表格", "卡片"], "title": "样式"},
            "totals": {"type": "array", "items": {"type": "string"}, "title": "合计哪几列"},
            "rows": {"type": "integer", "minimum": 0, "maximum": 100, "title": "先显示几行"},
            "rowTitle": {"type": "string", "title": "每行用哪一列作标题"},
            "fill": {"type": "boolean", "title": "可以从 Excel 粘贴或导入"},
        },
    ),
    FieldType(
        "pairs", "自定名称的值", "Named values", "table", "braces",
        schema={"type": "object", "additionalProperties": {"type": "string"}}, options=_BUTTONS,
    ),
    FieldType(
        "formula", "自动计算", "Formula", "number", "magic", schema={"type": "number"}, ui={"qc:computed": "0"},
    ),
    FieldType(
        "tabs", "分标签", "Tabs", "layout", "layout-split", ui={"ui:options": {"groups": "tabs"}, "qc:groups": _PAGES}
    ),
    FieldType(
        "steps", "分步填写", "Steps", "layout", "list-check",
        ui={"ui:options": {"groups": "steps"}, "qc:groups": _PAGES}
    ),
)  # fmt: skip
