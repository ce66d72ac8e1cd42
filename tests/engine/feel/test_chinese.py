"""Every error can be told in Chinese."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.feel import FeelError, Note, evaluate
from engine.feel.chinese import CODES, in_chinese

PACKAGE = Path(__file__).parents[3] / "engine" / "feel"
RAISED = re.compile(
    r'(?:warn|FeelSyntaxError|BudgetExceeded|NotAModel|problem =)\(?\s*\(?"([a-z-]+)"|code(?:: str)? ?= ?"([a-z-]+)"'
)


def test_every_code_has_words_and_every_word_a_code() -> None:
    used = {
        code
        for path in PACKAGE.rglob("*.py")
        for pair in RAISED.findall(path.read_text("utf-8"))
        for code in pair
        if code
    }
    assert used == set(CODES)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1 +", "这里应是表达式，却是 结尾（第 1 行第 4 列）"),
        ("if 甲 then 乙", "这里应是 else，却是 结尾（第 1 行第 12 列）"),
        ("1 2", "这里应是运算符或结尾，却是 '2'（第 1 行第 3 列）"),
        ("“a”", '文字要用英文引号 " 括起来（第 1 行第 1 列）'),
        ('"a', "文字少了右引号（第 1 行第 1 列）"),
    ],
)
def test_syntax_error_is_told_with_its_place(text: str, said: str) -> None:
    with pytest.raises(FeelError) as found:
        evaluate(text, {})
    assert in_chinese(found.value) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("金额 > 5", "没有“金额”这个名字"),
        ('1 + "a"', "+ 不能用于数和文字"),
        ("{a: 1}.b", "没有“b”这一项"),
        ('date("x")', "date：文字写的不是日期"),
        ("sum(1, 2)(3)", "数不是函数，不能调用"),
        ("string length(5)", "string length 的参数 string 应是文字，不是数"),
        ("1 / 0", "这样算没有结果（例如除以零）"),
        ("now()", "这里没有时钟"),
    ],
)
def test_warning_is_told(text: str, said: str) -> None:
    warnings: list[Note] = []
    evaluate(text, {}, warnings=warnings)
    assert in_chinese(warnings[0]) == said


def test_values_of_a_case_are_in_no_message() -> None:
    warnings: list[Note] = []
    values = {"x": "秘密内容", "l": ["秘密内容"]}
    for text in (
        "date(x)",
        "number(x)",
        "duration(x)",
        "range(x)",
        "x + 1",
        "l[7]",
        "x.y",
        "l[x]",
        "time(x)",
        "matches(x, x)",
    ):
        evaluate(text, values, warnings=warnings)
    assert len(warnings) >= 9
    assert not any("秘密" in note.message for note in warnings)
