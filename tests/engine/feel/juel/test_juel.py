"""JUEL written as FEEL: the same answers for the same values, and a refusal for what only a Java engine knows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import feel
from engine.feel.juel import as_feel, expression_as_feel, is_juel

VALUES = {
    "n": 7,
    "zero": 0,
    "price": Decimal("9.5"),
    "name": "Lin",
    "blank": "",
    "ok": True,
    "no": False,
    "nothing": None,
    "items": ["a", "b", "c"],
    "none": [],
    "order": {"id": 12, "customer": {"city": "Hangzhou"}, "lines": [{"sku": "x1"}], "odd key": 1},
    "key": "id",
    "i": 1,
    "void": {},
}


def said(text: str) -> Any:
    return feel.compile(as_feel(text)).strict(VALUES)


ANSWERS: list[tuple[str, Any]] = [
    ("${n == 7}", True),
    ("#{n == 7}", True),
    ("${n eq 7 and name eq 'Lin'}", True),
    ("${n != 7 || ok}", True),
    ("${n ne 7}", False),
    ("${n lt 8 && n gt 6 && n le 7 && n ge 7}", True),
    ("${not no}", True),
    ("${!ok}", False),
    ("${!nothing}", True),
    ("${!(ok && nothing)}", True),
    ("${!!ok}", True),
    ('${name == "Lin"}', True),
    ("${name == 'L\\'in'}", False),
    ("${empty blank}", True),
    ("${empty nothing}", True),
    ("${empty none}", True),
    ("${empty void}", True),
    ("${empty items}", False),
    ("${not empty name}", True),
    ("${!empty order}", True),
    ("${empty n}", False),
    ("${n + 2 * 3}", 13),
    ("${(n + 2) * 3}", 27),
    ("${n - (2 - 3)}", 8),
    ("${10 - 2 - 3}", 5),
    ("${n % 4}", 3),
    ("${-n mod 4}", -3),
    ("${n div 2}", Decimal("3.5")),
    ("${n / 2 * 2}", 7),
    ("${-n + 1}", -6),
    ("${- -n}", 7),
    ("${n > 5 ? 'big' : 'small'}", "big"),
    ("${n > 9 ? 'a' : n > 6 ? 'b' : 'c'}", "b"),
    ("${(n > 5) == ok}", True),
    ("${n < 9 == true}", True),
    ("${order.id}", 12),
    ("${order.customer.city == 'Hangzhou'}", True),
    ("${order['id'] == 12}", True),
    ("${order['odd key']}", 1),
    ("${order[key]}", 12),
    ("${items[0]}", "a"),
    ("${items[i]}", "b"),
    ("${items[i + 1]}", "c"),
    ("${order.lines[0].sku}", "x1"),
    ("${items.size() == 3}", True),
    ("${items.isEmpty()}", False),
    ("${items.contains('b')}", True),
    ("${items.get(0)}", "a"),
    ("${order.get('id')}", 12),
    ("${order.containsKey('id')}", True),
    ("${name.equals('Lin')}", True),
    ("${!name.equals('Lin')}", False),
    ("${'Lin'.equals(name)}", True),
    ("${name.contains('i')}", True),
    ("${!name.contains('i')}", False),
    ("${name.startsWith('L') && name.endsWith('n')}", True),
    ("${name.length()}", 3),
    ("${name.toUpperCase()}", "LIN"),
    ("${execution.getVariable('n') > 6}", True),
    ("${execution.hasVariable('gone')}", False),
    ("${variables:get(n) == 7}", True),
    ("${var:eq(n, 7)}", True),
    ("${vars:greaterThan(n, 7)}", False),
    ("${variables:exists(gone)}", False),
    ("${variables:isNotEmpty(name)}", True),
    ("Hello ${name}, ${n}!", "Hello Lin, 7!"),
    ("${name}${nothing}", "Lin"),
    ("${true}", True),
    ("${null == nothing}", True),
    ("${ 1.5e1 }", 15),
    ("${10L}", 10),
    ("${'}'}", "}"),
    ("${'a${b}'}", "a${b}"),
]


@pytest.mark.parametrize(("text", "answer"), ANSWERS)
def test_it_answers_what_juel_answers(text: str, answer: Any) -> None:
    found = said(text)
    assert found == answer
    assert isinstance(found, bool) == isinstance(answer, bool)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("${amount > 100}", "amount > 100"),
        ("${a && b || c}", "a and b or c"),
        ("${a && (b || c)}", "a and (b or c)"),
        ("${nrOfCompletedInstances / nrOfInstances >= 0.6}", "numberOfCompletedInstances / numberOfInstances >= 0.6"),
        ("${loopCounter == 0}", "loopCounter - 1 = 0"),
        ('${text == "a\\"b"}', 'text = "a\\"b"'),
    ],
)
def test_simple_conditions_read_as_somebody_would_write_them(text: str, written: str) -> None:
    assert as_feel(text) == written


@pytest.mark.parametrize(
    "text",
    [
        "${bean.check(execution)}",
        "${execution.processBusinessKey}",
        "${task.assignee == 'x'}",
        "${now()}",
        "${date.plusDays(1)}",
        "${fn:length(name)}",
        "${items.stream()}",
        "${x.size(1)}",
    ],
)
def test_what_calls_java_is_refused_by_that_name(text: str) -> None:
    with pytest.raises(feel.FeelSyntaxError) as refused:
        as_feel(text)
    assert refused.value.code == "calls-java"


@pytest.mark.parametrize("text", ["${", "${a b}", "${a =}", "${}", "${a = 1}", "${a +}", "${(a}", "${a ? b}", "${'a}"])
def test_what_is_no_juel_is_refused(text: str) -> None:
    with pytest.raises(feel.FeelSyntaxError) as refused:
        as_feel(text)
    assert refused.value.code == "juel-syntax"


def test_an_error_tells_the_place() -> None:
    with pytest.raises(feel.FeelSyntaxError) as refused:
        as_feel("${a\n && ?}")
    assert (refused.value.line, refused.value.column) == (2, 5)


@pytest.mark.parametrize(
    ("text", "answer"),
    [("return n == 7;", True), ("n === 7 && name !== 'x'", True), ("returned", None), ("(n > 5)", True)],
)
def test_other_languages_are_read_where_they_say_the_same(text: str, answer: Any) -> None:
    assert feel.compile(expression_as_feel(text)).strict({**VALUES, "returned": None}) == answer


@pytest.mark.parametrize("text", ["x = 1", "new Date()", "def y = 2; y > x", "a.b(c)", "[1, 2].contains(x)", ""])
def test_other_languages_are_refused_where_they_do_not(text: str) -> None:
    with pytest.raises(feel.FeelSyntaxError):
        expression_as_feel(text)


@pytest.mark.parametrize(
    "text", ["${" + "(" * 5_000 + ")" * 5_000 + "}", "${" + "!" * 5_000 + "a}", "${a" + "+a" * 9_999]
)
def test_a_hostile_text_is_refused_quickly(text: str) -> None:
    with pytest.raises(feel.FeelSyntaxError):
        as_feel(text)


@given(st.text(alphabet="abn 01.'\"()[]?:!=<>&|+-*/%${}#,_", max_size=60))
def test_any_text_gives_feel_or_a_syntax_error(text: str) -> None:
    try:
        written = as_feel("${" + text + "}")
    except feel.FeelSyntaxError:
        return
    feel.compile(written)


def test_a_text_with_an_expression_in_it_is_told_apart() -> None:
    assert [is_juel(text) for text in ("${a}", "#{a}", "a > 1", "$a", "{a: 1}")] == [True, True, False, False, False]
