"""Unified social credit codes."""

from __future__ import annotations

from stdnum.cn import uscc

from tests.forms.one import form_of, message, value

FORM = form_of({"type": "string", "format": "credit-code"})
CODE = "91110000600037341" + uscc.calc_check_digit("91110000600037341")


def test_small_letters_become_capitals():
    assert value(FORM, f" {CODE.lower()} ") == CODE


def test_a_wrong_check_character_is_told():
    wrong = CODE[:-1] + ("A" if CODE[-1] != "A" else "B")
    assert message(FORM, wrong) == "甲的 18 位代码对不上校验位，请对照证照再核一遍"
