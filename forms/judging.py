"""What the rules of a form say of its values: checks that fail, and choices that a rule leaves out."""

from __future__ import annotations

from collections.abc import Iterator

from forms import rules
from forms.fields.options import same
from forms.problems import Problem
from forms.spot import Spot


def checked(root: Spot) -> Iterator[tuple[Problem, bool]]:
    """Go through the `qc:checks` that fail, each with whether it is only a warning."""
    for spot in root.walk():
        checks = spot.ui.get(rules.CHECKS)
        if checks is not None and spot.scope is not None and spot.shown:
            for each in spot.scope.broken(checks):
                yield Problem(spot.pointer, "rule", str(each["message"])), each.get("level") == "warning"


def is_left_out(spot: Spot) -> bool:
    """Tell whether a choice is none of those that `qc:options` leaves."""
    if rules.OPTIONS not in spot.ui or spot.scope is None or not spot.shown or spot.value is None:
        return False
    allowed = spot.scope.allowed(spot.ui[rules.OPTIONS])
    chosen = spot.value if isinstance(spot.value, list) else [spot.value]
    return allowed is not None and any(not any(same(each, one) for one in allowed) for each in chosen)
