"""Texts that try to cost too much: each must end in a FeelError or in a cheap answer.

Run as a script it tries each in a process of its own and prints how much that process grew, which is how
the test measures memory without what pytest itself holds.
"""

from __future__ import annotations

import os
import sys

from engine.feel import FeelError, evaluate, unary_test
from engine.feel.budget import weigh


def doubling(first: str, step: str, times: int) -> str:
    """A context whose every entry is made of the one before, twice."""
    entries = [f"a0: {first}", *(f"a{i + 1}: {step.replace('_', f'a{i}')}" for i in range(times))]
    return f"{{{', '.join(entries)}}}"


_WIDE = "(for i in 1..5000 return i)"
_SHARED = doubling("[1]", "[_, _]", 60)

# Must end in an error: there is no way to answer within the budget.
ENDLESS = {
    "endless recursion": "{f: function(n) f(n + 1), r: f(0)}.r",
    "exponential recursion": "{f: function(n) if n < 2 then n else f(n - 1) + f(n - 2), r: f(90)}.r",
    "mutual recursion through arguments": "{f: function(g, n) g(g, n + 1), r: f(f, 0)}.r",
    "a billion turns": "for i in 1..1000000000 return 0",
    "a billion turns, kept nowhere": "count(for i in 1..1000000000 return 0)",
    "a billion tests": "some i in 1..1000000000 satisfies i < 0",
    "nested loops": "every i in 1..100000, j in 1..100000 satisfies i + j > 0",
    "nested loops that keep nothing": "for i in 1..1000, j in 1..1000, k in 1..1000 return null",
    "empty inner loops": "for i in 1..1000000000, j in [] return 0",
    "a range as a list": "for i in [1..1000000000] return i",
    "days without end": 'count(for d in @"0001-01-01"..@"9999-12-31" return for e in [1, 2, 3] return d)',
    "text doubled": doubling('"aaaaaaaa"', "_ + _", 40),
    "text joined": 'string join(for i in 1..1000000 return "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")',
    "text joined with a long sign": '{d: string join(for i in 1..5000 return "aaaaaaaaaa"), '
    'r: string join(for i in 1..5000 return "", d)}.r',
    "replace bomb": '{d: string join(for i in 1..5000 return "aaaa"), r: replace(d, "a", d)}.r',
    "lists doubled": doubling("[1]", "concatenate(_, _)", 40),
    "lists doubled by flatten": doubling("[1]", "flatten([_, _])", 40),
    "shared lists flattened": f"flatten({_SHARED}.a60)",
    "shared lists compared": f"{{x: {_SHARED}.a60, y: {_SHARED}.a60, r: x = y}}.r",
    "shared lists as text": f"string({_SHARED}.a60)",
    "shared lists as the result": _SHARED,
    "shared contexts as the result": doubling("{x: 1}", "{l: _, r: _}", 60),
    "distinct values of shared lists": f"distinct values([{_SHARED}.a60, {doubling('[1]', '[_, _]', 60)}.a60])",
    "slices over and over": f"{{l: {_WIDE}, r: for i in 1..100000 return sublist(l, 1)}}.r",
    "reverse over and over": f"{{l: {_WIDE}, r: for i in 1..100000 return count(reverse(l))}}.r",
    "sums over and over": f"{{l: {_WIDE}, r: for i in 1..100000 return sum(l)}}.r",
    "contains over and over": f"{{l: {_WIDE}, r: for i in 1..100000 return list contains(l, 0)}}.r",
    "filter over and over": f"{{l: {_WIDE}, r: for i in 1..100000 return count(l[item > 0])}}.r",
    "contexts copied over and over": "{c: context(for i in 1..2000 return {key: string(i), value: i}), "
    'r: for i in 1..100000 return context put(c, "x", i)}.r',
    "contexts merged over and over": "{c: context(for i in 1..2000 return {key: string(i), value: i}), "
    "r: for i in 1..100000 return context merge([c, c])}.r",
    "contexts without end": "for i in 1..1000000 return {a: i, b: {c: [i]}}",
    "functions without end": "for i in 1..1000000 return function() i",
    "lists without end": "for i in 1..1000000 return [[], [], []]",
    "ranges without end": "for i in 1..1000000 return [i..2000000]",
    "times without end": 'for i in 1..1000000 return date and time("2020-01-01T00:00:00Z") + duration("PT1S") * i',
    "patterns without end": 'for i in 1..1000000 return matches("a", "(a|" + string(i) + ")*[b-z]+?(c|d|e)")',
    "zones without end": 'for i in 1..1000000 return time("10:00:00@Europe/Paris" + string(i))',
    "ranges from text without end": 'for i in 1..1000000 return range("[1.." + string(i) + "]")',
    "moments from text without end": 'for i in 1..1000000 return date and time("2020-01-01T00:00:00.5@Europe/Paris")',
    "numbers from text without end": "for i in 1..1000000 return number(string(i))",
    "partial kept": "for i in 1..100000 return partial",
    "sort by a slow function": "sort(for i in 1..100000 return -i, function(a, b) a < b)",
    "distinct lists": "distinct values(for i in 1..20000 return [i])",
    "text searched over and over": 'for i in 1..1000000 return contains("aaaaaaaaaaaaaaaaaaaaaaaaab", "b")',
    "a pattern over and over": 'for i in 1..1000000 return matches("aaaaaaaaaaaaaaaaaaaaaaaaaab", "a*b")',
    "parentheses": "(" * 1000 + "1" + ")" * 1000,
    "brackets": "[" * 1000 + "]" * 1000,
    "braces": "{a:" * 1000 + "1" + "}" * 1000,
    "minus signs": "-" * 1000 + "1",
    "conditions": "if a then " * 1000 + "1",
    "negations": "not(" * 1000 + "true" + ")" * 1000,
    "functions": "function(x) " * 1000 + "x",
    "loops": "for i in [1] return " * 1000 + "1",
    "in": "1 in (" * 1000 + "1" + ")" * 1000,
    "types": "1 instance of " + "list<" * 1000 + "number" + ">" * 1000,
    "a long sum": "+".join(["1"] * 9000),
    "a long path": ".".join(["a"] * 9000),
    "many filters": "a" + "[1]" * 6000,
    "a long text": "1" + " " * 30_000,
}

