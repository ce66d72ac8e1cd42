"""JUEL, the expression language of Java engines (`${amount > 100}`), written as FEEL; never run as what it is.

>>> as_feel("${amount > 100 && state != 'done'}")
'amount > 100 and state != "done"'

What calls Java objects (`${bean.check(execution)}`) has no form in FEEL and is refused with what it calls.
"""

from __future__ import annotations

from engine.feel.errors import FeelSyntaxError
from engine.feel.juel.parser import parse, parse_expression
from engine.feel.juel.writer import quoted, write

__all__ = ["as_feel", "expression_as_feel", "is_juel", "quoted"]

MAX_TEXT = 10_000


def is_juel(text: str) -> bool:
    """Tell whether a text has a `${…}` or `#{…}` in it."""
    return "${" in text or "#{" in text


def as_feel(text: str) -> str:
    """Write a JUEL text as FEEL: one expression, or texts and expressions put together.

    Raises FeelSyntaxError; `calls-java` for what only a Java engine can evaluate.
    """
    _bounded(text)
    try:
        return write(parse(text.strip()))
    except RecursionError:
        raise FeelSyntaxError("too-deep", "nested too deeply", 0) from None


def expression_as_feel(text: str) -> str:
    """Write one expression without `${}` as FEEL: the common part of JUEL, Groovy, JavaScript, MVEL and Java.

    A `return` before it and a semicolon after it are left away. Raises FeelSyntaxError.
    """
    _bounded(text)
    bare = text.strip().removesuffix(";").strip()
    if bare.startswith("return") and not bare[6:7].isalnum():
        bare = bare[6:].strip()
    try:
        return write(parse_expression(bare))
    except RecursionError:
        raise FeelSyntaxError("too-deep", "nested too deeply", 0) from None


def _bounded(text: str) -> None:
    if len(text) > MAX_TEXT:
        raise FeelSyntaxError("too-long", f"longer than {MAX_TEXT} characters", 0)
