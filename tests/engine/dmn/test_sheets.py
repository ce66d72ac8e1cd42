"""A rule table from a spreadsheet: columns, types, cells in words; and back."""

from __future__ import annotations

import pytest

from engine.dmn import draw, evaluate
from engine.dmn.sheets import propose, rows_of
from tests.engine.dmn.test_trials import file


def cell(text: str, *others: str) -> str:
    """Read one cell of a column whose other cells tell its type."""
    rows = [["列", "结果"], *([each, "x"] for each in (*others, text))]
    return propose(rows).rules[-1][0]


@pytest.mark.parametrize(
    ("typed", "feel"),
    [
        ("1000", "1000"), ("<1000", "< 1000"), ("≥ 5", ">= 5"), ("不满1000", "< 1000"), ("1000以上", ">= 1000"),
        ("1000元以下", "<= 1000"), ("超过 3", "> 3"), ("不超过3", "<= 3"), ("至少5人", ">= 5"), ("1-5", "[1..5]"),
        ("1000～5000元", "[1000..5000]"), ("1至5", "[1..5]"), ("[1000..5000)", "[1000..5000)"), ("1、2，3", "1, 2, 3"),
        ("-", "-"), ("", "-"), ("不限", "-"), ("-5", "-5"), ("-5--1", "[-5..-1]"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_the_civil_code_reads_them(typed: str, feel: str) -> None:
    assert cell(typed, "1", "2", "3") == feel


@pytest.mark.parametrize(
    ("typed", "feel"),
    [
        ("救灾", '"救灾"'), ("救灾、抢险", '"救灾", "抢险"'), ("除救灾外", 'not("救灾")'), ("不是救灾", 'not("救灾")'),
        ('"a", "b"', '"a", "b"'), ('说"话', '"说\\"话"'), ("非遗保护", '"非遗保护"'),
    ],
)  # fmt: skip
def test_words_are_quoted(typed: str, feel: str) -> None:
    assert cell(typed, "别的", "又一个") == feel


@pytest.mark.parametrize(
    ("typed", "feel"),
    [("2026/1/5", 'date("2026-01-05")'), ("2026-01-01至2026-06-30", '[date("2026-01-01")..date("2026-06-30")]')],
)
def test_days_are_days(typed: str, feel: str) -> None:
    assert cell(typed, "2026-01-01", "2026.2.1") == feel


def test_a_cell_that_is_not_understood_is_told_by_its_place_and_kept_as_text() -> None:
    found = propose([["金额", "去向"], ["1", "村"], ["2", "镇"], ["几千", "市"]])
    assert [(one.row, one.column, one.text) for one in found.doubts] == [(4, 1, "几千")]
    assert found.rules[2][0] == '"几千"'


@pytest.mark.parametrize(
    ("heads", "roles"),
    [
        (["a", "b", "c"], ["input", "input", "output"]),
        (["a", "结果：b", "结果：c"], ["input", "output", "output"]),
        (["a", "", "b", "c"], ["input", "none", "output", "output"]),
        (["a", "b", "备注"], ["input", "output", "note"]),
    ],
)
def test_heads_say_what_a_column_is(heads: list[str], roles: list[str]) -> None:
    body = [["1" if head else "" for head in heads]]
    assert [one.role for one in propose([heads, *body]).columns] == roles


def test_what_a_person_chose_goes_before_what_was_guessed() -> None:
    found = propose([["编号", "去向"], ["1", "2"]], roles=["input", "output"], types=["string", "string"])
    assert found.rules == (('"1"', '"2"'),)


def test_names_are_words_feel_takes_and_differ() -> None:
    found = propose([["金额（元）", "金额", "2号 表", "x"], ["1", "1", "1", "1"]])
    assert [one.name for one in found.columns] == ["金额", "金额2", "_2号_表", "x"]


@pytest.mark.parametrize("rows", [[], [["a"]], [["", ""], ["", ""]]])
def test_no_table_is_no_proposal(rows: list[list[str]]) -> None:
    with pytest.raises(ValueError, match="no table"):
        propose(rows)


def test_what_is_written_out_is_read_back() -> None:
    box = draw(file(), "toll")[-1].box
    assert box is not None and box.grid is not None
    rows = rows_of(box.grid)
    assert rows == [["条件：金额", "结果：结果", "备注"], ["< 10", "1.0", ""], ["-", "2", "其余"]]
    assert propose(rows).rules == (("< 10", "1.0", ""), ("-", "2", "其余"))
    assert evaluate(file(), "toll", {"金额": 3}) == 1
