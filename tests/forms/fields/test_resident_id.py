"""Identity numbers. The samples use a reserved region code."""

from __future__ import annotations

import pytest
from stdnum.cn import ric

from tests.forms.one import form_of, message, read_text, value

FORM = form_of({"type": "string", "format": "resident-id", "title": "身份证号"})
NUMBER = "99000019850310123" + ric.calc_check_digit("990000198503101230")


def test_a_right_number_is_stored_without_blanks():
    assert value(FORM, f" {NUMBER[:6]} {NUMBER[6:]} ") == NUMBER


@pytest.mark.parametrize(
    "typed", ["123", NUMBER[:-1] + "A", NUMBER[:6] + "20269999" + NUMBER[14:], "９９" + NUMBER[2:]]
)
def test_a_wrong_number_is_told(typed):
    assert message(FORM, typed) == "身份证号的 18 位号码对不上校验位，请对照证件再核一遍"


def test_it_is_masked_when_read():
    assert read_text(FORM, NUMBER) == "990000**********" + NUMBER[-2:]
    assert FORM.summary({"x": NUMBER})[0][1] == "990000**********" + NUMBER[-2:]
