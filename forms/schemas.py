"""Plain JSON Schema 2020-12 validation through jsonschema-rs, with nothing ever fetched from a network."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Literal

import jsonschema_rs as rs

from forms import formats

Schema = dict[str, Any]
AnySchema = Schema | bool
Asserted = Literal["none", "standard", "forms"]
Check = Callable[..., bool]


def validate(
    schema: AnySchema, data: Any, *, formats: bool = False, resources: Mapping[str, Any] | None = None
) -> bool:
    """Tell whether `data` is valid against `schema`.

    `$schema` decides the draft; without one it is 2020-12, where `format` only annotates: `formats=True` asserts it.
    resources: absolute URI -> schema, for references outside the schema. A reference that cannot be resolved and a
    schema that is itself invalid raise ValueError.
    """
    return build(schema, "standard" if formats else "none", resources=resources).is_valid(data)


def build(schema: AnySchema, asserted: Asserted, *, resources: Mapping[str, Any] | None = None) -> rs.Validator:
    """Compile a validator; raises ValueError when the schema is wrong or a reference is unknown.

    asserted: which formats count: none, those of the standard (and of this field of work), or what forms accept.
    """
    if resources:
        return _fresh(schema, asserted, resources)
    try:
        text = json.dumps(schema, ensure_ascii=False)
    except (TypeError, ValueError):
        return _fresh(schema, asserted, None)
    return _compiled(text, asserted)


@lru_cache(maxsize=1024)
def _compiled(text: str, asserted: Asserted) -> rs.Validator:
    return _fresh(json.loads(text), asserted, None)


def _fresh(schema: AnySchema, asserted: Asserted, resources: Mapping[str, Any] | None) -> rs.Validator:
    registry = rs.Registry(list(resources.items())) if resources else None
    checks = {"none": None, "standard": formats.CHECKS, "forms": formats.OF_FORMS}[asserted]
    try:
        return rs.validator_for(
            schema, validate_formats=checks is not None, formats=checks, registry=registry, offline=True
        )
    except rs.ReferencingError as error:
        raise ValueError(str(error)) from error


ROOT_URI = "urn:qingche:root"


def accepts(validator: rs.Validator, value: Any) -> bool:
    """Ask a validator; a value it cannot read (a lone surrogate, a foreign type) is not valid."""
    try:
        return validator.is_valid(value)
    except (ValueError, TypeError):
        pass
    try:
        # Text that was typed wrongly is a kind of str of its own, which the validator does not know.
        return validator.is_valid(json.loads(json.dumps(value)))
    except (ValueError, TypeError):
        return False


def registry_of(root: AnySchema) -> rs.Registry:
    """Make a root findable for the references of its parts."""
    bare: Any = root
    if isinstance(root, dict):
        bare = {key: value for key, value in root.items() if key not in ("$id", "$schema")}
    return rs.Registry([(ROOT_URI, bare)])


def build_part(part: AnySchema, registry: rs.Registry) -> rs.Validator:
    """Compile one subschema, whose local references still mean the root that the registry holds."""
    return rs.Draft202012Validator(
        _absolute(part), validate_formats=True, formats=formats.OF_FORMS, registry=registry, offline=True
    )


def _absolute(part: Any) -> Any:
    if isinstance(part, dict):
        return {
            key: ROOT_URI + value
            if key in ("$ref", "$dynamicRef") and isinstance(value, str) and value.startswith("#")
            else _absolute(value)
            for key, value in part.items()
            if key not in ("$id", "$schema", "$anchor", "$dynamicAnchor")
        }
    if isinstance(part, list):
        return [_absolute(item) for item in part]
    return part
