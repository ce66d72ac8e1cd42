"""Amounts."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.fields.money import in_capitals
from tests.forms.one import control, form_of, posted, read_text, value

FORM = form_of({"type": "string", "format": "money"})


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("300", "300.00"),
        ("1,234.5", "1234.50"),
        ("¥300", "300.00"),
        ("300 元", "300.00"),
        ("-20", "-20.00"),
        (".5", "0.50"),
    ],
)
def test_amounts_are_stored_with_two_places(typed, stored):
    assert value(FORM, typed) == stored


@pytest.mark.parametrize("typed", ["三百", "1.234", "1e5", "12345678901234567", "--1"])
def test_what_is_no_amount_comes_back_as_typed(typed):
    found = posted(FORM, typed)
    assert "例如 300.00" in found.problems[0].message
    assert control(FORM, found.typed["x"])["value"] == typed


def test_the_unit_stands_beside_the_input():
    assert '<span class="input-group-text">元</span>' in FORM.page({})


def test_it_reads_with_grouping():
    assert read_text(FORM, "1234567.50") == "1,234,567.50 元"


def test_a_decimal_keeps_its_places():
    assert value(form_of({"type": "string", "format": "decimal"}), "0.10") == "0.10"


@settings(max_examples=40)
@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2, allow_nan=False))
def test_amounts_round_trip(amount):
    shown = control(FORM, f"{amount:.2f}")["value"]
    assert Decimal(value(FORM, shown)) == amount


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.5", "伍角整"),
        ("10", "壹拾元整"),
        ("1200.05", "壹仟贰佰元零伍分"),
        ("300.30", "叁佰元叁角整"),
        ("10005", "壹万零伍元整"),
        ("100000000", "壹亿元整"),
        ("100010000", "壹亿零壹万元整"),
        ("1000000.01", "壹佰万元零壹分"),
        ("205000", "贰拾万零伍仟元整"),
        ("-3", "负叁元整"),
        ("1234567890.12", "壹拾贰亿叁仟肆佰伍拾陆万柒仟捌佰玖拾元壹角贰分"),
    ],
)
def test_amounts_are_written_in_capital_numerals(amount, words):
    assert in_capitals(Decimal(amount)) == words


def test_capital_numerals_are_read_on_request():
    form = form_of({"type": "string", "format": "money"}, {"ui:options": {"words": True}})
    assert read_text(form, "1200.00") == "1,200.00 元（壹仟贰佰元整）"
