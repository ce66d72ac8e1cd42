"""A translated expression answers what Python itself answers, or is refused with its line."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest

from engine.feel import FeelEvaluationError, FeelSyntaxError
from engine.feel.python import compile_python, compile_script

NOW = datetime(2026, 11, 23, 17, 0, tzinfo=timezone(timedelta(hours=8)))
VALUES = {
    "amount": 150,
    "kind": "a",
    "name": "样例村03",
    "none": None,
    "flag": True,
    "off": False,
    "empty": [],
    "numbers": [3, 1, 2],
    "rows": [{"n": 1, "tag": "x"}, {"n": 2, "tag": "y"}, {"n": 3, "tag": "x"}],
    "case": {"id": "7", "unit": {"code": "0700"}},
    "day": date(2026, 1, 31),
    "moment": datetime(2026, 1, 31, 10, 30),
}
SAME = """
amount > 100 and kind == "a"
amount > 100 or none
none or kind
none and kind
flag and amount
not flag
not empty
not none
kind == 1
kind != 1
none == 0
none is None
none is not None
flag is True
1 < amount <= 150
1 < amount < 100
amount in [1, 150]
"n" in rows[0]
"样例" in name
4 not in numbers
amount if flag else kind
amount + 1 - 2 * 3 / 4
-amount + +amount
7 // 2
-7 // 2
7 % 3
-7 % 3
2 ** 10
"a" + kind
[1] + [2]
numbers[0]
numbers[-1]
numbers[1:]
numbers[:2]
name[1:3]
name[0]
case["unit"]["code"]
case.get("id")
case.get("nothing")
case.get("nothing", 5)
len(rows)
len(name)
str(5)
str(None)
str(True)
int("5") + 1
int(5.7)
int(-5.7)
float("1.5")
bool(empty)
abs(-3)
min(3, 1, 2)
max(numbers)
sum(numbers)
sum([])
round(2.5)
round(2.345, 1)
sorted(numbers)
sorted(numbers, reverse=True)
sorted(rows, key=lambda row: row["tag"])
list(range(3))
list(range(2, 8, 3))
list(range(3, 0, -1))
any(row["n"] > 2 for row in rows)
all(row["n"] > 2 for row in rows)
[row["n"] for row in rows]
[row["n"] * 2 for row in rows if row["tag"] == "x"]
[x * y for x in numbers for y in numbers if x < y if y > 1]
[key for key in case]
{row["tag"]: row["n"] for row in rows}
[k + str(v) for k, v in {"a": 1, "b": 2}.items()]
list({"a": 1}.values())
list({"a": 1}.keys())
{"a": amount, "b": [1, {"c": 2}]}
(1, 2)[1]
f"{name}有{amount}元"
f"{amount:.2f}"
f"{1234567.891:,.2f}"
f"{amount:>6}|{kind:<3}|"
f"{amount:05d}"
f"{day:%Y-%m-%d}"
"{}-{}".format(kind, amount)
"{1}-{0}".format(kind, amount)
kind.upper()
"ABC".lower()
"  a ".strip()
name.startswith("样例")
name.endswith("03")
"a-b-c".replace("-", "+")
"a-b-c".split("-")
" a  b ".split()
", ".join(["a", "b"])
isinstance(kind, str)
isinstance(rows, (list, dict))
date(2026, 1, 31)
datetime(2026, 1, 31, 10, 30)
time(10, 30)
timedelta(days=1, hours=2)
timedelta(2)
day + timedelta(days=1)
moment + timedelta(hours=14)
moment - datetime(2026, 1, 30)
(moment - datetime(2026, 1, 30)).total_seconds()
(moment - datetime(2026, 1, 30)).days
day.year
moment.hour
moment.date()
moment.strftime("%Y%m%d")
moment.isoformat()
day.weekday()
day < date(2026, 2, 1)
date.fromisoformat("2026-02-01")
datetime.fromisoformat("2026-02-01T10:00:00")
(lambda x, y: x * y)(3, 4)
""".strip().splitlines()
REFUSED = [
    "__import__('os')",
    "().__class__",
    "open('x')._x",
    "x.y.__globals__",
    "rows[::2]",
    "f'{x!r}'",
    "(yield)",
    "await x",
    "x := 1",
    "lambda *a: a",
    "f(*a)",
    "f(**a)",
    "'%s' % x",
    "~x",
    "x @ y",
    "b'x'",
    "1j",
    "...",
    "'{0.a}'.format(x)",
    "x.encode()",
    "os.system('x') if x.popen('y') else 1",
    "td.seconds",
    "datetime.now(tz)",
    "'a' * 10 if",
]


@pytest.mark.parametrize("text", SAME)
def test_translated_expression_answers_like_python(text: str) -> None:
    scope = {**VALUES, "date": date, "datetime": datetime, "time": time, "timedelta": timedelta}
    assert plain(compile_python(text).strict(VALUES, now=NOW)) == plain(eval(text, scope))


@pytest.mark.parametrize("text", REFUSED)
def test_what_has_no_counterpart_is_refused(text: str) -> None:
    with pytest.raises(FeelSyntaxError):
        compile_python(text)


def test_the_refusal_names_the_line() -> None:
    with pytest.raises(FeelSyntaxError) as refused:
        compile_script('甲 = 1\nif 甲 > 0:\n    乙 = "是"; import os\n')
    assert (refused.value.line, refused.value.column) == (3, 14)


def test_attributes_reach_only_entries() -> None:
    assert compile_python("case.unit.code").strict(VALUES) == "0700"
    with pytest.raises(FeelEvaluationError):
        compile_python("kind.real").strict(VALUES)


def test_the_clock_is_the_one_given() -> None:
    assert compile_python("datetime.now()").strict({}, now=NOW) == datetime(2026, 11, 23, 17, 0)
    assert compile_python("datetime.datetime.now(datetime.timezone.utc)").strict({}, now=NOW) == NOW.astimezone(UTC)
    assert compile_python("date.today() + timedelta(days=1)").strict({}, now=NOW) == date(2026, 11, 24)
    with pytest.raises(FeelEvaluationError):
        compile_python("datetime.now()").strict({})


@pytest.fixture
def no_running(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("designers' text was given to Python")

    monkeypatch.setattr(builtins, "eval", refuse)
    monkeypatch.setattr(builtins, "exec", refuse)
    return


@pytest.mark.usefixtures("no_running")
def test_python_never_runs_the_text() -> None:
    assert compile_python("amount * 3 + 17").strict(VALUES) == 467
    assert compile_script("x = amount * 3 + 18").strict(VALUES) == {"x": 468}


def plain(value: object) -> object:
    """Bring numbers of both sides to one form."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float, Decimal)):
        return round(float(value), 9)
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    return {key: plain(part) for key, part in value.items()} if isinstance(value, dict) else value