# May answer, if cheaply.
DEAR = {
    "a huge power": "9 ** 999999999",
    "powers of powers": "(((9 ** 9) ** 9) ** 9) ** 9",
    "squares of squares": doubling("3", "_ * _", 60),
    "a fraction to a huge power": "1.0000001 ** 999999999",
    "exp of much": "exp(999999999)",
    "a huge exponent": "1e999999999",
    "many digits": '{d: string join(for i in 1..30000 return "9"), r: number(d)}.r',
    "many digits in the text": "9" * 19_000,
    "rounding to many places": "decimal(1 / 3, 6000) + round up(1e6000, -6000)",
    "modulo far apart": "modulo(1e6000, 3e-6000)",
    "half a step in a long range": "0.5 in [1..1000000000000]",
    "a long open range": "includes([1..1e30], 5)",
    "durations": 'duration("P999999999999D") + duration("P999999999999D")',
    "months": 'date("2020-01-01") + duration("P999999999999M")',
    "time times much": 'duration("P1D") * 1e30',
    "(a+)+$": f'matches("{"a" * 5000}!", "(a+)+$")',
    "(a|a)*$": f'matches("{"a" * 5000}!", "(a|a)*$")',
    "(a|aa)+$": f'matches("{"a" * 5000}!", "^(a|aa)+$")',
    "a*a*a*a*b": f'matches("{"a" * 5000}", "a*a*a*a*b")',
    "(.*)(.*)(.*)x": f'matches("{"a" * 5000}", "(.*)(.*)(.*)(.*)(.*)x")',
    "back references": f'matches("{"a" * 5000}", "^(a*)(a*)\\1\\2b")',
    "nested counts": 'matches("aaaa", "((a{1,1000}){1,1000}){1,1000}")',
    "wide counts": f'matches("{"a" * 3000}", "(a?){{500}}a{{500}}b")',
    "many groups": 'matches("a", "' + "(" * 500 + "a" + ")" * 500 + '")',
    "many classes": 'matches("a", "' + "[a-z-" * 300 + "[b]" + "]" * 300 + '")',
    "split by nothing": f'split("{"a" * 5000}", "b*")',
    "replace at every character": f'replace("{"a" * 5000}", "(a)", "$1$1$1$1")',
    "many disjuncts": " or ".join(["a"] * 2500),
    "many items": "[" + "a+1," * 4500 + "1]",
    "many entries": "{" + ", ".join(f"k{i}: {i}" for i in range(1500)) + "}",
    "a comment without end": "/*" * 5000,
    "quotes": '"' * 9999,
    "escapes": '"' + "\\u0041" * 3000 + '"',
    "hyphens between names": "a-" * 9000 + "a",
    "words side by side": "a " * 9000,
    "keywords side by side": "and " * 4000,
    "range text": 'range("[' + "(" * 900 + '1..2]")',
    "host objects": '"a".__class__.__mro__',
    "format attributes": 'string("{0.__class__}")',
    "imports": '__import__("os")',
    "dunder calls": "(function(x) x).__globals__",
}

TESTS = {
    "a cell with a long range": "[1..999999999999]",
    "a cell with many ranges": ",".join(["[1..2]"] * 2500),
    "a cell with nested negations": "not(" * 1000 + "1" + ")" * 1000,
    "a cell with a slow pattern": 'matches(string(?), "(0+)+$")',
}


def attempt(text: str, *, is_test: bool = False) -> object:
    """Evaluate and weigh, as everything that keeps a result does; answers the error or the value."""
    try:
        value = unary_test(text, 5, {}) if is_test else evaluate(text, {})
        weigh(value)
    except FeelError as error:
        return error
    return value


def measure(text: str, *, is_test: bool) -> int:
    """Try one text in a process of its own and answer the most kilobytes that process ever held."""
    child = os.fork()
    if child == 0:
        attempt(text, is_test=is_test)
        os._exit(0)
    return os.wait4(child, 0)[2].ru_maxrss


def main() -> None:
    """Print by how many kilobytes each attack makes a process grow."""
    nothing = measure("1", is_test=False)
    for group, is_test in ((ENDLESS, False), (DEAR, False), (TESTS, True)):
        for attack, text in group.items():
            sys.stdout.write(f"{measure(text, is_test=is_test) - nothing:7d} kB {attack}\n")


if __name__ == "__main__":
    main()
