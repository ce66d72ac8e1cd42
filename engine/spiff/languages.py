"""FEEL, or the Python subset of models drawn for SpiffWorkflow: in which of the two a text of a diagram is written.

Only texts in BPMN's own elements may be Python (conditions, scripts, timers, loops, messages); `qc:` is always FEEL.
Python is translated to FEEL's evaluator by `engine.feel.python`, never run, and listed as a change.
"""

from __future__ import annotations

import re

from engine import feel
from engine.feel.python import as_feel, compile_python, compile_script
from engine.feel.syntax import Compare
from engine.spiff.expressions import MAX_TEXT, Expr

TRANSLATED = frozenset({"condition", "script", "timer", "loop", "payload", "correlation"})
# What FEEL's grammar takes for something else: `n == 1` compares with a range, `True` and `len` are names.
_PYTHON = re.compile(
    r"==|\b(?:True|False|None)\b|\b(?:len|str|int|float|isinstance|timedelta|dict|list|set|tuple)\s*\("
    r"|\bdatetime\.|\.(?:get|append|items|keys|lower|upper|format|strip|startswith|endswith)\s*\("
)
# FEEL reads `not done` and `a is b` as names of several words; in the places of TRANSLATED they are Python.
_WORDS = re.compile(r"\b(?:not|is(?!\s+defined\b))\b(?!\s*\()")
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', re.DOTALL)  # One that is not closed goes to the end.
_ADVICE = (
    (re.compile(r"[$#]\{"), "FEEL 里不用 ${ }，请去掉"),
    (re.compile(r"=="), "FEEL 里相等写一个 ="),
    (re.compile(r"&&|\|\||!(?!=)"), "FEEL 里写 and、or、not( )"),
    (re.compile(r"\b(True|False|None)\b"), "FEEL 里写 true、false、null"),
)


def read(text: str, what: str, element_id: str, names: frozenset[str]) -> tuple[Expr, str | None]:
    """Compile a text; answers it and, when it is Python, how FEEL would put it. Raises feel.FeelSyntaxError."""
    if len(text) > MAX_TEXT:
        raise feel.FeelSyntaxError("too-long", f"longer than {MAX_TEXT} characters", 0)
    bare = _TEXT.sub(lambda literal: " " * len(literal.group()), text)
    found = _PYTHON.search(bare)
    if found is None and what in TRANSLATED:
        found = _WORDS.search(bare)
    if found is None:
        try:
            expr = Expr(text, what, element_id, names)
        except feel.FeelSyntaxError:
            if what not in TRANSLATED:
                raise
            try:
                return _python(text, what, element_id)
            except feel.FeelSyntaxError:
                pass
            raise
        if what != "script" or not isinstance(expr.compiled.tree, Compare):
            return expr, None
    elif what not in TRANSLATED:
        raise feel.FeelSyntaxError("python", f"{found.group()} is Python", found.start(), text=text)
    return _python(text, what, element_id)


def _python(text: str, what: str, element_id: str) -> tuple[Expr, str]:
    try:
        if what == "script":
            return Expr(text, what, element_id, compiled=compile_script(text.strip())), ""
        return Expr(text, what, element_id, compiled=compile_python(text)), as_feel(text) or ""
    except RecursionError:
        raise feel.FeelSyntaxError("too-deep", "nested too deeply", 0) from None


def advice(text: str) -> str:
    """Say how FEEL writes what other languages write otherwise."""
    found = [said for pattern, said in _ADVICE if pattern.search(text)]
    return "；".join(found) if found else "请改成 FEEL 表达式"
