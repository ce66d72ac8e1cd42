"""Check a schema and its ui before they are published: what is broken, by line, and what crosses a red line.

Written for hostile input: size and depth are measured before anything is parsed, and no rule is ever run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import jsonschema_rs as rs

from forms import jsontext, modern, redlines, schemas, uicheck
from forms import pointer as pointers
from forms.findings import Finding, say
from forms.jsontext import BadText, Text
from forms.resolve import Resolver

_WORDS = ("title", "description", "help", "placeholder", "text")
_NOTHING_ELSE = {"$ref", "title", "description"}
_VALUES = frozenset(("const", "enum", "default", "examples"))
_NAMED = frozenset(("properties", "patternProperties", "$defs", "definitions", "dependentSchemas"))


def check_definition(schema_text: bytes, ui_text: bytes | None = None, *, locale: str = "zh") -> list[Finding]:
    """List what is wrong with a form's files, errors before warnings; empty = may be published.

    A schema of `true` stands for one that is not known: then the ui is checked by itself.
    """
    found: list[Finding] = []
    schema = _parsed(schema_text, found, locale, in_ui=False)
    ui = _parsed(ui_text, found, locale, in_ui=True) if ui_text is not None else None
    if schema is not None:
        found += _check_schema(schema, locale)
    if ui is not None:
        broken = schema is None or any(finding.severity == "error" for finding in found if not finding.in_ui)
        found += uicheck.check_ui(ui, True if schema is None or broken else schema.value, locale)
        found += (replace(finding, in_ui=True) for finding in _red_lines(ui, locale))
    return sorted(found, key=lambda finding: (finding.severity != "error", finding.in_ui, finding.line or 0))


def _parsed(content: bytes, found: list[Finding], locale: str, *, in_ui: bool) -> Text | None:
    try:
        text = jsontext.parse(content)
    except BadText as bad:
        message = say(bad.code, locale, line=bad.line, column=bad.column)
        found.append(Finding(bad.code, bad.line or None, "", message, in_ui=in_ui))
        return None
    for pointer, line in text.repeated[:50]:
        name = pointers.split(pointer)[-1]
        found.append(Finding("repeated-key", line, pointer, say("repeated-key", locale, name=name), in_ui=in_ui))
    if not isinstance(text.value, dict) and (in_ui or not isinstance(text.value, bool)):
        found.append(Finding("not-a-schema", 1, "", say("not-a-schema", locale), in_ui=in_ui))
        return None
    return text


def _check_schema(text: Text, locale: str) -> Iterator[Finding]:
    if isinstance(text.value, bool):
        return
    schema = modern.modernise(text.value)
    problem = _shape_problem(schema)
    if problem is not None:
        pointer, why = problem
        name = pointer or "/"
        yield Finding("bad-schema", text.line(pointer), pointer, say("bad-schema", locale, name=name, why=why))
        return
    broken = False
    resolver = Resolver(schema)
    for pointer, reference in _references(schema):
        code = _reference_problem(resolver, reference)
        if code is not None:
            broken = True
            yield Finding(code, text.line(pointer), pointer, say(code, locale, name=reference[:200]))
    if not broken:
        yield from _compiles(schema, locale)
    yield from _red_lines(text, locale)


def _shape_problem(schema: Any) -> tuple[str, str] | None:
    try:
        rs.meta.validate(schema)
    except rs.ValidationError as error:
        return pointers.of(tuple(str(part) for part in error.instance_path)), error.message[:300]
    except (rs.ReferencingError, ValueError) as error:
        return "/$schema", str(error).split("\n", 1)[0][:300]
    return None


def _compiles(schema: Any, locale: str) -> Iterator[Finding]:
    try:
        schemas.build(schema, "forms")
    except ValueError as error:
        why = str(error).split("\n", 1)[0][:300]
        yield Finding("bad-schema", None, "", say("bad-schema", locale, name="/", why=why))


def _references(schema: Any) -> Iterator[tuple[str, str]]:
    """Go through every `$ref` that is a keyword, not a value or the name of a property."""
    waiting: list[tuple[Any, str, bool]] = [(schema, "", True)]
    while waiting:
        part, pointer, is_schema = waiting.pop()
        if isinstance(part, list):
            waiting += [(inner, pointers.join(pointer, i), is_schema) for i, inner in enumerate(part)]
        if not isinstance(part, dict):
            continue
        for key, inner in part.items():
            here = pointers.join(pointer, key)
            if not is_schema:
                waiting.append((inner, here, True))
            elif key in ("$ref", "$dynamicRef") and isinstance(inner, str):
                yield here, inner
            elif key in _NAMED:
                waiting.append((inner, here, False))
            elif key not in _VALUES:
                waiting.append((inner, here, True))


def _reference_problem(resolver: Resolver, reference: str) -> str | None:
    if reference.startswith(("https://json-schema.org/draft/", "http://json-schema.org/draft")):
        return None
    seen: set[str] = set()
    while True:
        if reference in seen:
            return "ref-loop"
        seen.add(reference)
        target = resolver.target(reference)
        if target is None:
            return "unknown-ref"
        following = target.get("$ref") if isinstance(target, dict) and set(target) <= _NOTHING_ELSE else None
        if not isinstance(following, str):
            return None
        reference = following


def _red_lines(text: Text, locale: str) -> Iterator[Finding]:
    waiting: list[tuple[Any, str]] = [(text.value, "")]
    while waiting:
        part, pointer = waiting.pop()
        if isinstance(part, list):
            waiting += [(inner, pointers.join(pointer, i)) for i, inner in enumerate(part)]
        for key, inner in part.items() if isinstance(part, dict) else ():
            here = pointers.join(pointer, key)
            if isinstance(inner, dict | list):
                waiting.append((inner, here))
            elif isinstance(inner, str) and key.rpartition(":")[2] in _WORDS:
                why = redlines.crossed(inner, locale)
                if why:
                    message = say("red-line", locale, name=inner[:60], why=why)
                    yield Finding("red-line", text.line(here), here, message, "warning")
