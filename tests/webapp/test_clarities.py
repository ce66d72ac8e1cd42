"""The card of the three clarities: what a form declares, what the reader may see, what it weighs."""

from __future__ import annotations

from typing import Any

import pytest

from webapp.clarities import bullets, card_of, without_card

LINES = [
    ("事项", "护林", "/subject"),
    ("做什么", "发底图\n到场复核", "/own/work"),
    ("电话", "0700", "/own/phone"),
    ("请村里做", "每处走看一次", "/ask/what"),
    ("种类", "经费", "/support/0/kind"),
    ("金额", "300.00 元", "/support/0/amount"),
    ("种类", "培训", "/support/1/kind"),
]
UI: dict[str, Any] = {
    "qc:card": {
        "kind": "three-clarities",
        "does": ["/own/work", {"at": "/own/phone", "label": "答疑"}],
        "asks": "/ask",
        "gives": "/support",
        "burden": [{"value": "ask.hours", "words": "小时"}, {"value": "ask.nothing", "words": "项"}],
        "support": [{"value": "sum(support.amount)", "words": "元"}, {"value": "0", "words": "次"}],
    }
}
VALUES = {"ask": {"hours": 3.5}, "support": [{"amount": 1200}, {"amount": 0}]}


def test_a_text_is_told_by_its_lines_a_table_by_its_rows_a_section_by_its_fields() -> None:
    card = card_of(UI, LINES, VALUES)

    assert card is not None
    assert card.does == ["发底图", "到场复核", "答疑：0700"]
    assert card.asked == ["请村里做：每处走看一次"]
    assert card.gives == ["经费，300.00 元", "培训"]


def test_the_balance_leaves_out_what_has_no_value_and_support_that_is_none() -> None:
    card = card_of(UI, LINES, VALUES)

    assert card is not None and card.burden == (("3.5", "小时"),) and card.support == (("1,200", "元"),)


def test_what_the_card_says_is_not_said_again() -> None:
    assert without_card(UI, LINES) == [LINES[0]]
    assert without_card({}, LINES) == LINES


def test_a_reader_who_sees_no_support_gets_no_figures_of_it() -> None:
    card = card_of(UI, [line for line in LINES if not line[2].startswith("/support")], VALUES)

    assert card is not None and card.gives == [] and card.support == ()


@pytest.mark.parametrize("ui", [None, {}, {"qc:card": "x"}, {"qc:card": {"kind": "other"}}])
def test_a_form_that_declares_none_has_none(ui: Any) -> None:
    assert card_of(ui, LINES, VALUES) is None


def test_a_reader_who_sees_nothing_of_it_has_no_card() -> None:
    assert card_of(UI, [LINES[0]], VALUES) is None


def test_a_figure_that_cannot_be_computed_is_left_out() -> None:
    ui = {"qc:card": {**UI["qc:card"], "burden": [{"value": "1 +", "words": "x"}, {"words": "y"}, "z"]}}
    card = card_of(ui, LINES, VALUES)

    assert card is not None and card.burden == ()


def test_a_pointer_is_no_prefix_of_a_longer_name() -> None:
    assert bullets([("甲", "乙", "/asked")], "/ask") == []
