"""What a warning of a decision says, in Chinese; warnings of FEEL inside it are said by `engine.feel.chinese`."""

from __future__ import annotations

import re

from engine.feel import Note
from engine.feel.chinese import CODES as FEEL_CODES
from engine.feel.chinese import in_chinese as feel_in_chinese

CODES = {
    "aggregation": "有几个输出列，不能汇总",
    "any": "几条规则同时符合，结果却不一样",
    "cycle": "绕了一圈要用到自己",
    "hit-policy": "命中策略写得不对",
    "imported-values": "不读引入的值",
    "input-missing": "有一项没有给",
    "input-value": "有一项的值不在允许的范围里",
    "language": "只执行用 FEEL 写的内容",
    "output-value": "结果不在输出值清单里",
    "output-values": "按优先次序要有输出值清单",
    "table": "决策表没有输出列",
    "type": "值的类型不对",
    "unique": "几条规则同时符合，而这张表只许一条",
}
_SHAPES = [
    (re.compile(r"Rules (.+) match, but only one may"), "第 {} 条规则同时符合，而这张表只许一条，所以没有结果"),
    (re.compile(r"Rules (.+) match with different outputs"), "第 {} 条规则同时符合，结果却不一样，所以没有结果"),
    (re.compile(r"(.+) requires itself"), "“{}”绕了一圈要用到自己"),
    (re.compile(r"No value was given for (.+)"), "没有给“{}”"),
    (re.compile(r"The value of (.+) is not allowed"), "“{}”的值不在允许的范围里"),
    (re.compile(r"(.+) is not a (.+)"), "“{}”不是 {}"),
    (re.compile(r"(.+) has no parameter (.+)"), "“{}”没有参数“{}”"),
    (re.compile(r"Functions of kind (.+) are not run"), "{} 函数不执行"),
    (re.compile(r"Only FEEL is evaluated, not (.+)"), "只执行用 FEEL 写的内容，不执行 {}"),
]


def in_chinese(note: Note) -> str:
    """Say a warning in Chinese."""
    for shape, template in _SHAPES:
        found = shape.fullmatch(note.message)
        if found:
            return template.format(*found.groups())
    known = CODES.get(note.code) if note.code not in FEEL_CODES else None
    return known or feel_in_chinese(note)
