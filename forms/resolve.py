"""The schema that applies to one value: references followed, conditions decided, branches merged in.

JSON Schema says what is valid; a form must know which fields there are. `Resolver.at` answers with one flat
schema for a value: `$ref`, `allOf`, `if/then/else`, `dependentSchemas`, `dependentRequired` and the chosen
branch of `oneOf`/`anyOf` are folded into it (2020-12 core 8.2, applicators 10.2).
"""

from __future__ import annotations

from functools import cached_property
from typing import Any
from urllib.parse import unquote, urljoin

import jsonschema_rs as rs

from forms import pointer as pointers
from forms import schemas

Schema = dict[str, Any]
_DYNAMIC = ("if", "dependentSchemas", "dependentRequired")
_FOLDED = frozenset(("$ref", "$dynamicRef", "allOf", *_DYNAMIC))
_DEPTH = 32
_MOST = 3000
_KEPT = 20_000
NOTHING: Schema = {"not": {}}


class Resolver:
    """Folds subschemas of one root; holds its compiled conditions. Made once per compiled form."""

    def __init__(self, root: Schema) -> None:
        self.root = root
        self._validators: dict[int, tuple[Any, rs.Validator | None]] = {}
        self._folded: dict[int, tuple[Any, Schema]] = {}
        self._plain: dict[int, tuple[Any, bool]] = {}
        # What a place is by its schema and ui alone, by their ids; both are kept beside it so that the ids stay theirs.
        self.places: dict[tuple[int, int], tuple[Any, Any, Any]] = {}
        self.known: dict[tuple[int, int], tuple[Any, Any, Any]] = {}
        self.laid: dict[int, tuple[Any, Any]] = {}
        self._spent = 0
        self._anchors = _anchors(root)

    @cached_property
    def _registry(self) -> rs.Registry:
        return schemas.registry_of(self.root)

    def at(self, schema: Any, value: Any) -> Schema:
        """Fold `schema` for `value`; `oneOf` and `anyOf` stay for the caller to choose from."""
        self._spent = 0
        self._let_go()
        return self._fold(schema, value, _DEPTH)

    def plain(self, schema: Any) -> Schema | None:
        """Fold a schema that folds the same for every value, to the same object each time; None for any other."""
        if not isinstance(schema, dict) or not self._is_plain(schema):
            return None
        self.at(schema, None)
        kept = self._folded.get(id(schema))
        return None if kept is None else kept[1]

    def _let_go(self) -> None:
        # Branches folded for a value are new objects each time; what was kept for them is let go of in the end.
        kept: tuple[dict[Any, Any], ...] = (
            self._validators, self._folded, self._plain, self.places, self.known, self.laid,
        )  # fmt: skip
        for held in kept:
            if len(held) > _KEPT:
                held.clear()

    def branch(self, schema: Schema, keyword: str, index: int, value: Any) -> Schema:
        """Fold the chosen branch of `oneOf` or `anyOf` into its schema."""
        base = {key: part for key, part in schema.items() if key != keyword}
        chosen = self.at(schema[keyword][index], value)
        merged = merge(base, chosen)
        if "title" in base:
            merged["title"] = base["title"]
        return merged

    def fits(self, schema: Any, value: Any) -> bool:
        """Tell whether a value is valid against a subschema; one that cannot be compiled fits nothing."""
        if isinstance(schema, bool):
            return schema
        known = self._validators.get(id(schema))
        if known is None:
            try:
                validator: rs.Validator | None = schemas.build_part(schema, self._registry)
            except (ValueError, rs.ReferencingError):
                validator = None
            # The schema is kept beside its validator so that its id is not given to another object.
            known = self._validators[id(schema)] = (schema, validator)
        return known[1] is not None and schemas.accepts(known[1], value)

    def target(self, reference: str) -> Any:
        """Find what a `$ref` names inside the root; None when it is not there."""
        if reference in ("#", ""):
            return self.root
        if reference.startswith("#/"):
            missing = object()
            found = pointers.get(self.root, _unquote(reference[1:]), missing)
            return None if found is missing else found
        known = self._anchors.get(reference)
        return self._relative(reference) if known is None else known

    def _relative(self, reference: str) -> Any:
        """Resolve a reference against the `$id` of the root, with a pointer or an anchor after it."""
        base = self.root.get("$id")
        address, _, fragment = urljoin(base if isinstance(base, str) else "", reference).partition("#")
        found = self.root if isinstance(base, str) and address == base.rstrip("#") else self._anchors.get(address)
        if found is None or not fragment:
            return found
        if fragment.startswith("/"):
            return pointers.get(found, _unquote(fragment))
        return _anchors(found).get(f"#{fragment}")

    def _fold(self, schema: Any, value: Any, depth: int) -> Schema:
        if schema is True:
            return {}
        if not isinstance(schema, dict) or depth <= 0:
            return NOTHING if schema is False else {}
        known = self._folded.get(id(schema))
        if known is not None:
            return known[1]
        self._spent += 1
        if self._spent > _MOST:
            return {}
        if _FOLDED.isdisjoint(schema):
            self._folded[id(schema)] = (schema, schema)
            return schema
        result = self._follow(schema, value, depth)
        parts = result.pop("allOf", None)
        dynamic = any(key in result for key in _DYNAMIC)
        for part in parts if isinstance(parts, list) else ():
            folded = self._fold(part, value, depth - 1)
            dynamic = dynamic or not self._is_plain(part)
            result = merge(result, folded)
        if dynamic or any(key in result for key in _DYNAMIC):
            return self._decide(result, value, depth)
        if self._is_plain(schema):
            self._folded[id(schema)] = (schema, result)
        return result

    def _follow(self, schema: Schema, value: Any, depth: int) -> Schema:
        reference = schema.get("$ref", schema.get("$dynamicRef"))
        rest = {key: part for key, part in schema.items() if key not in ("$ref", "$dynamicRef")}
        if not isinstance(reference, str):
            return rest
        found = self.target(reference)
        if found is None:
            return rest
        return merge(self._fold(found, value, depth - 1), rest)

    def _is_plain(self, schema: Any) -> bool:
        """Tell whether folding does not depend on the value; each subschema is looked at once."""
        if not isinstance(schema, dict):
            return True
        known = self._plain.get(id(schema))
        if known is not None:
            return known[1]
        # Taken for plain while it is being looked at: a reference back to itself adds nothing.
        self._plain[id(schema)] = (schema, True)
        plain = not any(key in schema for key in _DYNAMIC)
        reference = schema.get("$ref", schema.get("$dynamicRef"))
        if plain and isinstance(reference, str):
            plain = self._is_plain(self.target(reference))
        parts = schema.get("allOf")
        plain = plain and all(self._is_plain(part) for part in (parts if isinstance(parts, list) else ()))
        self._plain[id(schema)] = (schema, plain)
        return plain

    def _decide(self, schema: Schema, value: Any, depth: int) -> Schema:
        result = dict(schema)
        condition = result.pop("if", None)
        then, otherwise = result.pop("then", None), result.pop("else", None)
        if condition is not None:
            # An absent value is judged as an empty section, so that `else` shows before anything is typed.
            held = self.fits(condition, {} if value is None and "properties" in schema else value)
            chosen = then if held else otherwise
            if chosen is not None:
                result = merge(result, self._fold(chosen, value, depth - 1))
        present = {key for key, part in value.items() if part is not None} if isinstance(value, dict) else set()
        for name, needed in _mapping(result.pop("dependentRequired", None)).items():
            if name in present and isinstance(needed, list):
                result = merge(result, {"required": needed})
        for name, needed in _mapping(result.pop("dependentSchemas", None)).items():
            if name in present:
                folded = self._fold(needed, value, depth - 1)
                result = merge(result, self._own_branch(folded, value))
        if any(key in result for key in (*_DYNAMIC, "allOf")) and depth > 1:
            return self._fold(result, value, depth - 1)
        return result

    def _own_branch(self, schema: Schema, value: Any) -> Schema:
        """Choose the branch of a dependent schema by the value: nobody picks it by hand."""
        options = schema.get("oneOf")
        if not isinstance(options, list):
            return schema
        base = {key: part for key, part in schema.items() if key != "oneOf"}
        for option in options:
            folded = self.at(option, value)
            known = {
                name: part
                for name, part in _mapping(folded.get("properties")).items()
                if isinstance(part, dict) and ("enum" in part or "const" in part)
            }
            if known and all(name in value and self.fits(part, value[name]) for name, part in known.items()):
                rest = {name: part for name, part in folded["properties"].items() if name not in known}
                return merge(base, {**folded, "properties": rest})
        return base


