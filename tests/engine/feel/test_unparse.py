"""A tree written as text is read as the same tree; random texts never end in anything but FeelError."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.feel import Budget, FeelError, evaluate, unary_test
from engine.feel.builtins import FUNCTIONS, NAMES
from engine.feel.parser import parse, parse_tests
from engine.feel.syntax import Node
from engine.feel.unparse import unparse

CASES = Path(__file__).parents[2] / "cases" / "feel"
EXPRESSIONS = [
    line.rpartition(" => ")[0]
    for name in ("grammar.txt", "functions.txt", "dates.txt")
    for line in (CASES / name).read_text("utf-8").splitlines()
    if " => " in line and not line.startswith("#")
]


def shape(value: object) -> object:
    """Drop positions, which the way through text changes."""
    if isinstance(value, Node):
        parts = (getattr(value, field.name) for field in dataclasses.fields(value) if field.name != "position")
        return (type(value).__name__, *map(shape, parts))
    return tuple(map(shape, value)) if isinstance(value, tuple) else value


@pytest.mark.parametrize("chunk", range(10))
def test_every_case_is_read_again_as_the_same_tree(chunk: int) -> None:
    for text in EXPRESSIONS[chunk::10]:
        known = ("a-b", "it's", "A1/B2", "for sale", "profit and loss", "net-price")
        tree = parse(text, NAMES, known).tree
        assert shape(parse(unparse(tree), NAMES, known).tree) == shape(tree), text


@pytest.mark.parametrize("text", ["-", "not(1, 2)", "< 5, [1..3]", "? > 3 and ? < 9", '"a", "b"'])
def test_unary_tests_are_read_again_as_the_same_tree(text: str) -> None:
    tree = parse_tests(text, NAMES).tree
    assert shape(parse_tests(unparse(tree), NAMES).tree) == shape(tree)


NUMBERS = st.integers(-1000, 1000).map(str) | st.decimals(-1000, 1000, places=2).map(str)
ATOMS = NUMBERS | st.sampled_from(
    [
        "x",
        "rows",
        "名",
        "null",
        "true",
        '"a"',
        "[]",
        "{}",
        '@"2020-01-31"',
        '@"P1D"',
        '@"P1M"',
        '@"10:00:00Z"',
        "item",
        "?",
    ]
)
OPERATORS = ["+", "-", "*", "/", "**", "=", "<", ">=", "!=", "and", "or", "in", ".."]


def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Make larger texts, right in form more often than not."""
    calls = st.builds(
        lambda name, args: f"{name}({', '.join(args)})", st.sampled_from(sorted(FUNCTIONS)), st.lists(inner, max_size=4)
    )
    return st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(OPERATORS), inner),
        st.builds("{}[{}]".format, inner, inner),
        st.builds("{}.{}".format, inner, st.sampled_from(["a", "year", "days", "start", "time offset", "名"])),
        st.builds("if {} then {} else {}".format, inner, inner, inner),
        st.builds("for i in {} return {}".format, inner, inner),
        st.builds("some i in {} satisfies {}".format, inner, inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("{{a: {}, b: {}}}".format, inner, inner),
        st.builds("(function(x) {})({})".format, inner, inner),
        st.builds("{} between {} and {}".format, inner, inner, inner),
        st.builds("{} instance of number".format, inner),
        st.builds("{} < {}".format, inner, inner),
        st.builds("< {}".format, inner),
        calls,
        calls,
        calls,
    )


TEXTS = st.recursive(ATOMS, grow, max_leaves=12)
CONTEXT = {"x": 3, "rows": [{"a": 1, "名": "甲"}, {"a": 2}], "名": "乙"}


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_grown_text_ends_in_a_value_or_a_feel_error(text: str) -> None:
    try:
        evaluate(text, CONTEXT, budget=Budget(50_000))
        unary_test(text, 5, CONTEXT, budget=Budget(50_000))
    except FeelError:
        return


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40) | st.text(alphabet='()[]{}<>=.,:"@-+*/ ain1x?中', max_size=30))
def test_random_text_ends_in_a_value_or_a_feel_error(text: str) -> None:
    try:
        evaluate(text, CONTEXT, budget=Budget(50_000))
    except FeelError:
        return


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet="ab*+?|()[]{}^$.\\dwp{L}-1,0 ", max_size=16), st.text(alphabet="ab01 -\n", max_size=30))
def test_random_pattern_ends_in_a_value_or_a_feel_error(pattern: str, text: str) -> None:
    values = {"p": pattern, "t": text}
    try:
        evaluate('[matches(t, p), replace(t, p, "-"), split(t, p)]', values, budget=Budget(50_000))
    except FeelError:
        return
