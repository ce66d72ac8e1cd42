"""FEEL inside a process: compile a text of the file once, evaluate it over the values a task sees.

This is the only way to a designer's text: SpiffWorkflow's own script engine environment ends here too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment

from engine import feel
from engine.errors import EvaluationFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.spiff.scope import TaskView

MAX_TEXT = 64 * 1024


class Expr:
    """One FEEL text of the diagram and what it is for (condition, candidate, due …); immutable."""

    __slots__ = ("compiled", "element_id", "text", "what")

    def __init__(
        self, text: str, what: str, element_id: str, names: frozenset[str] = frozenset(), *, compiled: Any = None
    ) -> None:
        """Compile `text`, unless it is `compiled` already; raises feel.FeelSyntaxError."""
        self.text = text.strip()
        self.what = what
        self.element_id = element_id
        try:
            self.compiled = compiled or feel.compile(self.text, names=names)
        except RecursionError:
            raise feel.FeelSyntaxError("too-deep", "nested too deeply", 0) from None

    @classmethod
    def missing(cls, what: str, element_id: str) -> Expr:
        """Stand for a text that nobody wrote: reaching it fails."""
        return cls.unread("", what, element_id, f"没有写{EvaluationFailed.labels.get(what, what)}")

    @classmethod
    def unread(cls, text: str, what: str, element_id: str, why: str) -> Expr:
        """Stand for a text of a language that is not read here: reaching it fails with `why`."""
        return cls(text, what, element_id, compiled=Unread(why))

    def strict(self, view: TaskView) -> Any:
        """Return the value; an evaluation error raises EvaluationFailed."""
        try:
            return self.compiled.strict(view, now=view.now, calendar=view.ports.calendar)
        except feel.FeelError as why:
            raise self.failed(str(why)) from why
        except RecursionError:
            raise self.failed("nested too deeply") from None

    def over(self, view: TaskView, more: Mapping[str, Any]) -> Any:
        """Return the value with further names in front of the view's; an evaluation error raises EvaluationFailed."""
        try:
            return self.compiled.strict({**view, **more}, now=view.now)
        except feel.FeelError as why:
            raise self.failed(str(why)) from why

    def lenient(self, view: TaskView) -> Any:
        """Return the value, or None where it cannot be evaluated (titles and facts must never stop a case)."""
        try:
            return self.compiled(view, now=view.now, calendar=view.ports.calendar)
        except (feel.FeelError, RecursionError):
            return None

    def failed(self, why: str) -> EvaluationFailed:
        return EvaluationFailed(element_id=self.element_id, what=self.what, text=self.text, why=why)

    def __repr__(self) -> str:
        return f"Expr({self.what} of {self.element_id}: {self.text!r})"


class Unread:
    """In the place of a compiled text: evaluating it fails, and says why the text is not read."""

    __slots__ = ("why",)

    def __init__(self, why: str) -> None:
        self.why = why

    def strict(self, view: Any, **_given: Any) -> Any:
        raise feel.FeelEvaluationError("unread", self.why)

    __call__ = strict


def unreadable(expr: Expr | None) -> str | None:
    """Return why an expression is not read here; None for one that is, and for none at all."""
    return expr.compiled.why if expr is not None and isinstance(expr.compiled, Unread) else None


def is_true(condition: Expr, view: TaskView) -> bool:
    """Evaluate a flow's condition: null is false, anything but true, false and null is an error."""
    value = condition.strict(view)
    if value is None or value is False:
        return False
    if value is True:
        return True
    raise condition.failed("the condition must be true or false")


class FeelEnvironment(BasePythonScriptEngineEnvironment):
    """SpiffWorkflow's seam for expressions: every text that reaches it is FEEL, nothing is ever eval'ed."""

    def evaluate(self, expression: str, context: Any, external_context: Any = None) -> Any:
        return feel.compile(expression).strict({**(external_context or {}), **context})

    def execute(self, script: str, context: Any, external_context: Any = None) -> bool:
        context.update(self.evaluate(script, context, external_context))
        return True

    def call_service(self, context: Any, **kwargs: Any) -> Any:
        raise NotImplementedError("service tasks wait outside the engine")


SCRIPT_ENGINE = PythonScriptEngine(FeelEnvironment())

_DURATION = re.compile(r"^-?P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$")
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_MOMENT = re.compile(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}|@[\w/]+)?$")
_CYCLE = re.compile(r"^R(\d*)/(.+)$")


def literal(text: str) -> str:
    """Turn a bare ISO 8601 duration, date or moment into FEEL; leave any other text alone.

    >>> literal("PT1H"), literal("2026-01-01"), literal("due")
    ('duration("PT1H")', 'date("2026-01-01")', 'due')
    """
    bare = text.strip()
    if _DURATION.match(bare):
        weeks = re.search(r"(\d+)W", bare)
        if weeks:
            bare = f"{bare[: weeks.start()]}{int(weeks.group(1)) * 7}D{bare[weeks.end() :]}"
        return f'duration("{bare}")'
    if _DATE.match(bare):
        return f'date("{bare}")'
    if _MOMENT.match(bare):
        return f'date and time("{bare if bare.count(":") > 1 or "T" not in bare else bare + ":00"}")'
    return text


def cycle(text: str) -> tuple[int | None, str | None, str] | None:
    """Split `R3/2026-01-01T08:00/PT10H` into how often (None: for ever), the first moment if given, and every when.

    None when the text is no such literal. The last part may be any expression.

    >>> cycle("R3/PT10H"), cycle("R/2026-01-01/P1D")
    ((3, None, 'PT10H'), (None, '2026-01-01', 'P1D'))
    """
    found = _CYCLE.match(text.strip().strip('"'))
    if found is None:
        return None
    begin, slash, rest = found.group(2).partition("/")
    dated = bool(slash) and (_DATE.match(begin.strip()) or _MOMENT.match(begin.strip()))
    times = int(found.group(1)) if found.group(1) else None
    return (times, begin, rest) if dated else (times, None, found.group(2))
