"""Choosing among the branches of `oneOf` and `anyOf`: picked on the page, fitting the value, or most like it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import jsonschema_rs as rs

from forms import fields, uischema
from forms.messages import word
from forms.modern import OPTIONS_FROM
from forms.scene import Scene
from forms.spot import Schema
from forms.uischema import Ui

_BRINGS = ("type", "properties", "$ref", "items", "enum", "const", "format", "allOf", "oneOf", "anyOf", "if")


@dataclass(slots=True)
class Chosen:
    """A schema with its branches folded in. labels: of the branches a person may pick from; indexes: theirs."""

    schema: Schema
    ui: Ui
    labels: list[str] = field(default_factory=list)
    index: int = 0
    nullable: bool = False


def choose(scene: Scene, schema: Schema, ui: Ui, value: Any, pointer: str) -> Chosen:
    """Fold the branch of `oneOf`/`anyOf` that was picked on the page or fits the value."""
    if OPTIONS_FROM in schema:
        schema = with_options(schema, scene.data)
    chosen = Chosen(schema, ui)
    if "oneOf" not in schema and "anyOf" not in schema:
        return chosen
    for keyword in ("oneOf", "anyOf"):
        options = chosen.schema.get(keyword)
        if not isinstance(options, list) or not options or fields.is_choice(chosen.schema):
            continue
        real = [part for part in options if not (isinstance(part, dict) and part.get("type") == "null")]
        chosen.nullable = chosen.nullable or len(real) < len(options)
        if not any(_brings(part) for part in real):
            continue
        _fold(scene, chosen, keyword, real, value, pointer)
    return chosen


def may_choose(schema: Schema) -> bool:
    """Tell whether a value, the page or the case may decide what `choose` makes of a folded schema."""
    if OPTIONS_FROM in schema:
        return True
    listed = [schema.get(keyword) for keyword in ("oneOf", "anyOf")]
    if fields.is_choice(schema):
        return False
    return any(_brings(part) for options in listed if isinstance(options, list) for part in options)


def with_options(schema: Schema, data: Any) -> Schema:
    """Fill in the options that a value of the case lists: plain values, or {value, label} objects."""
    listed = data.get(schema[OPTIONS_FROM]) if isinstance(data, Mapping) else None
    options = []
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, Mapping) and "value" in each:
            options.append({"const": each["value"], "title": str(each.get("label", each["value"]))})
        else:
            options.append({"const": each, "title": str(each)})
    return {**schema, "oneOf": options} if options else schema


def _fold(scene: Scene, chosen: Chosen, keyword: str, real: list[Any], value: Any, pointer: str) -> None:
    picked = scene.picks.get(pointer) if not chosen.labels else None
    index = picked if picked is not None and 0 <= picked < len(real) else best(scene, real, value)
    overlays = chosen.ui.get(keyword)
    if len(real) > 1 and not chosen.labels:
        chosen.labels = [_label(scene, part, overlays, number) for number, part in enumerate(real)]
        chosen.index = index
    narrowed = {**chosen.schema, keyword: real}
    chosen.schema = scene.resolver.branch(narrowed, keyword, index, value)
    if isinstance(overlays, list) and index < len(overlays):
        chosen.ui = uischema.overlaid(chosen.ui, overlays[index])


def best(scene: Scene, options: list[Any], value: Any) -> int:
    """Choose the branch that a value is valid for, else the one that shares most with it."""
    if value is None:
        return 0
    for index, part in enumerate(options):
        if scene.resolver.fits(part, value):
            return index
    return max(
        range(len(options)), key=lambda index: (likeness(scene.resolver.at(options[index], value), value), -index)
    )


def likeness(schema: Schema, value: Any) -> int:
    """Score how much a value looks as if it was made for a schema."""
    if not isinstance(value, dict):
        kinds = schema.get("type")
        plain = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array"}.get(type(value))
        return int(plain is not None and plain in (kinds if isinstance(kinds, list) else [kinds]))
    score = 0
    properties = schema.get("properties")
    for name, part in properties.items() if isinstance(properties, dict) else ():
        if name in value:
            score += 1
            if isinstance(part, dict) and "const" in part:
                score += 10 if part["const"] == value[name] else -10
    return score


def _brings(part: Any) -> bool:
    """Tell whether a branch brings fields of its own; one that only names `required` is a constraint."""
    return isinstance(part, dict) and any(key in part for key in _BRINGS)


def _label(scene: Scene, part: Any, overlays: Any, index: int) -> str:
    if isinstance(overlays, list) and index < len(overlays) and isinstance(overlays[index], Mapping):
        title = uischema.text_option(overlays[index], "title")
        if title:
            return title
    title = scene.resolver.at(part, None).get("title")
    return title if isinstance(title, str) and title else word("branch", scene.locale, n=index + 1)


def pattern_hits(pattern: str, name: str) -> bool:
    """Tell whether a property name falls under a `patternProperties` key; an unreadable pattern hits nothing.

    The validator's engine decides, because it reads ECMA patterns and gives up on hostile ones.
    """
    compiled = _pattern(pattern)
    return compiled is not None and compiled.is_valid(name)


@lru_cache(maxsize=512)
def _pattern(pattern: str) -> rs.Validator | None:
    try:
        return rs.Draft202012Validator({"pattern": pattern}, offline=True)
    except ValueError:
        return None
