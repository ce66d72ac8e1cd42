"""Rules about whole diagrams: what surely or likely goes wrong in a process that is drawn correctly.

`engine.spiff.checks` says what cannot run; this says what runs and should not be so. No database, no web.
"""

from __future__ import annotations

from typing import Any

from engine.lint import names, people, tokens
from engine.lint.names import Fields
from engine.lint.people import Crossed
from engine.spiff.elements import Program

__all__ = ["Crossed", "Fields", "lint"]


def lint(
    program: Program, *, foreign: bool = False, crossed: Crossed | None = None, fields: Fields | None = None
) -> list[dict[str, Any]]:
    """List the findings of a program: {code, element_id, line, message, severity, en}, in the order of the rules.

    foreign: drawn with another tool; then nothing is an error. crossed: see `people.look`.
    fields: see `names.look`; without it names are not looked at.
    """
    return [
        *tokens.look(program, strict=not foreign),
        *people.look(program, crossed),
        *(names.look(program, fields) if fields is not None and not foreign else ()),
    ]
