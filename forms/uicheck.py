"""Check a uiSchema against its schema: views, rules and the fields it speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.feel import FeelError
from forms import jsonforms, modern, reach, redlines, rules, uischema, views
from forms import pointer as pointers
from forms.findings import Finding, say
from forms.jsontext import Text

_RIGHTS = tuple(views.RIGHTS)
_NO_FIELDS = ("definitions", "anyOf", "oneOf", "additionalProperties")


def check_ui(text: Text, schema: Any, locale: str) -> Iterator[Finding]:
    """List what is wrong with a ui; fields it names in vain are warnings, in a view they are errors."""
    if jsonforms.is_layout(text.value):
        return
    schema = modern.modernise(schema)
    paths, open_below = reach.paths_of(schema)
    yield from _check_views(text, paths, open_below, locale)
    names = rules.names_of(schema)
    for pointer, key, rule in _rules(text.value):
        line = text.line(pointer)
        if isinstance(rule, bool) and key not in (rules.COMPUTED, rules.CHECKS):
            continue
        if not isinstance(rule, str):
            yield Finding("bad-rule", line, pointer, say("bad-rule", locale, name=key), in_ui=True)
            continue
        why = _syntax_problem(rule, names)
        if why is not None:
            message = say("feel-syntax", locale, name=rule[:100], why=why)
            yield Finding("feel-syntax", line, pointer, message, in_ui=True)
    for pointer in _forced_pictures(text.value, schema):
        why = redlines.NO_FORCED_PICTURES[locale.startswith("zh")]
        message = say("red-line", locale, name=pointer, why=why)
        yield Finding("red-line", text.line(pointer), pointer, message, "warning", in_ui=True)
    for pointer in _unknown_fields(text.value, paths, open_below):
        message = say("unknown-field", locale, name=pointer)
        yield Finding("unknown-field", text.line(pointer), pointer, message, "warning", in_ui=True)


def _check_views(text: Text, paths: set[Any], open_below: set[Any], locale: str) -> Iterator[Finding]:
    declared = text.value.get("qc:views")
    if declared is None:
        return
    if not isinstance(declared, dict):
        yield _bad_view(text, "/qc:views", "qc:views", locale)
        return
    for name, patterns in declared.items():
        pointer = pointers.join("/qc:views", name)
        if not isinstance(patterns, dict) or any(right not in _RIGHTS for right in patterns.values()):
            yield _bad_view(text, pointer, name, locale)
            continue
        for pattern in patterns:
            here = pointers.join(pointer, pattern)
            if not pattern.startswith("/") or not reach.knows(paths, open_below, pointers.split(pattern)):
                message = say("unknown-field", locale, name=pattern)
                yield Finding("unknown-field", text.line(here), here, message, in_ui=True)


def _bad_view(text: Text, pointer: str, name: str, locale: str) -> Finding:
    return Finding("bad-view", text.line(pointer), pointer, say("bad-view", locale, name=name), in_ui=True)


def _rules(ui: Any) -> Iterator[tuple[str, str, Any]]:
    waiting: list[tuple[Any, str]] = [(ui, "")]
    while waiting:
        part, pointer = waiting.pop()
        if isinstance(part, dict):
            for key, inner in part.items():
                here = pointers.join(pointer, key)
                if key == rules.CHECKS:
                    listed = inner if isinstance(inner, list) else [inner]
                    whens = ((i, each.get("when") if isinstance(each, dict) else each) for i, each in enumerate(listed))
                    yield from ((pointers.join(here, i), key, when) for i, when in whens)
                elif key == rules.SET:
                    for i, each in enumerate(inner if isinstance(inner, list) else [inner]):
                        both = (each.get("when"), each.get("value")) if isinstance(each, dict) else (None, each)
                        yield from ((pointers.join(here, i), key, text) for text in both)
                elif key in rules.KEYS:
                    yield here, key, inner
                elif key != "qc:views":
                    waiting.append((inner, here))
        elif isinstance(part, list):
            waiting += [(inner, pointers.join(pointer, i)) for i, inner in enumerate(part)]


def _syntax_problem(rule: str, names: frozenset[str]) -> str | None:
    try:
        rules.compiled(rule, names)
    except FeelError as error:
        return str(error).split("\n", 1)[0][:200]
    except RecursionError:
        return "嵌套太深"
    return None


def _unknown_fields(ui: dict[str, Any], paths: set[Any], open_below: set[Any]) -> Iterator[str]:
    """List the pointers in the ui that speak of a field the form does not have."""
    waiting: list[tuple[Any, str, tuple[str, ...]]] = [(ui, "", ())]
    while waiting:
        part, pointer, path = waiting.pop()
        for key, inner in part.items() if isinstance(part, dict) else ():
            if key.startswith(("ui:", "qc:")) or not isinstance(inner, dict | list) or key in _NO_FIELDS:
                continue
            here = pointers.join(pointer, key)
            if key in ("items", "additionalItems") and (*path, "*") in paths:
                waiting += [(each, here, (*path, "*")) for each in (inner if isinstance(inner, list) else [inner])]
            elif reach.knows(paths, open_below, (*path, key)):
                waiting.append((inner, here, (*path, key)))
            else:
                yield here


def _forced_pictures(ui: dict[str, Any], schema: Any) -> Iterator[str]:
    """List the fields that must be filled with a picture and nothing else."""
    waiting: list[tuple[Any, Any, str]] = [(ui, schema, "")]
    while waiting:
        part, about, pointer = waiting.pop()
        if not isinstance(part, dict) or not isinstance(about, dict):
            continue
        properties, needed = about.get("properties"), about.get("required")
        for name, inner in properties.items() if isinstance(properties, dict) else ():
            own = uischema.child(part, name)
            here = pointers.join(pointer, name)
            must = (isinstance(needed, list) and name in needed) or own.get(rules.REQUIRED) is True
            if must and uischema.text_option(own, "widget") in ("file", "files") and _only_pictures(own):
                yield here
            waiting.append((own, inner, here))
        waiting.append((part.get("items"), about.get("items"), pointers.join(pointer, "items")))


def _only_pictures(own: Any) -> bool:
    wished = uischema.option(own, "accept")
    kinds = wished.split(",") if isinstance(wished, str) else wished
    if not isinstance(kinds, list) or not kinds:
        return False
    return all(
        str(kind).strip().lower().startswith(("image/", ".png", ".jpg", ".jpeg", ".webp", ".gif")) for kind in kinds
    )
