"""Models that try to cost too much: FEEL's own attacks as decisions and cells, and those only boxes can make.

Run as a script it tries each in a process of its own and prints how much that process grew and how long it ran.
"""

from __future__ import annotations

import os
import sys

from engine.dmn import evaluate, explain
from engine.feel import FeelError, weigh
from tests.engine.dmn.draw import bkm, context, decision, model, table, text
from tests.engine.feel import attacks as feel

_LOOP = '<for iteratorVariable="{}"><in>{}</in><return>{}</return></for>'
_FILTER = "<filter><in>{}</in><match>{}</match></filter>"
BOXES = {
    "boxed loops": _LOOP.format("i", text("[1..100000]"), _LOOP.format("j", text("[1..100000]"), text("i * j"))),
    "boxed text": _LOOP.format("i", text("[1..100000]"), text('string join(for k in 1..1000 return "aaaaaaaaaa")')),
    "boxed calls": text("f(1)"),
    "boxed table": table(["for i in 1..1000000 return i * i"], [""], [["-", "1"]]),
    "boxed partial": _LOOP.format("i", text("[1..100000]"), text("count(partial)")),
    "boxed cells": table(["1"], [""], [[f"(for i in 1..100000 return i)[{n}] = ?", "1"] for n in range(1, 50)]),
    "boxed filters": _FILTER.format(text("for i in 1..5000 return i"), text("count(for k in 1..5000 return k) > item")),
    "boxed entries": context(*((f"a{n}", text("[a, a]" if n == 0 else f"[a{n - 1}, a{n - 1}]")) for n in range(60))),
    "boxed outputs": table(["1"], ["a", "b"], [["-", "for i in 1..100000 return i", '"x"']] * 60, policy="COLLECT"),
    "boxed sums": table(
        ["1"], [""], [["-", "sum(for i in 1..5000 return i)"]] * 500, policy="COLLECT", aggregation="SUM"
    ),
}


def models() -> dict[str, bytes]:
    """Return every attack as a model with the decision `d`."""
    recursive = bkm("f", ["x"], text("f(x + 1) + f(x)"))
    found = {name: model(recursive, decision("d", box, uses=["f"])) for name, box in BOXES.items()}
    found |= {name: model(decision("d", text(attack))) for name, attack in {**feel.ENDLESS, **feel.DEAR}.items()}
    found |= {name: model(decision("d", table(["5"], [""], [[attack, "1"]]))) for name, attack in feel.TESTS.items()}
    return found


def attempt(content: bytes) -> object:
    """Evaluate with its explanation, as a case does; answers the error or the value."""
    try:
        value = explain(content, "d", {}).value
        weigh(value)
    except FeelError as error:
        return error
    return value


def measure(content: bytes) -> tuple[int, float]:
    """Try one model in a process of its own; answer the most kilobytes it held and the seconds it took."""
    child = os.fork()
    if child == 0:
        attempt(content)
        os._exit(0)
    used = os.wait4(child, 0)[2]
    return used.ru_maxrss, used.ru_utime + used.ru_stime


def main() -> None:
    """Print what each attack costs over a decision that does nothing."""
    evaluate(model(decision("d", text("1"))), "d", {})
    held, spent = measure(model(decision("d", text("1"))))
    for name, content in models().items():
        kilobytes, seconds = measure(content)
        sys.stdout.write(f"{kilobytes - held:7d} kB {seconds - spent:6.3f} s {name}\n")


if __name__ == "__main__":
    main()
