"""What an error or a warning says, in Chinese, for the people who write rules.

Sentences that carry a name or a kind are recognised by their shape; any other falls back to what its
code says. Every code of the package is in CODES (a test).
"""

from __future__ import annotations

import re

from engine.feel.errors import FeelError, FeelSyntaxError, Note

CODES = {
    "argument-type": "函数的参数种类不对",
    "argument-value": "函数对这样的参数没有结果",
    "arguments": "函数的参数个数或名字不对",
    "arithmetic": "这样算没有结果（例如除以零）",
    "calls-java": "只有 Java 引擎才认识，这里不能执行",
    "character": "有不认识的字符",
    "depth": "嵌套或调用太深",
    "duplicate-entry": "上下文里有重名的项",
    "external": "外部函数不执行",
    "filter-type": "方括号里应是条件或位置",
    "host-value": "数据里有 FEEL 不认识的值",
    "index": "列表在这个位置没有项",
    "iteration": "只能逐个取整数、日期或列表的项",
    "juel-syntax": "${…} 里的写法不对",
    "literal": "引号里不是日期、时间或时长",
    "memory": "文字或列表太大",
    "model": "条件的结构不对",
    "no-calendar": "这里没有工作日历",
    "no-clock": "这里没有时钟",
    "not-a-function": "被调用的不是函数",
    "number-range": "数据里的数太大或不是数",
    "operand-type": "值的种类不合",
    "operations": "步数太多",
    "python": "这段 Python 不能转换",
    "range-ends": "区间的两端要同类且有次序",
    "result-type": "函数结果的种类不对",
    "syntax": "写法不对",
    "too-deep": "嵌套太深或运算太长",
    "too-long": "表达式太长",
    "unknown-entry": "没有这一项",
    "unknown-name": "没有这个名字",
    "unknown-property": "没有这个属性",
    "zones": "一个带时区、一个不带，不能比较",
}
_KINDS = {
    "null": "空值",
    "boolean": "布尔",
    "number": "数",
    "string": "文字",
    "list": "列表",
    "context": "上下文",
    "date": "日期",
    "time": "时间",
    "date and time": "日期时间",
    "days and time duration": "天时分秒时长",
    "years and months duration": "年月时长",
    "range": "区间",
    "function": "函数",
    "duration": "时长",
    "time zone": "时区",
}
_KIND = "|".join(sorted(_KINDS, key=len, reverse=True))
_SHAPES = [
    (re.compile(r"Expected an operator or the end, found (.*)"), "这里应是运算符或结尾，却是 {}"),
    (re.compile(r"Expected an expression, found (.*)"), "这里应是表达式，却是 {}"),
    (re.compile(r"Expected a name, found (.*)"), "这里应是名字，却是 {}"),
    (re.compile(r"Expected a type, found (.*)"), "这里应是类型，却是 {}"),
    (re.compile(r"Expected the end of the range, found (.*)"), "区间没有收尾，却是 {}"),
    (re.compile(r"Expected (\S+), found (.*)"), "这里应是 {}，却是 {}"),
    (re.compile(r"A keyword cannot be a name, found (.*)"), "{} 是关键字，不能作名字"),
    (re.compile(r"The string has no end"), "文字少了右引号"),
    (re.compile(r"Strings stand between straight quotes"), '文字要用英文引号 " 括起来'),
    (re.compile(r"Unexpected character (.*)"), "不认识的字符 {}"),
    (re.compile(rf"(\S+) does not apply to (?P<k1>{_KIND}) and (?P<k2>{_KIND})"), "{} 不能用于{}和{}"),
    (re.compile(rf"(\S+) does not apply to (?:a )?(?P<k1>{_KIND})(?: here)?"), "{} 不能用于{}"),
    (re.compile(rf"(\w+) needs a boolean, not a (?P<k1>{_KIND})"), "{} 要布尔值，不是{}"),
    (re.compile(r"(.+) is not known"), "没有“{}”这个名字"),
    (re.compile(r"The context has no entry (.+)"), "没有“{}”这一项"),
    (re.compile(rf"A (?P<k1>{_KIND}) has no property (.+)"), "{}没有“{}”这个属性"),
    (re.compile(rf"A (?P<k1>{_KIND}) cannot be called"), "{}不是函数，不能调用"),
    (re.compile(rf"(.+): (.+) is a (?P<k1>{_KIND}), not a (?P<k2>{_KIND})"), "{} 的参数 {} 应是{}，不是{}"),
    (re.compile(r"(.+) takes (\d+) arguments"), "{} 要 {} 个参数"),
    (re.compile(r"(.+) does not take these arguments"), "{} 不接受这样的参数"),
    (re.compile(r"(.+): the text is no (?P<k1>.+)"), "{}：文字写的不是{}"),
    (re.compile(r"(.+) has no counterpart here"), "{} 在这里没有对应的写法"),
    (re.compile(r"(.+) is known to Java engines only"), "{} 只有 Java 引擎才认识，这里不能执行"),
]
_PLACE = re.compile(r" \(line \d+, column \d+\)$")


def in_chinese(problem: FeelError | Note) -> str:
    """Say it in Chinese, with line and column where the text itself is wrong."""
    message = _PLACE.sub("", problem.message if isinstance(problem, Note) else str(problem.args[0]))
    text = _shaped(message) or CODES.get(problem.code, problem.code)
    if isinstance(problem, FeelSyntaxError):
        return f"{text}（第 {problem.line} 行第 {problem.column} 列）"
    return text


def kind_in_chinese(kind: str) -> str:
    """Call a kind of value what Chinese readers call it."""
    return _KINDS.get(kind, kind)


def _plain(part: str) -> str:
    return "结尾" if part == "the end" else part


def _shaped(message: str) -> str | None:
    for shape, template in _SHAPES:
        found = shape.fullmatch(message)
        if found:
            kinds = set(shape.groupindex.values())
            parts = enumerate(found.groups(), 1)
            return template.format(*(_KINDS.get(part, part) if at in kinds else _plain(part) for at, part in parts))
    return None
