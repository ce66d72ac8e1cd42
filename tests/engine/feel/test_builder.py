"""Conditions as data and as text say the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.feel import FeelSyntaxError, evaluate
from engine.feel.builder import NotAModel, cases_of, from_feel, to_feel, value_of

PAIRS = [
    ({"field": "金额", "operator": ">", "value": 100}, "金额 > 100"),
    ({"field": "申请.金额", "operator": "=", "value": "a"}, '申请.金额 = "a"'),
    ({"field": "x", "operator": "!=", "value": True}, "x != true"),
    ({"field": "x", "operator": "is empty"}, "x = null"),
    ({"field": "x", "operator": "is not empty"}, "x != null"),
    ({"field": "x", "operator": "between", "value": [1, 5]}, "x between 1 and 5"),
    ({"field": "x", "operator": "in", "value": ["a", "b"]}, 'x in ["a", "b"]'),
    ({"field": "x", "operator": "not in", "value": [1]}, "not(x in [1])"),
    ({"field": "x", "operator": "contains", "value": "村"}, 'contains(x, "村")'),
    ({"field": "x", "operator": "has", "value": "村"}, 'list contains(x, "村")'),
    ({"field": "x", "operator": "<", "value": {"date": "2026-01-01"}}, 'x < @"2026-01-01"'),
    ({"field": "x", "operator": ">=", "value": {"duration": "P3D"}}, 'x >= @"P3D"'),
    ({"field": "x", "operator": "=", "value": {"field": "case.unit"}}, "x = case.unit"),
    (
        {"all": [{"field": "x", "operator": ">", "value": 1}, {"field": "y", "operator": "<", "value": 2}]},
        "x > 1 and y < 2",
    ),
    (
        {
            "any": [
                {"all": [{"field": "x", "operator": ">", "value": 1}, {"field": "y", "operator": "=", "value": 2}]},
                {"field": "z", "operator": "is empty"},
            ]
        },
        "(x > 1 and y = 2) or z = null",
    ),
    (
        {
            "all": [
                {"any": [{"field": "x", "operator": "=", "value": 1}, {"field": "y", "operator": "=", "value": 2}]},
                {"feel": "count(rows) > 3"},
            ]
        },
        "(x = 1 or y = 2) and count(rows) > 3",
    ),
    ({"not": {"field": "x", "operator": "=", "value": 1}}, "not(x = 1)"),
    ({"feel": "sum(rows.n) > 10"}, "sum(rows.n) > 10"),
    ({"all": []}, "true"),
    ({"any": []}, "false"),
]


@pytest.mark.parametrize(("model", "text"), PAIRS)
def test_model_and_text_say_the_same_both_ways(model: dict[str, object], text: str) -> None:
    assert to_feel(model) == text
    assert from_feel(text) == model


def test_turned_comparison_is_read_with_the_field_first() -> None:
    assert from_feel("100 < 金额") == {"field": "金额", "operator": ">", "value": 100}


def test_names_with_signs_are_read_when_known() -> None:
    assert from_feel("a-b = 1", ["a-b"]) == {"field": "a-b", "operator": "=", "value": 1}


@pytest.mark.parametrize("model", [{}, {"field": "x"}, {"field": "x", "operator": "like", "value": 1}, {"all": 1}, 5])
def test_what_is_no_model_is_refused(model: object) -> None:
    with pytest.raises(NotAModel):
        to_feel(model)  # type: ignore[arg-type]


def test_what_is_no_feel_is_refused() -> None:
    with pytest.raises(FeelSyntaxError):
        from_feel("x >")


RULES = st.builds(
    lambda field, operator, value: {"field": field, "operator": operator, "value": value},
    st.sampled_from(["x", "y.z", "名称", "first name"]),
    st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
    st.one_of(st.integers(-(10**9), 10**9), st.text(max_size=8), st.booleans()),
)
MODELS = st.recursive(
    RULES,
    lambda inner: st.lists(inner, min_size=2, max_size=3).flatmap(
        lambda parts: st.sampled_from(["all", "any"]).map(lambda word: {word: parts})
    ),
    max_leaves=8,
)


def flat(model: object) -> object:
    """Join groups of one kind inside each other, which FEEL does not keep apart without brackets."""
    return evaluate(to_feel(model), {"x": 1, "y": {"z": "a"}, "名称": True, "first name": 5})  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None)
@given(MODELS)
def test_any_model_survives_the_way_through_text(model: dict[str, object]) -> None:
    again = from_feel(to_feel(model))
    assert to_feel(again) == to_feel(model)
    assert flat(again) == flat(model)


GIVEN = [
    ({"value": "是"}, '"是"'),
    ({"value": 5}, "5"),
    ({"value": False}, "false"),
    ({"value": None}, "null"),
    ({"value": {"date": "2026-01-01"}}, '@"2026-01-01"'),
]
CASES = [
    ({"cases": [{"when": 'x = "a"', "only": ["甲", 2, True]}]}, 'if x = "a" then ["甲", 2, true] else null'),
    (
        {"cases": [{"when": "x > 1 and y < 2", "only": ["甲"]}, {"when": "z = null", "only": []}]},
        'if x > 1 and y < 2 then ["甲"] else if z = null then [] else null',
    ),
]


@pytest.mark.parametrize(("model", "text"), GIVEN)
def test_a_value_is_written_and_read(model: dict[str, object], text: str) -> None:
    assert (to_feel(model), value_of(text)) == (text, model)


@pytest.mark.parametrize("text", ["x", "1 + 1", "[1]", "today()"])
def test_what_must_be_worked_out_is_no_value(text: str) -> None:
    assert value_of(text) is None


@pytest.mark.parametrize(("model", "text"), CASES)
def test_lists_to_choose_from_are_written_and_read(model: dict[str, object], text: str) -> None:
    assert (to_feel(model), cases_of(text)) == (text, model)
    assert evaluate(text, {"x": None, "y": 0, "z": 1}) is None


@pytest.mark.parametrize(
    "text", ["null", "[1]", "if a then b else null", "if a then [1] else [2]", "if a then [b] else null"]
)
def test_other_choices_stay_formulas(text: str) -> None:
    assert cases_of(text) is None


@pytest.mark.parametrize("cases", [[], [{}], [{"when": 1, "only": []}], [{"when": "x", "only": "y"}], "x"])
def test_what_is_no_choice_of_lists_is_refused(cases: object) -> None:
    with pytest.raises(NotAModel):
        to_feel({"cases": cases})


@pytest.mark.parametrize("when", ["x then 1", "x = ", "true then [1] else [2] + (if x"])
def test_a_condition_that_would_end_early_is_refused(when: str) -> None:
    with pytest.raises(FeelSyntaxError):
        to_feel({"cases": [{"when": when, "only": [1]}]})
