"""A translated script leaves the values that Python itself would leave."""

from __future__ import annotations

import pytest

from engine.feel import Budget, BudgetExceeded, FeelError, FeelEvaluationError, FeelSyntaxError
from engine.feel.python import compile_script
from tests.engine.feel.python.test_expressions import plain
from tests.timing import within

VALUES = {"amount": 150, "rows": [{"n": 1}, {"n": 2}, {"n": 3}], "case": {"id": "7", "tags": ["a"]}}
SCRIPTS = {
    "assignments": "a = 1\nb = a + 1\na = b * 2",
    "several targets": "a = b = 3\nc, d = 1, [2]\n(e, f), g = (1, 2), 3",
    "annotated": "a: int = 5\nb: int",
    "augmented": "a = 1\na += 2\na *= 5\na -= 1\na //= 4",
    "if": "if amount > 100:\n    level = 'high'\nelif amount > 50:\n    level = 'middle'\nelse:\n    level = 'low'",
    "if without else": "level = 'low'\nif amount:\n    level = 'high'",
    "for": "total = 0\nfor row in rows:\n    total += row['n']",
    "for with break and continue": (
        "seen = []\nfor row in rows:\n    if row['n'] == 1:\n        continue\n    seen.append(row['n'])\n"
        "    if row['n'] == 2:\n        break"
    ),
    "for over pairs": "out = []\nfor k, v in {'a': 1, 'b': 2}.items():\n    out.append(k)\n    last = v",
    "nested for": "out = []\nfor a in [1, 2]:\n    for b in [3, 4]:\n        out.append(a * b)\n    first = out[0]",
    "entries": "case['id'] = 'x'\ncase['tags'][0] = 'b'\ncase['new'] = {'deep': 1}\ncase['new']['deep'] += 1",
    "methods": "case['tags'].append('c')\ncase.update({'z': 1})\nmore = [1]\nmore.extend([2, 3])",
    "print and strings": "'a comment'\nprint(amount)\npass\na = 1",
    "imports": "import datetime\nfrom datetime import timedelta\na = 1",
    "comprehension": "ns = [row['n'] for row in rows if row['n'] > 1]\ntotal = sum(ns)",
    "text": "line = f'{amount} 元'\nlines = [line] + ['b']",
}
REFUSED = (
    "while True: pass",
    "def f(): return 1",
    "class A: pass",
    "import os",
    "from os import system",
    "import datetime as d",
    "try:\n    a = 1\nexcept Exception: pass",
    "with x: pass",
    "del a",
    "global a",
    "raise a",
    "assert a",
    "a[1:2] = [1]",
    "a.__class__ = 1",
    "__builtins__ = 1",
    "for x in y:\n    pass\nelse:\n    pass",
    "break",
    "return 1",
    "async def f(): pass",
    "a.sort(key=b)",
    "match a:\n    case 1: pass",
    "a @= b",
)
ENDLESS = (
    "a = 'aaaaaaaa'\nfor i in range(100):\n    a = a + a",
    "a = [1]\nfor i in range(100):\n    a += a",
    "a = [1]\nfor i in range(100):\n    a = [a, a]",
    "a = {'x': 1}\nfor i in range(100):\n    a = {'l': a, 'r': a}",
    "for i in range(10 ** 9):\n    a = i",
    "a = [1]\nfor i in range(10 ** 6):\n    a.append(i)",
    "for i in range(10 ** 4):\n    for j in range(10 ** 4):\n        a = 1",
    "a = [i for i in range(10 ** 5)]\nfor i in range(10 ** 5):\n    b = a[1:]",
    "a = {}\nfor i in range(10 ** 5):\n    a[str(i)] = i",
    "a = []\nfor i in range(3000):\n    a = [a]",
    "f = lambda g, n: g(g, n + 1)\na = f(f, 0)",
    "a = 'x' * 10 ** 9",
    "a = [0] * 10 ** 9",
    "a = 'aaaa'\nfor i in range(100):\n    a = a.replace('a', a)",
    "a = 'aaaa'\nfor i in range(100):\n    a = ','.join([a, a])",
    "a = f\"{'x':>99999999}\"",
    "(" * 3000 + ")" * 3000,
    "a = " + "-" * 5000 + "1",
    "a = " + "(" * 70 + "1" + ")" * 70 + " + " + "not " * 4000 + "1",
    "if a:\n" + "".join(" " * depth + "if a:\n" for depth in range(1, 90)) + " " * 90 + "b = 1",
    "a = " + " and ".join(["(b or c)"] * 400),
)


@pytest.mark.parametrize("name", SCRIPTS)
def test_translated_script_leaves_what_python_leaves(name: str) -> None:
    found = compile_script(SCRIPTS[name]).strict(VALUES)
    scope = {key: __import__("copy").deepcopy(value) for key, value in VALUES.items()}
    exec(SCRIPTS[name], {"print": lambda *_: None}, scope)
    assert {key: plain(scope[key]) for key in found} == {key: plain(value) for key, value in found.items()}


@pytest.mark.parametrize("text", REFUSED)
def test_statement_without_counterpart_is_refused(text: str) -> None:
    with pytest.raises(FeelSyntaxError):
        compile_script(text)


@pytest.mark.parametrize("text", ENDLESS)
def test_endless_script_ends_in_an_error_in_time(text: str) -> None:
    with within(0.5), pytest.raises(FeelError):
        compile_script(text).strict({"a": True, "b": 1, "c": 2})


def test_script_changes_nothing_outside() -> None:
    values = {"case": {"tags": ["a"]}}
    assert compile_script("case['tags'].append('b')").strict(values) == {"case": {"tags": ["a", "b"]}}
    assert values == {"case": {"tags": ["a"]}}


def test_one_budget_covers_the_whole_script() -> None:
    with pytest.raises(BudgetExceeded):
        compile_script("a = 1\nb = 2\nc = 3").strict({}, budget=Budget(50))


def test_strict_script_stops_at_the_first_error() -> None:
    with pytest.raises(FeelEvaluationError):
        compile_script("a = missing + 1").strict({})
    assert compile_script("a = missing + 1\nb = 2")({}) == {"a": None, "b": 2}


def test_assigned_names_are_known_before_running() -> None:
    script = compile_script("a = 1\nif a:\n    b = 2\nfor c, d in []:\n    e = 1")
    assert script.assigns == {"a", "b", "c", "d", "e"}
