"""The face: errors, warnings, names found at run time, the clock, the cache."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from engine.feel import (
    Budget,
    BudgetExceeded,
    FeelError,
    FeelEvaluationError,
    FeelSyntaxError,
    Function,
    Note,
    compile,  # noqa: A004
    compile_tests,
    evaluate,
    to_json,
    unary_test,
)
from engine.feel.run import Run
from engine.feel.types import ListOf, Simple


def test_error_is_null_with_a_warning_that_names_the_place() -> None:
    warnings: list[Note] = []
    assert evaluate('1 + ("a" - 1)', {}, warnings=warnings) is None
    assert [(note.code, note.position) for note in warnings] == [("operand-type", 9)]


def test_unknown_name_is_null_with_a_warning() -> None:
    warnings: list[Note] = []
    assert evaluate("nothing", {}, warnings=warnings) is None
    assert warnings[0].code == "unknown-name"


@pytest.mark.parametrize(
    "text", ["missing", "missing > 5", "case.missing", '"a" < 1', '1 = "1"', "1 / 0", 'number("x")', "case.id()"]
)
def test_strict_evaluation_raises_where_a_call_answers_null(text: str) -> None:
    values = {"case": {"id": "7"}}
    assert compile(text)(values) is None
    with pytest.raises(FeelEvaluationError):
        compile(text).strict(values)


@pytest.mark.parametrize(
    "text", ["note", "note > 5", "note.deep", "rows[b = 1]", "is defined(missing)", "is defined(a.b)"]
)
def test_null_itself_is_no_error(text: str) -> None:
    assert compile(text).strict({"note": None, "rows": [{"a": 1}, {"b": 2}]}) in (None, [], False)


def test_syntax_error_names_line_and_column() -> None:
    with pytest.raises(FeelSyntaxError) as found:
        compile("1 +\n  * 2")
    assert (found.value.line, found.value.column) == (2, 3)


@pytest.mark.parametrize(
    "text", ["", "1 +", "(1", "[1", "{a 1}", "if a then b", "for x in", "a b c =", "1 2", "“a”", "x ->", "#"]
)
def test_what_is_no_feel_is_refused(text: str) -> None:
    with pytest.raises(FeelSyntaxError):
        evaluate(text, {})


def test_free_names_are_listed() -> None:
    found = compile("sum(rows[n > limit].n) + {a: 1, b: a + x}.b + count(for r in rows return r.y)")
    assert found.names == {"rows", "x"}
    assert found.maybe_names == {"n", "limit"}


def test_same_text_is_compiled_once() -> None:
    assert compile("1 + 1 + 1") is compile("1 + 1 + 1")


def test_name_with_a_sign_is_found_in_each_context() -> None:
    text = compile("a-b")
    assert text({"a": 5, "b": 2}) == 3
    assert text({"a-b": 9}) == 9
    assert text({"a": 5, "b": 2}) == 3


def test_name_with_a_keyword_needs_the_context_or_a_hint() -> None:
    assert evaluate("to and fro", {"to and fro": 1}) == 1
    assert evaluate("for sale", {"for sale": 1}) == 1
    with pytest.raises(FeelSyntaxError):
        compile("for sale")
    assert compile("for sale", ["for sale"])({"for sale": 1}) == 1


def test_hint_does_not_hide_other_names() -> None:
    assert compile("x-y + a-b", ["a-b"])({"a-b": 1, "x-y": 2}) == 3


@pytest.mark.parametrize(
    "text",
    [
        "for r in rows return r.a-b",
        "rows.a-b",
        "rows[a-b > 0].a-b",
        "rows[item.a-b > 0].a-b",
        "for r in deep.rows return r.a-b",
        "deep.rows[a-b > 0].a-b",
        "for d in [deep] return (for r in d.rows return r.a-b)[1]",
    ],
)
def test_name_with_a_sign_is_found_inside_lists(text: str) -> None:
    rows = [{"a-b": 1}, {"a-b": 2}]
    assert evaluate(text, {"rows": rows, "deep": {"rows": rows}}) in ([1, 2], [1])


def test_numbers_of_the_context_become_decimals() -> None:
    assert evaluate("x", {"x": 0.1}) == Decimal("0.1")
    assert isinstance(evaluate("x[1]", {"x": (1, 2)}), Decimal)
    assert evaluate("x.y", {"x": {"y": 1, "z": object()}}) == 1
    assert evaluate("true + 1", {}) is None


def test_list_of_the_context_is_converted_once_however_often_it_is_read() -> None:
    rows = [{"n": index} for index in range(500)]
    assert evaluate(
        "count(for i in 1..500 return count(rows) + case.rows[1].n)", {"rows": rows, "case": {"rows": rows}}
    )
    assert evaluate("rows = rows", {"rows": list(range(100_000))}) is True


def test_clock_is_the_callers() -> None:
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    assert evaluate("today()", {}, now=now) == date(2026, 11, 23)
    assert evaluate("now()", {}) is None
    with pytest.raises(FeelEvaluationError):
        compile("now()").strict({})


def test_budget_is_shared_by_those_who_are_handed_it() -> None:
    budget = Budget(2_000)
    with pytest.raises(BudgetExceeded):
        for _ in range(100):
            evaluate("for i in 1..20 return i", {}, budget=budget)


def test_function_of_the_caller_is_called_with_checked_arguments() -> None:
    double = Function(("n",), lambda run, values: values[0] * 2, types=(Simple("number"),), name="double")
    assert evaluate("double(4)", {"double": double}) == 8
    assert evaluate("double(n: 4)", {"double": double}) == 8
    assert evaluate('double("a")', {"double": double}) is None
    assert evaluate("double()", {"double": double}) is None


def test_types_of_the_caller_are_known_by_name() -> None:
    types = {"tAmounts": ListOf(Simple("number"))}
    assert compile("x instance of tAmounts", types=types)({"x": [1, 2]}) is True
    assert compile("x instance of tAmounts", types=types)({"x": ["a"]}) is False
    assert compile("(function(x: tAmounts) count(x))(5)", types=types)({}) == 1


def test_unary_tests_answer_true_false_or_none() -> None:
    assert unary_test("< 5", 3, {}) is True
    assert unary_test("< 5", 7, {}) is False
    assert unary_test("< 5", None, {}) is None
    assert unary_test("< limit", 3, {"limit": 5}) is True
    assert compile_tests("a-b", ["a-b"])(4, {"a-b": 4}) is True
    with pytest.raises(FeelSyntaxError):
        unary_test("", 1, {})
    with pytest.raises(FeelEvaluationError):
        compile_tests("< 5").strict("a", {})


def test_parts_of_one_run_share_its_budget_clock_and_warnings() -> None:
    run = Run()
    run.budget = Budget(2_000)
    run.now = datetime(2026, 11, 23, tzinfo=UTC)
    run.warnings = []
    assert compile("today()").within(run, {}) == date(2026, 11, 23)
    assert compile_tests("? > 3").within(run, {}, Decimal(5)) is True
    compile("missing").within(run, {})
    assert [note.code for note in run.warnings] == ["unknown-name"]
    with pytest.raises(BudgetExceeded):
        for _ in range(100):
            compile("for i in 1..20 return i").within(run, {})


def test_values_become_json() -> None:
    value = evaluate('{a: 1, b: 0.5, c: @"2020-01-31", d: [@"P1D", null, true, "x"], e: @"10:00:00Z"}', {})
    assert json.loads(json.dumps(to_json(value))) == {
        "a": 1,
        "b": 0.5,
        "c": "2020-01-31",
        "d": ["P1D", None, True, "x"],
        "e": "10:00:00Z",
    }


def test_every_error_is_a_feel_error() -> None:
    for error in (FeelSyntaxError, FeelEvaluationError, BudgetExceeded):
        assert issubclass(error, FeelError)
