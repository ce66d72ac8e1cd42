"""Asked once is enough: fields of a form that a register or another live form already has.

Alike are names or titles (after words of the trade are made one), with types that can hold the same values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from rapidfuzz import fuzz, process

from forms.designer.outline import Item

# Words that offices use for the same thing; the first of each line stands for all.
_SAME = (
    ("姓名", "名字", "户主姓名", "人员姓名", "老人姓名", "居民姓名"),
    ("身份证号", "公民身份号码", "居民身份证号", "居民身份证号码", "身份证号码", "身份证件号码", "身份证"),
    ("手机号", "联系电话", "电话", "手机号码", "联系方式", "电话号码", "联系人电话"),
    ("住址", "家庭住址", "家庭地址", "居住地址", "现住址", "地址", "详细地址"),
    ("户数", "总户数", "家庭户数"),
    ("人口", "总人口", "人口数", "人数"),
    ("村", "村名", "村（社区）", "所在村", "行政村", "村名称", "村社区"),
    ("乡镇", "所在乡镇", "乡镇名称", "乡镇（街道）", "镇街"),
    ("单位", "单位名称", "部门", "部门名称", "工作单位"),
    ("性别",),
    ("年龄", "周岁"),
    ("出生日期", "出生年月", "生日"),
    ("民族",),
    ("面积", "耕地面积", "土地面积"),
    ("统一社会信用代码", "信用代码", "社会信用代码"),
    ("银行账号", "银行卡号", "收款账号", "账号"),
)
_STANDS_FOR = {word: line[0] for line in _SAME for word in line}
_UNIT = re.compile(r"[（(\[【].*?[)）\]】]|[\s:：*、/]+")
_CLOSE = 88.0
_TEXT, _NUMBER, _TRUTH = "text", "number", "truth"
_TOO_GENERAL = frozenset("备注 说明 名称 内容 其他 附件 材料 意见 结果 类型 序号 日期 依据 原因".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Known:
    """One column of a register or one field of a live form; owner is the register's key or the form's."""

    where: Literal["register", "form"]
    owner: str
    owner_title: str
    key: str
    title: str
    type: str


@dataclass(frozen=True, slots=True)
class Alike:
    """A field that asks for something known; score is 0 to 100, 100 being the same words."""

    item: Item
    known: Known
    score: float


def known_columns(where: Literal["register", "form"], owner: str, title: str, items: Iterable[Item]) -> list[Known]:
    """List what a register's columns or a form's fields hold; sections and notices hold nothing."""
    return [
        Known(where, owner, title, item.key, item.title, holds(item.schema)) for item in items if holds(item.schema)
    ]


def alike(items: Iterable[Item], known: Iterable[Known]) -> list[Alike]:
    """Find for each field the best that a register has, or else the best of another form; registers come first.

    A field that is already filled from a register, or computed, or too general to say what it asks, is left out.
    """
    pools: dict[str, dict[int, str]] = {"register": {}, "form": {}}
    listed = list(known)
    for index, each in enumerate(listed):
        pools[each.where][index] = plain(each.title)
    found = []
    for item in items:
        kind, words = holds(item.schema), plain(item.title)
        if not kind or not words or words in _TOO_GENERAL or _is_filled(item):
            continue
        for where in ("register", "form"):
            fits = {index: text for index, text in pools[where].items() if listed[index].type == kind}
            best = process.extractOne(words, fits, scorer=_likeness, score_cutoff=_CLOSE)
            if best is not None:
                found.append(Alike(item, listed[best[2]], round(best[1], 1)))
                break
    return found


def asked(items: Iterable[Item]) -> int:
    """Count the fields a clerk must type: not computed, filled, read-only or a heading; a column counts once."""
    return sum(1 for item in items if holds(item.schema) and not _is_filled(item) and not item.schema.get("readOnly"))


@lru_cache(maxsize=4096)
def plain(title: str) -> str:
    """Write a title without units and marks, in the word that stands for it."""
    words = _UNIT.sub("", title)
    return _STANDS_FOR.get(words, words)


def holds(schema: Mapping[str, Any]) -> str:
    """Tell what sort of value a field holds; empty for sections, tables and headings."""
    kinds = schema.get("type")
    kind = next((each for each in kinds if each != "null"), None) if isinstance(kinds, list) else kinds
    if kind in ("number", "integer"):
        return _NUMBER
    if kind == "boolean":
        return _TRUTH
    if kind == "string" or "enum" in schema:
        return _NUMBER if schema.get("format") in ("money", "decimal") else _TEXT
    return ""


def _likeness(one: str, other: str, **_: Any) -> float:
    return 100.0 if one == other else float(fuzz.ratio(one, other))


def _is_filled(item: Item) -> bool:
    return any(key in item.ui for key in ("qc:from", "qc:computed")) or "const" in item.schema
