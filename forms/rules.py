"""The FEEL rules of a form: who is shown, what is required, what is computed.

`qc:visible`, `qc:required`, `qc:readonly` and `qc:computed` stand in the ui of the field they are about, and so does
`qc:checks`, a list of {when, message} or {when, message, level: "warning"}, where `when` says what is wrong.
They see the values of the whole form and, inside a section or a table row, the values of that section or row before
those of the form. `qc:options` gives the list of options that may be chosen, null for all; `qc:set`, a list of
{when, value}, gives the field a value as long as `when` is true. A rule that cannot be evaluated is null: not shown,
not required, no value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from engine import feel
from forms.values import to_feel

VISIBLE, REQUIRED, COMPUTED, FROZEN = "qc:visible", "qc:required", "qc:computed", "qc:readonly"
CHECKS, OPTIONS, SET = "qc:checks", "qc:options", "qc:set"
# What a rule on a place itself decides about it and all below it.
HERE = frozenset((VISIBLE, REQUIRED, COMPUTED, FROZEN))
KEYS = (VISIBLE, REQUIRED, COMPUTED, FROZEN, CHECKS, OPTIONS, SET)


def names_of(schema: Any) -> frozenset[str]:
    """Collect the property names of a schema at every depth: FEEL needs them to read names with blanks."""
    found: set[str] = set()
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Mapping):
            properties = part.get("properties")
            if isinstance(properties, Mapping):
                found.update(properties)
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
    return frozenset(found)


@dataclass(frozen=True)
class Scope:
    """What a rule may read at one place: the names of the form, overlaid by those of the enclosing parts."""

    values: Mapping[str, Any]
    names: frozenset[str]
    now: datetime | None = None

    def inside(self, value: Any, schema: Any) -> Scope:
        """Step into a section or a row."""
        if not isinstance(value, Mapping):
            value = {}
        properties = schema.get("properties", {}) if isinstance(schema, Mapping) else {}
        own = dict.fromkeys(properties)
        own.update(to_feel(dict(value), schema))
        return Scope({**self.values, **own}, self.names, self.now)

    def evaluate(self, text: str) -> Any:
        """Evaluate one rule; a run-time error is null."""
        return compiled(text, self.names)(self.values, now=self.now)

    def forced(self, listed: Any) -> tuple[bool, Any]:
        """Tell whether some `qc:set` holds now, and the value it gives."""
        for each in listed if isinstance(listed, list) else ():
            if isinstance(each, Mapping) and isinstance(each.get("value"), str) and self.holds(each.get("when")):
                return True, self.evaluate(each["value"])
        return False, None

    def allowed(self, text: Any) -> list[Any] | None:
        """List the options a `qc:options` leaves; None for all."""
        found = self.evaluate(text) if isinstance(text, str) else None
        return found if isinstance(found, list) else None

    def broken(self, checks: Any) -> Iterator[Mapping[str, Any]]:
        """Go through the checks whose `when` is true."""
        for each in checks if isinstance(checks, list) else ():
            if isinstance(each, Mapping) and isinstance(each.get("message"), str) and self.holds(each.get("when")):
                yield each

    def holds(self, text: Any) -> bool:
        """Tell whether a rule is true; JSON `true`/`false` stand for themselves."""
        if isinstance(text, bool):
            return text
        return isinstance(text, str) and self.evaluate(text) is True


def root_scope(value: Any, schema: Any, names: frozenset[str], now: datetime | None = None) -> Scope:
    """Make the scope of a whole form."""
    return Scope({}, names, now).inside(value, schema)


@lru_cache(maxsize=4096)
def compiled(text: str, names: frozenset[str]) -> Any:
    """Compile a rule once; raises FeelSyntaxError."""
    return feel.compile(text, names=names)


def any_in(ui: Any, keys: Iterable[str] = KEYS) -> bool:
    """Tell whether a ui has a rule anywhere."""
    wanted = frozenset(keys)
    waiting = [ui]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Mapping):
            if not wanted.isdisjoint(part):
                return True
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
    return False
