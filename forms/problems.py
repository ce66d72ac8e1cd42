"""From what the validator and the rules find to what a person is told, and where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import jsonschema_rs as rs

from forms import pointer as pointers
from forms.messages import say, word
from forms.scene import Scene
from forms.spot import Spot

_LIMITS = frozenset(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"))
_SIZES = frozenset(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"))
_FORMAT_CODES = {
    "date": "date", "date-time": "date-time", "time": "time", "duration": "duration", "money": "money",
    "decimal": "decimal", "phone": "phone", "resident-id": "resident-id", "credit-code": "credit-code",
    "email": "email", "idn-email": "email", "uri": "uri", "url": "uri", "iri": "uri",
}  # fmt: skip
_TYPE_CODES = {"string": "string", "number": "number", "integer": "integer"}
MOST = 500


@dataclass(frozen=True)
class Problem:
    """One thing to mend: where, which rule, and what to do about it in plain words."""

    pointer: str
    code: str
    message: str


def of_errors(errors: Iterable[rs.ValidationError], tree: Spot, scene: Scene) -> list[Problem]:
    """Turn validation errors into problems: one for each place and rule, in the order of the form, at most 500."""
    found: dict[tuple[str, str], Problem] = {}
    for error in errors:
        for problem in _of_error(error, tree, scene):
            found.setdefault((problem.pointer, problem.code), problem)
        if len(found) >= MOST:
            break
    return sort(found.values(), tree)


def sort(problems: Iterable[Problem], tree: Spot) -> list[Problem]:
    """Bring problems into the order in which their fields stand."""
    places = {spot.pointer: number for number, spot in enumerate(tree.walk())}
    last = len(places)
    return sorted(problems, key=lambda problem: places.get(problem.pointer, last))


def missing(spot: Spot) -> str:
    """Choose the message code for a value that is not there."""
    if spot.shape == "rows":
        return "required-rows"
    return spot.entry.ask if spot.entry is not None else "required"


def at(spot: Spot, code: str, scene: Scene, key: str | None = None, **fields: Any) -> Problem:
    """Make the problem of a place; `qc:message` of its ui speaks first. key: the message, when it is not the code."""
    own = spot.ui.get("qc:message", spot.schema.get("validationErrorMessage"))
    if isinstance(own, dict):
        own = own.get(code, own.get("*"))
    if isinstance(own, str):
        return Problem(spot.pointer, code, own)
    label = (spot.full_label or spot.label).rstrip("：:？?。 ") or word("form", scene.locale)
    return Problem(spot.pointer, code, say(key or code, scene.locale, **{"label": label, **fields}))


def _of_error(error: rs.ValidationError, tree: Spot, scene: Scene) -> Iterator[Problem]:
    keyword = error.kind.name
    pointer = pointers.of(tuple(str(part) for part in error.instance_path))
    facts = error.kind.as_dict()
    if keyword == "required":
        name = str(facts["property"])
        below = pointers.join(pointer, name)
        spot = _exact(tree, below)
        around = tree.at(pointer)
        if spot is None and around.shape == "leaf" and around.path:
            yield at(around, "required", scene, missing(around))
        elif spot is None:
            label = name
            yield Problem(below, "required", say("required", scene.locale, label=label))
        else:
            yield at(spot, "required", scene, missing(spot))
    elif keyword in ("anyOf", "oneOf") and "context" in facts:
        yield from _of_branches(error, facts["context"], tree, scene, pointer)
    else:
        spot = tree.at(pointer)
        made = _plain(keyword, facts, error.instance, spot, scene)
        inside = spot.shape == "leaf" and spot.path
        yield made if inside or made.pointer == pointer else Problem(pointer, made.code, made.message)


def _exact(tree: Spot, pointer: str) -> Spot | None:
    spot = tree.at(pointer)
    return spot if spot.pointer == pointer else None


def _plain(keyword: str, facts: dict[str, Any], value: Any, spot: Spot, scene: Scene) -> Problem:
    if keyword in _LIMITS:
        limit = facts.get("limit", facts.get("multiple_of"))
        return at(spot, keyword, scene, limit=limit)
    if keyword in _SIZES:
        if keyword in ("minItems", "minLength", "minProperties") and not value:
            return at(spot, keyword, scene, missing(spot))
        return at(spot, keyword, scene, limit=facts.get("limit"), actual=len(value))
    if keyword == "format":
        return at(spot, "format", scene, _FORMAT_CODES.get(str(facts.get("format")), "format"))
    if keyword == "type":
        kinds = [kind for kind in facts.get("types", ()) if kind != "null"]
        if value is None:
            return at(spot, "type", scene, missing(spot))
        return at(spot, "type", scene, _TYPE_CODES.get(kinds[0], "type") if len(kinds) == 1 else "type")
    if keyword == "enum":
        return at(spot, "enum", scene, "choice")
    if keyword == "const":
        if facts.get("expected_value") is True:
            return at(spot, "const", scene, "required-tick")
        return at(spot, "const", scene, expected=facts.get("expected_value"))
    if keyword in ("additionalProperties", "unevaluatedProperties"):
        names = "、".join(str(name) for name in list(facts.get("unexpected", ()))[:5])
        return at(spot, keyword, scene, "additionalProperties", names=names)
    if keyword == "not":
        return at(spot, "not", scene)
    if keyword == "falseSchema":
        return at(spot, "never", scene)
    return at(spot, keyword, scene)


def _of_branches(
    error: rs.ValidationError, context: list[list[rs.ValidationError]], tree: Spot, scene: Scene, pointer: str
) -> Iterator[Problem]:
    """Tell what is wrong with the branch that was meant: the one whose constants and types fit best."""
    spot = tree.at(pointer)
    if spot.entry is not None and spot.entry.ask == "required-choice":
        yield at(spot, "enum", scene, "choice")
        return
    meant = min(context, key=_distance, default=[])
    if not meant or (error.kind.name == "oneOf" and not any(context)):
        yield Problem(pointer, error.kind.name, at(spot, error.kind.name, scene, "branches").message)
        return
    for inner in meant[:20]:
        yield from _of_error(inner, tree, scene)


def _distance(errors: list[rs.ValidationError]) -> tuple[int, int]:
    """Order branches: a wrong constant or type at the top means another branch was meant."""
    far = sum(
        error.kind.name in ("const", "enum") or (error.kind.name == "type" and len(error.instance_path) == 0)
        for error in errors
    )
    return far, len(errors)
