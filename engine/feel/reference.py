"""The list of built-in functions as the guide shows it. `python -m engine.feel.reference FILE` puts it into a page."""

from __future__ import annotations

import sys
from pathlib import Path

from engine.feel.builtins import BUILTINS
from engine.feel.builtins.registry import Builtin

FAMILIES = {
    "conversion": "转换与区间",
    "booleans": "布尔",
    "strings": "文字",
    "patterns": "文字（正则表达式）",
    "lists": "列表",
    "statistics": "列表计算",
    "numbers": "数",
    "moments": "日期与时间",
    "workdays": "工作日",
    "contexts": "上下文",
    "intervals": "区间关系",
}
BEGIN, END = "<!-- built-ins: generated -->", "<!-- end of built-ins -->"


def builtins_markdown() -> str:
    """Write one table per family: name with parameters, and what it does."""
    parts = []
    for family, title in FAMILIES.items():
        entries = [entry for entry in BUILTINS.values() if entry.family == family]
        rows = [_row(entry) for entry in sorted(entries, key=lambda entry: entry.name)]
        parts.append("\n".join([f"### {title}", "", "| 函数 | 作用 |", "| --- | --- |", *rows]))
    return "\n\n".join(parts)


def _row(entry: Builtin) -> str:
    forms = "<br>".join(f"`{entry.name}({signature.text})`" for signature in entry.signatures)
    return f"| {forms} | {entry.summary} |"


def put_into(page: str) -> str:
    """Replace what stands between the two marks of a page; raises ValueError if it has none."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("the page has no place for the list")
    return f"{before}{BEGIN}\n\n{builtins_markdown()}\n\n{END}{after}"


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.write_text(put_into(target.read_text("utf-8")), "utf-8")
