"""In which language a text of a diagram is written: FEEL, or one that is translated to FEEL's evaluator.

Only texts in BPMN's own elements may be of another language (conditions, scripts, timers, loops, messages); `qc:` is
always FEEL. Python is what models for SpiffWorkflow have, JUEL (`${…}`) those for Java engines; conditions in Groovy,
JavaScript, Java or MVEL are read as far as they say what JUEL can say. None of them is ever run; each is a change.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine import feel
from engine.feel import juel
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
# Java engines and rule engines: what is in them beyond comparisons cannot be known here.
_OTHERS = re.compile(r"(?i)groovy|java(?:script)?|ecmascript|mvel|drools|jruby|ruby|beanshell|kotlin|scala|c#")
_ADVICE = (
    (re.compile(r"[$#]\{"), "FEEL 里不用 ${ }，请去掉"),
    (re.compile(r"=="), "FEEL 里相等写一个 ="),
    (re.compile(r"&&|\|\||!(?!=)"), "FEEL 里写 and、or、not( )"),
    (re.compile(r"\b(True|False|None)\b"), "FEEL 里写 true、false、null"),
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A text that was not FEEL: its language, and how FEEL would put it ("" where it has no such form)."""

    language: str
    feel: str


def read(text: str, what: str, element_id: str, names: frozenset[str], language: str = "") -> tuple[Expr, Taken | None]:
    """Compile a text; answers it and, when it is not FEEL, how it was taken. Raises feel.FeelSyntaxError.

    language: what the file says, a short name or an address; "" for nothing.
    """
    if len(text) > MAX_TEXT:
        raise feel.FeelSyntaxError("too-long", f"longer than {MAX_TEXT} characters", 0)
    bare = _TEXT.sub(lambda literal: " " * len(literal.group()), text)
    if what in TRANSLATED:
        if juel.is_juel(bare) and what != "script":
            return _translated(text, juel.as_feel(text), "JUEL", what, element_id, names)
        found = _OTHERS.search(language)
        if found is not None or juel.is_juel(bare):
            name = found.group() if found is not None else "JUEL"
            if what == "script":
                raise feel.FeelSyntaxError("language", f"scripts in {name} are not run", 0)
            return _translated(text, juel.expression_as_feel(text), name, what, element_id, names)
        if text.lstrip().startswith("="):
            return _translated(text, text.strip()[1:].strip(), "=…", what, element_id, names)
    return _feel_or_python(text, bare, what, element_id, names)


def _translated(
    text: str, written: str, language: str, what: str, element_id: str, names: frozenset[str]
) -> tuple[Expr, Taken]:
    return Expr(text, what, element_id, compiled=Expr(written, what, element_id, names).compiled), Taken(
        language, written
    )


def _feel_or_python(
    text: str, bare: str, what: str, element_id: str, names: frozenset[str]
) -> tuple[Expr, Taken | None]:
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


def _python(text: str, what: str, element_id: str) -> tuple[Expr, Taken]:
    try:
        if what == "script":
            return Expr(text, what, element_id, compiled=compile_script(text.strip())), Taken("Python", "")
        return Expr(text, what, element_id, compiled=compile_python(text)), Taken("Python", as_feel(text) or "")
    except RecursionError:
        raise feel.FeelSyntaxError("too-deep", "nested too deeply", 0) from None


def advice(text: str) -> str:
    """Say how FEEL writes what other languages write otherwise."""
    found = [said for pattern, said in _ADVICE if pattern.search(text)]
    return "；".join(found) if found else "请改成 FEEL 表达式"
