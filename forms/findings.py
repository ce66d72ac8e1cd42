"""What the check of a form's files reports, and the sentences it uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["error", "warning"]

_SAID: dict[str, tuple[str, str]] = {
    "too-large": (
        "文件超过 2 MB 或 20 万个部分，请拆成几份表单",
        "The file is larger than 2 MB or 200,000 parts; split the form",
    ),
    "encoding": ("文件不是 UTF-8 编码，请另存为 UTF-8", "The file is not UTF-8; save it as UTF-8"),
    "too-deep": ("嵌套超过 200 层，请减少层次", "Nested deeper than 200 levels; flatten it"),
    "not-json": (
        "第 {line} 行第 {column} 列读不下去，请检查逗号、引号和括号",
        "Not JSON: stopped at line {line}, column {column}",
    ),
    "repeated-key": ("“{name}”写了两次，只会留下一个", "{name} stands twice; only one would count"),
    "not-a-schema": ("最外层要是一个对象", "The outermost value must be an object"),
    "bad-schema": ("“{name}”的写法不合 JSON Schema：{why}", "{name} is not valid JSON Schema: {why}"),
    "unknown-ref": ("“{name}”指向的定义不存在", "{name} points to nothing"),
    "ref-loop": ("“{name}”绕了一圈又指向自己", "{name} leads back to itself"),
    "bad-view": (
        "视图“{name}”要写成“指针: write、read 或 hidden”",
        "View {name} must map pointers to write, read or hidden",
    ),
    "unknown-field": ("“{name}”不是表单里的字段", "{name} is not a field of the form"),
    "feel-syntax": ("规则“{name}”写错了：{why}", "The rule {name} is wrong: {why}"),
    "bad-rule": ("“{name}”要写成一条 FEEL 表达式", "{name} must be a FEEL expression"),
    "red-line": ("“{name}”碰到了减负红线（{why}），请去掉或改成不要求", "{name} crosses a red line ({why}); remove it"),
    "miss-drawn": ("“{name}”（{kind}）只是画面，没有带过来", "{name} ({kind}) is only drawn and was left out"),
    "miss-kind": (
        "“{name}”的类型 {kind} 不认识，先按任意内容收",
        "{name}: kind {kind} is unknown; it takes any value for now",
    ),
    "miss-options": (
        "“{name}”的选项由公式算出，请在这里重新列出",
        "{name}: its options come from a formula; list them here",
    ),
    "miss-template": ("“{name}”里的公式原样留着，不会算", "{name}: formulas in the text stay as they are written"),
    "miss-formula": ("“{name}”的 {part} 是公式，没有带过来", "{name}: its {part} is a formula and was left out"),
    "miss-element": (
        "“{name}”的画法 {kind} 不认识，没有带过来",
        "{name}: the element {kind} is unknown and was left out",
    ),
    "miss-rule": (
        "“{name}”的显隐条件写不成公式，请重新加一条规则",
        "{name}: its rule cannot be written as FEEL; add it anew",
    ),
    "miss-deep": ("嵌套太深的部分没有带过来", "Parts nested too deep were left out"),
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One thing found; `line` counts from 1 in the file it stands in, which is the ui where `in_ui`."""

    code: str
    line: int | None
    pointer: str
    message: str
    severity: Severity = "error"
    in_ui: bool = False


def say(code: str, locale: str, **fields: Any) -> str:
    """Write the message of a finding."""
    zh, en = _SAID[code]
    return (zh if locale.startswith("zh") else en).format(**fields)
