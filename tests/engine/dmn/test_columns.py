"""A column's index says of every value what trying each cell alone says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.dmn.boxed import Cell
from engine.dmn.columns import Column, rules_in
from engine.dmn.texts import Surroundings
from engine.dmn.turn import Turn
from engine.feel import unary_test
from engine.feel.run import Run

_CELLS = [
    *("-", "", "null", "not(null)", "true", "false", "not(true)", '"a"', '"a", "b"', 'not("a")', "1", "1.0", "-1"),
    *("< 1", "<= 1", "> 1", ">= 1", "[1..2]", "(1..2)", "]1..2[", "[1..2), (2..3]", "1, 3, > 5", "not([1..2], 5)"),
    *("[3..1]", '@"2026-01-01"', '< @"2026-01-01"', '[@"2026-01-01"..@"2026-02-01")', '> date("2026-01-01")'),
    *("? = 1", "? > 1 and ? < 3", 'starts with(?, "a")', "[1, 2]", "unheard", '"a", 1', '@"P1D"', "= 1", "!= 1"),
]
_VALUES: list[Any] = [
    *(None, True, False, "a", "b", "", [1, 2], ["a"], {"a": 1}, date(2025, 12, 31), date(2026, 1, 1), date(2026, 2, 1)),
    *(Decimal(text) for text in ("-1", "0", "1", "1.5", "2", "2.5", "3", "4", "5", "6")),
]


@pytest.mark.parametrize("value", _VALUES, ids=str)
def test_an_indexed_column_agrees_with_its_cells(value: Any) -> None:
    column = Column([Cell(None, None, cell) for cell in _CELLS], Surroundings(frozenset()))
    lifted = Run().lift(value)
    found = rules_in(column.matching(Turn(Run(), {}, {}), {}, lifted, (1 << len(_CELLS)) - 1))
    alone = [index for index, cell in enumerate(_CELLS) if cell == "" or unary_test(cell, lifted, {}) is True]
    assert [_CELLS[index] for index in found] == [_CELLS[index] for index in alone]
