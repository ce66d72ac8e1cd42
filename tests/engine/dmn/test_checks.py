"""What publishing refuses in a decision model, and what it only remarks on, with table, rule and column."""

from __future__ import annotations

from typing import Any

import pytest

from engine import check_bytes
from engine.dmn import check
from tests.engine.dmn.draw import bkm, component, decision, given, item, model, table, text

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


@pytest.mark.parametrize(
    ("feel", "declared", "said"),
    [
        ("n + name", "number", "“n + name”里 + 不能用于数和文字"),
        ("name > 5", "boolean", "“name > 5”里 > 不能用于文字和数"),
        ('if n then "a" else "b"', "string", '“if n then "a" else "b"”里 if 要布尔值，不是数'),
        ("upper case(name)", "number", "“d”声明为 number，算出来的却是文字"),
        ("who.age + who.title", "number", "“who.age + who.title”里 + 不能用于数和文字"),
        ("born + n", "date", "“born + n”里 + 不能用于日期和数"),
    ],
)
def test_kinds_that_can_never_fit_are_told(feel: str, declared: str, said: str) -> None:
    person = item("person", "", component("age", "number"), component("title", "string"))
    named = [given("n", "number"), given("name", "string"), given("born", "date"), given("who", "person")]
    needs = ["i:n", "i:name", "i:born", "i:who"]
    content = model(person, *named, decision("d", text(feel), needs=needs, type=declared))
    assert [one["message"] for one in check(content, "d.dmn") if one["code"] == "type"] == [said]


@pytest.mark.parametrize(
    ("feel", "declared"),
    [
        ("n + 1", "number"),
        ('born + duration("P1D")', "date"),
        ("born", "date and time"),
        ("[n]", "number"),
        ("for n in [name] return n + name", "Any"),
        ("if n = null then null else n", "number"),
        ("born - born", "days and time duration"),
        ("count([name]) * n", "number"),
    ],
)
def test_kinds_that_may_fit_are_left_alone(feel: str, declared: str) -> None:
    named = [given("n", "number"), given("name", "string"), given("born", "date")]
    content = model(*named, decision("d", text(feel), needs=["i:n", "i:name", "i:born"], type=declared))
    assert check(content, "d.dmn") == []


def test_a_mistake_of_writing_is_told_in_both_languages_with_its_place() -> None:
    (one,) = check(model(decision("d", text("if 1 = 1 then"))), "d.dmn")
    assert one["message"] == "“if 1 = 1 then”写得不对：这里应是表达式，却是 结尾（第 1 行第 14 列）"
    assert one["message_en"] == "if 1 = 1 then: Expected an expression, found the end (line 1, column 14)"


def test_what_is_not_run_is_told() -> None:
    values = '<importedValues namespace="urn:x"><importedElement>x</importedElement></importedValues>'
    imported = f"<literalExpression>{values}</literalExpression>"
    assert [one["code"] for one in check(model(decision("d", imported)), "d.dmn")] == ["imported-values"]
    java = model(bkm("f", ["x"], text("x"), kind="Java"), decision("d", text("f(1)"), uses=["f"]))
    assert [(one["code"], one["severity"]) for one in check(java, "d.dmn")] == [("external", "warning")]


def test_names_are_free_where_a_file_declares_no_inputs() -> None:
    assert check(model(decision("d", text("amount + 1"))), "d.dmn") == []
    declared = model(given("n"), decision("d", text("amount + 1")))
    assert [one["code"] for one in check(declared, "d.dmn")] == ["unknown-name"]


def test_a_circle_and_a_lost_reference_are_refused() -> None:
    circle = model(decision("x", text("y"), needs=["y"]), decision("y", text("x"), needs=["x"]))
    assert {one["code"] for one in check(circle, "d.dmn")} == {"cycle"}
    lost = model(decision("x", text("1"), needs=["nobody"]))
    assert [one["code"] for one in check(lost, "d.dmn")] == ["reference-missing"]


def test_files_checked_together_may_import_one_another() -> None:
    link = '<import name="lib" namespace="urn:lib" importType="https://www.omg.org/spec/DMN/20211108/MODEL/"/>'
    library = model(bkm("twice", ["x"], text("2 * x")), namespace="urn:lib")
    content = model(link, decision("d", text("lib.twice(2)"), uses=["urn:lib#_twice"]))
    assert [change["what"] for change in check_bytes(content, "d.dmn").changes] == ["import"]
    together = check_bytes(content, "d.dmn", models=[library])
    assert (together.changes, together.errors) == ([], [])