def merge(first: Schema, second: Schema) -> Schema:
    """Fold two schemas that both apply; where they speak of the same thing the second speaks last."""
    if not first:
        return dict(second)
    result = dict(first)
    for key, part in second.items():
        if key not in result:
            result[key] = part
        elif key in (
            "properties",
            "patternProperties",
            "$defs",
            "definitions",
            "dependentSchemas",
            "dependentRequired",
        ):
            result[key] = _merge_named(key, _mapping(result[key]), _mapping(part))
        elif key == "required":
            result[key] = [*result[key], *(name for name in part if name not in result[key])]
        elif key == "allOf":
            result[key] = [*result[key], *part]
        elif key in ("oneOf", "anyOf", "if") and result[key] != part:
            result["allOf"] = [*result.get("allOf", ()), _conditional(second, key)]
        elif key in ("then", "else") and "if" in second and first.get("if") != second.get("if"):
            continue
        elif key in ("items", "additionalProperties") and isinstance(part, dict) and isinstance(result[key], dict):
            result[key] = merge(result[key], part)
        elif key == "type":
            result[key] = _common_type(result[key], part)
        elif key == "enum" and isinstance(part, list):
            result[key] = [item for item in result[key] if item in part] or part
        else:
            result[key] = part
    return result


def _common_type(first: Any, second: Any) -> Any:
    """Keep the types that both allow; an integer is a number."""
    mine, theirs = (part if isinstance(part, list) else [part] for part in (first, second))
    both = [kind for kind in theirs if kind in mine or (kind == "integer" and "number" in mine)]
    both += [kind for kind in mine if kind == "integer" and "number" in theirs and kind not in both]
    return second if not both else both[0] if len(both) == 1 else both


