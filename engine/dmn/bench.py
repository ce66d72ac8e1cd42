"""Figures for the DMN part of `qingche bench feel`: what one evaluation of a table costs here and now."""

from __future__ import annotations

import timeit
from collections.abc import Callable
from typing import Any

from engine.dmn.evaluating import evaluate
from engine.dmn.explaining import explain

_HEAD = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20211108/MODEL/" name="bench" namespace="urn:bench">'
    '<decision id="d" name="d"><decisionTable hitPolicy="{}">'
)
_COLUMNS = (("n", "number"), ("kind", "string"), ("m", "number"), ("flag", "boolean"), ("name", "string"))
INPUTS: dict[str, Any] = {"n": 50, "kind": "k3", "m": 7, "flag": True, "name": "样例村03"}


def run() -> dict[str, dict[str, float]]:
    """Measure; milliseconds per evaluation of a whole decision, warm."""
    hundred, thousand = model(100), model(1000)
    figures = {
        "100 rules x 5 columns, ms": _best(lambda: evaluate(hundred, "d", INPUTS), 500),
        "1,000 rules x 5 columns, ms": _best(lambda: evaluate(thousand, "d", INPUTS), 200),
        "100 rules x 5 columns, explained, ms": _best(lambda: explain(hundred, "d", INPUTS), 100),
        "100 rules read and compiled, ms": _first(),
    }
    return {"figures": {name: round(value, 3) for name, value in figures.items()}, "versus": {}}


def model(rules: int, policy: str = "COLLECT") -> bytes:
    """Write a table of so many rules: intervals, constants, comparisons, anything, and a test that must be run."""
    inputs = "".join(
        f'<input><inputExpression typeRef="{type_}"><text>{name}</text></inputExpression></input>'
        for name, type_ in _COLUMNS
    )
    rows = "".join(
        "<rule>"
        + "".join(f"<inputEntry><text>{cell}</text></inputEntry>" for cell in _cells(index))
        + f'<outputEntry><text>"r{index}"</text></outputEntry></rule>'
        for index in range(rules)
    )
    return f"{_HEAD.format(policy)}{inputs}<output/>{rows}</decisionTable></decision></definitions>".encode()


def _cells(index: int) -> tuple[str, ...]:
    return (f"[{index}..{index + 60}]", f'"k{index % 7}", "k9"', f"&lt; {index}", "-", 'starts with(?, "样例")')


def _best(call: Callable[[], object], number: int) -> float:
    return min(timeit.repeat(call, number=number, repeat=5)) / number * 1e3


def _first() -> float:
    contents = iter([model(100) + b" " * index for index in range(1, 4)])
    return min(timeit.repeat(lambda: evaluate(next(contents), "d", INPUTS), number=1, repeat=3)) * 1e3
