"""Every sentence a form says to a person, in Chinese and English; the words follow the house guide."""

from __future__ import annotations

from typing import Any

_TEXT: dict[str, tuple[str, str]] = {
    # what is missing
    "required": ("请填写{label}", "Enter {label}"),
    "required-choice": ("请选择{label}", "Choose {label}"),
    "required-file": ("请附上{label}", "Attach {label}"),
    "required-tick": ("请勾选“{label}”", "Tick “{label}”"),
    "required-rows": ("请至少写一行{label}", "Add at least one row of {label}"),
    # what is wrong
    "string": ("{label}要写文字", "{label} must be text"),
    "number": ("{label}要填数字，例如 12.5", "{label} must be a number, for example 12.5"),
    "integer": ("{label}要填整数，例如 12", "{label} must be a whole number, for example 12"),
    "money": ("{label}要填金额，最多两位小数，例如 300.00", "{label} must be an amount, for example 300.00"),
    "decimal": ("{label}要填数字，例如 12.5", "{label} must be a number, for example 12.5"),
    "percent": ("{label}要填百分数，例如 27.8", "{label} must be a percentage, for example 27.8"),
    "date": ("{label}要填日期，例如 2026-11-26", "{label} must be a date, for example 2026-11-26"),
    "date-time": (
        "{label}要填日期和时间，例如 2026-11-26 09:30",
        "{label} must be a date and time, for example 2026-11-26 09:30",
    ),
    "time": ("{label}要填时间，例如 09:30", "{label} must be a time, for example 09:30"),
    "duration": ("{label}要填时长，例如 P3D 表示 3 天", "{label} must be a duration, for example P3D for 3 days"),
    "email": (
        "{label}要填邮箱，例如 name@example.org",
        "{label} must be an email address, for example name@example.org",
    ),
    "uri": (
        "{label}要填网址，以 http:// 或 https:// 开头",
        "{label} must be a web address starting with http:// or https://",
    ),
    "phone": ("{label}要填电话号码，例如 0700-555-0132", "{label} must be a telephone number"),
    "resident-id": (
        "{label}的 18 位号码对不上校验位，请对照证件再核一遍",
        "{label} does not match its check digit; compare it with the card",
    ),
    "credit-code": (
        "{label}的 18 位代码对不上校验位，请对照证照再核一遍",
        "{label} does not match its check character; compare it with the certificate",
    ),
    "format": ("{label}的写法不对", "{label} is not written in the right way"),
    "json": (
        "{label}不是完整的 JSON：第 {line} 行第 {column} 列读不下去",
        "{label} is not complete JSON: stopped at line {line}, column {column}",
    ),
    "json-number": ("{label}里有不能存的数字", "{label} holds a number that cannot be stored"),
    "choice": ("请在列出的选项里选{label}", "Choose {label} from the list"),
    "const": ("{label}只能是 {expected}", "{label} must be {expected}"),
    "minLength": (
        "{label}至少写 {limit} 个字，现在是 {actual} 个",
        "{label} needs at least {limit} characters; it has {actual}",
    ),
    "maxLength": (
        "{label}最多写 {limit} 个字，现在是 {actual} 个",
        "{label} takes at most {limit} characters; it has {actual}",
    ),
    "pattern": ("{label}的写法不对，请看填写说明", "{label} is not written as the hint says"),
    "minimum": ("{label}不能小于 {limit}", "{label} must be at least {limit}"),
    "maximum": ("{label}不能大于 {limit}", "{label} must be at most {limit}"),
    "exclusiveMinimum": ("{label}要大于 {limit}", "{label} must be more than {limit}"),
    "exclusiveMaximum": ("{label}要小于 {limit}", "{label} must be less than {limit}"),
    "multipleOf": ("{label}要是 {limit} 的倍数", "{label} must be a multiple of {limit}"),
    "minItems": (
        "{label}至少要 {limit} 项，现在是 {actual} 项",
        "{label} needs at least {limit} items; it has {actual}",
    ),
    "maxItems": ("{label}最多 {limit} 项，现在是 {actual} 项", "{label} takes at most {limit} items; it has {actual}"),
    "uniqueItems": ("{label}里有重复的项", "{label} has the same item twice"),
    "contains": ("{label}里还缺一项规定要有的内容", "{label} lacks an item it must have"),
    "minProperties": ("{label}至少要填 {limit} 项", "{label} needs at least {limit} entries"),
    "maxProperties": ("{label}最多填 {limit} 项", "{label} takes at most {limit} entries"),
    "additionalProperties": ("{label}里多了没有规定的内容：{names}", "{label} has entries it does not know: {names}"),
    "propertyNames": ("{label}里有名称不合规定的内容", "{label} has an entry with a name that is not allowed"),
    "dependentRequired": ("请填写{label}", "Enter {label}"),
    "type": ("{label}的内容类型不对", "{label} has the wrong type of content"),
    "branches": ("{label}和规定的几种填法都对不上，请核对", "{label} matches none of the ways it may be filled in"),
    "not": ("{label}的内容不能这样填", "{label} must not be filled in like this"),
    "never": ("{label}现在不用填，请留空", "Leave {label} empty"),
    "zero": (
        "{label}里有看不见的空字符（显示为 \ufffd），请删去",
        "{label} holds an invisible zero character (shown as \ufffd); delete it",
    ),
    "invalid": ("{label}填得不对，请核对", "Check {label}"),
    "range-half": ("{label}要写全起止两天", "Enter both days of {label}"),
    "range-order": ("{label}的结束日期不能早于开始日期", "{label} must not end before it begins"),
    "numbers-half": ("{label}要写全最小值和最大值", "Enter both ends of {label}"),
    "numbers-order": ("{label}的最大值不能小于最小值", "The greatest value of {label} must not be below the least"),
    "map-point": (
        "{label}要填纬度和经度，例如 31.02 和 112.20",
        "{label} needs latitude and longitude, for example 31.02 and 112.20",
    ),
    "deadline-soon": (
        "{label}最早是 {day}（{days} 个工作日后）",
        "{label} must be {day} or later ({days} working days from now)",
    ),
    "deadline-far": (
        "{label}最晚是 {day}（{days} 个工作日后）",
        "{label} must be {day} or earlier ({days} working days from now)",
    ),
    "deadline-free": ("{label}要定在工作日，{day} 不上班", "{label} must be a working day; {day} is not"),
    "cascade-deeper": ("{label}还要往下选一级", "Choose the next level of {label}"),
    "too-early": ("{label}不能早于 {limit}", "{label} must not be before {limit}"),
    "too-late": ("{label}不能晚于 {limit}", "{label} must not be after {limit}"),
    "fill-unread": ("没有读到可以填进{label}的行，请核对文件和列名", "No rows for {label} were found; check the file"),
    # files, units and records
    "file-large": ("{name} 有 {size}，超过 {limit}，请压缩或分开上传", "{name} is {size}, more than {limit}"),
    "file-type": ("{name} 不是可以附的类型，可以附：{allowed}", "{name} is not of an accepted type: {allowed}"),
    "file-empty": ("{name} 是空文件，请重新选", "{name} is empty; choose it again"),
    "file-many": ("{label}最多附 {limit} 个文件", "{label} takes at most {limit} files"),
    "file-again": ("请重新附上{label}，上次选的文件没有留住", "Attach {label} again; the file was not kept"),
    "unit-unknown": ("{label}不在可选的单位里，请从列表中选", "{label} is not among the units you may choose"),
    "person-unknown": ("{label}不在可选的人员里，请从列表中选", "{label} is not among the people you may choose"),
    "post-unknown": ("{label}不在可选的岗位里，请从列表中选", "{label} is not among the posts you may choose"),
    "row-unknown": (
        "{label}在台账里没有找到，请从列表中选",
        "{label} was not found in the register; choose from the list",
    ),
    "too-large": ("{label}内容太长，最多 {limit} 个字", "{label} is too long; at most {limit} characters"),
    "key-empty": ("请填写{label}第 {row} 行的名称", "Enter the name of row {row} in {label}"),
    "key-twice": ("{label}里名称“{name}”写了两次", "{label} has the name “{name}” twice"),
}