def _conditional(schema: Schema, key: str) -> Schema:
    keys = ("if", "then", "else") if key == "if" else (key,)
    return {name: schema[name] for name in keys if name in schema}


def _merge_named(key: str, first: Schema, second: Schema) -> Schema:
    result = dict(first)
    for name, part in second.items():
        mine = result.get(name)
        if mine is None or not isinstance(mine, dict) or not isinstance(part, dict) or key in ("$defs", "definitions"):
            result[name] = part if part is not True or mine is None else mine
        else:
            result[name] = merge(mine, part) if mine != part else mine
    return result


def _mapping(part: Any) -> Schema:
    return part if isinstance(part, dict) else {}


def _unquote(text: str) -> str:
    return unquote(text)


def _anchors(root: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    waiting: list[tuple[Any, str]] = [(root, "")]
    while waiting:
        part, base = waiting.pop()
        if isinstance(part, dict):
            own = part.get("$id")
            if isinstance(own, str):
                base = urljoin(base, own.rstrip("#"))
                found.setdefault(base, part)
            for keyword in ("$anchor", "$dynamicAnchor"):
                if isinstance(part.get(keyword), str):
                    found.setdefault(f"#{part[keyword]}", part)
            waiting.extend((value, base) for value in part.values())
        elif isinstance(part, list):
            waiting.extend((value, base) for value in part)
    return found
