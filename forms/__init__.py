"""Forms: JSON Schema 2020-12 with rjsf's uiSchema, printed and read with WTForms.

Imports engine.feel and nothing else of ours.

The names below are resolved when they are first used, so that importing this package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from forms.errors import BadDefinition as BadDefinition
    from forms.errors import ForbiddenWrite as ForbiddenWrite
    from forms.errors import FormError as FormError
    from forms.errors import UnknownView as UnknownView
    from forms.findings import Finding as Finding
    from forms.foreign import convert as convert
    from forms.form import Form as Form
    from forms.form import Submission as Submission
    from forms.form import check as check
    from forms.form import compile as compile  # noqa: A004 - the contract's name
    from forms.form import content_hash as content_hash
    from forms.form import render as render
    from forms.palette import catalogue as catalogue
    from forms.pointer import element_id as element_id
    from forms.ports import Ports as Ports
    from forms.problems import Problem as Problem
    from forms.publishing import check_definition as check_definition
    from forms.reading import Post as Post
    from forms.schemas import validate as validate
    from forms.shapes import types as types
    from forms.values import Typed as Typed

_HOME = {
    "catalogue": "palette", "convert": "foreign",
    "Finding": "findings", "check_definition": "publishing",

    "Form": "form", "Submission": "form", "check": "form", "compile": "form", "content_hash": "form",
    "render": "form", "types": "shapes",
    "BadDefinition": "errors", "ForbiddenWrite": "errors", "FormError": "errors", "UnknownView": "errors",
    "Ports": "ports", "Problem": "problems", "Post": "reading", "Typed": "values", "element_id": "pointer",
    "validate": "schemas",
}  # fmt: skip

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return sorted(_HOME)
