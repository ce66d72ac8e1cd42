"""A Python condition is shown as the FEEL a person would write, or not at all."""

from __future__ import annotations

import pytest

from engine.feel import evaluate
from engine.feel.python import as_feel, compile_python

VALUES = {"amount": 150, "kind": "a", "case": {"unit": {"code": "0700"}}, "rows": [1, 2], "day": None}


@pytest.mark.parametrize(
    ("python", "feel"),
    [
        ('amount > 100 and kind == "a"', 'amount > 100 and kind = "a"'),
        ("kind != 'a' or amount <= 5", 'kind != "a" or amount <= 5'),
        ("not (amount > 5)", "not(amount > 5)"),
        ("day is None", "day = null"),
        ("day is not None", "day != null"),
        ("kind in ['a', 'b']", 'kind in ["a", "b"]'),
        ("kind not in ('a', 'b')", 'not(kind in ["a", "b"])'),
        ('case["unit"]["code"] == "0700"', 'case.unit.code = "0700"'),
        ("case.get('nothing')", 'get value(case, "nothing")'),
        ("rows[0] + rows[-1]", "rows[1] + rows[-1]"),
        ("f'{kind}有{amount}'", 'string(kind) + "有" + string(amount)'),
        ("amount % 7", "modulo(amount, 7)"),
        ("1 if amount > 5 else 2", "if amount > 5 then 1 else 2"),
        ("timedelta(days=3, hours=2)", 'duration("P3DT2H")'),
        ("(1 + amount) * 2 - -3", "(1 + amount) * 2 - -3"),
        ("kind.startswith('a')", 'starts with(kind, "a")'),
    ],
)
def test_condition_has_a_form_in_feel_and_means_the_same(python: str, feel: str) -> None:
    assert as_feel(python) == feel
    assert evaluate(feel, VALUES) == compile_python(python)(VALUES)


@pytest.mark.parametrize(
    "python", ["not kind", "len(rows)", "a and b", "x in y", "while", "x.__class__", "{**a}", "f'{a:.2f}'"]
)
def test_what_means_something_else_is_not_shown(python: str) -> None:
    assert as_feel(python) is None