_WORDS: dict[str, tuple[str, str]] = {
    "form": ("这份表单", "This form"),
    "req": ("必填", "required"),
    "yes": ("是", "Yes"),
    "no": ("否", "No"),
    "choose": ("请选择", "Choose"),
    "empty": ("（未填）", "(not filled in)"),
    "add": ("加一行", "Add a row"),
    "remove": ("删去", "Remove"),
    "remove-row": ("删去第 {n} 行", "Remove row {n}"),
    "up": ("第 {n} 行上移", "Move row {n} up"),
    "down": ("第 {n} 行下移", "Move row {n} down"),
    "row": ("第 {n} 行", "Row {n}"),
    "row-of": ("{label}第 {n} 行", "{label}, row {n}"),
    "cell-of": ("{row}的{label}", "{label} in {row}"),
    "no-rows": ("还没有写，点“{add}”开始", "Nothing yet; choose “{add}”"),
    "none": ("没有", "None"),
    "yuan": ("元", "yuan"),
    "kind": ("{label}：填哪一种", "{label}: which kind"),
    "switch": ("换成这一种", "Switch to this kind"),
    "branch": ("第 {n} 种", "Option {n}"),
    "key": ("名称", "Name"),
    "value": ("内容", "Value"),
    "acts": ("操作", "Actions"),
    "file-kept": ("已附", "Attached"),
    "file-drop": ("不要这个文件", "Do not keep this file"),
    "file-any": (
        "可以附 PDF、Office 文档、图片等，每个不超过 {limit}",
        "PDF, Office files, pictures; up to {limit} each",
    ),
    "file-hint": ("可以附 {allowed}，每个不超过 {limit}", "Accepted: {allowed}; up to {limit} each"),
    "json-hint": ("这一项没有专门的填法，请按 JSON 写", "There is no special input for this; write JSON"),
    "computed": ("自动算出", "worked out"),
    "fixed": ("固定内容", "fixed"),
    "writable": ("可填", "may fill in"),
    "filled": ("自动带出，可改", "filled in from the register"),
    "update": ("按已填的内容更新本页", "Update this page from what is filled in"),
    "total": ("合计", "Total"),
    "rest": ("其他", "Other"),
    "and": ("、", ", "),
    "from": ("从", "from"),
    "to": ("到", "to"),
    "until": (" 至 ", " to "),
    "least": ("最小", "least"),
    "most": ("最大", "most"),
    "latitude": ("纬度", "Latitude"),
    "longitude": ("经度", "Longitude"),
    "not-before": ("最早 {day}（{n} 个工作日后）", "not before {day} ({n} working days)"),
    "not-after": ("最晚 {day}（{n} 个工作日后）", "not after {day} ({n} working days)"),
    "next-level": ("显示下一级", "Show the next level"),
    "numbered": ("提交时自动编号", "numbered when submitted"),
    "signed": ("已签名", "signed"),
    "sign-here": ("在框里手写签名", "draw your signature in the box"),
    "sign-again": ("重签", "Sign again"),
    "sign-typed": ("不便手写时，在这里写岗位或姓名", "If you cannot draw, type your post or name here"),
    "tabs": ("这份表单的各部分", "Parts of this form"),
    "step": ("第 {n} 步，共 {all} 步", "Step {n} of {all}"),
    "next": ("下一步：{title}", "Next: {title}"),
    "back": ("上一步：{title}", "Back: {title}"),
    "fill": ("从 Excel 粘贴或导入", "Paste or import from Excel"),
    "fill-paste": ("把 Excel 里选中的行粘贴到这里", "Paste the rows selected in Excel here"),
    "fill-file": (
        "或选一个 Excel 文件（.xlsx、.xls、.ods、.csv）",
        "or choose a spreadsheet (.xlsx, .xls, .ods, .csv)",
    ),
    "fill-hint": (
        "第一行是列名时按列名对应，否则按顺序对应：{columns}",
        "Columns are matched by the names in the first row, else by their order: {columns}",
    ),
    "fill-do": ("填进表格", "Fill in the table"),
}


def say(code: str, locale: str, **fields: Any) -> str:
    """Write the message of a problem; an unknown code says that the field should be checked."""
    return _pick(_TEXT.get(code, _TEXT["invalid"]), locale).format_map(_Kept(fields))


def word(key: str, locale: str, **fields: Any) -> str:
    """Write a fixed word of the page."""
    return _pick(_WORDS[key], locale).format_map(_Kept(fields))


def codes() -> frozenset[str]:
    """List the codes there is a message for."""
    return frozenset(_TEXT)


def _pick(pair: tuple[str, str], locale: str) -> str:
    return pair[0] if locale.startswith("zh") else pair[1]


class _Kept(dict[str, Any]):
    """Leaves a placeholder empty when its field is not given."""

    def __missing__(self, key: str) -> str:
        return ""
