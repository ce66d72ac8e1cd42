"""FEEL, the expression language of DMN: parsed once, compiled to closures, bounded in what it may cost.

    >>> from engine.feel import evaluate
    >>> evaluate('if amount > 100 then "高" else "低"', {"amount": 150})
    '高'

A leaf: imports nothing else of ours, does no I/O, reads no clock. See README.md beside this file.
"""

from __future__ import annotations

from engine.feel.budget import Budget, weigh
from engine.feel.compiled import Compiled, Tests, compile, compile_tests, evaluate, unary_test  # noqa: A004
from engine.feel.durations import YearMonthDuration
from engine.feel.errors import BudgetExceeded, FeelError, FeelEvaluationError, FeelSyntaxError, Note
from engine.feel.jsonable import to_json
from engine.feel.values import Function, Range, Value

__all__ = [
    "Budget",
    "BudgetExceeded",
    "Compiled",
    "FeelError",
    "FeelEvaluationError",
    "FeelSyntaxError",
    "Function",
    "Note",
    "Range",
    "Tests",
    "Value",
    "YearMonthDuration",
    "compile",
    "compile_tests",
    "evaluate",
    "to_json",
    "unary_test",
    "weigh",
]
