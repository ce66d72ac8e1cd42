"""What publishing refuses in a decision model, and what it only remarks on, with table, rule and column."""

from __future__ import annotations

from typing import Any

import pytest

from engine.dmn import check
from tests.engine.dmn.draw import decision, given, item, model, table, text

_TWO = ["n: number", "kind: string"]


def found(rules: list[list[str]], **more: Any) -> list[tuple[Any, ...]]:
    """Check a table over a number n and a kind; give (code, rule, column) of what is found."""
    written = table(more.pop("inputs", _TWO), more.pop("outputs", [": string"]), rules, **more)
    kinds = item("kinds", "string", allowed='"a", "b"')
    content = model(
        kinds, given("n", "number"), given("kind", "kinds"), decision("d", written, needs=["i:n", "i:kind"])
    )
    return [(one["code"], one["rule"], one["column"]) for one in check(content, "d.dmn")]


def test_a_table_that_is_whole_has_nothing_to_remark() -> None:
    assert found([["< 10", "-", '"x"'], [">= 10", '"a"', '"y"'], [">= 10", '"b"', '"z"']]) == []


@pytest.mark.parametrize(
    ("rules", "more", "expected"),
    [
        ([["<= 10", "-", '"x"'], [">= 10", "-", '"y"']], {}, ("overlap", 2, None)),
        ([["< 10", "-", '"x"'], ["> 10", "-", '"y"']], {}, ("gap", None, None)),
        ([["-", '"a"', '"x"']], {}, ("gap", None, None)),
        ([["-", '"c"', '"x"'], ["-", "-", '"y"']], {}, ("unreachable", 1, 2)),
        ([["< 10", "-", '"x"'], ["< 5", "-", '"y"'], ["-", "-", '"z"']], {"policy": "FIRST"}, ("unreachable", 2, None)),
        (
            [["< 10", "-", '"x"'], ["-", "-", '"y"'], ["> 20", '"a"', '"z"']],
            {"policy": "FIRST"},
            ("unreachable", 3, None),
        ),
        ([["< 10", "-", '"x"'], ["< 20", "-", '"y"'], [">= 20", "-", '"y"']], {"policy": "ANY"}, ("overlap", 2, None)),
        ([["-", "-", '"x"']], {"policy": "PRIORITY"}, ("output-values", None, None)),
        ([["-", "-", '"z"']], {"outputs": [': string = "x", "y"']}, ("output-value", 1, 3)),
        ([["-", "-", "5"]], {}, ("type", 1, 3)),
        ([['"ten"', "-", '"x"'], ["-", "-", '"x"']], {"policy": "FIRST"}, ("type", 1, 1)),
        ([["< 1 +", "-", '"x"'], ["-", "-", '"x"']], {"policy": "FIRST"}, ("syntax", 1, 1)),
        ([["-", "-", "unheard"]], {}, ("unknown-name", 1, 3)),
        ([["-", "-", '"x"']], {"inputs": ["n: numbre", "kind"]}, ("unknown-type", None, None)),
        ([["-", "-"]], {}, ("table", 1, None)),
    ],
)
def test_a_mistake_is_found_where_it_is(
    rules: list[list[str]], more: dict[str, Any], expected: tuple[Any, ...]
) -> None:
    assert expected in found(rules, **more)


def test_findings_name_line_and_message() -> None:
    content = model(decision("d", table(["n"], [""], [["1", "1 +"]])))
    (one,) = [each for each in check(content, "d.dmn") if each["severity"] == "error"]
    assert (one["line"], one["table"], one["rule"], one["column"]) == (3, "t", 1, 2)
    assert "1 +" in one["message"]


def test_names_are_free_where_a_file_declares_no_inputs() -> None:
    assert check(model(decision("d", text("amount + 1"))), "d.dmn") == []
    declared = model(given("n"), decision("d", text("amount + 1")))
    assert [one["code"] for one in check(declared, "d.dmn")] == ["unknown-name"]


def test_a_circle_and_a_lost_reference_are_refused() -> None:
    circle = model(decision("x", text("y"), needs=["y"]), decision("y", text("x"), needs=["x"]))
    assert {one["code"] for one in check(circle, "d.dmn")} == {"cycle"}
    lost = model(decision("x", text("1"), needs=["nobody"]))
    assert [one["code"] for one in check(lost, "d.dmn")] == ["reference-missing"]
