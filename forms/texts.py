"""Translations kept with a form: `qc:texts` = language -> JSON pointer (rows as `*`) -> the texts of that place.

The texts are uiSchema options without their prefix: title, description, help, placeholder, enumNames, suffix …
Languages are matched by their first part, so that `en` serves `en-GB`; what is not translated stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms import pointer as pointers

TEXTS = "qc:texts"


def translated(ui: Mapping[str, Any], locale: str) -> Mapping[str, Any]:
    """Lay the texts of a language over a ui; without any the same ui comes back."""
    languages = ui.get(TEXTS)
    texts = languages.get(locale.replace("_", "-").split("-", 1)[0]) if isinstance(languages, Mapping) else None
    if not isinstance(texts, Mapping):
        return ui
    made = dict(ui)
    for pointer, own in texts.items():
        if isinstance(own, Mapping):
            here = made
            for part in pointers.split(pointer):
                here = _step(here, "items" if part == "*" else part)
            here.update({f"ui:{key}": text for key, text in own.items()})
    return made


def _step(here: dict[str, Any], key: str) -> dict[str, Any]:
    held = here.get(key)
    inner = dict(held) if isinstance(held, Mapping) else {}
    here[key] = inner
    return inner
