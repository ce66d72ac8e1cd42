"""FEEL while it is typed in a diagram: what is wrong and where, how it reads as conditions, when a timer fires."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from engine import feel, library, registers, spiff
from engine.clock import now
from engine.errors import EvaluationFailed
from engine.feel import builder
from engine.feel.builtins import FUNCTIONS
from engine.feel.chinese import in_chinese
from forms import designer
from webapp import wording
from webapp.language import language

TIMERS = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}
_LONGEST = 20_000


def functions() -> list[str]:
    """Name what FEEL has built in."""
    return sorted(FUNCTIONS)


def read(session: Session, text: str, names: list[str], timer: str | None) -> dict[str, Any]:
    """Read one text: {problem: {message, line, column} or null, model: conditions or null, next: moments of a timer}.

    timer: timeDate, timeDuration or timeCycle; the text of a timer may be ISO 8601 as well.
    """
    found: dict[str, Any] = {"problem": None, "model": None, "next": []}
    try:
        if len(text) > _LONGEST:
            raise feel.FeelSyntaxError("too-long", str(_LONGEST), 0)
        if timer in TIMERS:
            moments = spiff.firings(TIMERS[timer], text, now(session), registers.working_days(session))  # type: ignore[arg-type]
            found["next"] = [wording.moment(each) for each in moments]
        else:
            feel.compile(text, names=names)
            model = builder.from_feel(text, names)
            found["model"] = None if "feel" in model else model
    except feel.FeelSyntaxError as why:
        message = in_chinese(why) if language() == "zh" else str(why)
        found["problem"] = {"message": message, "line": why.line, "column": why.column}
    except EvaluationFailed:
        # It needs values that only a case has: that is no mistake.
        found["next"] = []
    return found


def fields(session: Session, form: str) -> list[dict[str, Any]]:
    """List the places of a published form by the names a diagram's texts give them.

    Each: {name, title, kind, schema}: of the schema what tells how a value is picked. Rows of tables are left out.
    """
    schema = library.load_json(session, library.current(session, "form", form).id)
    found = []
    for item in designer.outline(schema, {}):
        if item.kind == "section" or "/*" in item.pointer:
            continue
        told = {key: item.schema[key] for key in ("type", "enum", "format", "oneOf") if key in item.schema}
        name = item.pointer.strip("/").replace("/", ".")
        found.append({"name": name, "title": item.title, "kind": item.kind, "schema": told})
    return found
